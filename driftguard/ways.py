"""The ways on which a walk came to the packages of a lock, and the edges that it did not take."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from driftguard.expect import Crossing, Part
from driftguard.model import Edge, Lock, Locked
from driftguard.record import NamedTuple
from driftguard.selection import Label

Node = tuple[int, str, str]
"""A part as a key: the identity of its package, its extra and its group."""


def node(part: Part) -> Node:
    """Return the key of a part."""
    return id(part.package), part.extra, part.group


class Rank(NamedTuple):
    """How good a way is: a short one, then one from a project itself, from an extra, from a group."""

    length: int
    kind: int


class Ways:
    """The shortest ways from what is selected over the edges that a walk took."""

    def __init__(self, lock: Lock, labels: Iterable[Label], crossings: Iterable[Crossing]) -> None:
        taken: dict[Node, list[Crossing]] = {}
        for crossing in crossings:
            taken.setdefault(node(crossing.part), []).append(crossing)
        order = count()
        queue: list[tuple[Rank, int, Part, Crossing | None]] = []
        for part in _roots(lock, labels):
            kind = 2 if part.group else 1 if part.extra else 0
            heapq.heappush(queue, (Rank(0, kind), next(order), part, None))
        self._by: dict[Node, tuple[Rank, Crossing | None]] = {}
        while queue:
            rank, _, part, last = heapq.heappop(queue)
            if node(part) in self._by:
                continue
            self._by[node(part)] = (rank, last)
            further = Rank(rank.length + 1, rank.kind)
            for crossing in taken.get(node(part), ()):
                for target in _targets(crossing):
                    heapq.heappush(queue, (further, next(order), target, crossing))

    def reach(self, part: Part) -> bool:
        """Say whether the walk came to it."""
        return node(part) in self._by

    def rank(self, part: Part) -> Rank:
        """Return how good the way to a part that was reached is."""
        return self._by[node(part)][0]

    def last(self, part: Part) -> Crossing | None:
        """Return the edge with which the way to it ends, None where the walk begins with it."""
        return self._by[node(part)][1]

    def to(self, part: Part) -> list[Crossing]:
        """Return the way to a part that was reached, from where the walk begins."""
        way: list[Crossing] = []
        while (crossing := self.last(part)) is not None:
            way.append(crossing)
            part = crossing.part
        return way[::-1]


class Arc(NamedTuple):
    """An edge by which a part could be come to; `crossing` is None where the walk never came to the edge."""

    part: Part
    edge: Edge
    crossing: Crossing | None


def arcs(lock: Lock, crossings: Iterable[Crossing]) -> dict[Node, list[Arc]]:
    """Return for every part the edges that could lead to it, whether the walk came to them or not."""
    met: dict[Node, list[Crossing]] = {}
    for crossing in crossings:
        met.setdefault(node(crossing.part), []).append(crossing)
    named: dict[str, list[Locked]] = {}
    for package in lock.packages:
        named.setdefault(package.name, []).append(package)
    found: dict[Node, list[Arc]] = {}
    for part, edges in _parts(lock):
        there: Sequence[Crossing | None] = met.get(node(part)) or [None] * len(edges)
        for edge, passed in zip(edges, there, strict=True):
            for target in filter(edge.fits, named.get(edge.name, ())):
                for extra in ("", *edge.extras):
                    found.setdefault(node(Part(target, extra)), []).append(Arc(part, edge, passed))
    return found


def _targets(crossing: Crossing) -> Iterator[Part]:
    for package in crossing.to:
        for extra in ("", *crossing.edge.extras):
            yield Part(package, extra)


def _roots(lock: Lock, labels: Iterable[Label]) -> Iterator[Part]:
    """Return where the walk begins."""
    members: dict[str, Locked] = {}
    for package in lock.packages:
        members.setdefault(package.name, package)
    for label in labels:
        workspace = label.group and not label.package
        yield Part(None if workspace else members[label.package], label.extra, label.group)
    if lock.root is None:
        yield Part(None)


def _parts(lock: Lock) -> Iterator[tuple[Part, tuple[Edge, ...]]]:
    yield Part(None), lock.loose
    for group, edges in lock.loose_groups.items():
        yield Part(None, group=group), edges
    for package in lock.packages:
        yield Part(package), package.edges
        for extra, edges in package.extras.items():
            yield Part(package, extra), edges
        for group, edges in package.groups.items():
            yield Part(package, group=group), edges
