"""A module was built for NumPy 1, NumPy 2 is installed

## What it finds

A distribution whose extension modules were built with the headers of NumPy 1 (ABI generation 1) beside an
installed NumPy 2. Both generations are read from the files: that of the modules from what
`import_array()` leaves in them, that of NumPy from its own headers. Modules built for NumPy 2 run on both
and are not meant.

Of one distribution DG301, DG302 and DG303 speak once: of what most of its modules fail by.

## Why it matters

`import_array()` refuses. The message that names the cause is often lost in the package's own handling of
the error. Old releases seldom exclude NumPy 2 in their metadata, so installers and `pip check` find
nothing wrong.

## Example

```text
DG301 error: numexpr: built for NumPy 1, installed numpy 2.2.6
```

## Fix

Run the printed command: NumPy as locked; else a NumPy below 2 that all native code here runs on; else,
where there is none for this interpreter, the first release of the package that was built for NumPy 2.
"""

from collections.abc import Iterator

from driftguard.abi import Kind, broken
from driftguard.abi.remedy import for_numpy
from driftguard.abi.words import finding_parts
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG301",
    name="numpy-abi",
    summary="a module was built for NumPy 1, NumPy 2 is installed",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution most of whose broken modules fail by NumPy's ABI generation."""
    here = surroundings(evidence)
    for one in broken(here.binaries):
        if one.leading.kind is Kind.ABI:
            message = f"built for NumPy {one.leading.built}, installed numpy {here.version('numpy')}"
            remedy = for_numpy(one.distribution, here)
            yield RULE.finding(one.distribution, message, **finding_parts(one, remedy, here))
