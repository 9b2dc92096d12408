"""Hold a cause against the judged environment: what is installed, what is locked, and what the rules say.

It can make an explanation surer, name the command that mends this very environment, and tell what the text
does not: that the module is installed here, and so that another Python ran.
"""

from collections.abc import Callable, Mapping, Sequence

from driftguard.explain.facts import distribution_of
from driftguard.explain.matching import CERTAINTIES, Match
from driftguard.explain.seen import Seen
from driftguard.finding import Finding, Severity, mending
from driftguard.model import Installed, normalized
from driftguard.record import NamedTuple
from driftguard.tables import import_names

_MOST = 6


class Confirmation(NamedTuple):
    """What the environment says. `sentence` and `certainty` replace those of the table, unless empty."""

    facts: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    certainty: str = ""
    sentence: str = ""


def confirmed(match: Match, seen: Seen) -> Confirmation:
    """Look at what the entry names."""
    return _CONFIRMERS[match.cause.confirm](match, seen)


def known_confirmers() -> frozenset[str]:
    """Return the names that the table may use."""
    return frozenset(_CONFIRMERS)


def _nothing(_match: Match, _seen: Seen) -> Confirmation:
    return Confirmation()


def _module(match: Match, seen: Seen) -> Confirmation:
    """A module was not found: is its distribution here, or locked?"""
    module = match.facts.get("module", "")
    there = next((one for name in _names_of(module, match.facts) if (one := seen.of(name))), None)
    if there:
        return _there(match, there, seen)
    name = next(iter(_names_of(module, match.facts)), "")
    if not name or match.cause.only == "own":
        return Confirmation()
    if name in seen.missing:
        found = [one for one in seen.about(name) if one.mend]
        return Confirmation(
            facts=(f"{name} is locked ({seen.locked(name)}) and not installed in {seen.given}",),
            mend=tuple(mending(found)),
            certainty="certain",
        )
    locked = seen.locked(name)
    told = (
        f"locked ({locked}) for another selection or platform" if locked else "neither locked nor installed"
    )
    return Confirmation(
        facts=(f"{name} is {told} in {seen.given}",),
        mend=(str(seen.mender.change(name)),) if not locked else (),
        certainty=match.certainty,
    )


def _there(match: Match, there: Installed, seen: Seen) -> Confirmation:
    """The distribution is installed: another Python ran, or what is installed lacks the module."""
    fact = f"{there.name} {there.version} is installed in {seen.given}"
    module = match.facts.get("module", "")
    root = str(seen.environment.root)
    here = any(file.startswith(root) for file in match.text.frames)
    if here or ("." in module and normalized(module.partition(".")[0]) == there.name):
        return _versions(match, [there.name], seen, first=fact)
    return Confirmation(
        facts=(fact, "so it was not this environment's Python that ran"),
        mend=(_run_here(seen),),
        certainty="likely",
        sentence=f"The job ran with another Python than the one into which `{there.name}` is installed, "
        "as cron does with its own PATH, or a shell in which no environment is active.",
    )


def _names_of(module: str, facts: Mapping[str, str]) -> list[str]:
    """Return the names that the distribution of a module may have, normalised."""
    top = module.partition(".")[0]
    names = [
        facts.get("distribution", ""),
        distribution_of(module),
        import_names().get(normalized(top), ""),
        top,
    ]
    return list(dict.fromkeys(normalized(name) for name in names if name))


def _distributions(match: Match, seen: Seen) -> Confirmation:
    gone = match.facts.get("removed_from", "")
    if gone and not seen.of(gone) and not seen.locked(gone):
        return Confirmation(
            facts=(f"{gone} is neither installed nor locked in {seen.given}",), certainty="guess"
        )
    values = [
        match.facts.get(key, "")
        for key in ("distribution", "removed_from", "name", "other", "meant", "caller")
    ]
    module = match.facts.get("module", "")
    names = [*match.cause.also, *(normalized(value) for value in values if value)]
    return _versions(match, [*names, *(_names_of(module, match.facts) if module else ())], seen)


def _versions(match: Match, names: Sequence[str], seen: Seen, first: str = "") -> Confirmation:
    """Say which versions are here and locked, and what the rules say of those distributions."""
    facts = [first] if first else []
    for name in dict.fromkeys(names):
        there, locked = seen.of(name), seen.locked(name)
        if there and not first:
            facts.append(
                f"{name} {there.version} is installed{f', {locked} locked' if locked else ', not locked'}"
            )
        elif locked and not there:
            facts.append(f"{name} {locked} is locked and not installed")
    if facts and "module" in match.facts:  # what was taken for a distribution is one
        match = match._replace(certainty=max(match.certainty, "likely", key=CERTAINTIES.index))
    return _with(match, [one for name in dict.fromkeys(names) for one in seen.about(name)], facts)


def _with(match: Match, findings: Sequence[Finding], facts: Sequence[str]) -> Confirmation:
    """Let findings speak: an error among them makes it surer, and its command mends."""
    told = [f"{one.code}: {one.subject} {one.message}" for one in findings]
    bad = [one for one in findings if one.severity >= Severity.ERROR]
    surer = CERTAINTIES[min(CERTAINTIES.index(match.certainty) + bool(bad), len(CERTAINTIES) - 1)]
    return Confirmation(
        facts=tuple(dict.fromkeys((*facts, *told)))[:_MOST], mend=tuple(mending(findings)), certainty=surer
    )


def _library(match: Match, seen: Seen) -> Confirmation:
    """A library or a file could not be loaded: which distributions here need it, by what the files say?"""
    wanted = [value for key in ("library", "version") if (value := match.facts.get(key))]
    found = [
        one
        for one in seen.findings
        if one.code.startswith("DG3")
        and any(word in text for word in wanted for text in (one.message, one.why, *one.detail))
    ]
    return _with(match, found, ()) if found else _sound(seen, ())


def _numpy(match: Match, seen: Seen) -> Confirmation:
    """NumPy and what was built against it do not fit: what do the files say?"""
    there = seen.of("numpy")
    facts = [f"numpy {there.version} is installed, {seen.locked('numpy') or 'not'} locked"] if there else []
    codes = ("DG301", "DG302", "DG303", "DG304")
    found = [
        one
        for one in seen.findings
        if one.code in codes
        or (one.code in {"DG102", "DG111", "DG313"} and "numpy" in f"{one.subject} {one.message}")
    ]
    return _with(match, found, facts) if found else _sound(seen, facts)


def _sound(seen: Seen, facts: Sequence[str]) -> Confirmation:
    """Say that all fits together here: another environment failed, or this one before it was mended."""
    if not seen.whole:
        return Confirmation(facts=tuple(facts))
    told = (
        f"the native code of {seen.given} fits together (no finding of DG3): another environment ran, "
        "or it has been mended since"
    )
    return Confirmation(facts=(*facts, told), mend=(_run_here(seen),))


def _run_here(seen: Seen) -> str:
    return (
        f"{seen.mender.interpreter} …   # run the job by this path, in cron too: not by the `python` of PATH"
    )


def _native(match: Match, seen: Seen) -> Confirmation:
    """Compiled code crashed: what do the files of all distributions here say?"""
    return _with(match, [one for one in seen.findings if one.code.startswith("DG3") and not one.unknown], ())


def _parquet(match: Match, seen: Seen) -> Confirmation:
    """Is an engine here, or locked?"""
    engines = ("pyarrow", "fastparquet")
    there = next((one for name in engines if (one := seen.of(name))), None)
    if there:
        return _there(match, there, seen)
    locked = next((name for name in engines if name in seen.missing), "")
    if locked:
        found = [one for one in seen.about(locked) if one.mend]
        facts = (f"{locked} is locked ({seen.locked(locked)}) and not installed in {seen.given}",)
        return Confirmation(facts=facts, mend=tuple(mending(found)), certainty="certain")
    return Confirmation(
        facts=(f"neither pyarrow nor fastparquet is locked or installed in {seen.given}",),
        mend=(str(seen.mender.change("pyarrow")),),
        certainty="certain",
    )


def _interpreter(_match: Match, seen: Seen) -> Confirmation:
    """Which Python, on what, would have to run or be installed for?"""
    here = seen.environment.interpreter
    machine = f"{here.markers.get('sys_platform', '')} {here.markers.get('platform_machine', '')}".strip()
    facts = [f"{seen.given} is {here.implementation} {here.version}{f' on {machine}' if machine else ''}"]
    if asked := seen.lock.requires_python:
        facts.append(f"the lock is for Python {asked}")
    return Confirmation(facts=tuple(facts))


_CONFIRMERS: Mapping[str, Callable[[Match, Seen], Confirmation]] = {
    "": _nothing,
    "module": _module,
    "distributions": _distributions,
    "library": _library,
    "native": _native,
    "numpy": _numpy,
    "parquet": _parquet,
    "interpreter": _interpreter,
}
