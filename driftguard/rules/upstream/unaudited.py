"""A locked package could not be audited

## What it finds

A package that `pip-audit` skipped: no advisory service knows it, or its version cannot be looked up.

## Why it matters

"No known vulnerabilities found" is said of the others only. A check that could not look must never
read as green: this makes the run end with exit code 3.

## Example

```text
DG702 unknown: internal-tools: could not be audited: not found by the service
```

## Fix

Ask a service that knows the package, or accept it: `[[tool.driftguard.ignore]]` with `rule = "DG702"`,
`package` and a reason.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG702",
    name="unaudited",
    summary="a locked package could not be audited",
    severity=Severity.WARNING,
    needs=("lock", "vulnerabilities"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every package that the audit passed over."""
    for one in known(evidence.vulnerabilities):
        if one.skipped:
            yield RULE.finding(
                one.name,
                f"could not be audited: {one.skipped}",
                why="nothing is known of its vulnerabilities",
                path=known(evidence.lock).path,
                unknown=True,
            )
