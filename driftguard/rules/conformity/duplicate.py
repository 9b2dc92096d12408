"""One package is installed more than once

## What it finds

Two or more metadata folders of one name in the environment.

## Why it matters

Which version is reported, which is imported and which is uninstalled are three different questions.

## Example

```text
DG106 error: numpy: installed 2 times: 1.26.4 and 2.4.6
```

## Fix

Run the printed command: it removes what is there and installs the locked version. A metadata folder
without a RECORD is unknown to every installer; the command deletes it.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG106",
    name="duplicate",
    summary="one package is installed more than once",
    severity=Severity.ERROR,
    needs=("comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every name that is there more than once."""
    mender = known(evidence.mender)
    for duplicate in known(evidence.comparison).duplicates:
        versions = [one.version or "unreadable" for one in duplicate.installed]
        wanted = duplicate.expected
        lock = f"locked {wanted.locked.version}, " if wanted else ""
        yield RULE.finding(
            duplicate.name,
            f"{lock}installed {len(versions)} times: {' and '.join(versions)}",
            why="what is reported need not be what is imported",
            mend=mender.replace(duplicate.installed, wanted.locked if wanted else None),
            path=duplicate.installed[0].path,
        )
