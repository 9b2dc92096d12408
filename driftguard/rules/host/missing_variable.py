"""A variable that the job needs is not set

## What it finds

A name under `variables` of `[tool.driftguard.host]` that is not set in the environment of this run, or set
to nothing. Values are neither read further nor shown. What the job reads from a file of its own (`.env`) is
not among them.

## Why it matters

A token that is in the shell of the person who tried it is not in that of cron.

## Example

```text
DG514 error: STATS_TOKEN: is not set
```

## Fix

Set it where the job is started: in the crontab, the unit file (`EnvironmentFile=`) or the workflow.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG514",
    name="missing-variable",
    summary="a variable that the job needs is not set",
    severity=Severity.ERROR,
    needs=("host",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each name."""
    host = known(evidence.host)
    place = host.wishes.place
    for name in (*host.missing, *host.empty):
        yield RULE.finding(
            name,
            "is set to nothing" if name in host.empty else "is not set",
            why="the configuration says that the job needs it",
            path=place.path if place else None,
            line=place.line if place else 0,
        )
