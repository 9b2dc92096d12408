"""A requirement is not pinned exactly

## What it finds

A line of a requirements file, or an entry of `additional_dependencies` in `.pre-commit-config.yaml`,
that does not say exactly what to install: no version, a range, a wildcard, a branch instead of a commit.

## Why it matters

The same file installs something else tomorrow; a job that ran last night need not run tonight.

## Example

```text
requirements.txt:1:1: DG201 error: pandas: has no version, pin it as `pandas==3.1.1`
```

## Fix

Write the pin that is named: it is what the lock, or else the environment, has. A line that must stay loose
carries its reason: `setuptools  # driftguard: ignore[DG201] taken from the base image`.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG201",
    name="unpinned",
    summary="a requirement is not pinned exactly",
    severity=Severity.ERROR,
    needs=("declarations",),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every declaration that leaves the choice to the day of installation."""
    for one in known(evidence.declarations):
        yield RULE.finding(
            one.name or one.text,
            f"{one.problem}, pin it as `{one.pin}`" if one.pin else one.problem,
            why="the same line may install something else tomorrow",
            path=one.path,
            line=one.line,
            column=one.column,
        )
