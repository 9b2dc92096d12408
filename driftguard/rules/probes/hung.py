"""What the job needs does not come to an end

## What it finds

A probe that was not done when its time was over (60 seconds unless its entry has a `timeout`), or that needed
more memory than it may have (4 GiB for each process unless its entry has `memory`).

## Why it matters

A job that hangs is worse than one that fails: nobody is told.

## Example

```text
DG603 error: broker: import `broker`: not done after 60 s
```

## Fix

The place is where Python was when it was ended. Common causes are a lock that waits for a thread, a download
at import, and threads of two OpenMP libraries (DG312). Where it only takes long, give it more time.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.probes import Outcome, Result
from driftguard.rules.probing import NEEDS, circumstances, remedy, severity

RULE = Rule(
    code="DG603",
    name="probe-hung",
    summary="what the job needs does not come to an end",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every probe that reached a limit."""
    for outcome in known(evidence.probes).outcomes:
        if outcome.result in {Result.HUNG, Result.STARVED}:
            found = remedy(outcome, evidence)
            yield RULE.finding(
                outcome.probe.name,
                f"{outcome.probe.what}: {_limit(outcome)}",
                why=_why(outcome),
                detail=(*circumstances(outcome), *filter(None, (found.clause,))),
                mend=found.mend,
                path=outcome.path,
                line=outcome.line,
                severity=severity(outcome),
            )


def _limit(outcome: Outcome) -> str:
    if outcome.result is Result.HUNG:
        return f"not done after {outcome.probe.timeout:g} s"
    return f"it asked for more memory than {outcome.probe.memory / 1024**3:g} GiB"


def _why(outcome: Outcome) -> str:
    if outcome.result is Result.HUNG:
        return "it was ended then; `timeout` in its entry gives it longer"
    return "a process may not have more here; `memory` in its entry gives it more"
