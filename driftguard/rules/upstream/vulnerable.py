"""A locked package has a known vulnerability

## What it finds

An advisory that `pip-audit` reports for a package of the lock.

## Why it matters

Somebody else knows how to break it.

## Example

```text
DG701 error: requests: 2.31.0 has GHSA-9wx4-h78v-vm56, fixed in 2.32.0
```

## Fix

Upgrade the package in the lock with the printed command, or accept the advisory with a reason and a date.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity

RULE = Rule(
    code="DG701",
    name="vulnerable",
    summary="a locked package has a known vulnerability",
    severity=Severity.ERROR,
    needs=("lock", "vulnerabilities"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every advisory."""
    for one in known(evidence.vulnerabilities):
        if not one.identifier:
            continue
        fixed = f"fixed in {' or '.join(one.fixed_in)}" if one.fixed_in else "not fixed yet"
        yield RULE.finding(
            one.name,
            f"{one.version} has {' alias '.join((one.identifier, *one.aliases[:1]))}, {fixed}",
            why=one.summary,
            mend=Mend("uv lock", f"--upgrade-package {one.name}") if one.fixed_in else None,
            path=known(evidence.lock).path,
        )
