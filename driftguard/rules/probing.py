"""What the rules on probes say alike: how bad it is, where it happened, what mends it."""

import re

from driftguard.compare import Comparison, Pair, same_version
from driftguard.evidence import Evidence, known
from driftguard.finding import Mend, Severity
from driftguard.mend import Mender
from driftguard.model import Lock, normalized
from driftguard.probes import Kind, Outcome
from driftguard.record import NamedTuple
from driftguard.tables import import_names

NEEDS = ("lock", "comparison", "mender", "probes")
ENGINES = ("pyarrow", "fastparquet")
"""Distributions of which pandas takes the first that is there."""


class Remedy(NamedTuple):
    """A command, or none, and a clause on what it does or why there is none."""

    mend: Mend | None
    clause: str = ""


def severity(outcome: Outcome) -> Severity:
    """Return how bad a failure is, by the probe's own word."""
    return Severity.WARNING if outcome.probe.lenient else Severity.ERROR


def circumstances(outcome: Outcome) -> tuple[str, ...]:
    """Return clauses on what a reader may have to know to repeat it."""
    clauses = []
    if outcome.refused:
        asked = ", ".join(outcome.refused[:3])
        clauses.append(
            f"it asked for the network in vain ({asked}): `network = true` in its entry lets it out"
        )
    return tuple(clauses)


def remedy(outcome: Outcome, evidence: Evidence) -> Remedy:
    """Return the command that brings back what a probe did not find, or what it failed in."""
    lock, comparison, mender = known(evidence.lock), known(evidence.comparison), known(evidence.mender)
    if named := _drifted(f"{outcome.error} {outcome.root}", comparison):
        return _again(named, comparison, mender)
    if outcome.module:
        return _for_module(outcome.module, lock, comparison, mender)
    if outcome.probe.kind is Kind.READY:
        if outcome.probe.targets[0] == "parquet" and "usable engine" in outcome.error:
            return _for_engine(comparison, mender)
        if outcome.probe.targets[0] == "matplotlib" and "backend" in outcome.error:
            return Remedy(Mend("export MPLBACKEND=Agg"), "its backend needs a display, which a job has not")
    if outcome.distribution:
        return _again(outcome.distribution, comparison, mender)
    return Remedy(None)


def _drifted(text: str, comparison: Comparison) -> str:
    """Return the distribution that an exception names and that is not as it is locked, if there is one."""
    named = {normalized(word) for word in re.findall(r"\w[\w.-]*\w", text)}
    other = [pair.locked.name for pair in comparison.pairs if _differs(pair)]
    return next((name for name in (*other, *(one.name for one in comparison.missing)) if name in named), "")


def _differs(pair: Pair) -> bool:
    locked, installed = pair.locked.version, pair.installed.version
    return bool(locked and installed) and not same_version(locked or "", installed or "")


def _for_module(module: str, lock: Lock, comparison: Comparison, mender: Mender) -> Remedy:
    top = normalized(module.partition(".")[0])
    meant = import_names().get(top, top)
    if any(meant == name for name in (*comparison.by_name, *(one.name for one in comparison.missing))):
        return _again(meant, comparison, mender)
    if meant in {package.name for package in lock.packages}:
        return Remedy(mender.change(meant), f"the lock has {meant}, but nothing that is selected asks for it")
    if meant != top:
        return Remedy(mender.change(meant), f"`{module}` is what {meant} is imported as, which is not locked")
    return Remedy(None, f"nothing that is locked is known to be imported as `{module}`")


def _for_engine(comparison: Comparison, mender: Mender) -> Remedy:
    there = {*comparison.by_name, *(one.name for one in comparison.missing)}
    for name in ENGINES:
        if name in there:
            return _again(name, comparison, mender)
    return Remedy(mender.change(ENGINES[0]), f"neither {' nor '.join(ENGINES)} is locked")


def _again(name: str, comparison: Comparison, mender: Mender) -> Remedy:
    """Return what installs `name` as it is locked, whatever is there of it."""
    for entry in comparison.missing:
        if entry.name == name:
            return Remedy(mender.install(entry.locked), f"{name} is locked, and not installed")
    pair = comparison.by_name.get(name)
    if pair is None:
        return Remedy(None, f"{name} is not locked")
    locked, installed = pair.locked, pair.installed
    if _differs(pair):
        return Remedy(
            mender.install(locked), f"{name}: locked {locked.version}, installed {installed.version}"
        )
    return Remedy(
        mender.install(locked, again=True),
        f"{name} {installed.version} is as locked: if its files are, too (DG4), the cause lies elsewhere",
    )
