"""A shared library that native code needs is not there

## What it finds

A distribution with files for which the dynamic loader would not find all libraries, directly or by way of
other libraries. It is followed as the loader goes: RPATH, RUNPATH and `$ORIGIN`, `LD_LIBRARY_PATH`, its
cache, the default folders; a library that another distribution here brings under the same name counts as
there, since such packages load each other's first. It is an error where at least half of the
distribution's modules cannot be loaded, or one at the top; for fewer a warning: whether anything imports
them only running can tell. For plug-ins it is a note.

## Why it matters

The import ends. Containers without a desktop lack what a library for images was linked with.

## Example

```text
DG308 error: opencv-python: needs libGL.so.1, not installed
```

## Fix

Install the operating system's package that has the library, or a distribution that does without it
(`opencv-python-headless`). What the environment itself should bring comes back with the printed command.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from driftguard.abi.loading import Refused, refused
from driftguard.abi.remedy import Surroundings, as_locked
from driftguard.abi.words import CERTAIN, ending, listed, of, only_running
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings
from driftguard.tables import system_libraries

RULE = Rule(
    code="DG308",
    name="missing-library",
    summary="a shared library that native code needs is not there",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution that lacks libraries, of modules and plug-ins apart."""
    here = surroundings(evidence)
    for one in refused(here.binaries, versions=False):
        yield _finding(one, here)


def _finding(one: Refused, here: Surroundings) -> Finding:
    first = next(problem for problem in one.problems if problem.path == one.images[0].path)
    libraries = list(dict.fromkeys((first.library, *(problem.library for problem in one.problems))))
    by = f", asked for by {PurePath(first.by).name}" if first.by != first.path else ""
    error = f"{first.library}: cannot open shared object file: No such file or directory"
    remedy = as_locked(here, one.distribution)
    reach = f"{of(one.distribution, one.images, here)}{only_running(one)}"
    return RULE.finding(
        one.distribution,
        f"needs {listed(libraries)}, not installed",
        why=f"{ending(one.images[0], error)}{by}",
        detail=(
            f"{reach}; {CERTAIN}; `pip check` does not see it",
            *(() if remedy or one.optional else (_from_where(libraries),)),
        ),
        mend=remedy.mend if remedy else None,
        path=first.path,
        severity=one.severity,
    )


def _from_where(libraries: Sequence[str]) -> str:
    known = system_libraries()
    packages = sorted({known[name] for name in libraries if name in known})
    named = f" (Debian 12: {', '.join(packages)})" if packages else ""
    return f"to come from the operating system{named} or another distribution"
