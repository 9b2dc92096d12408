"""Native code needs a newer processor than this one

## What it finds

A distribution whose native code says which features of the processor it refuses to run without, where
this processor is known to lack one. NumPy says it in so many words: NumPy 2.4 and later need `X86_V2`,
and newer builds may need more.

## Why it matters

The import ends. It is met on old machines, and under emulators whose default processor is a small one.

## Example

```text
DG311 error: numpy: built for processors with X86_V2, this one has it not
```

## Fix

Have the emulator offer a newer processor, or install an older release.
"""

from collections.abc import Iterator

from driftguard.abi.loading import by_distribution
from driftguard.abi.problems import usable
from driftguard.abi.remedy import Surroundings, as_locked
from driftguard.abi.words import CERTAIN, subject_of
from driftguard.binary import Image
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG311",
    name="cpu-baseline",
    summary="native code needs a newer processor than this one",
    severity=Severity.ERROR,
    needs=NEEDS,
)
TOLD = frozenset({"SSE3", "SSSE3", "SSE41", "SSE42", "POPCNT", "AVX", "F16C", "FMA3", "AVX2"}) | frozenset(
    {"X86_V2", "X86_V3", "X86_V4"}
)
"""Features of which a processor that has them tells; of others nothing can be said."""


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution that needs a feature which is not there."""
    here = surroundings(evidence)
    asking = [one for one in here.binaries.images if one.cpu_baseline and usable(one, here.binaries)]
    for name, images in by_distribution(asking).items():
        wanted = images[0].cpu_baseline.replace(",", " ").split()
        judged = [feature for feature in wanted if feature in TOLD]
        lacking = [feature for feature in judged if feature not in known(here.binaries.host.cpu)]
        if lacking:
            yield _finding(name, images[0], wanted, lacking, here)


def _finding(name: str, image: Image, wanted: list[str], lacking: list[str], here: Surroundings) -> Finding:
    remedy, words = as_locked(here, name), " ".join(lacking)
    return RULE.finding(
        name,
        f"built for processors with {words}, this one has {'it' if len(lacking) == 1 else 'them'} not",
        why=f"{subject_of(image)} raises `RuntimeError: NumPy was built with baseline optimizations: "
        f"({' '.join(wanted)}) but your machine doesn't support: ({words}).`",
        detail=(f"{CERTAIN}; `pip check` does not see it",),
        mend=remedy.mend if remedy else None,
        path=image.path,
    )
