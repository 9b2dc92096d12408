"""The extension modules in a source tree: what an editable installation imports, and no RECORD lists.

Build folders (`build`, `dist`), hidden ones, and other environments are not entered, nor what no import could
reach. Editable installations whose modules lie elsewhere (meson-python's build folder) are not seen.
"""

import os
from collections.abc import Collection, Iterator
from itertools import islice

from driftguard.environment.native.file_lists import FALLBACK, PACKAGE, SharedObject
from driftguard.environment.native.module_names import NO_MODULE, is_package, named

MOST = 50_000
"""Entries beyond which a tree is not walked."""
_DEEPEST = 24
_NOT_SOURCE = frozenset(("build", "dist", "node_modules", "__pycache__", "site_packages"))


def modules(folder: str) -> tuple[list[SharedObject], bool]:
    """Return the extension modules below `folder`.

    False says that the tree was too large, and the rest of it was not looked at.
    """
    return _walked(folder, [""])


def of_packages(site: str, names: Collection[str]) -> tuple[list[SharedObject], bool]:
    """Return the extension modules of some packages and modules in `site`, else as `modules` does."""
    entries = _entries(site)
    beside = {file: entry for file, entry in entries.items() if file.partition(".")[0] in names}
    found, complete = _walked(site, [f"{name}/" for name in sorted(names) if name in entries])
    return [*_modules(site, "", beside), *found], complete


def _walked(folder: str, waiting: list[str]) -> tuple[list[SharedObject], bool]:
    found: list[SharedObject] = []
    seen = 0
    while waiting:
        place = waiting.pop()
        entries = _entries(f"{folder}{os.sep}{place}")
        seen += len(entries)
        if seen > MOST:
            return found, False
        found.extend(_modules(folder, place, entries))
        if place.count("/") < _DEEPEST and (not place or "pyvenv.cfg" not in entries):
            waiting += [f"{place}{name}/" for name in sorted(entries) if _is_entered(entries[name])]
    return found, True


def _entries(folder: str) -> dict[str, os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in islice(entries, MOST + 1)}
    except (OSError, ValueError):  # a path with a NUL
        return {}


def _modules(folder: str, place: str, entries: dict[str, os.DirEntry[str]]) -> Iterator[SharedObject]:
    for file in sorted(entries):
        module = named(f"{place}{file}")
        if module != NO_MODULE:
            stem = file.partition(".")[0]
            fallback = FALLBACK if f"{stem}.py" in entries else 0
            package = stem in entries and os.path.lexists(f"{folder}{os.sep}{place}{stem}/__init__.py")
            yield SharedObject(f"{place}{file}", *module, fallback | (PACKAGE if package else 0))


def _is_entered(entry: os.DirEntry[str]) -> bool:
    if entry.name in _NOT_SOURCE or not is_package(entry.name):
        return False
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
