"""A probe could not be run

## What it finds

A probe that could not be started, or a declared dependency of which nobody knows how it is imported since
the list of its files cannot be read.

## Why it matters

What was not tried may fail. Without this the report would read as if it had passed.

## Example

```text
DG605 unknown: odd: not tried: the list of its files cannot be read: no such file
```

## Fix

Reinstall what has no list of its files. What cannot be helped is accepted with an ignore.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.probes import Result
from driftguard.rules.probing import NEEDS, remedy

RULE = Rule(
    code="DG605",
    name="probe-untried",
    summary="a probe could not be run",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every probe of which nothing is known."""
    for outcome in known(evidence.probes).outcomes:
        if outcome.result is Result.UNTRIED:
            named = outcome._replace(distribution=outcome.probe.distribution)
            yield RULE.finding(
                outcome.probe.name,
                f"not tried: {outcome.error}",
                why="what was not tried may fail",
                mend=remedy(named, evidence).mend,
                unknown=True,
            )
