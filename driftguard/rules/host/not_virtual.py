"""The judged interpreter belongs to no environment of its own

## What it finds

An interpreter of the system, of pyenv or of conda's base: neither a virtual environment nor one of conda's.

## Why it matters

Whatever else is installed for that interpreter lands in the same folder, and what the job needs can be
changed by an upgrade of something that has nothing to do with it.

## Example

```text
DG501 warning: environment: /usr is not a virtual environment
```

## Fix

Make an environment for the job (the printed command) and let the job run in it. No rule prints a command
that would change an interpreter which is no virtual environment; a `.venv` that lost its `pyvenv.cfg` leads
uv to the system's packages, so it is set aside first. A container that holds nothing but one job may do
without: accept the finding there.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG501",
    name="not-virtual",
    summary="the judged interpreter belongs to no environment of its own",
    severity=Severity.WARNING,
    needs=("environment", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if nothing keeps the environment apart."""
    there = known(evidence.environment)
    if not there.virtual:
        yield RULE.finding(
            "environment",
            f"{there.root} is not a virtual environment",
            why="what others install for this interpreter changes what the job runs with",
            detail=("a container that holds one job may do without one",),
            mend=known(evidence.mender).create(),
            path=there.interpreter.executable,
        )
