"""An ignore has expired

## What it finds

A `[[tool.driftguard.ignore]]` entry whose `until` has passed. It no longer hides anything.

## Why it matters

An exception that nobody ends becomes the rule.

## Example

```text
DG901 warning: DG104: ignored until 2026-06-30: waiting for the image to be rebuilt
```

## Fix

Mend what was ignored and delete the entry, or decide anew and move the date.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG901",
    name="expired-ignore",
    summary="an ignore has expired",
    severity=Severity.WARNING,
    needs=("ignores",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every entry past its last day."""
    for use in known(evidence.ignores):
        if use.expired:
            yield RULE.finding(
                use.ignore.rule,
                f"ignored until {use.ignore.until}: {use.ignore.reason}",
                why="an exception that nobody ends becomes the rule",
                path=use.ignore.path,
                line=use.ignore.line,
            )
