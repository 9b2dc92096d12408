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

from collections.abc import Iterator, Mapping

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.markers import holds, resolved_for
from driftguard.model import Interpreter, Unavailable
from driftguard.versions import allows

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
    markers = resolved_for(lock.format, interpreter.markers)
    fits = {allows(lock.requires_python, version) for version in _versions(interpreter, markers)}
    if fits != {True}:
        yield RULE.finding(
            "python",
            f"locked for {lock.requires_python}, the environment has {interpreter.version}",
            why="nothing was resolved for this interpreter",
            mend=known(evidence.mender).recreate(lock.requires_python),
            path=lock.path,
            unknown=fits != {False},
        )
    verdicts = [holds(marker, markers) for marker in lock.supported_markers]
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


def _versions(interpreter: Interpreter, markers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the version, or the first and the last it can be where the patch level is not known."""
    if "python_full_version" in markers:
        return (markers["python_full_version"],)
    minor = ".".join(interpreter.version.split(".")[:2])
    return f"{minor}.0", f"{minor}.999"
