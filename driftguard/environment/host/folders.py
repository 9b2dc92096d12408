"""Where a job writes: whether it may, and how much room there is."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from driftguard.environment.reading import is_folder, reason
from driftguard.host import Unwritable, Volume

DECLARED = "declared as writable"
TEMPORARY = "for temporary files"
WORKING = "the working directory"
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_USUAL = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108 - looked at, as `tempfile` does


def volumes(declared: Sequence[Path], environ: Mapping[str, str], cwd: Path) -> Iterator[Volume]:
    """Yield each file system once, under the folder that was named first.

    Where no folder is declared, the working directory stands for those.
    """
    wanted = [(folder, DECLARED, True) for folder in declared]
    wanted.append((cwd, WORKING, not declared))
    wanted += [(folder, TEMPORARY, False) for folder in temporary(environ, cwd)[:1]]
    seen = set()
    for folder, purpose, meant in wanted:
        there = nearest(folder)
        try:
            device, state = there.stat().st_dev, os.statvfs(there)
        except (OSError, AttributeError):
            continue
        if device not in seen:
            seen.add(device)
            files = state.f_favail if state.f_files else None
            yield Volume(there, purpose, state.f_bavail * state.f_frsize, files, meant)


def unwritable(declared: Sequence[Path], environ: Mapping[str, str], cwd: Path) -> Iterator[Unwritable]:
    """Yield the folders, of those declared or named in a variable, in which nothing can be written."""
    for folder in declared:
        if why := _refusal(nearest(folder)) or (_tried(folder) if is_folder(folder) else ""):
            yield Unwritable(folder, DECLARED, why)
    named = [(name, cwd / environ[name]) for name in _TEMPORARY if environ.get(name)]
    others = temporary(environ, cwd)
    for name, folder in named:
        if why := _refusal(folder):
            yield Unwritable(folder, name, why, usable=bool(others))
    if not named and not others:
        yield Unwritable(cwd, TEMPORARY, "no folder for temporary files can be written")
    own = environ.get("MPLCONFIGDIR", "")
    if own and (why := _refusal(nearest(cwd / own))):
        yield Unwritable(cwd / own, "MPLCONFIGDIR", why, usable=True)


def temporary(environ: Mapping[str, str], cwd: Path) -> list[Path]:
    """Return the folders that Python's `tempfile` would take, the first of them first."""
    named = [cwd / environ[name] for name in _TEMPORARY if environ.get(name)]
    return [folder for folder in (*named, *map(Path, _USUAL), cwd) if not _refusal(folder)]


def nearest(folder: Path) -> Path:
    """Return the folder, or the one above it that is there."""
    return next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)


def _refusal(folder: Path) -> str:
    """Say why nothing can be written, as far as that can be seen without trying."""
    if not os.path.lexists(folder):
        return "does not exist"
    if not is_folder(folder):
        return "is not a folder"
    return "" if os.access(folder, os.W_OK | os.X_OK) else "is not writable"


def _tried(folder: Path) -> str:
    """Write a file that has no name, where the system has such, and say why that failed."""
    unnamed = getattr(os, "O_TMPFILE", 0)
    if not unnamed:
        return ""
    try:
        os.close(os.open(folder, unnamed | os.O_WRONLY, 0o600))
    except OSError as error:
        import errno

        # A file system that has no such files says nothing against others.
        return "" if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL) else reason(error)
    return ""
