"""It cannot be said whether a package should be installed

## What it finds

A locked package whose marker asks for what is not known about the interpreter (under `--no-exec`), or
of which the lock asks for two versions at once (a selection whose conflicts it does not declare);
a line of pinned requirements that cannot be read or does not name a package.

## Why it matters

A check that could not look must never read as green: this makes the run end with exit code 3.

## Example

```text
DG112 unknown: uvloop: `platform_python_implementation != 'PyPy'` asks for what is not known
```

## Fix

Run without `--no-exec`, so that the interpreter can be asked; mend the line that is named.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG112",
    name="undecided",
    summary="it cannot be said whether a package should be installed",
    severity=Severity.ERROR,
    needs=("lock", "comparison"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every package on which the walk could not decide."""
    for entry in known(evidence.comparison).undecided:
        yield RULE.finding(
            entry.name,
            entry.reason,
            why="it may be missing or over",
            path=known(evidence.lock).path,
            unknown=True,
        )
    for line in known(evidence.lock).unpinned:
        if not line.name:
            yield RULE.finding(
                "a line",
                line.problem,
                why="whatever it asks for was not looked for",
                path=line.path,
                line=line.line,
                unknown=True,
            )
