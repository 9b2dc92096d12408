"""A module expects a larger type than is installed

## What it finds

A distribution with modules made by Cython whose headers had a type in a larger form than the one that is
installed: `numpy.ndarray`, `greenlet.greenlet`, any. The expected size is read from the module's code,
the other from the type where it is defined (`tp_basicsize`, and `tp_itemsize` as Cython counts it). Where
a type or its module is not known, or one of several definitions would do, nothing is said. A type that is
larger than expected is no error.

Of one distribution and NumPy, DG301, DG302 and DG303 speak once: of what most of its modules fail by.

## Why it matters

Cython compares the two sizes when the module is imported, and refuses.

## Example

```text
DG303 error: pandas: built for numpy.dtype of 96 bytes, installed numpy 2.0.2 has 88
```

## Fix

Run the printed command: the provider as locked, else a NumPy that all native code here runs on, else a
release of the package that was built for what is installed.
"""

from collections.abc import Iterator

from driftguard.abi import Broken, Kind, broken
from driftguard.abi.problems import NUMPY
from driftguard.abi.remedy import Surroundings, for_numpy, for_pair
from driftguard.abi.words import finding_parts
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG303",
    name="type-size",
    summary="a module expects a larger type than is installed",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution and provider most of whose broken modules fail by the size of a type."""
    here = surroundings(evidence)
    for one in broken(here.binaries):
        if one.leading.kind is Kind.SIZE:
            yield _finding(one, here)


def _finding(one: Broken, here: Surroundings) -> Finding:
    problem, provider = one.leading, f"{one.provider} {here.version(one.provider)}".rstrip()
    message = f"built for {problem.what} of {problem.built} bytes, installed {provider} has {problem.there}"
    if one.provider == NUMPY:
        remedy = for_numpy(one.distribution, here)
    else:
        remedy = for_pair(one.distribution, one.provider, here)
    return RULE.finding(one.distribution, message, **finding_parts(one, remedy, here))
