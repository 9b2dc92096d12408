"""Files come from the future

## What it finds

The lock, the configuration, `pyvenv.cfg` or the folder of packages, changed more than five minutes after
now.

## Why it matters

Either this clock is slow or that of whoever wrote the file was fast. With a wrong clock, certificates seem
not to be valid yet and tonight's games are not tonight's; with wrong times, caches that go by them do not
notice the next change.

## Example

```text
DG515 warning: clock: uv.lock was changed 3 hours from now
```

## Fix

Set the clock (`timedatectl set-ntp true`); if it is right, give the file the time of now (the printed
command).
"""

import shlex
from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity

RULE = Rule(
    code="DG515",
    name="clock",
    summary="files come from the future",
    severity=Severity.WARNING,
    needs=("host",),
)

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each file."""
    for one in known(evidence.host).future:
        yield RULE.finding(
            "clock",
            f"{one.path.name} was changed {_span(one.seconds)} from now",
            why="this clock is slow, or that of whoever wrote the file was fast",
            mend=Mend("touch", shlex.quote(str(one.path))),
            path=one.path,
        )


def _span(seconds: int) -> str:
    size, noun = next((size, noun) for size, noun in _UNITS if seconds >= size)
    number = seconds // size
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
