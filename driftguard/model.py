"""The nouns: frozen values with names already normalised.

Names follow PEP 503 (normalisation), PEP 508 (markers, extras), PEP 610 (direct URLs),
PEP 425 (tags) and PEP 735 (dependency groups).
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

_SEPARATORS = re.compile(r"[-_.]+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")


def normalized(name: str) -> str:
    """Return `name` as PEP 503 compares it: lower case, runs of `-_.` as one `-`."""
    return _SEPARATORS.sub("-", name).lower()


def is_name(text: str) -> bool:
    """Say whether `text` is a valid distribution, extra or group name (PEP 508)."""
    return _NAME.match(text) is not None


class Unavailable(NamedTuple):
    """A fact that could not be had, and why, in one clause."""

    reason: str


class SourceKind(StrEnum):
    """Where a distribution comes from."""

    REGISTRY = "registry"
    GIT = "git"
    URL = "url"
    PATH = "path"
    DIRECTORY = "directory"
    EDITABLE = "editable"
    VIRTUAL = "virtual"


LOCAL = (SourceKind.PATH, SourceKind.DIRECTORY, SourceKind.EDITABLE)
"""What is installed from this machine's disk."""


class Origin(NamedTuple):
    """Where a distribution comes from, in the terms of PEP 610.

    `location` is the index, repository or archive URL, or an absolute path; `revision` is what was
    asked of the repository (branch, tag), `commit` what that was.
    """

    kind: SourceKind
    location: str = ""
    commit: str = ""
    revision: str = ""
    subdirectory: str = ""


_KINDS = {kind.value: kind for kind in SourceKind}


def origin_of(row: "list[Any]") -> Origin:
    """Return the origin that stands in JSON as the list of its fields.

    Raises KeyError, TypeError and ValueError for another list.
    """
    kind, *rest = row
    return Origin(_KINDS[kind], *rest)


FROM_INDEX = Origin(kind=SourceKind.REGISTRY)
"""Where an installed distribution comes from that does not say: from an index, nobody wrote down which."""


class Place(NamedTuple):
    """Where something stands in a file: `line` is 1-based, 0 when unknown."""

    path: Path
    line: int = 0


class Edge(NamedTuple):
    """One dependency of a locked package; `version` and `origin` tell which, where the name does not."""

    name: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    version: str | None = None
    origin: Origin | None = None

    def fits(self, target: "Locked") -> bool:
        """Say whether the edge can lead to `target`, a package of its name."""
        return (self.version is None or self.version == target.version) and (
            self.origin is None or self.origin == target.origin
        )


NO_EDGES: Mapping[str, tuple[Edge, ...]] = MappingProxyType({})


class Locked(NamedTuple):
    """One package of a lock. `version` is None where it is dynamic, or where a requirement is not a pin."""

    name: str
    version: str | None
    origin: Origin
    place: Place
    edges: tuple[Edge, ...] = ()
    extras: Mapping[str, tuple[Edge, ...]] = NO_EDGES
    groups: Mapping[str, tuple[Edge, ...]] = NO_EDGES
    default_groups: tuple[str, ...] | None = None
    markers: tuple[str, ...] = ()
    """Forks (`resolution-markers`) that this package belongs to; any of them. Empty: all."""

    def all_edges(self) -> Iterator[Edge]:
        """Return its edges with those of its extras and groups."""
        yield from self.edges
        for edges in (*self.extras.values(), *self.groups.values()):
            yield from edges


class ConflictItem(NamedTuple):
    """One member of a set of which at most one may be selected: an extra, a group, or the project itself."""

    package: str
    extra: str = ""
    group: str = ""


class Declaration(NamedTuple):
    """A requirement that does not say exactly what to install. `line` and `column` are 1-based.

    `problem` is a clause such as `has no version`; `loose` says whether a pin would settle it, and
    `pin` is the requirement as it should stand, where a lock or an environment tells.
    """

    name: str
    text: str
    path: Path
    line: int
    column: int
    problem: str
    loose: bool = True
    pin: str = ""


class Excuse(NamedTuple):
    """A comment that accepts, for a reason, what rules or families (`DG2`) say of its line."""

    path: Path
    line: int
    codes: tuple[str, ...]
    reason: str


class LockFormat(StrEnum):
    """The formats of `locks/`."""

    UV = "uv.lock"
    REQUIREMENTS = "requirements"


class Lock(NamedTuple):
    """What should be installed, for every target and selection at once: a graph.

    `members` names the packages that may be selected (a workspace's members, or the one unnamed
    root of a requirements file); `root` the one selected where nothing else is said, None in a
    workspace without a root project.
    """

    path: Path
    format: LockFormat
    packages: tuple[Locked, ...]
    members: tuple[str, ...]
    root: str | None
    requires_python: str = ""
    supported_markers: tuple[str, ...] = ()
    conflicts: tuple[tuple[ConflictItem, ...], ...] = ()
    overrides: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    loose: tuple[Edge, ...] = ()
    """Requirements and groups of a workspace root that is not a package itself."""
    loose_groups: Mapping[str, tuple[Edge, ...]] = NO_EDGES
    """Groups of that root, by name."""
    default_groups: tuple[str, ...] | None = None
    """Those of them that are selected unasked, where the lock says so."""
    unpinned: tuple[Declaration, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    notes: tuple[str, ...] = ()

    def asked_extras(self) -> dict[str, tuple[str, ...]]:
        """Return the extras that any edge asks for, by package."""
        asked: dict[str, tuple[str, ...]] = {}
        for edge in (edge for package in self.packages for edge in package.all_edges() if edge.extras):
            asked[edge.name] = tuple(dict.fromkeys((*asked.get(edge.name, ()), *edge.extras)))
        return asked


class Selection(NamedTuple):
    """Which part of a lock should be installed, in the words of `uv sync`. Names are normalised."""

    packages: tuple[str, ...] = ()
    all_packages: bool = False
    extras: tuple[str, ...] = ()
    no_extras: tuple[str, ...] = ()
    all_extras: bool = False
    groups: tuple[str, ...] = ()
    no_groups: tuple[str, ...] = ()
    only_groups: tuple[str, ...] = ()
    default_groups: tuple[str, ...] | None = None
    """The groups of the current project that are selected unasked; None where only the lock can tell."""
    dev_by_name: bool = False
    """Whether `dev` stands there by that name, and not as `--dev`, for which no such group has to exist."""
    all_groups: bool = False
    no_default_groups: bool = False
    no_install_project: bool = False
    no_install_workspace: bool = False
    no_install_packages: tuple[str, ...] = ()
    no_editable: bool = False


class Interpreter(NamedTuple):
    """The interpreter of the judged environment.

    `markers` holds the variables of PEP 508 that are known; `tags` the wheel tags it accepts
    (PEP 425, `py3-none-any`); `asked` says whether it was run to learn this. `extension_suffixes` are those
    of extension modules (`.abi3.so`) in the order in which it tries them, empty where it was not asked.
    """

    executable: Path
    prefix: Path
    version: str
    implementation: str
    markers: Mapping[str, str]
    tags: frozenset[str] | Unavailable
    site_packages: tuple[Path, ...]
    inherited_site_packages: tuple[Path, ...] = ()
    asked: bool = True
    extension_suffixes: tuple[str, ...] = ()
    free_threaded: bool = False


class Installed(NamedTuple):
    """One distribution as it lies in an environment.

    `path` is its `.dist-info`, `.egg-info` or `.egg-link`. What could not be read is None or empty
    and told in `faults`; `name` then comes from the folder. `requires` are the `Requires-Dist`
    lines as written, `optional` those that only an extra asks for, `tags` the `Tag` lines with compressed
    sets (`py2.py3-none-any`) written out.
    """

    name: str
    version: str | None
    path: Path
    origin: Origin | None = None
    installer: str = ""
    requested: bool = False
    recorded: bool = True
    """Whether a RECORD is there, without which no installer can remove it."""
    requires: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    requires_python: str = ""
    tags: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Environment(NamedTuple):
    """What is installed. `inherited` comes from the base interpreter's site-packages.

    `created_by_uv` and `seeded` are what `pyvenv.cfg` says; `virtual` is False for a system
    interpreter; `leftovers` are folders beginning with `~`, which an interrupted pip leaves behind;
    `unseen` tells what could not be looked at, in clauses that name it.
    """

    root: Path
    interpreter: Interpreter
    installed: tuple[Installed, ...]
    inherited: tuple[Installed, ...] = ()
    leftovers: tuple[Path, ...] = ()
    virtual: bool = True
    created_by_uv: bool = False
    seeded: bool = False
    notes: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


class PendingChange(NamedTuple):
    """What `uv lock --upgrade` would change; `locked` is empty for an addition, `available` for a removal."""

    name: str
    locked: str
    available: str


class Vulnerability(NamedTuple):
    """What an advisory service says of one locked package.

    `identifier` is empty when the package could not be audited; `skipped` then says why.
    """

    name: str
    version: str
    identifier: str = ""
    aliases: tuple[str, ...] = ()
    fixed_in: tuple[str, ...] = ()
    summary: str = ""
    skipped: str = ""


class SourceChange(NamedTuple):
    """One way in which a local source is no longer what was installed of it.

    `what` is a file or a property, `now` and `was` clauses with both values (`changed 12:00`, `as of 11:00`).
    What is not `certain` may have been so from the start.
    """

    what: str
    now: str
    was: str
    path: Path
    certain: bool = True


class SourceState(NamedTuple):
    """What is known of the source of an installed local package, and of its changes since.

    `recorded` says whether the installer noted which state of the source it took; uv does. `uncompared` is a
    clause on what was too much to be compared.
    """

    name: str
    path: Path
    installer: str
    changes: tuple[SourceChange, ...] = ()
    recorded: bool = True
    uncompared: str = ""
