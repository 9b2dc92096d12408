"""The lock does not fit its manifests any more

## What it finds

A `uv.lock` that `uv lock --check` would write anew: `pyproject.toml` was changed and the lock was not.

## Why it matters

The next `uv sync` without `--frozen` installs something that nobody has looked at.

## Example

```text
DG202 error: uv.lock: does not fit its manifests: `colorlog` was added
```

## Fix

Run `uv lock`, look at the difference, commit it.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity

RULE = Rule(
    code="DG202",
    name="stale-lock",
    summary="the lock does not fit its manifests any more",
    severity=Severity.ERROR,
    needs=("lock", "stale_lock"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if uv would write the lock anew."""
    lock, said = known(evidence.lock), known(evidence.stale_lock)
    if said is not None:
        yield RULE.finding(
            lock.path.name,
            f"does not fit its manifests: {said}",
            why="the next sync installs what nobody has looked at",
            mend=Mend("uv lock"),
            path=lock.path,
        )
