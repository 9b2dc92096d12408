"""A file of native code cannot be loaded at all

## What it finds

A module or library that is truncated, damaged or no ELF file, a link that leads nowhere (uv's, when its
cache was cleaned), or what was built for another machine.
Where no module of its distribution needs it, it is a note.

## Why it matters

Python raises nothing that helps: for another machine it says that the file does not exist; a truncated
file is mapped into memory and kills the process with SIGBUS as soon as its lost part is touched.

## Example

```text
DG307 error: lxml: `etree.abi3.so` is truncated: a segment ends at 5,123,456 of 3,000,000 bytes
```

## Fix

Reinstall it with the printed command. A disk that was full, or a copy that was interrupted, leaves such
files behind.
"""

from collections.abc import Iterator
from pathlib import PurePath

from driftguard.abi.loading import by_distribution, on_the_way
from driftguard.abi.problems import foreign
from driftguard.abi.remedy import Surroundings, again
from driftguard.abi.words import ending, scope, subject_of
from driftguard.binary import DANGLING, Image
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG307",
    name="unloadable",
    summary="a file of native code cannot be loaded at all",
    severity=Severity.ERROR,
    needs=NEEDS,
)
NOT_READ = ("is larger than", "cannot be read", "cannot be opened", "has shrunk")
"""Beginnings of clauses that are about our reading, not about the file."""


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution with such files, of damaged ones and those of another machine apart."""
    here = surroundings(evidence)
    looked_for = [
        image for image in here.binaries.images if not image.replaced and not foreign(image, here.binaries)
    ]
    damaged = (one for one in looked_for if one.fault and not (one.fault == DANGLING and one.fallback))
    for name, images in by_distribution(damaged).items():
        yield _damaged(name, images, here)
    machine = here.binaries.host.machine
    others = [one for one in looked_for if not one.fault and machine and one.machine not in {"", machine}]
    for name, images in by_distribution(others).items():
        first = images[0]
        message = f"built for {first.machine}, this machine is {machine}"
        error = f"{first.path}: cannot open shared object file: No such file or directory"
        why = f"{ending(first, error)}, though it is there"
        yield _finding(name, message, why, images, here)


def _damaged(name: str, images: tuple[Image, ...], here: Surroundings) -> Finding:
    first = images[0]
    more = f"; {len(images) - 1} more like it" if len(images) > 1 else ""
    message = f"`{PurePath(first.path).name}` {first.fault}{more}"
    return _finding(name, message, _why(first), images, here, unknown=first.fault.startswith(NOT_READ))


def _why(image: Image) -> str:
    if image.fault.startswith(NOT_READ):
        return "what cannot be read cannot be judged"
    if image.fault == DANGLING:
        return _absent(image)
    if image.fault.startswith("is truncated"):
        return "loading it may kill the process with SIGBUS, before anything is raised"
    if image.fault.startswith("is empty"):
        return f"{subject_of(image)} raises `ImportError: {image.path}: file too short`"
    if image.fault.startswith("is not an ELF"):
        return f"{subject_of(image)} raises `ImportError: {image.path}: invalid ELF header`"
    return "the dynamic loader refuses it, or crashes"


def _read_in(image: Image) -> str:
    return "its link was followed" if image.fault == DANGLING else "read in its header"


def _absent(image: Image) -> str:
    if not image.module:
        return "the dynamic loader does not find it"
    return f"importing it raises `ModuleNotFoundError: No module named '{image.module}'`"


def _finding(
    name: str, message: str, why: str, images: tuple[Image, ...], here: Surroundings, *, unknown: bool = False
) -> Finding:
    remedy = again(name, here)
    of = {image.module for image in here.binaries.images if image.distribution == name and image.module}
    imported = any(on_the_way(image, here.binaries) for image in images)
    certain = "not judged" if unknown else f"certain, {_read_in(images[0])}"
    return RULE.finding(
        name,
        message,
        why=why,
        detail=(
            f"{scope(images, len(of))}; {certain}; `pip check` does not see it",
            *filter(None, ("" if unknown else remedy.clause,)),
        ),
        mend=None if unknown else remedy.mend,
        path=images[0].path,
        severity=None if imported or unknown else Severity.NOTE,
        unknown=unknown and imported,
    )
