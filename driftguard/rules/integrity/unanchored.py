"""A distribution could not be held against a locked wheel

## What it finds

Only under `--anchor`, one finding for each reason. It is unknown where the lock has the hash of a wheel and
the wheel is not at hand: uv keeps none, only what it unpacked, which an edit through a hard link changes
too; a pip before 23.3 keeps none that can be hashed, and no pip keeps what its index forbids. It is a note
where there is nothing to compare with: packages built from source, of which no hash is locked, or that are
not locked at all.

## Why it matters

Of these only RECORD is known, and that trusts whoever could write it.

## Example

```text
DG410 unknown: anchor: 2 distributions: its wheel is neither in a wheelhouse nor in pip's cache: numpy, six
```

## Fix

Fetch the wheels and name their folder with `--wheelhouse wheels`:

```text
uv export --frozen --no-emit-local --output-file locked.txt
pip download --no-deps --only-binary :all: --require-hashes --dest wheels --requirement locked.txt
```
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG410",
    name="unanchored",
    summary="a distribution could not be held against a locked wheel",
    severity=Severity.ERROR,
    needs=("environment", "integrity"),
)

_SHOWN = 8


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every reason for which distributions were not compared."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for one in known(evidence.integrity).unanchored:
        groups.setdefault((one.wanting, one.reason), []).append(one.name)
    for (wanting, reason), names in sorted(groups.items(), reverse=True):
        listed = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        count = "1 distribution" if len(names) == 1 else f"{len(names)} distributions"
        yield RULE.finding(
            "anchor",
            f"{count}: {reason}: {listed}",
            why="only RECORD is known of them, which trusts whoever could write it",
            severity=RULE.severity if wanting else Severity.NOTE,
            unknown=wanting,
        )
