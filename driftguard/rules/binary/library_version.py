"""A shared library is older than native code needs

## What it finds

A distribution with files that ask for a symbol version (`GLIBC_2.38`, `GLIBCXX_3.4.32`, `Qt_6.8`) which
the library that the dynamic loader would take does not define. What is asked for weakly is not meant. How
bad it is goes as for DG308: by how many of the distribution's modules cannot be loaded.

## Why it matters

The loader refuses the file, and the import ends.

## Example

```text
DG309 error: pyqt6: needs Qt_6.8 of libQt6Core.so.6, which the installed pyqt6-qt6 6.4.2 does not have
```

## Fix

Where another distribution brings the library, the printed command brings the two together. libc cannot be
replaced alone: take a release of the package that was built for this one, or a newer operating system.
"""

from collections.abc import Iterator
from pathlib import PurePath

from driftguard.abi.loading import Refused, refused
from driftguard.abi.remedy import Remedy, Surroundings, as_locked, for_pair
from driftguard.abi.words import CERTAIN, ending, of, only_running, pip_check
from driftguard.binary import LoadProblem, NativeHost
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings
from driftguard.versions import release

RULE = Rule(
    code="DG309",
    name="library-version",
    summary="a shared library is older than native code needs",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution that asks for versions that are not there, plug-ins apart."""
    here = surroundings(evidence)
    for one in refused(here.binaries, versions=True):
        yield _finding(one, here)


def _finding(one: Refused, here: Surroundings) -> Finding:
    of_first = [problem for problem in one.problems if problem.path == one.images[0].path]
    first = max(of_first, key=lambda problem: release(problem.version.rpartition("_")[2]))
    provider = next((image.distribution for image in here.binaries.images if image.path == first.found), "")
    remedy = _remedy(one.distribution, provider, here)
    told = pip_check(one.distribution, provider, here) if provider else "`pip check` does not see it"
    return RULE.finding(
        one.distribution,
        f"needs {first.version} of {first.library}, {_there(first, provider, here)}",
        why=ending(
            one.images[0], f"{first.found}: version `{first.version}' not found (required by {first.by})"
        ),
        detail=(
            f"{of(one.distribution, one.images, here)}{only_running(one)}; {CERTAIN}; {told}",
            *filter(None, (remedy.clause,)),
        ),
        mend=remedy.mend,
        path=first.path,
        severity=one.severity,
    )


def _remedy(name: str, provider: str, here: Surroundings) -> Remedy:
    if provider and provider != name:
        return for_pair(name, provider, here)
    return as_locked(here, name) or Remedy(
        None, f"a release of {name} built for an older system would do, or a newer system"
    )


def _there(problem: LoadProblem, provider: str, here: Surroundings) -> str:
    if provider:
        return f"which the installed {provider} {here.version(provider)} does not have"
    newest = _newest(problem.version, here.binaries.host)
    return f"installed has {newest}" if newest else f"which {PurePath(problem.found).name} here does not have"


def _newest(version: str, host: NativeHost) -> str:
    """Return the newest version of the same series on this machine, empty for other libraries."""
    series = {"GLIBC": host.glibc, "GLIBCXX": host.glibcxx, "CXXABI": host.cxxabi}
    return series.get(version.partition("_")[0], "")
