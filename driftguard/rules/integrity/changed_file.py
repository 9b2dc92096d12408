"""An installed file is not what was installed

## What it finds

Files whose size or content is another than RECORD has it, one finding a distribution. RECORD is the list
with which every installer writes down what it installed: names, SHA-256, sizes. What several distributions
recorded is DG406's, an edit that reaches into uv's cache DG408's. Bytecode (`.pyc`) has no hash in RECORD;
it is DG411's. A RECORD that was rewritten along with the file agrees with it: `--anchor` looks further.

## Why it matters

What runs is not what was locked, and no installer notices: uv and pip look at names and versions.

## Example

```text
DG401 error: six: six.py: recorded 34,703 bytes, found 34,719 bytes
```

## Fix

Lay the files anew with the printed command. An edit that is meant belongs into a fork that is locked, or into
your own code.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.files import NEEDS, differences, laid_anew, several, verified

RULE = Rule(
    code="DG401",
    name="changed-file",
    summary="an installed file is not what was installed",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution with changed files that are its own alone."""
    for one in verified(evidence):
        changed = [each for each in one.changed if not each.is_shared]
        if not changed or len(changed) < len(one.changed):
            continue
        told = differences(changed, one.installed)
        names = several([each.path for each in changed], one.installed)
        yield RULE.finding(
            one.installed.name,
            told[0] if len(changed) == 1 else f"{len(changed)} files are not as recorded: {names}",
            why="what runs is not what was installed, and uv and pip do not look",
            detail=told if len(changed) > 1 else (),
            mend=laid_anew(evidence, one.installed),
            path=changed[0].path,
        )
