"""An ignore hides nothing

## What it finds

A `[[tool.driftguard.ignore]]` entry, of a rule that ran, that no finding needed.

## Why it matters

It will hide the next finding that happens to fit it.

## Example

```text
DG902 warning: DG104: ignored for colorlog, but there is nothing to hide: left from the old image
```

## Fix

Delete the entry.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG902",
    name="unused-ignore",
    summary="an ignore hides nothing",
    severity=Severity.WARNING,
    needs=("ignores",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every entry without use."""
    for use in known(evidence.ignores):
        if not use.used and not use.expired:
            about = f" for {use.ignore.package}" if use.ignore.package else ""
            yield RULE.finding(
                use.ignore.rule,
                f"ignored{about}, but there is nothing to hide: {use.ignore.reason}",
                why="it will hide the next finding that happens to fit",
                path=use.ignore.path,
                line=use.ignore.line,
            )
