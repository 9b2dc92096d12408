"""A rule could not be run

## What it finds

A chosen rule whose facts could not be had: an interpreter that may not be asked, a program that is
not installed, a service that does not answer.

## Why it matters

A check that could not look must never read as green: this makes the run end with exit code 3.

## Example

```text
DG903 unknown: DG701: skipped: pip-audit did not finish within 600 s
```

## Fix

Do what the reason asks for, or leave the rule out by `--ignore`.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG903",
    name="skipped",
    summary="a rule could not be run",
    severity=Severity.ERROR,
    needs=("skipped",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every rule that had to be skipped."""
    for skip in known(evidence.skipped):
        yield RULE.finding(
            skip.code,
            f"skipped: {skip.reason}",
            why="what it looks for may be there",
            unknown=True,
        )
