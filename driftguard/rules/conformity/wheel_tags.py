"""A wheel was built for another interpreter or platform

## What it finds

An installed distribution none of whose wheel tags (PEP 425, in its WHEEL file) this interpreter accepts.

## Why it matters

Its extension modules will not be found or will not load.

## Example

```text
DG110 error: numpy: built for cp312-cp312-manylinux_2_28_x86_64, not for CPython 3.11.7
```

## Fix

Reinstall it for this interpreter with the printed command. It is usual after a Python upgrade or in
a copied environment.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG110",
    name="wheel-tags",
    summary="a wheel was built for another interpreter or platform",
    severity=Severity.ERROR,
    needs=("environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution none of whose tags this interpreter accepts."""
    environment, mender = known(evidence.environment), known(evidence.mender)
    interpreter = environment.interpreter
    locked = {pair.installed.name: pair.locked for pair in known(evidence.comparison).pairs}
    fitting = known(interpreter.tags)
    for one in environment.installed:
        if one.tags and fitting.isdisjoint(one.tags):
            more = f" and {len(one.tags) - 1} more" if len(one.tags) > 1 else ""
            yield RULE.finding(
                one.name,
                f"built for {one.tags[0]}{more}, not for {interpreter.implementation} {interpreter.version}",
                why="its extension modules will not be found or not load",
                mend=mender.replace((one,), locked.get(one.name)),
                path=one.path,
            )
