"""Code that variables have loaded from elsewhere: by the loader (ld.so(8), dyld(1)), and as bytecode."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from driftguard.environment.host.folders import nearest
from driftguard.environment.reading import is_file, is_folder, resolved
from driftguard.host import BytecodeFolder, LibraryFolder, Preload

MOST_ENTRIES = 100
MOST_NAMES = 100_000

_PRELOADING = {
    "linux": (("LD_PRELOAD", r"[ :]+"), ("LD_AUDIT", r":+")),
    "darwin": (("DYLD_INSERT_LIBRARIES", r":+"),),
}
_SYSTEM = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")


def preloads(environ: Mapping[str, str], cwd: Path, system: str) -> Iterator[Preload]:
    """Yield the libraries that the loader of `system` (as in `sys.platform`) is told to load first."""
    for variable, between in _PRELOADING.get(system, ()):
        names = [name for name in re.split(between, environ.get(variable, "")) if name]
        for name in dict.fromkeys(names[:MOST_ENTRIES]):
            path = cwd / name
            if "/" not in name or "$" in name:  # looked for, or written with what only the loader knows
                yield Preload(variable, name)
            else:
                there, above = is_file(path), path.parent
                # In a folder like /tmp nobody changes what is another's, and anybody makes what is not there.
                exposed = _is_open(path) or (_is_open(above) and not (there and _is_sticky(above)))
                yield Preload(variable, name, there, exposed)


def library_path(text: str, cwd: Path, system: str) -> Iterator[LibraryFolder]:
    """Yield the folders of LD_LIBRARY_PATH that are there, each once, but for those of the system itself."""
    if not text or system != "linux":
        return
    folders = _system_folders()
    names = {name for folder in folders for name in _libraries(folder)}
    seen = {resolved(folder) for folder in folders}
    for entry in re.split("[:;]", text)[:MOST_ENTRIES]:
        folder = cwd / entry
        if is_folder(folder) and (real := resolved(str(folder))) not in seen:
            seen.add(real)
            hides = sorted(_libraries(real) & names)
            yield LibraryFolder(entry, folder, _is_open(folder), tuple(hides))


def bytecode(text: str, cwd: Path) -> BytecodeFolder | None:
    """Return the folder that PYTHONPYCACHEPREFIX names; in an open one anybody may make it."""
    if not text:
        return None
    folder = cwd / text
    there = nearest(folder)
    return BytecodeFolder(folder, there if _is_open(there) else None)


def _system_folders() -> list[str]:
    """Return the folders where the loader looks anyway, with those of Debian's architectures."""
    found = [folder for folder in _SYSTEM if is_folder(folder)]
    for folder in ("/lib", "/usr/lib"):
        try:
            found += [
                entry.path for entry in os.scandir(folder) if "-linux-" in entry.name and entry.is_dir()
            ]
        except OSError:
            continue
    return found


def _libraries(folder: str) -> set[str]:
    try:
        names = os.listdir(folder)[:MOST_NAMES]  # noqa: PTH208
    except OSError:
        return set()
    return {name for name in names if name.startswith("lib") and ".so" in name}


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _is_open(path: Path) -> bool:
    """Say whether any user may write."""
    return bool(_mode(path) & stat.S_IWOTH)


def _is_sticky(folder: Path) -> bool:
    """Say whether, in a folder that is open to all, each may still replace only what is his own."""
    return bool(_mode(folder) & stat.S_ISVTX)
