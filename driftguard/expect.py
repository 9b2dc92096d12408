"""What should be installed here: walk a lock for one selection and one interpreter.

The walk is uv's: once to learn which extras become active (a marker may ask for them), then
again to collect what is reached.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from driftguard.markers import holds, resolved_for
from driftguard.model import Edge, Lock, Locked, Selection, SourceKind, Unavailable
from driftguard.record import NamedTuple
from driftguard.selection import Label, selected


class Expected(NamedTuple):
    """A package that should be installed; `via` are the names that lead to it, the selected one first."""

    locked: Locked
    via: tuple[str, ...]

    @property
    def name(self) -> str:
        """The normalised name."""
        return self.locked.name


class Undecided(NamedTuple):
    """A package of which it cannot be said whether it should be installed."""

    name: str
    reason: str


class Expectation(NamedTuple):
    """What a selection of a lock asks for on one interpreter. Sorted by name; a name occurs once."""

    expected: tuple[Expected, ...]
    undecided: tuple[Undecided, ...] = ()


def expected(lock: Lock, selection: Selection, environment: Mapping[str, str]) -> Expectation:
    """Return what `selection` asks for under the marker variables `environment`.

    Raises UsageError as `selected` does.
    """
    return _Walk(lock, selected(lock, selection), environment).result(selection)


class Part(NamedTuple):
    """What has edges: a package, or an extra or a group of it. None: a workspace root that is no package."""

    package: Locked | None
    extra: str = ""
    group: str = ""


class Crossing(NamedTuple):
    """An edge to which the walk came, what its marker said, and which packages it led to."""

    part: Part
    edge: Edge
    held: bool | Unavailable
    to: tuple[Locked, ...]


class Trace(NamedTuple):
    """An expectation and the way to it: every edge the walk came to, in its order, which is breadth first.

    `found` are by name the packages that were reached; `doubtful` are the edges of the walk that took
    every undecided marker to hold, empty when there was none; `active` are, as uv's markers name them,
    the extras, groups and projects that were.
    """

    expectation: Expectation
    labels: tuple[Label, ...]
    found: Mapping[str, tuple[Locked, ...]]
    crossings: tuple[Crossing, ...]
    doubtful: tuple[Crossing, ...]
    active: frozenset[str]


def traced(lock: Lock, selection: Selection, environment: Mapping[str, str]) -> Trace:
    """Return what `expected` does, with the way to it. Raises UsageError as `selected` does."""
    walk = _Walk(lock, selected(lock, selection), environment, traced=True)
    crossings, active = tuple(walk.crossings), frozenset(walk.active)
    walk.crossings = []
    return Trace(
        expectation=walk.result(selection),
        labels=walk.labels,
        found={name: tuple(one.locked for one in packages) for name, packages in walk.found.items()},
        crossings=crossings,
        doubtful=tuple(walk.crossings),
        active=active,
    )


def reached(lock: Lock, labels: Iterable[Label], environment: Mapping[str, str]) -> dict[str, Locked]:
    """Return by name what the labels ask for, without looking at conflicts."""
    found = _Walk(lock, tuple(labels), environment).found
    return {name: packages[0].locked for name, packages in found.items()}


Step = tuple[Locked, str, tuple[str, ...]]
"""A package, the extra of it that is asked for (empty: itself), and the names that lead to it."""

LONGEST_WAY = 4
"""Names of a way that are kept, the last ones."""


class _Walk:
    """Breadth-first walks from the selected labels; `found` holds, by name, what is certainly reached."""

    def __init__(
        self,
        lock: Lock,
        labels: tuple[Label, ...],
        environment: Mapping[str, str],
        *,
        traced: bool = False,
    ) -> None:
        self.lock = lock
        self.traced = traced
        self.crossings: list[Crossing] = []
        self.labels = labels
        self.environment = resolved_for(lock.format, environment)
        self.by_name: dict[str, list[Locked]] = {}
        for package in lock.packages:
            self.by_name.setdefault(package.name, []).append(package)
        self.active = {_encoded(label) for label in labels}
        self.doubts: dict[str, str] = {}
        self.doubts_hold = False
        if lock.conflicts:
            self._follow()
        self.found = self._follow()

    def result(self, selection: Selection) -> Expectation:
        """Return what was reached, as the selection wants it installed."""
        left_out = _left_out(self.lock, selection)
        expected = []
        undecided = list(self._undecided())
        for name, packages in sorted(self.found.items()):
            if len(packages) > 1:
                versions = " and ".join(str(package.locked.version) for package in packages)
                undecided.append(Undecided(name=name, reason=f"the lock asks for {versions} at once"))
            elif packages[0].locked.origin.kind is not SourceKind.VIRTUAL and name not in left_out:
                expected.append(_as_installed(packages[0], selection))
        return Expectation(expected=tuple(expected), undecided=tuple(undecided))

    def _undecided(self) -> Iterator[Undecided]:
        """Walk once more as if every doubtful marker held: what only then is reached is undecided."""
        if not self.doubts:
            return
        reasons = dict(self.doubts)
        self.doubts_hold = True
        for name, packages in sorted(self._follow().items()):
            if name not in self.found:
                doubtful = next((parent for parent in packages[0].via if parent in reasons), name)
                yield Undecided(name=name, reason=reasons.get(doubtful, "it depends on what is not known"))

    def _follow(self) -> dict[str, list[Expected]]:
        found: dict[str, list[Expected]] = {}
        seen: set[tuple[int, str]] = set()
        self.crossings = []
        queue = deque(self._roots())
        while queue:
            package, extra, via = queue.popleft()
            if (id(package), extra) in seen:
                continue
            seen.add((id(package), extra))
            if package.name and all(package is not other.locked for other in found.get(package.name, ())):
                found.setdefault(package.name, []).append(Expected(locked=package, via=via))
            edges = package.extras.get(extra, ()) if extra else package.edges
            further = (*via, package.name)[-LONGEST_WAY:] if package.name else via
            queue.extend(self._targets(Part(package, extra), edges, further))
        return found

    def _roots(self) -> Iterator[Step]:
        for label in self.labels:
            if label.group and not label.package:
                part = Part(None, group=label.group)
                yield from self._targets(part, self.lock.loose_groups[label.group], ())
            elif label.group:
                member = self.by_name[label.package][0]
                part = Part(member, group=label.group)
                via = (f"{member.name}:{label.group}",)
                yield from self._targets(part, member.groups[label.group], via)
            else:
                yield self.by_name[label.package][0], label.extra, ()
        if self.lock.root is None:
            yield from self._targets(Part(None), self.lock.loose, ())

    def _targets(self, part: Part, edges: Iterable[Edge], via: tuple[str, ...]) -> Iterator[Step]:
        for edge in edges:
            asked = [_encoded(Label(package=edge.name, extra=extra)) for extra in edge.extras]
            held = not edge.marker or self._decided(edge.marker, edge.name, asked)
            to: list[Locked] = []
            if self.doubts_hold if isinstance(held, Unavailable) else held:
                self.active.update(asked)
                to = self._matching(edge)
            if self.traced:
                self.crossings.append(Crossing(part, edge, held, tuple(to)))
            for package in to:
                yield package, "", via
                for extra in edge.extras:
                    yield package, extra, via

    def _matching(self, edge: Edge) -> list[Locked]:
        fitting = [package for package in self.by_name.get(edge.name, ()) if edge.fits(package)]
        if len(fitting) == 1:
            return fitting
        return [  # a name alone, of which the lock has several forks
            package
            for package in fitting
            if not package.markers or any(self._holds(marker, edge.name) for marker in package.markers)
        ]

    def _holds(self, marker: str, name: str) -> bool:
        decided = self._decided(marker, name)
        return self.doubts_hold if isinstance(decided, Unavailable) else decided

    def _decided(self, marker: str, name: str, asked: Iterable[str] = ()) -> bool | Unavailable:
        decided = holds(marker, self.environment, frozenset(self.active.union(asked)))
        if isinstance(decided, Unavailable):
            self.doubts.setdefault(name, decided.reason)
        return decided


def _left_out(lock: Lock, selection: Selection) -> set[str | None]:
    """Return what is expected, but not to be installed."""
    own = {_project(lock, selection)} if selection.no_install_project else set()
    members = lock.members if selection.no_install_workspace else ()
    return {*own, *members, *selection.no_install_packages}


def _project(lock: Lock, selection: Selection) -> str | None:
    """Return what `--no-install-project` leaves out; to uv several members, or all, are no project."""
    if len(selection.packages) == 1:
        return selection.packages[0]
    return None if selection.packages or selection.all_packages else lock.root


def _as_installed(package: Expected, selection: Selection) -> Expected:
    origin = package.locked.origin
    if selection.no_editable and origin.kind is SourceKind.EDITABLE:
        locked = package.locked._replace(origin=origin._replace(kind=SourceKind.DIRECTORY))
        return package._replace(locked=locked)
    return package


def _encoded(label: Label) -> str:
    """Return the name under which uv's markers ask whether `label` is selected."""
    length = len(label.package)
    if label.extra:
        return f"extra-{length}-{label.package}-{label.extra}"
    kind = f"group-{length}-{label.package}-{label.group}"
    return kind if label.group else f"project-{length}-{label.package}"
