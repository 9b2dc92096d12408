"""Why each package of a lock is expected, or is not: read off the way that the walk took."""

import shlex
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice

from driftguard import clauses
from driftguard.expect import Crossing, Part, Trace
from driftguard.markers import holds, resolved_for
from driftguard.model import ConflictItem, Lock, Locked, Selection, SourceKind, Unavailable
from driftguard.record import NamedTuple
from driftguard.selection import Label
from driftguard.ways import Arc, Ways, arcs, node

MOST = 8
"""Reasons that are told of one package."""
FARTHEST = 1_000
"""Packages over which a way to an unexpected one is looked for; no real lock comes near."""


class Kind(StrEnum):
    """What a reason rests on."""

    PATH = "path"
    """It is selected, or edges whose markers hold lead to it."""
    MARKER = "marker"
    """The marker of an edge is false here."""
    FORK = "fork"
    """The edge leads to another package of this name here."""
    EXTRA = "extra"
    """It belongs to an extra that is not selected."""
    GROUP = "group"
    """It belongs to a dependency group that is not selected."""
    MEMBER = "member"
    """It belongs to a workspace member that is not selected."""
    NOT_INSTALLED = "not-installed"
    """It is selected, but nothing of it is to be installed."""
    UNREACHABLE = "unreachable"
    """No edge leads to it."""
    UNKNOWN = "unknown"
    """It hangs on what is not known."""


class Reason(NamedTuple):
    """One reason.

    `path` are the names from what is selected to where the walk came, `beyond` those that would follow up to
    the package; `markers` those that held on the path, or that stopped it there; `option` would select it;
    `text` says in one clause what decided, empty on a way without markers.
    """

    kind: Kind
    path: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    option: str = ""
    text: str = ""


class Explained(NamedTuple):
    """A package of the lock: `expected` is None where that could not be decided.

    `because` are the nearest reasons, at most MOST; `more` says that there are others.
    """

    locked: Locked
    expected: bool | None
    because: tuple[Reason, ...]
    more: bool = False


def explain(
    lock: Lock, selection: Selection, trace: Trace, environment: Mapping[str, str]
) -> list[Explained]:
    """Return every package that the lock names, sorted by name, with its reasons, the nearest first."""
    reasons = _Reasons(lock, selection, trace, environment)
    named = (package for package in lock.packages if package.name)
    return [reasons.explained(one) for one in sorted(named, key=lambda one: (one.name, one.version or ""))]


class _Gap(NamedTuple):
    """A part that was not reached, what follows up to the package, and a marker on that way that is false."""

    part: Part
    name: str
    further: "_Gap | None" = None
    marker: str = ""

    @property
    def beyond(self) -> tuple[str, ...]:
        """The names from here to the package."""
        names = [self.name]
        further = self.further
        while further is not None:
            names.append(further.name)
            further = further.further
        return tuple(names)


class _Reasons:
    """The reasons of one walk."""

    def __init__(
        self, lock: Lock, selection: Selection, trace: Trace, environment: Mapping[str, str]
    ) -> None:
        self.lock = lock
        self.selection = selection
        self.trace = trace
        self.environment = resolved_for(lock.format, environment)
        self.ways = Ways(lock, trace.labels, trace.crossings)
        self.doubtful = Ways(lock, trace.labels, trace.doubtful)
        self.expected = {one.name for one in trace.expectation.expected}
        self.undecided = {one.name: one.reason for one in trace.expectation.undecided}
        self.supported = {clause for one in lock.supported_markers for clause in clauses.alternatives(one)}
        self.told: dict[str, str] = {}
        self.false: dict[str, bool] = {}
        self.arcs = arcs(lock, trace.crossings)

    def explained(self, package: Locked) -> Explained:
        found = any(package is other for other in self.trace.found.get(package.name, ()))
        verdict: bool | None = found and package.name in self.expected
        if package.name in self.undecided and (found or self.doubtful.reach(Part(package))):
            verdict, because = None, self._doubts(package, self.ways if found else self.doubtful)
        elif verdict:
            because = self._leads(package)
        elif found:
            because = self._not_installed(package)
        else:
            because = self._stops(package)
        reasons = tuple(islice(because, MOST + 1))
        return Explained(locked=package, expected=verdict, because=reasons[:MOST], more=len(reasons) > MOST)

    def _leads(self, package: Locked) -> Iterator[Reason]:
        """Return the shortest way by each edge that leads to an expected package, the shortest first."""
        last = self.ways.last(Part(package))
        if last is None:
            yield Reason(kind=Kind.PATH, path=(package.name,), text="is selected")
        ends = [arc.crossing for arc in self.arcs.get(node(Part(package)), ()) if arc.crossing]
        ends = [end for end in ends if any(package is one for one in end.to)]
        for end in sorted(ends, key=lambda end: (end is not last, self.ways.rank(end.part))):
            way = (*self.ways.to(end.part), end)
            if any(crossing.part.package is package for crossing in way):
                continue  # round in a circle
            markers = tuple(dict.fromkeys(one.edge.marker for one in way if one.edge.marker))
            path = (*self._names(self.ways, end.part), _with_extras(end.edge.name, end.edge.extras))
            yield Reason(kind=Kind.PATH, path=path, markers=markers, text=self._where(markers))

    def _doubts(self, package: Locked, ways: Ways) -> Iterator[Reason]:
        """Return the way that is not certain, with the markers on it that could not be decided."""
        way = ways.to(Part(package))
        doubtful = (one.edge.marker for one in way if isinstance(one.held, Unavailable))
        yield Reason(
            kind=Kind.UNKNOWN,
            path=self._names(ways, Part(package)),
            markers=tuple(dict.fromkeys(doubtful)),
            text=self.undecided[package.name],
        )

    def _not_installed(self, package: Locked) -> Iterator[Reason]:
        virtual = package.origin.kind is SourceKind.VIRTUAL
        text = "virtual: there is nothing to install" if virtual else f"left out by {self._option(package)}"
        yield Reason(kind=Kind.NOT_INSTALLED, path=self._names(self.ways, Part(package)), text=text)

    def _option(self, package: Locked) -> str:
        if package.name in self.selection.no_install_packages:
            return "--no-install-package"
        return f"--no-install-{'workspace' if self.selection.no_install_workspace else 'project'}"

    def _stops(self, package: Locked) -> Iterator[Reason]:
        """Return where the ways to an unexpected package end, going backwards over what was not reached."""
        queue: deque[_Gap] = deque([_Gap(Part(package), package.name)])
        seen = {node(Part(package))}
        stopped: set[int] = set()
        told = False
        while queue and len(seen) <= FARTHEST:
            gap = queue.popleft()
            arcs = self.arcs.get(node(gap.part), [])
            for reason in self._dead_ends(gap, arcs):
                told = True
                yield self._also(reason, gap.marker)
            for arc in arcs:
                if arc.crossing and id(arc.crossing) not in stopped:
                    told = True
                    stopped.add(id(arc.crossing))
                    stop = self._stopped(arc.crossing, gap.part.package or package, gap.beyond)
                    yield self._also(stop, gap.marker)
                elif not arc.crossing and node(arc.part) not in seen:
                    seen.add(node(arc.part))
                    false = gap.marker or self._false(arc.edge.marker)
                    queue.append(_Gap(arc.part, self._name(arc.part), gap, false))
        if not told:
            near = " near it" if queue else ""
            text = f"nothing{near} that can be selected leads to it"
            yield Reason(kind=Kind.UNREACHABLE, beyond=(package.name,), text=text)

    def _also(self, reason: Reason, marker: str) -> Reason:
        """Add that `marker`, further on this way, is false as well."""
        if not marker:
            return reason
        text = f"{reason.text}, and only where {self._readable(marker)}"
        return reason._replace(text=text, markers=(*reason.markers, marker), option="")

    def _false(self, marker: str) -> str:
        """Return `marker` if it is false here whatever is selected, else nothing."""
        if marker not in self.false:
            favoured = clauses.favoured(clauses.possible(marker, self.lock.conflicts))
            self.false[marker] = holds(favoured, self.environment) is False
        return marker if self.false[marker] else ""

    def _dead_ends(self, gap: _Gap, arcs: Sequence[Arc]) -> Iterator[Reason]:
        """Say why a part that was not reached is not where the walk begins."""
        package, extra, group = gap.part
        if group:
            text, option = self._left_out("group", group, self.selection.no_groups)
            yield self._unselected(Kind.GROUP, gap, text, option)
        elif package is not None and package.name in self.lock.members:
            if extra:
                text, option = self._left_out("extra", extra, self.selection.no_extras)
                yield self._unselected(Kind.EXTRA, gap, text, option)
            elif self.selection.only_groups:
                text = f"member `{package.name}` is left out by --only-group"
                yield self._unselected(Kind.MEMBER, gap, text, "")
            else:
                text = f"member `{package.name}` is not selected"
                yield self._unselected(Kind.MEMBER, gap, text, f"--package {shlex.quote(package.name)}")
        elif not arcs:
            text = f"nothing asks for {gap.name if gap.further else 'it'}"
            yield Reason(kind=Kind.UNREACHABLE, beyond=gap.beyond, text=text)

    def _left_out(self, kind: str, name: str, refused: Iterable[str]) -> tuple[str, str]:
        """Return what is said of an extra or a group that is not selected, and what would select it."""
        what = f"{kind} `{name}`"
        if name in refused:
            return f"{what} is left out by --no-{name if (kind, name) == ('group', 'dev') else kind}", ""
        if self.selection.only_groups and kind == "extra":
            return f"{what} is left out by --only-group", ""
        only = "only-" if self.selection.only_groups else ""
        return f"{what} is not selected", f"--{only}{kind} {shlex.quote(name)}"

    def _unselected(self, kind: Kind, gap: _Gap, text: str, option: str) -> Reason:
        member = gap.part.package.name if gap.part.package else ""
        elsewhere = kind is not Kind.MEMBER and member not in {one.package for one in self.trace.labels}
        if option and member and elsewhere:
            option = f"--package {shlex.quote(member)} {option}"
        if rival := self._rival(ConflictItem(member, gap.part.extra, gap.part.group)):
            text = f"{text}, and is in conflict with {rival}"
        return Reason(kind=kind, beyond=gap.beyond, option=option, text=text)

    def _rival(self, item: ConflictItem) -> str:
        """Return what is selected and may not be selected together with `item`, empty when nothing is."""
        chosen = {clauses.decoded(one) for one in self.trace.active}
        rivals = (other for group in self.lock.conflicts if item in group for other in group if other != item)
        return next((str(Label(*rival)) for rival in rivals if rival in chosen), "")

    def _stopped(self, crossing: Crossing, target: Locked, beyond: tuple[str, ...]) -> Reason:
        """Say why an edge to which the walk came did not lead to `target`."""
        path = self._names(self.ways, crossing.part)
        marker = crossing.edge.marker
        if isinstance(crossing.held, Unavailable):
            text = crossing.held.reason
            return Reason(kind=Kind.UNKNOWN, path=path, beyond=beyond, markers=(marker,), text=text)
        others = (other for other in self.trace.found.get(target.name, ()) if other is not target)
        instead = next((f"; {_distinct(other, target)} is taken" for other in others), "")
        if crossing.held:
            text = f"only where {self._readable(' or '.join(target.markers))}{instead}"
            return Reason(kind=Kind.FORK, path=path, beyond=beyond, markers=target.markers, text=text)
        overridden = " (overridden)" if crossing.edge.name in self.lock.overrides else ""
        return Reason(
            kind=Kind.MARKER,
            path=path,
            beyond=beyond,
            markers=(marker,),
            option=self._enabling(marker),
            text=f"only where {self._readable(marker)}{overridden}{instead}",
        )

    def _enabling(self, marker: str) -> str:
        """Return the option under which `marker` would hold here, empty when no single one is enough."""
        sensible = clauses.possible(marker, self.lock.conflicts)
        for name, item in clauses.items(sensible).items():
            rivals = {other for group in self.lock.conflicts if item in group for other in group}
            active = {one for one in self.trace.active if clauses.decoded(one) not in rivals}
            added = frozenset({*active, name})
            known = item.package in self.lock.members and name not in self.trace.active
            if known and holds(sensible, self.environment, added) is True:
                return _option(item)
        return ""

    def _names(self, ways: Ways, part: Part) -> tuple[str, ...]:
        return (*(self._name(crossing.part) for crossing in ways.to(part)), self._name(part))

    def _name(self, part: Part) -> str:
        package, extra, group = part
        name = package.name if package else "workspace"
        if not name:
            name = self.lock.path.name
        return f"{name}:{group}" if group else _with_extras(name, (extra,) if extra else ())

    def _where(self, markers: Iterable[str]) -> str:
        """Return the markers of a way in words, without those that hold wherever the lock is for."""
        said = []
        for marker in markers:
            several = clauses.alternatives(clauses.possible(marker, self.lock.conflicts))
            if not self.supported or not self.supported.issubset(several):
                said.append(f"({self._readable(marker)})" if len(several) > 1 else self._readable(marker))
        return f"where {' and '.join(said)}" if said else ""

    def _readable(self, marker: str) -> str:
        if marker not in self.told:
            self.told[marker] = clauses.worded(clauses.possible(marker, self.lock.conflicts))
        return self.told[marker]


def _with_extras(name: str, extras: Iterable[str]) -> str:
    asked = ",".join(extras)
    return f"{name}[{asked}]" if asked else name


def _distinct(taken: Locked, other: Locked) -> str:
    """Return what tells `taken` from another package of its name."""
    name = f"{taken.name} {taken.version}" if taken.version else taken.name
    if taken.version != other.version:
        return name
    return f"{name} from {taken.origin.location or taken.origin.kind}"


def _option(item: ConflictItem) -> str:
    kind = "extra" if item.extra else "group" if item.group else "package"
    return f"--{kind} {shlex.quote(item.extra or item.group or item.package)}"
