"""
A part of the environment could not be looked at

## What it finds

A `.pth` file that cannot be read, or a folder it adds that cannot be listed: packages may lie there
that nothing here speaks of.

## Why it matters

A check that could not look must never read as green: this makes the run end with exit code 3.

## Example

```text
DG113 unknown: site-packages: `/srv/venv/lib/python3.11/site-packages/extra.pth` cannot be read
```

## Fix

Give the user who checks the right to read it, or delete it if it is no more than debris.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG113",
    name="unseen",
    summary="a part of the environment could not be looked at",
    severity=Severity.ERROR,
    needs=("environment",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of everything that reading the environment could not look at."""
    for clause in known(evidence.environment).unseen:
        yield RULE.finding("site-packages", clause, why="packages may lie there", unknown=True)
