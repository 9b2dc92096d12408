"""The interpreter is not one that the lock was made for

## What it finds

An interpreter outside the lock's `requires-python`, or a platform outside `tool.uv.environments`.

## Why it matters

The lock says nothing about this interpreter: whatever is installed here was never resolved for it.

## Example

```text
DG109 error: python: locked for >=3.11, the environment has 3.10.13
```

## Fix

Make the environment anew with an interpreter that the lock allows (the printed command).
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.markers import allows, holds
from driftguard.model import Unavailable

RULE = Rule(
    code="DG109",
    name="interpreter",
    summary="the interpreter is not one that the lock was made for",
    severity=Severity.ERROR,
    needs=("lock", "environment", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if the version or the platform is outside of what was locked."""
    lock, interpreter = known(evidence.lock), known(evidence.environment).interpreter
    if lock.requires_python and not allows(lock.requires_python, interpreter.version):
        yield RULE.finding(
            "python",
            f"locked for {lock.requires_python}, the environment has {interpreter.version}",
            why="nothing was resolved for this interpreter",
            mend=known(evidence.mender).recreate(lock.requires_python),
            path=lock.path,
            unknown="python_full_version" not in interpreter.markers,
        )
    verdicts = [holds(marker, interpreter.markers) for marker in lock.supported_markers]
    if verdicts and not any(verdict is True for verdict in verdicts):
        doubts = [verdict.reason for verdict in verdicts if isinstance(verdict, Unavailable)]
        yield RULE.finding(
            "platform",
            doubts[0]
            if doubts
            else f"locked for {' or '.join(lock.supported_markers)}, which this platform is not",
            why="nothing was resolved for this platform",
            path=lock.path,
            unknown=bool(doubts),
        )
