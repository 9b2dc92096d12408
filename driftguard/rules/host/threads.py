"""A variable that numerical libraries read says nothing they understand

## What it finds

`OMP_NUM_THREADS` and `OPENBLAS_NUM_THREADS` that are zero, negative or no number; `NUMEXPR_NUM_THREADS` where
NumExpr is installed, an error if it is no number; and `KMP_DUPLICATE_LIB_OK`.

## Why it matters

OpenMP and OpenBLAS pass over such a number: instead of the few threads that were meant, each process starts
one for every processor, and several jobs side by side stand in each other's way. NumExpr ends its import
with a ValueError. `KMP_DUPLICATE_LIB_OK` lets two runtimes of OpenMP into one process, whose makers warn of
crashes and of wrong results.

## Example

```text
DG509 warning: OMP_NUM_THREADS: is `0`, which is no number of threads
```

## Fix

Set a number, or leave the variable out (the printed command).
"""

import re
from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity

RULE = Rule(
    code="DG509",
    name="threads",
    summary="a variable that numerical libraries read says nothing they understand",
    severity=Severity.WARNING,
    needs=("environment", "host"),
)

_COUNT = r"\s*\+?0*[1-9]\d{0,8}\s*\Z"
_LEVELS = r"\s*0*[1-9]\d{0,8}\s*(?:,\s*0*[1-9]\d{0,8}\s*)*\Z"
"""One number for each level of nesting (OpenMP 5.2, 21.1.2)."""
_FORMS = {"OMP_NUM_THREADS": _LEVELS, "OPENBLAS_NUM_THREADS": _COUNT}
_NUMEXPR = "NUMEXPR_NUM_THREADS"
_DUPLICATE = "KMP_DUPLICATE_LIB_OK"
_YES = ("true", "1", "yes", "on", "t", ".true.")
_ALL = "it is passed over, and there are as many threads as processors"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each variable whose value does not do what it was set for."""
    variables = known(evidence.host).variables
    for name, form in _FORMS.items():
        if name in variables and not re.match(form, variables[name]):
            yield _no_number(name, variables[name], why=_ALL)
    installed = any(one.name == "numexpr" for one in known(evidence.environment).installed)
    value = variables.get(_NUMEXPR, "")
    if installed and value and not re.match(_COUNT, value):
        if re.match(r"\s*[+-]?\d{1,9}\s*\Z", value):
            yield _no_number(_NUMEXPR, value, why="NumExpr takes one thread instead")
        else:
            yield _no_number(_NUMEXPR, value, why="ValueError at the import of numexpr")._replace(
                severity=Severity.ERROR
            )
    value = variables.get(_DUPLICATE, "")
    if value.strip().lower() in _YES:
        yield RULE.finding(
            _DUPLICATE,
            f"is `{value}`",
            why="two runtimes of OpenMP in one process may crash it or give wrong results",
            mend=Mend(f"unset {_DUPLICATE}"),
        )


def _no_number(name: str, value: str, *, why: str) -> Finding:
    return RULE.finding(
        name, f"is `{value}`, which is no number of threads", why=why, mend=Mend(f"unset {name}")
    )
