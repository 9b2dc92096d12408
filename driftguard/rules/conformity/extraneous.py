"""A package is installed that the lock does not know

## What it finds

An installed package that no part of the lock names. Installers that seed an environment (`pip`,
`uv`, and before Python 3.12 `setuptools` and `wheel`) are allowed where they belong: in every
environment but one that uv made without `--seed`. `allow = ["name"]` in the configuration allows
others.

Where pinned requirements are the lock, they may name only what the project itself asks for: what
those packages need in turn is a warning, since nothing holds its version.

## Why it matters

Code that imports it works here and nowhere else, and it may have moved what is locked.

## Example

```text
DG104 error: colorlog: not in the lock, installed 6.9.0
```

## Fix

Remove it with the printed command, or add it to the project (`uv add NAME`).
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.model import LockFormat
from driftguard.requires import needed

RULE = Rule(
    code="DG104",
    name="extraneous",
    summary="a package is installed that the lock does not know",
    severity=Severity.ERROR,
    needs=("lock", "environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every stranger that is not allowed."""
    lock, mender = known(evidence.lock), known(evidence.mender)
    brought = _brought_along(evidence) if lock.format is LockFormat.REQUIREMENTS else {}
    for one in known(evidence.comparison).extraneous:
        message = f"not in the lock, installed {one.version or 'in no readable version'}"
        if parent := brought.get(one.name):
            why = f"needed by {parent}, and nothing holds its version"
            yield RULE.finding(one.name, message, why=why, path=lock.path, severity=Severity.WARNING)
        else:
            asked = " on request" if one.requested else ""
            why = f"installed by {one.installer}{asked}" if one.installer else "nothing says by whom"
            yield RULE.finding(one.name, message, why=why, mend=mender.replace((one,), None), path=lock.path)


def _brought_along(evidence: Evidence) -> dict[str, str]:
    """Return what the locked packages, and those that may be there unlocked, need of others.

    A requirements file may leave that open, a uv.lock never does.
    """
    environment, comparison = known(evidence.environment), known(evidence.comparison)
    extras = known(evidence.lock).asked_extras()
    roots = [(pair.installed, extras.get(pair.installed.name, ())) for pair in comparison.pairs]
    roots += [(one, ()) for one in comparison.allowed]
    there = {one.name: one for one in environment.installed}
    return needed(roots, there, environment.interpreter.markers)
