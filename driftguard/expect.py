"""What should be installed here: walk a lock for one selection and one interpreter.

The walk is uv's: once to learn which extras become active (a marker may ask for them), then
again to collect what is reached.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from driftguard.markers import holds
from driftguard.model import Edge, Lock, Locked, Selection, SourceKind, Unavailable
from driftguard.selection import Label, selected


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A package that should be installed; `via` are the names that lead to it, the selected one first."""

    locked: Locked
    via: tuple[str, ...]

    @property
    def name(self) -> str:
        """The normalised name."""
        return self.locked.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A package of which it cannot be said whether it should be installed."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a selection of a lock asks for on one interpreter. Sorted by name; a name occurs once."""

    expected: tuple[Expected, ...]
    undecided: tuple[Undecided, ...] = ()


def expected(lock: Lock, selection: Selection, environment: Mapping[str, str]) -> Expectation:
    """Return what `selection` asks for under the marker variables `environment`.

    Raises UsageError as `selected` does.
    """
    return _Walk(lock, selected(lock, selection), environment).result(selection)


def reached(lock: Lock, labels: Iterable[Label], environment: Mapping[str, str]) -> dict[str, Locked]:
    """Return by name what the labels ask for, without looking at conflicts."""
    found = _Walk(lock, tuple(labels), environment).found
    return {name: packages[0].locked for name, packages in found.items()}


class _Walk:
    """One breadth-first walk; `found` holds, by name, what it reached."""

    def __init__(self, lock: Lock, labels: tuple[Label, ...], environment: Mapping[str, str]) -> None:
        self.lock = lock
        self.labels = labels
        self.environment = environment
        self.undecided: dict[str, str] = {}
        self.by_name: dict[str, list[Locked]] = {}
        for package in lock.packages:
            self.by_name.setdefault(package.name, []).append(package)
        self.active = {_encoded(label) for label in labels}
        if lock.conflicts:
            self._follow()
        self.found = self._follow()

    def result(self, selection: Selection) -> Expectation:
        """Return what was reached, as the selection wants it installed."""
        own = {label.package for label in self.labels} if selection.no_install_project else set()
        expected = []
        undecided = list(self._undecided())
        for name, packages in sorted(self.found.items()):
            if len(packages) > 1:
                versions = " and ".join(str(package.locked.version) for package in packages)
                undecided.append(Undecided(name=name, reason=f"the lock asks for {versions} at once"))
            elif packages[0].locked.origin.kind is not SourceKind.VIRTUAL and name not in own:
                expected.append(_as_installed(packages[0], selection))
        return Expectation(expected=tuple(expected), undecided=tuple(undecided))

    def _undecided(self) -> Iterator[Undecided]:
        if self.undecided:
            reasons = dict(self.undecided)
            for name, packages in sorted(self._follow(undecided_holds=True).items()):
                if name not in self.found:
                    doubtful = next((parent for parent in packages[0].via if parent in reasons), name)
                    yield Undecided(
                        name=name, reason=reasons.get(doubtful, "it depends on what is not known")
                    )

    def _follow(self, *, undecided_holds: bool = False) -> dict[str, list[Expected]]:
        found: dict[str, list[Expected]] = {}
        seen: set[tuple[int, str]] = set()
        queue = deque(self._roots(undecided_holds=undecided_holds))
        while queue:
            package, extra, via = queue.popleft()
            if (id(package), extra) in seen:
                continue
            seen.add((id(package), extra))
            self._note(found, package, via)
            edges = package.extras.get(extra, ()) if extra else package.edges
            along = (*via, package.name) if package.name else via
            queue.extend(self._targets(edges, along, undecided_holds=undecided_holds))
        return found

    def _roots(self, *, undecided_holds: bool) -> Iterator[tuple[Locked, str, tuple[str, ...]]]:
        for label in self.labels:
            if label.group and not label.package:
                yield from self._targets(
                    self.lock.loose_groups[label.group], (), undecided_holds=undecided_holds
                )
                continue
            member = self.by_name[label.package][0]
            if label.group:
                yield from self._targets(
                    member.groups[label.group],
                    (f"{member.name}:{label.group}",),
                    undecided_holds=undecided_holds,
                )
            else:
                yield member, label.extra, ()
        if self.lock.root is None:
            yield from self._targets(self.lock.loose, (), undecided_holds=undecided_holds)

    def _targets(
        self, edges: Iterable[Edge], via: tuple[str, ...], *, undecided_holds: bool
    ) -> Iterator[tuple[Locked, str, tuple[str, ...]]]:
        for edge in edges:
            asked = {_encoded(Label(package=edge.name, extra=extra)) for extra in edge.extras}
            decided = holds(edge.marker, self.environment, frozenset(self.active | asked))
            if isinstance(decided, Unavailable):
                self.undecided.setdefault(edge.name, decided.reason)
                decided = undecided_holds
            if decided:
                self.active |= asked
                for package in self._matching(edge):
                    yield package, "", via
                    yield from ((package, extra, via) for extra in edge.extras)

    def _matching(self, edge: Edge) -> Iterator[Locked]:
        named = self.by_name.get(edge.name, ())
        for package in named:
            if edge.version is not None and package.version != edge.version:
                continue
            if edge.origin is not None and package.origin != edge.origin:
                continue
            if len(named) > 1 and edge.version is None and edge.origin is None and not self._in_fork(package):
                continue
            yield package

    def _in_fork(self, package: Locked) -> bool:
        return not package.markers or any(
            holds(marker, self.environment, frozenset(self.active)) is True for marker in package.markers
        )

    @staticmethod
    def _note(found: dict[str, list[Expected]], package: Locked, via: tuple[str, ...]) -> None:
        if package.name and all(package is not other.locked for other in found.get(package.name, ())):
            found.setdefault(package.name, []).append(Expected(locked=package, via=via))


def _as_installed(package: Expected, selection: Selection) -> Expected:
    origin = package.locked.origin
    if selection.no_editable and origin.kind is SourceKind.EDITABLE:
        locked = replace(package.locked, origin=replace(origin, kind=SourceKind.DIRECTORY))
        return replace(package, locked=locked)
    return package


def _encoded(label: Label) -> str:
    """Return the name under which uv's markers ask whether `label` is selected."""
    length = len(label.package)
    if label.extra:
        return f"extra-{length}-{label.package}-{label.extra}"
    return (
        f"group-{length}-{label.package}-{label.group}"
        if label.group
        else f"project-{length}-{label.package}"
    )
