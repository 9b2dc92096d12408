"""A virtual environment was moved, or what it was made from was

## What it finds

A `pyvenv.cfg` whose `home` is gone: an error. One that was written for another version of Python than the
interpreter's, and an environment that lies elsewhere than its `bin/activate` says: warnings, since the
interpreter still finds its packages. A newer patch level of the same Python is the normal state. (A
`bin/python` that leads nowhere, or packages that the interpreter no longer finds, leave nothing to judge:
that ends the run with exit code 3, and says why.)

## Why it matters

A virtual environment borrows the standard library of what it was made from. And one that was moved leads on
to the old place: its activation puts that on PATH, its scripts start the interpreter there.

## Example

```text
DG502 warning: environment: lies in /srv/app/.venv, but its scripts lead to /home/ci/build/.venv
```

## Fix

Make the environment anew (the printed command): it cannot be moved.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG502",
    name="moved-base",
    summary="a virtual environment was moved, or what it was made from was",
    severity=Severity.ERROR,
    needs=("environment", "mender", "host"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each way in which the environment's own files no longer hold."""
    there, base = known(evidence.environment), known(evidence.host).base
    if base is None:
        return
    minor = _minor(there.interpreter.version)
    anew = known(evidence.mender).recreate(minor)
    if not base.home_is_there:
        yield RULE.finding(
            "environment",
            f"was made from {base.home}, which is gone",
            why="its standard library is to come from there",
            mend=anew,
            path=base.configuration,
        )
    if base.made_with and _minor(base.made_with) != minor:
        yield RULE.finding(
            "environment",
            f"was made for Python {_minor(base.made_with)}, its interpreter is {there.interpreter.version}",
            why="one of the two was replaced since; what is installed may be for either",
            mend=anew,
            path=base.configuration,
            severity=Severity.WARNING,
        )
    if base.moved:
        yield RULE.finding(
            "environment",
            f"lies in {there.root}, but its scripts lead to {base.activates}",
            why="to activate it, or to call one of its scripts, is to run what is there",
            mend=anew,
            path=base.configuration,
            severity=Severity.WARNING,
        )


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
