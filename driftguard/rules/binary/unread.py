"""Native code could not be looked at

## What it finds

What the other rules of this family do not know of: files that belong to nobody's list, a loader whose
configuration cannot be read, an interpreter that is not there.

Elsewhere than on Linux no native code is read; that is a note.

## Why it matters

What was not looked at may be broken. Without this the report would read as if it were not.

## Example

```text
DG314 unknown: native code: the list of the files of `odd` cannot be read: Permission denied
```

## Fix

Make it readable, or reinstall what has no list of its files. What cannot be helped is accepted with an
ignore.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG314",
    name="unread",
    summary="native code could not be looked at",
    severity=Severity.ERROR,
    needs=("binaries",),
)

_ELSEWHERE = "the other rules of this family say nothing here"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of everything that could not be looked at."""
    if elsewhere := known(evidence.binaries).elsewhere:
        yield RULE.finding("native code", elsewhere, why=_ELSEWHERE, severity=Severity.NOTE)
    for clause in known(evidence.binaries).unread:
        yield RULE.finding("native code", clause, why="what was not looked at may be broken", unknown=True)
