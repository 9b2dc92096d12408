"""Which probes are run: those that are declared, the dependencies among them each by its import names."""

from collections.abc import Iterable, Iterator

from driftguard.compare import Comparison, Pair
from driftguard.environment import import_names
from driftguard.model import Lock, Unavailable
from driftguard.probes import Kind, Outcome, Probe, Result
from driftguard.record import NamedTuple

DEFAULT = (Probe(name="dependencies", kind=Kind.DEPENDENCIES),)
"""What is tried where nothing is declared."""


class Plan(NamedTuple):
    """The probes to run, each once, and what cannot be."""

    probes: tuple[Probe, ...]
    untried: tuple[Outcome, ...]


def planned(declared: Iterable[Probe], lock: Lock, joined: Comparison) -> Plan:
    """Return the plan. A module that a declared probe imports is not imported again as a dependency."""
    declared = tuple(declared) or DEFAULT
    probes = [one for one in declared if one.kind is not Kind.DEPENDENCIES]
    imported = {target for one in probes if one.kind is Kind.IMPORT for target in one.targets}
    untried = []
    for one in declared:
        for pair in direct(lock, joined) if one.kind is Kind.DEPENDENCIES else ():
            names = import_names.of(pair.installed)
            probe = one._replace(name=pair.installed.name, distribution=pair.installed.name)
            if isinstance(names, Unavailable):
                untried.append(Outcome(probe=probe, result=Result.UNTRIED, error=names.reason))
            elif set(names) - imported:
                probes.append(probe._replace(targets=names))
    # By their words: arguments may be lists, and 1 is not True to what is called.
    return Plan(tuple({repr(one): one for one in probes}.values()), tuple(untried))


def direct(lock: Lock, joined: Comparison) -> Iterator[Pair]:
    """Return what the selected projects themselves ask for, without what only a dependency group does."""
    for pair in joined.pairs:
        via = pair.expected.via
        by_member = len(via) == 1 and ":" not in via[0]
        if by_member or (not via and pair.locked.name not in lock.members):
            yield pair
