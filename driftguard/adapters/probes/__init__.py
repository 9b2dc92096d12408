"""Try in subprocesses of the judged interpreter what only running can tell.

A probe has the variables and the working directory of this run, so that the verdict is about the environment
that the job will have; it is a process of its own, within limits, and Python refuses it the network.
"""

from collections.abc import Mapping
from pathlib import Path

from driftguard.adapters.probes.kept import Kept
from driftguard.adapters.probes.plan import Plan
from driftguard.cache import Cache
from driftguard.model import Environment
from driftguard.probes import Probes, Result

__all__ = ["tried", "variables"]


def tried(
    plan: Plan,
    there: Environment,
    *,
    python: Path,
    environ: Mapping[str, str],
    cwd: Path,
    cache: Cache,
    fresh: bool = False,
) -> Probes:
    """Return what comes of the probes, or what came of them while nothing they rest on has changed.

    With `fresh` all are run.
    """
    known = Kept(there, python, environ, cwd, cache, fresh=fresh)
    outcomes = {number: known.get(probe) for number, probe in enumerate(plan.probes)}
    missing = [number for number, outcome in outcomes.items() if outcome is None]
    if missing:
        from driftguard.adapters.probes import running

        probes = [plan.probes[number] for number in missing]
        trials = running.run(probes, there, python, environ, cwd)
        for number, trial in zip(missing, trials, strict=True):
            outcomes[number] = trial.outcome
            if trial.outcome.result is Result.PASSED:
                known.add(trial)
        known.save()
    return Probes((*(one for one in outcomes.values() if one is not None), *plan.untried))


def variables(environ: Mapping[str, str], path: str | None) -> dict[str, str]:
    """Return the variables of the run: ours, with the job's PATH; no bytecode is to be written."""
    own = {"PATH": path} if path is not None else {}
    return {**environ, **own, "PYTHONDONTWRITEBYTECODE": "1"}
