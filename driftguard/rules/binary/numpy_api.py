"""A module asks for a newer NumPy than is installed

## What it finds

A distribution whose extension modules were built to need a newer version of NumPy's C API than the
installed NumPy has. The modules carry the version they need, NumPy's headers the one it has. It belongs
to the wheel, not to the release: two wheels of one release may need different ones.

Of one distribution DG301, DG302 and DG303 speak once: of what most of its modules fail by.

## Why it matters

`import_array()` refuses.

## Example

```text
DG302 error: numexpr: built for NumPy 1.23 (0x10), installed numpy 1.21.6 (0xe)
```

## Fix

Run the printed command: NumPy as locked, else one that is new enough for all native code here.
"""

from collections.abc import Iterator

from driftguard.abi import Kind, broken
from driftguard.abi.remedy import for_numpy
from driftguard.abi.words import finding_parts
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG302",
    name="numpy-api",
    summary="a module asks for a newer NumPy than is installed",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution most of whose broken modules fail by NumPy's C-API version."""
    here = surroundings(evidence)
    for one in broken(here.binaries):
        if one.leading.kind is Kind.API:
            message = f"built for NumPy {one.leading.built}, installed numpy {one.leading.there}"
            remedy = for_numpy(one.distribution, here)
            yield RULE.finding(one.distribution, message, **finding_parts(one, remedy, here))
