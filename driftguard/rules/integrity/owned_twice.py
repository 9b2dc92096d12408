"""Several distributions brought the same file

## What it finds

Paths that stand in the RECORDs of several distributions, one finding for each set of them. Where their
contents differ, whichever was installed last has its file there; that is a warning, for code, and names
whose content it is. Where all say the same, or where only tests and documents differ, it is a note.

## Why it matters

uv installs in parallel: which content lies there may be another after the next sync. Removing one of the
distributions takes the file from the others.

## Example

```text
DG406 warning: opencv-contrib-python, opencv-python: 79 files are in several RECORDs, 7 of them differ: cv2/…
```

## Fix

Keep one of them: `opencv-python` and its variants exclude each other. Where a dependency asks for the other,
override it in the project (`override-dependencies`).
"""

from collections.abc import Iterator
from pathlib import PurePath

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.integrity import Overlap
from driftguard.rules.files import SHOWN

RULE = Rule(
    code="DG406",
    name="owned-twice",
    summary="several distributions brought the same file",
    severity=Severity.WARNING,
    needs=("environment", "integrity"),
)

_CODE = {".py", ".pyc", ".so", ".pyd", ".dylib", ".dll", ".pth"}
_ASIDE = {"test", "tests", "doc", "docs", "example", "examples"}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every set of distributions that share files."""
    site = known(evidence.environment).interpreter.site_packages
    groups: dict[tuple[str, ...], list[Overlap]] = {}
    for one in known(evidence.integrity).overlaps:
        if len(set(one.owners)) > 1:  # two of one name are DG106's
            groups.setdefault(one.owners, []).append(one)
    for owners, shared in groups.items():
        differ = [one for one in shared if len(one.holders) < len(one.owners)]
        told = differ or shared
        names = ", ".join(_below(one.path, site) for one in told[:SHOWN]) + (
            ", …" if len(told) > SHOWN else ""
        )
        yield RULE.finding(
            ", ".join(owners),
            f"{_counted(len(shared), len(differ))}: {names}",
            why=_why(differ),
            detail=tuple(
                f"{_below(one.path, site)} is {' and '.join(one.holders)}'s" for one in differ[:SHOWN]
            ),
            path=told[0].path,
            severity=Severity.WARNING if any(map(_is_code, differ)) else Severity.NOTE,
        )


def _counted(shared: int, differ: int) -> str:
    count = "1 file is" if shared == 1 else f"{shared} files are"
    if differ and shared == 1:
        return f"{count} in several RECORDs with different contents"
    apart = f"{differ} of them differ{'s' if differ == 1 else ''}" if differ else "all alike"
    return f"{count} in several RECORDs, {apart}"


def _why(differ: list[Overlap]) -> str:
    if differ:
        return "whichever was installed last has its file there, and that changes from sync to sync"
    return "removing one of them takes the file from the others"


def _is_code(one: Overlap) -> bool:
    """Say whether it can matter at run time which content it is."""
    path = PurePath(one.path)
    return path.suffix in _CODE and not _ASIDE & set(path.parts)


def _below(path: str, sites: "tuple[PurePath, ...]") -> str:
    folder = next((site for site in sites if PurePath(path).is_relative_to(site)), None)
    return str(PurePath(path).relative_to(folder)) if folder else path
