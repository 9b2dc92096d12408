"""The environment lets the packages of the base interpreter through

## What it finds

`include-system-site-packages = true` in `pyvenv.cfg`, where the base interpreter has a folder of packages.

## Why it matters

A package that is missing here is then taken from there, in whatever version that has: what is not locked
can be imported, and what was forgotten is not noticed.

## Example

```text
DG507 warning: environment: the packages in /usr/lib/python3/dist-packages are visible
```

## Fix

Make the environment anew without them (the printed command).
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG507",
    name="system-site",
    summary="the environment lets the packages of the base interpreter through",
    severity=Severity.WARNING,
    needs=("environment", "mender", "host"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if they are visible."""
    there, base = known(evidence.environment), known(evidence.host).base
    folders = there.interpreter.inherited_site_packages
    if base and folders:
        version = ".".join(there.interpreter.version.split(".")[:2])
        yield RULE.finding(
            "environment",
            f"the packages in {', '.join(map(str, folders))} are visible",
            why="what is missing here is taken from there, in whatever version",
            mend=known(evidence.mender).recreate(version),
            path=base.configuration,
        )
