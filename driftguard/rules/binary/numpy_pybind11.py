"""A module may misread NumPy 2's structures and compute wrong numbers

## What it finds

A distribution with modules made by pybind11 before 2.12 beside NumPy 2. Such modules load NumPy's C API
by a way of their own, which compares no versions, and read `itemsize` and `strides` where NumPy 1 had
them. That the old pybind11 is in the file is certain; whether the module asks for one of these fields is
not: many take typed arrays only, and are unharmed.

## Why it matters

Nothing is raised. `mapbox-earcut` 1.0.1 on NumPy 2.2.6 imports, runs and cuts a square into triangles
that are none.

## Example

```text
DG304 warning: hmmlearn: built with pybind11 <2.12, installed numpy 2.2.6: may silently compute wrong numbers
```

## Fix

Run the printed command. Whether the numbers are right only a comparison tells: the same computation
beside NumPy 1 and beside NumPy 2.
"""

from collections.abc import Iterator

from driftguard.abi import old_pybind11
from driftguard.abi.problems import NUMPY
from driftguard.abi.remedy import as_locked, better_release, change, for_numpy
from driftguard.abi.words import of, pip_check
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG304",
    name="numpy-pybind11",
    summary="a module may misread NumPy 2's structures and compute wrong numbers",
    severity=Severity.WARNING,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution with an old pybind11 beside NumPy 2."""
    here = surroundings(evidence)
    for name, images in old_pybind11(here.binaries).items():
        better = "" if as_locked(here, NUMPY, name) else better_release(name, NUMPY, here)
        remedy = change(better, here) if better else for_numpy(name, here, suspects=True)
        yield RULE.finding(
            name,
            f"built with pybind11 <2.12, installed numpy {here.version(NUMPY)}: "
            "may silently compute wrong numbers",
            why="it reads strides and item sizes where NumPy 1 had them, and nothing is raised",
            detail=(
                f"{of(name, images, here)}; heuristic: the old pybind11 was read, its effect was not; "
                f"{pip_check(name, NUMPY, here)}",
                "the same computation beside NumPy 1 would settle it",
                *filter(None, (remedy.clause,)),
            ),
            mend=remedy.mend,
            path=images[0].path,
        )
