"""What the job needs works, and warns

## What it finds

Warnings that were shown while a probe ran, of kinds that tell of the environment: a library that does not
suit another, a second copy of a runtime. It is a warning where the text speaks of how native code was
compiled, else a note.

What is meant for those who write code (deprecations, changes to come, syntax) is left out, and so is what the
filters of the run (`PYTHONWARNINGS`) hide.

## Why it matters

They stand in a log that nobody reads until the night when it matters.

## Example

```text
DG604 note: requests: RequestsDependencyWarning: urllib3 (3.0) doesn't match a supported version!
```

## Fix

Bring the packages that it names to what is locked; where they are, upgrade the one that warns.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.probes import Warned

RULE = Rule(
    code="DG604",
    name="probe-warned",
    summary="what the job needs works, and warns",
    severity=Severity.NOTE,
    needs=("probes",),
)
GRAVE = ("binary incompat", "compiled against", "compiled using", "abi ")


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every warning once, whichever probes met it."""
    first: dict[Warned, list[str]] = {}
    for outcome in known(evidence.probes).outcomes:
        for warned in outcome.warnings:
            first.setdefault(warned, []).append(outcome.probe.name)
    for warned, names in first.items():
        more = len(set(names)) - 1
        yield RULE.finding(
            names[0],
            f"{warned.category}: {warned.text}",
            why="it was shown while the probe ran",
            detail=(f"{more} more probes show it",) if more else (),
            path=warned.path,
            line=warned.line,
            severity=Severity.WARNING if _is_grave(warned) else None,
        )


def _is_grave(warned: Warned) -> bool:
    return any(words in warned.text.lower() for words in GRAVE)
