"""What the job needs kills its process

## What it finds

A probe whose process was ended by a signal: SIGSEGV, SIGILL, SIGBUS, SIGABRT, or SIGKILL from the
kernel that ran out of memory.

## Why it matters

No exception is raised and nothing is logged: the job is simply gone, with exit code 139 or the like.

## Example

```text
DG602 error: plots: import `plots`: its process was ended by SIGSEGV
```

## Fix

The place is where Python was when it happened. Run the printed command, which installs that distribution
anew. Findings of family DG3 tell what its native code does not go together with.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.probes import Result
from driftguard.rules.probing import NEEDS, circumstances, remedy, severity

RULE = Rule(
    code="DG602",
    name="probe-crashed",
    summary="what the job needs kills its process",
    severity=Severity.ERROR,
    needs=NEEDS,
)
WORDS = {
    "SIGSEGV": "native code touched memory that is not its own",
    "SIGILL": "native code used an instruction that this processor does not have",
    "SIGBUS": "a file that was mapped into memory is shorter than it was",
    "SIGABRT": "native code gave up",
    "SIGFPE": "native code divided by zero",
    "SIGKILL": "somebody killed it; where memory ran out, the kernel",
}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every probe that was ended by a signal."""
    for outcome in known(evidence.probes).outcomes:
        if outcome.result is Result.CRASHED:
            found = remedy(outcome, evidence)
            said = f"it last said: {outcome.last_words}" if outcome.last_words else ""
            yield RULE.finding(
                outcome.probe.name,
                f"{outcome.probe.what}: its process was ended by {outcome.signal}",
                why=WORDS.get(outcome.signal, "a job that comes to this ends there"),
                detail=(*circumstances(outcome), *filter(None, (said, found.clause))),
                mend=found.mend,
                path=outcome.path,
                line=outcome.line,
                severity=severity(outcome),
            )
