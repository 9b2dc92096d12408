"""Hold what is installed against the wheels whose hashes are locked, which nobody can rewrite."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from driftguard.environment.integrity import hashing, wheelhouse
from driftguard.environment.integrity.records import Record
from driftguard.environment.integrity.wheel import UNREADABLE, Layout, Member, Wheel, content_digest
from driftguard.environment.reading import reason
from driftguard.integrity import Altered, Anchored, LockedWheel, Unanchored, Verified
from driftguard.model import Environment, Installed, Locked, SourceKind
from driftguard.record import NamedTuple

_MADE = (
    *("INSTALLER", "REQUESTED", "RECORD", "RECORD.jws", "RECORD.p7s"),
    *("direct_url.json", "provenance_url.json", "uv_build.json", "uv_cache.json"),
)
"""What installers add to the metadata folder."""


class Anchors(NamedTuple):
    """What is to be held against: what is locked of each installed name, its wheels, and where to look."""

    locked: Mapping[str, Locked]
    wheels: Mapping[tuple[str, str], tuple[LockedWheel, ...]]
    folders: tuple[Path, ...]


Book = tuple[Installed, Record, Verified]


def held(
    books: Sequence[Book], anchors: Anchors, there: Environment, environ: Mapping[str, str]
) -> tuple[tuple[Anchored, ...], tuple[Unanchored, ...]]:
    """Return what became of each distribution that has a RECORD."""
    wanted = {one.name: _fitting(one, anchors) for one, _, _ in books}
    asked = [wheel for wheels in wanted.values() if not isinstance(wheels, Unanchored) for wheel in wheels]
    paths = wheelhouse.found(asked, anchors.folders, environ)
    outcomes = [_outcome(book, wanted[book[0].name], paths, there) for book in books]
    return (
        tuple(one for one in outcomes if isinstance(one, Anchored)),
        tuple(one for one in outcomes if isinstance(one, Unanchored)),
    )


def bare(one: Installed, anchors: Anchors) -> Unanchored:
    """Return what becomes of a distribution whose files nobody can tell."""
    wanted = _fitting(one, anchors)
    if isinstance(wanted, Unanchored):
        return wanted
    return Unanchored(one.name, "it has no RECORD of use", wanting=True)


def _fitting(one: Installed, anchors: Anchors) -> Unanchored | list[LockedWheel]:
    """Return the locked wheels that this distribution can have been installed from."""
    locked = anchors.locked.get(one.name)
    if locked is None:
        return Unanchored(one.name, "not locked")
    if locked.origin.kind not in (SourceKind.REGISTRY, SourceKind.URL, SourceKind.PATH):
        return Unanchored(one.name, "built from source here")
    wheels = anchors.wheels.get((one.name, locked.version or ""), ())
    if not wheels:
        return Unanchored(one.name, "no hash of a wheel is locked")
    fitting = [wheel for wheel in wheels if not wheel.file or _tags(wheel.file) & {*one.tags}]
    return fitting or Unanchored(one.name, "none of the locked wheels has its tags", wanting=True)


def _tags(file: str) -> set[str]:
    """Return the tags that the name of a wheel stands for."""
    parts = file.removesuffix(".whl").split("-")[-3:]
    if len(parts) < 3:
        return set()
    pythons, abis, platforms = (part.split(".") for part in parts)
    return {f"{python}-{abi}-{system}" for python in pythons for abi in abis for system in platforms}


def _outcome(
    book: Book, wanted: Unanchored | list[LockedWheel], paths: Mapping[str, str], there: Environment
) -> Anchored | Unanchored:
    if isinstance(wanted, Unanchored):
        return wanted
    name = book[0].name
    path = next((paths[wheel.sha256] for wheel in wanted if wheel.sha256 in paths), "")
    if not path:
        return Unanchored(name, "its wheel is neither in a wheelhouse nor in pip's cache", wanting=True)
    try:
        wheel = Wheel(path)
        try:
            return _compared(book, wheel, there)
        finally:
            wheel.close()
    except UNREADABLE as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        return Unanchored(name, f"`{path}` cannot be read as a wheel: {why}", wanting=True)


def _compared(book: Book, wheel: Wheel, there: Environment) -> Anchored:
    """Compare a distribution with its wheel; what is not as RECORD has it is told already."""
    one, record, told = book
    layout = Layout(str(one.path.parent), str(there.interpreter.executable.parent), str(there.root))
    recorded = dict(zip(record.paths, record.digests, strict=True))
    known = {*(each.path for each in told.changed), *told.missing}
    members = list(wheel.members(layout))
    doubtful = [each for each in members if recorded.get(each.path) != each.digest and each.path not in known]
    changed, missing = [], []
    for each in doubtful:
        if not os.path.lexists(each.path):
            missing.append(each.path)
        elif altered := _altered(each, wheel, layout):
            changed.append(altered)
    added = _added(record.paths, {each.path for each in members}, wheel, layout, one)
    return Anchored(one, wheel.path, tuple(changed), tuple(missing), added)


def _altered(member: Member, wheel: Wheel, layout: Layout) -> Altered | None:
    """Return how a file differs from the wheel's own, whatever the two RECORDs say of it."""
    algorithm, _, digest = member.digest.partition("=")
    if algorithm not in hashing.ALGORITHMS:
        algorithm, digest = "sha256", ""
    found = _digest(member.path, algorithm)
    if found == digest:
        return None
    if found == (own := wheel.digest(member.name, algorithm)):
        return None
    if member.path.startswith(layout.scripts) and wheel.is_python_script(member.name):
        rest = wheel.digest(member.name, algorithm, after_first_line=True)
        if rest == _digest(member.path, algorithm, after_first_line=True):
            return None
    return Altered(member.path, f"{algorithm} {own[:12]}… in the wheel", f"{algorithm} {found[:12]}…")


def _digest(path: str, algorithm: str, *, after_first_line: bool = False) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116
        if not hashing.is_regular(status):
            return "none, not a file"
        with open(path, "rb") as stream:  # noqa: PTH123
            return content_digest(stream, algorithm, after_first_line=after_first_line)
    except (OSError, ValueError):
        return "none, unreadable"


def _added(
    paths: Iterable[str], brought: set[str], wheel: Wheel, layout: Layout, one: Installed
) -> tuple[str, ...]:
    """Return the recorded files that neither the wheel brought nor an installer makes."""
    made = {f"{one.path}{os.sep}{name}" for name in _MADE}
    scripts, headers = wheel.scripts(), wheel.has_headers()
    include = f"{layout.root.rstrip(os.sep)}{os.sep}include{os.sep}"

    def expected(path: str) -> bool:
        name = os.path.basename(path)  # noqa: PTH119
        if os.path.dirname(path) == layout.scripts:  # noqa: PTH120
            # pip makes `pip3` and `pip3.11` too, and on Windows there are suffixes.
            stem = name.removesuffix(".exe").removesuffix("-script.py").removesuffix("-script.pyw")
            return stem in scripts or stem.rstrip("0123456789.") in {
                each.rstrip("0123456789.") for each in scripts
            }
        if path.endswith(".pyc"):
            # Beside its source it is bytecode, elsewhere it is a module of its own.
            return os.path.basename(os.path.dirname(path)) == "__pycache__"  # noqa: PTH119, PTH120
        return path in made or (headers and path.startswith(include))

    return tuple(path for path in paths if path not in brought and not expected(path))
