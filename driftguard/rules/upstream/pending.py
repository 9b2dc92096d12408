"""A newer release is waiting

## What it finds

What `uv lock --upgrade` would change today.

## Why it matters

It is no fault. It says how far the lock has fallen behind, and what tonight's job would have run
with if nothing were locked.

## Example

```text
DG703 note: pandas: locked 3.1.1, available 3.1.2
```

## Fix

`uv lock --upgrade-package NAME` when there is time to look at the difference.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG703",
    name="pending",
    summary="a newer release is waiting",
    severity=Severity.NOTE,
    needs=("lock", "pending"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every change that an upgrade would make."""
    for change in known(evidence.pending):
        yield RULE.finding(
            change.name,
            f"locked {change.locked or 'not at all'}, available {change.available or 'no more'}",
            path=known(evidence.lock).path,
        )
