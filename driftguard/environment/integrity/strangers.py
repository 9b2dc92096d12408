"""Files in a `site-packages` that no distribution recorded."""

import os
import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress

from driftguard.cache import Cache
from driftguard.environment import pth, stamps
from driftguard.environment.integrity import bytecode, legacy
from driftguard.environment.integrity.bytecode import Piece
from driftguard.environment.integrity.folders import entries, is_folder, walked
from driftguard.environment.integrity.kept import KeptListing
from driftguard.environment.integrity.ownership import Ownership
from driftguard.environment.reading import head, reason
from driftguard.integrity import Stranger, StrangerKind, Verified
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

MOST = 100
"""Files that are named of one entry."""
_TOP_LEVEL_LIMIT = 64 * 1024
_LIBRARIES = (".so", ".pyd", ".dylib", ".dll")
_PATHS = ("_virtualenv.pth", "easy-install.pth")
_NORMAL = frozenset((".lock", "README.txt", "_virtualenv.py", *_PATHS))
"""What the interpreter, its makers and installers leave in a `site-packages` and nobody records."""
_BYTECODE = re.compile(r".+\..+\.pyc(?:\.\d+)?\Z")
"""What interpreters, and tools that work on modules, write into `__pycache__`. A name with a dot in it cannot
be imported, be there a source or not; the number is that of a file which was not finished."""
_NORMAL_METADATA = frozenset(("INSTALLER", "REQUESTED"))
_WORST = (StrangerKind.SOURCELESS, StrangerKind.CODE, StrangerKind.PATH, StrangerKind.DATA)


class Listed(NamedTuple):
    """What listing a `site-packages` showed: what is nobody's, and bytecode that is run without its source.

    Of that no folder's state shows a header that was changed in place, which writers of bytecode do not do.
    `fault` is a clause on why that cannot be told.
    """

    strangers: Sequence[Stranger] = ()
    unchecked: Sequence[Piece] = ()
    fault: str = ""


def look(site: str, owned: Ownership, without: Sequence[Verified], tag: str, cache: Cache) -> Listed:
    """List a `site-packages`; `tag` is that of its interpreter's bytecode.

    `without` are the distributions in it that have no RECORD of use.
    """
    if silent := [one for one in without if legacy.is_silent(one)]:
        names = ", ".join(one.installed.name for one in silent[:3]) + (", …" if len(silent) > 3 else "")
        return Listed(fault=f"{len(silent)} of the distributions in `{site}` list no files ({names})")
    owned = legacy.with_lists(owned, without)
    told = {name for one in without for name in _supposed(one)}
    kept = KeptListing(site, f"{owned.digest} {sorted(told)} {tag}", cache)
    away = [_alone(path) for path in _leading_away(site) if path not in owned.owners]
    if (known := _loaded(kept.get())) is not None:
        return known._replace(strangers=[*known.strangers, *away])
    settled = stamps.settled_before()
    try:
        found, listed = _listed(site, owned, told)
        unchecked = bytecode.unchecked(listed, tag)
    except OSError as error:
        return Listed(fault=f"`{error.filename}` cannot be listed: {reason(error)}")
    kept.put(listed, [found, unchecked], settled)
    return Listed(found + away, unchecked)


def _leading_away(site: str) -> list[str]:
    """Return the `.pth` files of installers that lead to where nothing was installed from.

    What is in them shows in no folder's state, so they are looked at in every run.
    """
    there = [path for name in _PATHS if os.path.lexists(path := f"{site}{os.sep}{name}")]
    if not there:
        return []
    sources = [*_developed(site)]
    return [path for path in there if pth.elsewhere(path, sources)]


def _developed(site: str) -> Iterator[str]:
    """Yield the sources that setuptools' links lead to."""
    with suppress(OSError):
        for entry in entries(site):
            if entry.name.endswith(".egg-link"):
                first = head(entry.path, _TOP_LEVEL_LIMIT).partition(b"\n")[0]
                yield os.path.normpath(os.fsdecode(first.strip()))


def _loaded(rows: "list[Any] | None") -> Listed | None:
    if rows is None:
        return None
    try:
        strange, unchecked = rows
        return Listed(
            [
                Stranger(str(entry), StrangerKind(kind), bool(whole), int(files), tuple(map(str, paths)))
                for entry, kind, whole, files, paths in strange
            ],
            [Piece(str(path), str(source), int(level)) for path, source, level, _ in unchecked],
        )
    except (TypeError, ValueError):
        return None


def _supposed(one: Verified) -> Iterator[str]:
    """Yield what a distribution without a RECORD may have put into its `site-packages`.

    An entry is meant by its name, or by what that has before its first dot.
    """
    yield one.installed.path.name
    yield from legacy.entries(one)
    if one.untold:  # which links namespaces by a file of that name
        yield f"{one.installed.path.stem}-nspkg.pth"


def _listed(site: str, owned: Ownership, told: Container[str]) -> tuple[list[Stranger], dict[str, list[str]]]:
    """Return what is nobody's, and the folders, with their files, that were listed for it. Raises OSError."""
    listed: dict[str, list[str]] = {site: []}
    folders = owned.folders()
    found = []
    for entry in entries(site):
        if entry.name in _NORMAL or entry.name in told or entry.name.partition(".")[0] in told:
            continue
        if is_folder(entry):
            if entry.name.startswith("~"):  # which DG108 tells
                continue
            stranger = _below(entry.path, owned.owners, folders, listed)
        else:
            stranger = None if entry.path in owned.owners else _alone(entry.path)
        if stranger:
            found.append(stranger)
    return sorted(found), listed


def _alone(path: str) -> Stranger:
    return Stranger(path, _kind(path, frozenset()), whole=True, files=1, paths=(path,))


def _below(
    top: str, owned: Container[str], folders: Container[str], listed: dict[str, list[str]]
) -> Stranger | None:
    """Return what is nobody's in a folder, all of it in one."""
    paths: list[str] = []
    kinds: set[StrangerKind] = set()
    count = 0
    for folder, files in walked(top, listed):
        names = frozenset(files)
        strange = [
            name for name in files if f"{folder}{os.sep}{name}" not in owned and not _is_normal(name, folder)
        ]
        count += len(strange)
        paths += [f"{folder}{os.sep}{name}" for name in strange[: MOST - len(paths)]]
        kinds.update(_kind(f"{folder}{os.sep}{name}", names) for name in strange)
    if not count:
        return None
    worst = next(kind for kind in _WORST if kind in kinds)
    whole = top not in folders and os.path.basename(top) != bytecode.FOLDER  # noqa: PTH119
    return Stranger(top, worst, whole, count, tuple(sorted(paths)))


def _is_normal(name: str, folder: str) -> bool:
    if folder.endswith(f"{os.sep}{bytecode.FOLDER}"):
        return _BYTECODE.match(name) is not None
    return name in _NORMAL_METADATA and folder.endswith(".dist-info")


def _kind(path: str, beside: Container[str]) -> StrangerKind:
    name = os.path.basename(path)  # noqa: PTH119
    stem, _, suffix = name.rpartition(".")
    if suffix == "pyc":
        return StrangerKind.DATA if f"{stem}.py" in beside else StrangerKind.SOURCELESS
    is_code = suffix == "py" or name.endswith(_LIBRARIES) or name == "entry_points.txt"
    if is_code or os.path.islink(path):  # noqa: PTH114 - a link may lead to a package
        return StrangerKind.CODE
    return StrangerKind.PATH if suffix == "pth" else StrangerKind.DATA
