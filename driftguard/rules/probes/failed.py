"""What the job needs raises an exception

## What it finds

A probe that raised: a module that cannot be imported, a name that a release no longer has, a call that fails,
Parquet without an engine, a matplotlib backend that needs a display, numbers that come out wrong. Also one
that ended its process by itself (`sys.exit`, `os._exit`).

Probes are declared in `[[tool.driftguard.probe]]`; where none is, `preflight` imports the declared
dependencies. Each is a process of the judged interpreter with the variables and the working directory of this
run, within limits of time and memory.

## Why it matters

Lock, metadata and files may all be right and the job fail in its first line.

## Example

```text
DG601 error: pandas: import `pandas`: ModuleNotFoundError: No module named 'dateutil'
```

## Fix

Run the printed command. It installs anew the distribution in whose file the exception was raised; where that
one is whole, the exception itself tells more. A probe that may fail has `severity = "warning"`.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.probes import Outcome, Result
from driftguard.rules.probing import NEEDS, circumstances, remedy, severity

RULE = Rule(
    code="DG601",
    name="probe-failed",
    summary="what the job needs raises an exception",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every probe that raised, or left without a word."""
    first: dict[tuple[str, str, str, int], str] = {}
    for outcome in known(evidence.probes).outcomes:
        if outcome.result is Result.LEFT:
            yield _finding(outcome, evidence)
        elif outcome.result is Result.RAISED:
            cause = (outcome.error, outcome.root, outcome.path, outcome.line)
            said = first.setdefault(cause, outcome.probe.name)
            yield _finding(outcome, evidence, "" if said == outcome.probe.name else said)


def _finding(outcome: Outcome, evidence: Evidence, alike: str = "") -> Finding:
    """Return the finding on a failure; shorter where the probe `alike` failed in the same place before."""
    found = remedy(outcome, evidence)
    clauses = (*circumstances(outcome), *filter(None, (_rest(outcome), found.clause)))
    error = f"{outcome.error.partition(':')[0]}, as for `{alike}`" if alike else _error(outcome)
    return RULE.finding(
        outcome.probe.name,
        f"{outcome.probe.what}: {error}",
        why="the same exception in the same place" if alike else _why(outcome),
        detail=() if alike else clauses,
        mend=found.mend,
        path="" if alike else outcome.path,
        line=0 if alike else outcome.line,
        severity=severity(outcome),
    )


def _error(outcome: Outcome) -> str:
    if outcome.result is Result.RAISED:
        return _lines(outcome.error)[0]
    said = f" ({outcome.last_words})" if outcome.last_words else ""
    return f"its process ended with exit code {outcome.code} and no answer{said}"


def _rest(outcome: Outcome) -> str:
    """Return the last line of a long exception: NumPy, for one, tells there what really happened."""
    lines = _lines(outcome.error)
    return f"its last line: {lines[-1]}" if len(lines) > 1 else ""


def _lines(error: str) -> list[str]:
    """Return the lines of an exception, the first with more than its type."""
    kind, colon, text = error.partition(": ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [f"{kind}{colon}{lines[0]}", *lines[1:]] if lines else [error]


def _why(outcome: Outcome) -> str:
    if outcome.result is Result.LEFT:
        return "a job that comes to this ends there, without an exception"
    return f"it comes of {outcome.root}" if outcome.root else "a job that comes to this fails there"
