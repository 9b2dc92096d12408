"""What was copied into an environment from a local source, beside what the source holds now.

uv looks at time stamps of a few files; this looks at the files. A difference counts only where the source's
file changed after the installation: builds write files of their own (`_version.py`, compiled interfaces).
"""

import csv
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from driftguard.environment.reading import head
from driftguard.record import NamedTuple

_RECORD_LIMIT = 16 * 1024 * 1024
_MOST_FILES = 50_000
_MOST_BYTES = 64 * 1024 * 1024
_LAYOUTS = ("src", "", "lib", "python")
"""Where below a source its packages lie."""


class Copy(NamedTuple):
    """An installed file and the file of the source that has its place; the latter may be gone."""

    name: str
    installed: Path
    source: Path


class Stale(NamedTuple):
    """Which copies are of other content than the source's file, which of a file that is gone.

    `uncompared` says, as a clause, what was not looked at; empty when all was.
    """

    changed: tuple[Copy, ...]
    gone: tuple[Copy, ...]
    uncompared: str = ""


def stale(metadata: Path, source: Path, installed: int) -> Stale:
    """Compare what was copied with its source.

    `metadata` is the `.dist-info` folder, `installed` when that was written, in nanoseconds. Files beyond
    tens of thousands are not looked at, and nothing more once some dozens of megabytes were compared.
    """
    changed, gone, read = [], [], 0
    names = _recorded(metadata)
    uncompared = _more_than(len(names))
    for copy in _copies(metadata, source, names[:_MOST_FILES]):
        there = _status(copy.source)
        if there is None:
            if _emptied_since(copy, installed):
                gone.append(copy)
            continue
        if max(there.st_ctime_ns, there.st_mtime_ns) > _built(copy, installed):
            read += there.st_size
            if read > _MOST_BYTES:
                uncompared = f"only {_MOST_BYTES // 1024**2} MiB of what was touched since were compared"
                break
            if not _same(copy, there):
                changed.append(copy)
    return Stale(tuple(changed), tuple(gone), uncompared)


def _more_than(files: int) -> str:
    return f"only {_MOST_FILES:,} of its {files:,} files were compared" if files > _MOST_FILES else ""


def _copies(metadata: Path, source: Path, names: Sequence[str]) -> Iterator[Copy]:
    """Yield the files of RECORD whose package stands in the source, in the first layout that has it."""
    root = metadata.parent
    homes: dict[str, Path | None] = {}
    for name in names:
        top = name.partition("/")[0]
        if top not in homes:
            homes[top] = next((source / one for one in _LAYOUTS if (source / one / top).exists()), None)
        if home := homes[top]:
            yield Copy(name, root / name, home / name)


def _recorded(metadata: Path) -> list[str]:
    """Return the names in RECORD that lie in site-packages itself and are nobody's output."""
    try:
        data = head(str(metadata / "RECORD"), _RECORD_LIMIT)
    except OSError:
        return []
    try:
        names = [row[0] for row in csv.reader(data.decode("utf-8", "replace").splitlines()) if row]
    except csv.Error:
        return []
    own = f"{metadata.name}/"
    return [
        name
        for name in names
        if not name.startswith((own, "/", ".."))
        and "/../" not in name
        and not name.endswith((".pyc", ".pth", ".so", ".pyd", ".dylib"))
    ]


def _built(copy: Copy, installed: int) -> int:
    """Return when the copy was made: uv links to what it built, maybe long before the installation."""
    there = _status(copy.installed)
    return min(installed, there.st_mtime_ns) if there else installed


def _emptied_since(copy: Copy, installed: int) -> bool:
    """Say whether a file was taken out of a folder of the source: else it never was in it."""
    folder = _status(copy.source.parent)
    return folder is not None and folder.st_mtime_ns > installed and _status(copy.installed) is not None


def _same(copy: Copy, there: os.stat_result) -> bool:
    """Say whether the content is the same; what cannot be read is another rule's to tell."""
    here = _status(copy.installed)
    if here is None or not (stat.S_ISREG(here.st_mode) and stat.S_ISREG(there.st_mode)):
        return True
    if here.st_size != there.st_size:
        return False
    from filecmp import cmp

    try:
        return cmp(copy.installed, copy.source, shallow=False)
    except OSError:
        return True


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None
