"""A package comes from another place than locked

## What it finds

A package of the right version that was installed from elsewhere: an index instead of a Git commit,
another commit, another URL or path, editable instead of not (PEP 610, `direct_url.json`).

## Why it matters

The same version number does not make the same code.

## Example

```text
DG103 error: parser: locked from an index, installed from /home/ann/parser (editable)
```

## Fix

Run the printed command. The index itself is not recorded by installers and cannot be compared here.
"""

from collections.abc import Iterator

from driftguard.compare import origin_difference
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.model import Installed, SourceKind

RULE = Rule(
    code="DG103",
    name="other-origin",
    summary="a package comes from another place than locked",
    severity=Severity.ERROR,
    needs=("comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every pair whose origins differ."""
    comparison, mender = known(evidence.comparison), known(evidence.mender)
    for pair in comparison.pairs:
        if pair.installed.origin is None or _built_by_conda(pair.installed):
            continue
        if difference := origin_difference(pair.locked.origin, pair.installed.origin):
            yield RULE.finding(
                pair.locked.name,
                difference,
                why="the same version from another place may be other code",
                mend=mender.install(pair.locked, again=True),
                path=pair.locked.place.path,
                line=pair.locked.place.line,
            )


def _built_by_conda(one: Installed) -> bool:
    """Conda's packages name the folder they were built in, on another machine: that is no origin."""
    return one.installer == "conda" and one.origin is not None and one.origin.kind is SourceKind.DIRECTORY
