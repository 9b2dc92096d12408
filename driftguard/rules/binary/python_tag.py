"""A module is there for another interpreter only

## What it finds

A distribution with extension modules that lie there under file names which this interpreter does not look
for: `_x.cpython-312-x86_64-linux-gnu.so` under CPython 3.11, `_x.abi3.so` or a module with the global
interpreter lock under a free-threaded CPython, one without it under a plain one. Modules that are there
several times, once for this interpreter, are not meant. Where a `.py` of the same name lies beside it,
Python takes that, and it is a note.

## Why it matters

The import system passes such files by without a word. What is raised names a module that is missing
although it is there, or is caught and hidden by the package; or all works, slowly.

## Example

```text
DG305 error: lxml: built for cpython-312-x86_64-linux-gnu, installed CPython 3.11.7
```

## Fix

Reinstall it for this interpreter with the printed command.
"""

from collections.abc import Iterator

from driftguard.abi.loading import by_distribution
from driftguard.abi.problems import foreign
from driftguard.abi.remedy import Surroundings, again
from driftguard.abi.words import CERTAIN, scope
from driftguard.binary import Image
from driftguard.errors import FactUnavailable
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG305",
    name="python-tag",
    summary="a module is there for another interpreter only",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution with modules for another interpreter only; of fallbacks apart."""
    here = surroundings(evidence)
    if not here.binaries.suffixes and any(image.tag for image in here.binaries.images):
        raise FactUnavailable("the interpreter was not asked which names of extension modules it takes")
    passed_by = [
        image for image in here.binaries.images if foreign(image, here.binaries) and not image.replaced
    ]
    for name, images in by_distribution(passed_by).items():
        for fallback in (False, True):
            if meant := tuple(image for image in images if image.fallback is fallback):
                yield _finding(name, meant, here, fallback=fallback)


def _finding(name: str, images: tuple[Image, ...], here: Surroundings, *, fallback: bool) -> Finding:
    interpreter = here.environment.interpreter
    remedy = again(name, here)
    first = images[0]
    of = {image.module for image in here.binaries.images if image.distribution == name and image.module}
    why = "falls back to slow pure Python" if fallback else _error(first.module)
    free = " (free-threaded)" if here.binaries.free_threaded else ""
    return RULE.finding(
        name,
        f"built for {first.tag}, installed {interpreter.implementation} {interpreter.version}{free}",
        why=f"{first.module} {why}",
        detail=(
            f"{scope(images, len(of))}; {CERTAIN}; `pip check` does not see it",
            f"this interpreter takes {', '.join(here.binaries.suffixes)}",
            *filter(None, (remedy.clause,)),
        ),
        mend=remedy.mend,
        path=first.path,
        severity=Severity.NOTE if fallback else None,
    )


def _error(module: str) -> str:
    return f"raises `ModuleNotFoundError: No module named '{module}'`"
