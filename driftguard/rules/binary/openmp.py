"""Two runtimes for OpenMP that do not bear each other

## What it finds

Intel's `libiomp5` and LLVM's `libomp`, both brought along by what is installed. Other libraries that are
there several times are the normal state: wheels bring their own, under names of their own.

## Why it matters

The two are one code base and refuse to be loaded together; or, where that is not noticed, wait for each
other for ever. Which of them are loaded in one process, only running can tell.

## Example

```text
DG312 warning: openmp: libiomp5.so from intel-openmp beside libomp.so from faiss-cpu
```

## Fix

Take builds of the packages that share one runtime. `KMP_DUPLICATE_LIB_OK=TRUE` silences the check and not
the danger.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

from driftguard.binary import Image
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG312",
    name="openmp",
    summary="two runtimes for OpenMP that do not bear each other",
    severity=Severity.WARNING,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if both are there."""
    images = sorted(one for one in surroundings(evidence).binaries.images if "omp" in one.path)
    intel, llvm = (_first(images, name) for name in ("libiomp5", "libomp"))
    if intel and llvm:
        yield RULE.finding(
            "openmp",
            f"{_name(intel)} from {intel.distribution} beside {_name(llvm)} from {llvm.distribution}",
            why="where both are loaded, the second aborts with `OMP: Error #15: Initializing libiomp5.so, "
            "but found libomp.so already initialized.`",
            detail=(
                "certain that both are there; whether one process loads both only running can tell; "
                "`pip check` does not see it",
                f"the other: {llvm.path}",
            ),
            path=intel.path,
        )


def _first(images: list[Image], name: str) -> Image | None:
    """Return the first file of this name, also with the hash that auditwheel puts after it."""
    return next((one for one in images if re.match(rf"{name}(-[0-9a-f]{{6,}})?\.so", _name(one))), None)


def _name(image: Image) -> str:
    return PurePath(image.path).name
