"""A package is locked only for an extra or group that was not chosen

## What it finds

An installed package that the lock knows, but that the chosen extras and groups do not ask for. When
another selection explains the whole environment, that is said once, instead of fifty findings.

## Why it matters

Either the environment was synced with other options than the job expects, or the check was run with
other options than the environment was made for. Both look the same until the job runs.

## Example

```text
DG105 error: pytest: locked only for group `dev`, installed 9.0.2
```

## Fix

Check with the selection that the environment was made for, or sync with the one that is wanted.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG105",
    name="other-selection",
    summary="a package is locked only for an extra or group that was not chosen",
    severity=Severity.ERROR,
    needs=("lock", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak once if another selection fits, else of every package that belongs to another."""
    comparison, lock, mender = known(evidence.comparison), known(evidence.lock), known(evidence.mender)
    if comparison.fits and comparison.elsewhere:
        yield RULE.finding(
            "selection",
            f"this environment is what another selection asks for: {comparison.fits}",
            why=f"by the chosen one {len(comparison.missing)} are missing, {len(comparison.elsewhere)} over",
            mend=mender.sync(exact=True),
            path=lock.path,
        )
        return
    for entry in comparison.elsewhere:
        yield RULE.finding(
            entry.installed.name,
            f"locked {entry.where}, installed {entry.installed.version or 'in no readable version'}",
            why="the chosen selection does not ask for it",
            mend=mender.uninstall(entry.installed.name),
            path=lock.path,
        )
