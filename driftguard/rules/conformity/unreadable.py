"""The metadata of an installed package cannot be read

## What it finds

A `.dist-info` or `.egg-info` whose METADATA is missing, empty or malformed, or whose folder says
another name or version than the METADATA in it; a WHEEL or `direct_url.json` that cannot be read.

## Why it matters

No tool can say what this package is; uninstalling or upgrading it will fail or leave half of it behind.

## Example

```text
DG107 error: requests: METADATA is missing
```

## Fix

Reinstall the package with the printed command; if that fails, remove the named folder first.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG107",
    name="unreadable",
    summary="the metadata of an installed package cannot be read",
    severity=Severity.ERROR,
    needs=("environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every fault that reading the environment met."""
    mender = known(evidence.mender)
    wanted = {pair.installed.name: pair.locked for pair in known(evidence.comparison).pairs}
    for one in known(evidence.environment).installed:
        locked = wanted.get(one.name)
        for fault in one.faults:
            yield RULE.finding(
                one.name,
                fault,
                why="no tool can tell what is installed under this name",
                mend=mender.replace((one,), locked),
                path=one.path,
            )
