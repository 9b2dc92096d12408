"""A module asks for functions that this interpreter does not have

## What it finds

A distribution with native code that needs functions or data of CPython (`Py…`, `_Py…`) which neither the
judged interpreter exports nor any library that is loaded with it. It was built for another version, or for
a free-threaded one, and its file name does not say so. What is asked for weakly may be absent and is not
meant.

## Why it matters

Python resolves all symbols when it loads a module; one that is missing ends the import.

## Example

```text
DG306 error: pyyaml: built for a Python with _PyUnicode_Ready, installed CPython 3.12.1 has it not
```

## Fix

Reinstall it for this interpreter with the printed command.
"""

from collections.abc import Iterator

from driftguard.abi.loading import by_distribution, on_the_way
from driftguard.abi.problems import usable
from driftguard.abi.remedy import again
from driftguard.abi.words import CERTAIN, of, subject_of
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG306",
    name="python-symbol",
    summary="a module asks for functions that this interpreter does not have",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution with unresolved symbols of CPython."""
    here = surroundings(evidence)
    python = here.environment.interpreter
    asking = [image for image in here.binaries.images if image.unresolved and usable(image, here.binaries)]
    for name, images in by_distribution(asking).items():
        first, remedy = images[0], again(name, here)
        symbols = dict.fromkeys(symbol for image in images for symbol in image.unresolved)
        more = f" and {len(symbols) - 1} more" if len(symbols) > 1 else ""
        imported = any(on_the_way(image, here.binaries) for image in images)
        yield RULE.finding(
            name,
            f"built for a Python with {next(iter(symbols))}{more}, "
            f"installed {python.implementation} {python.version} has {'them' if more else 'it'} not",
            why=f"{subject_of(first)} raises `ImportError: {first.path}: "
            f"undefined symbol: {first.unresolved[0]}`",
            detail=(
                f"{of(name, images, here)}; {CERTAIN}; `pip check` does not see it",
                *filter(None, (remedy.clause,)),
            ),
            mend=remedy.mend,
            path=first.path,
            severity=None if imported else Severity.NOTE,
        )
