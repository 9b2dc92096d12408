"""Find the smallest change after which native code and what it was built for go together again."""

import re

from driftguard.abi.limits import Range, constraints, effective
from driftguard.abi.problems import NUMPY
from driftguard.binary import Binaries
from driftguard.compare import Comparison, Pair, same_version
from driftguard.finding import Mend
from driftguard.mend import Mender
from driftguard.model import Environment, Installed, LockFormat, SourceKind
from driftguard.record import NamedTuple
from driftguard.requires import admits, asks
from driftguard.tables import KnownPair, known_pairs, numpy_releases
from driftguard.versions import contains, release

_NAME = re.compile(r"[<>=!~\[; ]")


class Surroundings(NamedTuple):
    """What a remedy is looked for in."""

    binaries: Binaries
    environment: Environment
    comparison: Comparison
    mender: Mender

    @property
    def installed(self) -> dict[str, Installed]:
        """What can be imported, by normalised name."""
        return {one.name: one for one in (*self.environment.inherited, *self.environment.installed)}

    def version(self, name: str) -> str:
        """The installed version of a distribution, empty where that is not known."""
        one = self.installed.get(name)
        return (one and one.version) or ""

    def meets(self, name: str, specifier: str) -> bool:
        """Say whether a distribution is installed in a version that `specifier` admits."""
        version = self.version(name)
        return bool(version) and contains(specifier, version)

    @property
    def python(self) -> str:
        """The interpreter's minor version, `3.11`."""
        return ".".join(self.environment.interpreter.version.split(".")[:2])


class Remedy(NamedTuple):
    """A command, or none; and a clause on why there is none, or on what it leaves to do."""

    mend: Mend | None
    clause: str = ""


def change(requirement: str, here: Surroundings) -> Remedy:
    """Return what has `requirement` met. A pin in a file of requirements uv does not change with it."""
    mend = here.mender.change(requirement)
    pair = here.comparison.by_name.get(_NAME.split(requirement, maxsplit=1)[0])
    if here.mender.format is LockFormat.UV or not (pair and pair.locked.version):
        return Remedy(mend)
    pin, place = f"{pair.locked.name}=={pair.locked.version}", pair.locked.place
    line = f":{place.line}" if place.line else ""
    return Remedy(mend, f"its pin {pin} has to be changed too: {place.path}{line}")


def for_numpy(consumer: str, here: Surroundings, *, suspects: bool = False) -> Remedy:
    """Return what makes `consumer` and NumPy fit; with `suspects` also what may only misread NumPy 2."""
    if found := as_locked(here, NUMPY, consumer):
        return found
    wanted = effective(constraints(here.binaries), suspects=suspects)
    if requirement := _numpy(wanted, here):
        return change(requirement, here)
    better = better_release(consumer, NUMPY, here)
    if better.startswith(consumer):
        return change(better, here)
    return Remedy(None, _no_numpy(consumer, wanted, here))


def for_pair(consumer: str, provider: str, here: Surroundings) -> Remedy:
    """Return what makes `consumer` and `provider` fit, or be installed whole where they are the same."""
    if found := as_locked(here, provider, consumer):
        return found
    if consumer == provider:
        return again(consumer, here)
    if better := better_release(consumer, provider, here):
        return change(better, here)
    return Remedy(
        None, f"{consumer} has to be built for the installed {provider}, or {provider} be as it was"
    )


def again(name: str, here: Surroundings) -> Remedy:
    """Return what installs a distribution as it is locked: anew, if its version is that already."""
    if found := as_locked(here, name):
        return found
    pair = here.comparison.by_name.get(name)
    mend = here.mender.install(pair.locked, again=True) if pair else None
    return Remedy(mend, "" if mend else f"{name} has to be installed anew")


def as_locked(here: Surroundings, *names: str) -> Remedy | None:
    """Return the ordinary mending where one of `names` is not what is locked: that may be all."""
    pairs = here.comparison.by_name
    any_local = here.mender.format is LockFormat.REQUIREMENTS
    for pair in (pairs[name] for name in names if name in pairs):
        if _drifted(pair, any_local=any_local) and (mend := here.mender.install(pair.locked)):
            return Remedy(mend)
    return None


def _drifted(pair: Pair, *, any_local: bool) -> bool:
    locked, installed = pair.locked.version, pair.installed.version
    return bool(locked and installed) and not same_version(locked or "", installed or "", any_local=any_local)


def better_release(consumer: str, provider: str, here: Surroundings) -> str:
    """Return what a known pair says should be installed instead; empty where nothing is known."""
    for pair in known_pairs():
        meant = pair.breaks.keys() == {consumer, provider}
        if meant and all(here.meets(name, specifier) for name, specifier in pair.breaks.items()):
            return pair.mend
    return ""


def for_known(pair: KnownPair, here: Surroundings) -> Remedy:
    """Return what ends a known pair."""
    consumer, provider = pair.breaks
    if found := as_locked(here, provider, consumer):
        return found
    lowered = pair.mend.removeprefix(NUMPY) if pair.mend.startswith(f"{NUMPY}<") else ""
    if lowered and not any(contains(lowered, one) for one in numpy_releases().wheels.get(here.python, ())):
        return Remedy(None, _no_numpy(consumer, Range(cap=lowered.removeprefix("<")), here))
    return change(pair.mend, here)


def _numpy(wanted: Range, here: Surroundings) -> str:
    """Return the smallest requirement that all native code and all that fits now agree on; empty for none."""
    installed = here.version(NUMPY)
    raise_it = bool(wanted.floor) and release(installed) < release(wanted.floor)
    lower_it = bool(wanted.cap) and release(installed) >= release(wanted.cap)
    if not installed or not (raise_it or lower_it):
        return ""
    released = numpy_releases().wheels.get(here.python, ())
    inside = [one for one in released if _within(one, wanted)]
    fitting = [one for one in inside if admits(_declared(installed, here), one)]
    if not fitting:
        return ""
    cap = wanted.cap
    if fitting[-1] != inside[-1]:  # an installer would take the newest
        cap = ".".join(inside[inside.index(fitting[-1]) + 1].split(".")[:2])
    bounds = ([f">={wanted.floor}"] if raise_it else []) + ([f"<{cap}"] if cap else [])
    return NUMPY + ",".join(bounds)


def _within(version: str, wanted: Range) -> bool:
    above = not wanted.floor or release(version) >= release(wanted.floor)
    return above and (not wanted.cap or release(version) < release(wanted.cap))


def _declared(installed: str, here: Surroundings) -> list[str]:
    """Return what is asked of NumPy and met now: it should stay met.

    What an editable project asks for uv writes anew.
    """
    uv = here.mender.format is LockFormat.UV
    asked = [
        specifier
        for one in here.environment.installed
        if not (uv and one.origin and one.origin.kind is SourceKind.EDITABLE)
        for specifier in asks(one, NUMPY, here.environment.interpreter.markers)
        if admits((specifier,), installed)
    ]
    return list(dict.fromkeys(asked))


def _no_numpy(consumer: str, wanted: Range, here: Surroundings) -> str:
    bounds = wanted.requirement.removeprefix(NUMPY)
    if not bounds:
        return f"{consumer} has to be built for the installed NumPy"
    whose = f"{here.environment.interpreter.implementation} {here.python}"
    return (
        f"no NumPy {bounds} with wheels for {whose} suits all that is installed: "
        f"{consumer} has to be replaced by a release built for the installed NumPy"
    )
