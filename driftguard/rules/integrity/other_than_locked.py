"""An installed file is not what the locked wheel holds

## What it finds

Only under `--anchor`: files that are as their RECORD has them, and yet not as the wheel has them whose
SHA-256 is in the lock; files of the wheel that are gone from disk and RECORD; files that RECORD lists and
neither the wheel brought nor an installer makes. The wheel is looked for in what pip keeps of downloads and
in the folders of `--wheelhouse`; its own hash is computed first. What scripts in `bin/` say is compared
from their second line on, the scripts that installers write for entry points are not.

## Why it matters

Who can write a file can write RECORD too, and then all that looks at RECORD alone is content. The hash in the
lock is the one thing in the chain that was reviewed.

## Example

```text
DG409 error: six: six.py: recorded sha256 5hhM4Q4mYTT9… in the wheel, found sha256 Q3W6IOK5xsTn…
```

## Fix

Find out who wrote there. The printed command has uv forget its copy and install what is locked.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.integrity import Anchored
from driftguard.rules.files import NEEDS, differences, several

RULE = Rule(
    code="DG409",
    name="other-than-locked",
    summary="an installed file is not what the locked wheel holds",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution that is not its wheel's."""
    pairs, mender = known(evidence.comparison).by_name, known(evidence.mender)
    for one in known(evidence.integrity).anchored:
        paths = [*(each.path for each in one.changed), *one.missing, *one.added]
        if not paths:
            continue
        told = _told(one)
        pair = pairs.get(one.installed.name)
        yield RULE.finding(
            one.installed.name,
            told[0]
            if len(paths) == 1
            else f"{len(paths)} files are not as in the locked wheel: {several(paths, one.installed)}",
            why="RECORD was changed along with the files, so that nothing else notices",
            detail=(f"compared with {one.wheel}", *(told if len(paths) > 1 else ())),
            mend=mender.uncached(one.installed, pair.locked if pair else None),
            path=paths[0],
        )


def _told(one: Anchored) -> tuple[str, ...]:
    gone, added = (several(paths, one.installed) for paths in (one.missing, one.added))
    return (
        *differences(one.changed, one.installed),
        *((f"in the wheel, not installed: {gone}",) if gone else ()),
        *((f"installed, not in the wheel: {added}",) if added else ()),
    )
