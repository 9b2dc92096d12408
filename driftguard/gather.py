"""Bring together what the chosen rules need, and nothing else."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from driftguard import answers, environment, inspection, mending
from driftguard.compare import compare, seeds
from driftguard.environment.interpreter import Inquiry
from driftguard.environment.target import Target, find
from driftguard.errors import TargetError
from driftguard.evidence import Evidence
from driftguard.expect import expected
from driftguard.fit import placed
from driftguard.mend import as_arguments
from driftguard.model import Environment, Lock, LockFormat, Selection, Unavailable
from driftguard.record import TYPE_CHECKING
from driftguard.rules import RuleModule
from driftguard.subject import Request, Subject

if TYPE_CHECKING:
    from driftguard.probes import Probes

_OF_ENVIRONMENT = {"environment", "comparison", "mender", "binaries", "integrity", "host", "probes"}
"""Facts for which the environment has to be read."""

NAMED = 12
"""Probes that are named in the line that says what was tried."""


@contextmanager
def asking(request: Request, lock: Path) -> Iterator[Inquiry | None]:
    """Let the interpreter of the environment beside `lock` answer while we read the lock.

    Why there is none to be asked, `gather` will tell: what is wrong with the lock is told first.
    """
    try:
        inquiry = Inquiry(target_of(request, lock), request.cache) if request.execute else None
    except TargetError:
        inquiry = None
    with inquiry or nullcontext():
        yield inquiry


def gather(
    request: Request, what: Subject, rules: Iterable[RuleModule], inquiry: Inquiry | None = None
) -> tuple[Evidence, tuple[tuple[str, str], ...]]:
    """Return the facts that `rules` need, and labelled lines that say what was looked at.

    An `inquiry` that has begun is not begun again.
    """
    needs = {need for module in rules for need in module.RULE.needs}
    lock, selection = what.lock, what.selection
    labels = [("lock", _described(lock, selection, request.cwd))]
    evidence = Evidence(lock=lock, declarations=lock.unpinned)
    if needs & _OF_ENVIRONMENT:
        target = inquiry.target if inquiry else target_of(request, lock.path)
        there = environment.read(target, execute=request.execute, cache=request.cache, inquiry=inquiry)
        answers.recall(there, request.cache)
        wanted = expected(lock, selection, there.interpreter.markers)
        joined = compare(wanted, there, what.config.allow | seeds(there))
        joined = placed(joined, lock, selection, there)
        mender = mending.mender(request, lock, selection, target, there)
        evidence = evidence._replace(environment=there, comparison=joined, mender=mender)
        labels.insert(0, ("environment", _environment_words(target, there)))
        if "sources" in needs:
            evidence = evidence._replace(sources=inspection.sources_of(joined, request))
        if "binaries" in needs:
            native = inspection.binaries_of(there, request.environ, request.cache)
            evidence = evidence._replace(binaries=native)
        if "integrity" in needs:
            evidence = evidence._replace(integrity=inspection.integrity_of(there, joined, lock, request))
        if "host" in needs:
            evidence = evidence._replace(host=inspection.host_of(there, what, request))
        if "probes" in needs:
            evidence = evidence._replace(probes=inspection.probes_of(target, there, joined, what, request))
            labels += _tried(evidence.probes)
    if needs & {"stale_lock", "pending", "vulnerabilities"}:
        evidence = _with_upstream(evidence, needs, lock, selection)
    return evidence, tuple(labels)


def _with_upstream(evidence: Evidence, needs: set[str], lock: Lock, selection: Selection) -> Evidence:
    from driftguard.adapters import pip_audit, uv

    if "vulnerabilities" in needs:
        pins = _pins(lock, selection)
        audited = pins if isinstance(pins, Unavailable) else pip_audit.audit(pins)
        evidence = evidence._replace(vulnerabilities=audited)
    if "stale_lock" in needs:
        evidence = evidence._replace(stale_lock=uv.stale_lock(lock.path) if _resolved(lock) else None)
    if "pending" in needs:
        evidence = evidence._replace(pending=uv.pending(lock.path) if _resolved(lock) else ())
    return evidence


def _resolved(lock: Lock) -> bool:
    """Say whether the lock is the outcome of a resolution that can be asked for again."""
    return lock.format is LockFormat.UV


def _pins(lock: Lock, selection: Selection) -> str | Unavailable:
    """Return what the lock pins, on any platform, as requirements."""
    if _resolved(lock):
        from driftguard.adapters import uv

        whole = selection._replace(
            no_install_project=False, no_install_workspace=False, no_install_packages=()
        )
        return uv.export(lock.path, as_arguments(whole))
    named = [one for one in lock.packages if one.name]
    return "".join(f"{one.name}=={one.version}\n" if one.version else f"{one.name}\n" for one in named)


def target_of(request: Request, lock: Path) -> Target:
    """Return the environment that the request means, beside `lock`. Raises TargetError."""
    return find(
        python=request.python,
        active=request.active,
        project=lock.parent,
        environ=request.environ,
        cwd=request.cwd,
        own_prefix=Path(sys.prefix),
    )


def _tried(probes: "Probes | Unavailable") -> Iterator[tuple[str, str]]:
    """Say in one line what was tried, and how much of that is known from an earlier run."""
    if isinstance(probes, Unavailable) or not probes.outcomes:
        return
    names = [outcome.probe.name for outcome in probes.outcomes]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    reused = f", {probes.reused} of them as in an earlier run" if probes.reused else ""
    yield "probes", f"{probes.passed} of {len(names)} passed{reused}: {', '.join(names[:NAMED])}{more}"


def _described(lock: Lock, selection: Selection, cwd: Path) -> str:
    words = " ".join(as_arguments(selection))
    return f"{mending.shown(lock.path, cwd)}{f' ({words})' if words else ''}"


def _environment_words(target: Target, there: Environment) -> str:
    interpreter = there.interpreter
    asked = "" if interpreter.asked else ", not asked"
    return f"{target.given} ({interpreter.implementation} {interpreter.version}{asked}), {target.why}"


def notes(what: Subject, evidence: Evidence) -> tuple[str, ...]:
    """Return remarks that are no findings."""
    said = list(what.lock.notes)
    if not _resolved(what.lock) and evidence.pending == ():
        said.append("whether newer releases wait is known of a uv.lock only")
    if isinstance(evidence.environment, Environment):
        said += evidence.environment.notes
        if not evidence.environment.virtual:
            said.append(
                f"no command that would change {evidence.environment.root} is printed: others share it"
            )
    return tuple(said)
