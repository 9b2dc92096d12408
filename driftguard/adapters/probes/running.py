"""Run probes, and read what each of them left behind."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from driftguard.adapters.probes import answer
from driftguard.adapters.probes.answer import Trial
from driftguard.adapters.probes.script import SCRIPT
from driftguard.attended import Job, attend, cores
from driftguard.environment import import_names
from driftguard.model import Environment
from driftguard.probes import Outcome, Probe, Result
from driftguard.versions import release

OLDEST = (3, 8)
"""The first Python with audit hooks."""


def run(
    probes: Sequence[Probe], there: Environment, python: Path, environ: Mapping[str, str], cwd: Path
) -> Iterator[Trial]:
    """Run the probes, as many at a time as there are cores, and yield what came of each, in their order."""
    if release(there.interpreter.version) < OLDEST:
        error = f"Python {there.interpreter.version} is older than 3.8, with which probes begin"
        yield from (Trial(Outcome(probe, Result.UNTRIED, error=error)) for probe in probes)
        return
    token = os.urandom(16).hex()
    jobs = [_job(probe, python, token) for probe in probes]
    trials: dict[int, Trial] = {}
    for number, ended in attend(jobs, cwd=cwd, environment=environ, places=cores()):
        trials[number] = answer.read(probes[number], ended, token)
    for _, trial in sorted(trials.items()):
        yield trial._replace(outcome=_located(trial.outcome, trial.frames, there))


def _job(probe: Probe, python: Path, token: str) -> Job:
    spec = {
        "token": token,
        "kind": probe.kind,
        "targets": probe.targets,
        "arguments": probe.arguments,
        "timeout": probe.timeout,
        "network": probe.network,
    }
    return Job([python, "-c", SCRIPT], json.dumps(spec).encode(), probe.timeout, probe.memory)


def _located(outcome: Outcome, frames: Sequence[tuple[str, int]], there: Environment) -> Outcome:
    """Say where a failure comes from: the last frame in a file of a distribution, else the last of all."""
    if outcome.result is Result.PASSED:
        return outcome
    everything = (*there.installed, *there.inherited)
    for path, line in reversed(frames):
        if name := import_names.owner(path, everything):
            return outcome._replace(path=path, line=line, distribution=name)
    if frames:
        outcome = outcome._replace(path=frames[-1][0], line=frames[-1][1])
    return outcome._replace(distribution=outcome.probe.distribution or _imported(outcome.probe, there))


def _imported(probe: Probe, there: Environment) -> str:
    """Return the distribution of the first module that a probe asks for."""
    module = probe.targets[0].partition(":")[0].replace(".", os.sep)
    for one in there.installed:
        site = one.path.parent
        for path in (site / module / "__init__.py", site / f"{module}.py"):
            if import_names.owner(str(path), [one]):
                return one.name
    return ""
