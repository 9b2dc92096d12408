"""A locked package is not installed

## What it finds

A package that the lock asks for under the chosen extras and groups, on this interpreter, and that
the environment does not have.

## Why it matters

The first `import` of it ends the job, at whatever hour the job gets there.

## Example

```text
DG101 error: pandas: locked 3.1.1, not installed
```

## Fix

Run the printed command; for a `uv.lock` it is `uv sync --frozen` with the selection that was judged.
If the package is not needed here, choose the selection that leaves it out (`--no-dev`, `--extra …`).
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.expect import Expected
from driftguard.finding import Finding, Rule, Severity
from driftguard.model import LockFormat

RULE = Rule(
    code="DG101",
    name="missing",
    summary="a locked package is not installed",
    severity=Severity.ERROR,
    needs=("lock", "environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every expected package that is not there; once, if another selection explains them all."""
    comparison, mender = known(evidence.comparison), known(evidence.mender)
    if comparison.fits and comparison.missing:
        message = f"{len(comparison.missing)} locked packages are not installed: {_some(comparison.missing)}"
        why = f"the environment was made for another: {comparison.fits}"
        yield RULE.finding("selection", message, why=why, mend=mender.sync(), path=known(evidence.lock).path)
        return
    inherited = {one.name: one for one in known(evidence.environment).inherited}
    lock = known(evidence.lock)
    extras = lock.asked_extras() if lock.format is LockFormat.REQUIREMENTS else {}
    for entry in comparison.missing:
        locked = entry.locked
        base = inherited.get(locked.name)
        yield RULE.finding(
            locked.name,
            f"locked {locked.version or 'without a version'}, not installed",
            why=f"only the base interpreter has it ({base.version})" if base else _because(entry.via),
            mend=mender.install(locked, extras=extras.get(locked.name, ())),
            path=locked.place.path,
            line=locked.place.line,
        )


def _some(missing: tuple[Expected, ...]) -> str:
    names = [entry.name for entry in missing[:3]]
    return ", ".join([*names, "…"] if len(missing) > len(names) else names)


def _because(via: tuple[str, ...]) -> str:
    return f"needed by {' → '.join(via[-3:])}" if via else "it is asked for by name"
