"""An installed file is gone

## What it finds

Files that RECORD lists and that are not there, one finding a distribution. Bytecode (`.pyc`) may come and go.

## Why it matters

The import fails, or, worse, only the branch that needs the file. To uv and pip the distribution is whole.

## Example

```text
DG402 error: requests: 1 of 24 files is gone: requests/api.py
```

## Fix

Lay the files anew with the printed command. Where an image is made smaller by deleting tests or examples,
accept the finding for those distributions.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.files import NEEDS, laid_anew, several, verified

RULE = Rule(
    code="DG402",
    name="missing-file",
    summary="an installed file is gone",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution that lacks files."""
    for one in verified(evidence):
        if one.missing:
            verb = "is" if len(one.missing) == 1 else "are"
            names = several(one.missing, one.installed)
            yield RULE.finding(
                one.installed.name,
                f"{len(one.missing)} of {one.files} files {verb} gone: {names}",
                why="its RECORD lists them, and uv and pip do not look",
                mend=laid_anew(evidence, one.installed),
                path=one.missing[0],
            )
