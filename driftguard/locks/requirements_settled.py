"""Settle the lines of a requirements file against each other, as pip's resolver joins them.

A range is settled by a pin of the same name, a name by a constraint; a URL or a path by whatever
names it outright. Lines belong together when one of them is unconditional or both have one marker.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from driftguard.model import Edge, Place, SourceKind
from driftguard.record import NamedTuple
from driftguard.requirement_lines.forms import Wanted
from driftguard.requirement_lines.nouns import RequirementLine
from driftguard.requirement_lines.pins import admits, agree

UNNAMED = "does not say which package it is: write `name @` before it"
MOST_FORKS = 32
"""Constraints with markers on one name; more is not a resolution but an attack."""


class Ask(NamedTuple):
    """A line and what it asks for; `wanted` is None where pip would refuse it. `problems` are its own."""

    line: RequirementLine
    wanted: Wanted | None
    problems: tuple[str, ...] = ()


class Target(NamedTuple):
    """What an ask comes to; `place` is that of the line that decides it."""

    edge: Edge
    place: Place


class Answer(NamedTuple):
    """A line, what it comes to, and what is to be said of it."""

    line: RequirementLine
    name: str = ""
    targets: tuple[Target, ...] = ()
    problems: tuple[str, ...] = ()


class _Entry(NamedTuple):
    """An ask that could be read, with where it stands."""

    wanted: Wanted
    place: Place

    @property
    def is_direct(self) -> bool:
        """Say whether it names the very thing to install, so that no index is asked."""
        return self.wanted.origin.kind is not SourceKind.REGISTRY

    @property
    def is_open(self) -> bool:
        """Say whether another line may decide what it comes to."""
        return not self.is_direct and self.wanted.version is None


def settle(asks: Iterable[Ask]) -> tuple[Answer, ...]:
    """Return the answer to each ask, in order."""
    asks = tuple(asks)
    names = _Names()
    for ask in asks:
        if ask.wanted and ask.wanted.name:
            names.add(_Entry(ask.wanted, _place(ask)), constraint=ask.line.constraint)
    return tuple(_answer(ask, names) for ask in asks)


def _answer(ask: Ask, names: "_Names") -> Answer:
    wanted = ask.wanted
    if wanted is None:
        return Answer(line=ask.line, problems=ask.problems)
    if not wanted.name:
        both = f"{wanted.problem} and {UNNAMED}" if wanted.problem else UNNAMED
        return Answer(line=ask.line, problems=(*ask.problems, both))
    entry = _Entry(wanted, _place(ask))
    problems = (*ask.problems, *names.contradictions(entry))
    if ask.line.constraint:
        return Answer(line=ask.line, name=wanted.name, problems=problems)
    targets, problem = names.targets(entry)
    problems += (problem,) if problem else ()
    return Answer(line=ask.line, name=wanted.name, targets=targets, problems=problems)


def _place(ask: Ask) -> Place:
    return Place(path=ask.line.path, line=ask.line.line)


class _Names:
    """What decides each name, by name and marker.

    `seen` grows as answers are given, so that the later line is blamed.
    """

    def __init__(self) -> None:
        self.direct: dict[tuple[str, str], _Entry] = {}
        self.pins: dict[tuple[str, str], _Entry] = {}
        self.forks: dict[str, list[_Entry]] = {}
        self.seen: dict[tuple[str, bool], dict[str, Wanted]] = {}

    def add(self, entry: _Entry, *, constraint: bool) -> None:
        """Take in one line; the first that decides a name is the one that is named."""
        if entry.is_open:
            return
        name, marker = entry.wanted.name, entry.wanted.marker
        (self.direct if entry.is_direct else self.pins).setdefault((name, marker), entry)
        if constraint and marker:
            self.forks.setdefault(name, []).append(entry)

    def targets(self, entry: _Entry) -> tuple[tuple[Target, ...], str]:
        """Return what an entry comes to, and what leaves it open."""
        wanted = entry.wanted
        if decider := self._decider(entry):
            return (_target(wanted, decider, wanted.marker),), wanted.problem if decider is entry else ""
        forks = self.forks.get(wanted.name, [])
        if 1 < len(forks) <= MOST_FORKS:
            # Several constraints with markers are the forks of one resolution: together they cover all.
            markers = (_both(wanted.marker, fork.wanted.marker) for fork in forks)
            return tuple(map(partial(_target, wanted), forks, markers)), ""
        problem = f"is pinned only where {forks[0].wanted.marker}" if len(forks) == 1 else wanted.problem
        return (_target(wanted, entry, wanted.marker),), problem

    def contradictions(self, entry: _Entry) -> Iterator[str]:
        """Say what an earlier line wants otherwise, or how a range excludes the pin of its name."""
        wanted = entry.wanted
        if entry.is_open:
            pin = _found(self.pins, wanted)
            if pin and not admits(wanted.specifier, pin.wanted.version or ""):
                where = f"{pin.place.path.name}:{pin.place.line}"
                yield f"excludes {pin.wanted.version}, to which {where} pins it"
            return
        seen = self.seen.setdefault((wanted.name, entry.is_direct), {})
        for other in _alongside(seen, wanted.marker):
            if entry.is_direct and other.origin != wanted.origin:
                yield "is wanted from two places"
                break
            if not entry.is_direct and not agree(other.version or "", wanted.version or ""):
                yield f"is pinned twice: {other.version} and {wanted.version}"
                break
        seen.setdefault(wanted.marker, wanted)

    def _decider(self, entry: _Entry) -> _Entry | None:
        if entry.is_direct:
            return entry
        pin = _found(self.pins, entry.wanted) if entry.is_open else entry
        return _found(self.direct, entry.wanted) or pin


def _found(decided: Mapping[tuple[str, str], _Entry], wanted: Wanted) -> _Entry | None:
    return decided.get((wanted.name, "")) or decided.get((wanted.name, wanted.marker))


def _alongside(seen: Mapping[str, Wanted], marker: str) -> Iterable[Wanted]:
    """Return what was seen earlier and holds together with `marker`."""
    if not marker and "" not in seen:
        return tuple(seen.values())
    return tuple(seen[one] for one in dict.fromkeys(("", marker)) if one in seen)


def _target(wanted: Wanted, decider: _Entry, marker: str) -> Target:
    edge = Edge(
        name=wanted.name,
        extras=wanted.extras,
        marker=marker,
        version=decider.wanted.version,
        origin=decider.wanted.origin,
    )
    return Target(edge=edge, place=decider.place)


def _both(one: str, other: str) -> str:
    return f"({one}) and ({other})" if one and one != other else other
