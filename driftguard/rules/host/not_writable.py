"""Nothing can be written where the job writes

## What it finds

A folder that `[tool.driftguard.host]` declares as `writable`, or, where it does not exist yet, the nearest
one above it, in which this user cannot make a file; in a folder that exists, one without a name is made to
see. A folder that `TMPDIR`, `TEMP` or `TMP` names, and no folder for temporary files at all.
`MPLCONFIGDIR`.

## Why it matters

The job computes for an hour and fails at its last step. Python passes over a `TMPDIR` that it cannot use,
and matplotlib a configuration folder: both go on, elsewhere, and matplotlib searches all fonts again in
every run.

## Example

```text
DG513 error: /srv/app/out: is not writable (declared as writable)
```

## Fix

Give the folder to the user of the job; or correct the variable.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG513",
    name="not-writable",
    summary="nothing can be written where the job writes",
    severity=Severity.ERROR,
    needs=("host",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each folder."""
    host = known(evidence.host)
    place = host.wishes.place
    for one in host.unwritable:
        declared = place if one.folder in host.wishes.writable else None
        yield RULE.finding(
            str(one.folder),
            f"{one.reason} ({one.purpose})",
            why="what is to be written goes elsewhere" if one.usable else "the job cannot write there",
            path=declared.path if declared else one.folder,
            line=declared.line if declared else 0,
            severity=Severity.WARNING if one.usable else None,
        )
