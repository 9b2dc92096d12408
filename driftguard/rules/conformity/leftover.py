"""An interrupted installation left a folder behind

## What it finds

A folder in `site-packages` whose name begins with `~`: pip renames what it removes to such a name
and puts it back or deletes it when it is done.

## Why it matters

An upgrade was killed half way; the package beside it may be incomplete.

## Example

```text
DG108 warning: ~umpy: left behind by an interrupted pip
```

## Fix

Delete the folder with the printed command and reinstall the package it was part of.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG108",
    name="leftover",
    summary="an interrupted installation left a folder behind",
    severity=Severity.WARNING,
    needs=("environment", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every leftover."""
    for path in known(evidence.environment).leftovers:
        yield RULE.finding(
            path.name,
            "left behind by an interrupted pip",
            why="the package beside it may be incomplete",
            mend=known(evidence.mender).delete(str(path)),
            path=path,
        )
