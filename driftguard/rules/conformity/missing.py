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
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG101",
    name="missing",
    summary="a locked package is not installed",
    severity=Severity.ERROR,
    needs=("environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every expected package that is not there, unless another selection explains them all."""
    comparison, mender = known(evidence.comparison), known(evidence.mender)
    if comparison.fits:
        return
    inherited = {one.name: one for one in known(evidence.environment).inherited}
    for entry in comparison.missing:
        locked = entry.locked
        base = inherited.get(locked.name)
        yield RULE.finding(
            locked.name,
            f"locked {locked.version or 'without a version'}, not installed",
            why=f"only the base interpreter has it ({base.version})" if base else _because(entry.via),
            mend=mender.install(locked),
            path=locked.place.path,
            line=locked.place.line,
        )


def _because(via: tuple[str, ...]) -> str:
    return f"needed by {' → '.join(via[-3:])}" if via else "it is asked for by name"
