"""An installed package needs what is not there

## What it finds

A `Requires-Dist` of an installed package that no installed package satisfies, as `pip check` finds
it; also a `Requires-Python` that this interpreter does not meet. What is locked and missing is
DG101's to say. Where both packages are as locked, the lock itself decided so, and it is a warning;
what `override-dependencies` names is left alone.

## Why it matters

The package was never tested with what it finds here.

## Example

```text
DG111 error: pandas: needs numpy>=2.0, installed 1.26.4
```

## Fix

Bring the named package to what is locked with the printed command.
"""

from collections.abc import Iterator, Mapping

from driftguard.compare import Pair
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.markers import allows
from driftguard.model import Environment, Installed
from driftguard.requires import unmet

RULE = Rule(
    code="DG111",
    name="unmet",
    summary="an installed package needs what is not there",
    severity=Severity.ERROR,
    needs=("lock", "environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every requirement among the installed that is not met."""
    environment, lock = known(evidence.environment), known(evidence.lock)
    pairs, mender = known(evidence.comparison).by_name, known(evidence.mender)
    missing = {entry.name for entry in known(evidence.comparison).missing}
    there = {one.name: one for one in (*environment.inherited, *environment.installed)}
    for one in environment.installed:
        yield from _requires_python(one, environment)
        for need in unmet(one, there, environment.interpreter.markers):
            if need.name in lock.overrides or need.name in missing:
                continue
            by_lock = _as_locked(one.name, pairs) and (_as_locked(need.name, pairs) or need.name not in there)
            yield RULE.finding(
                one.name,
                f"needs {need.text}, {need.found}",
                why="the lock itself joins the two" if by_lock else "it was never tested with what is there",
                mend=None if by_lock or need.name not in pairs else mender.install(pairs[need.name].locked),
                path=one.path,
                severity=Severity.WARNING if by_lock else None,
                unknown=need.unknown,
            )


def _requires_python(one: Installed, environment: Environment) -> Iterator[Finding]:
    version = environment.interpreter.version
    if one.requires_python and not allows(one.requires_python, version):
        yield RULE.finding(
            one.name,
            f"needs Python {one.requires_python}, the environment has {version}",
            why="it does not claim to run on this interpreter",
            path=one.path,
        )


def _as_locked(name: str, pairs: Mapping[str, Pair]) -> bool:
    pair = pairs.get(name)
    return pair is not None and (pair.locked.version or "") == (pair.installed.version or "")
