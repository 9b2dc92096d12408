"""Packages of the user are found before those of the environment

## What it finds

A user site (`~/.local/lib/python3.11/site-packages`, PEP 370) that holds something, for an interpreter that
searches it: one outside of a virtual environment, or inside of one with `include-system-site-packages`.

## Why it matters

It stands before the environment's own packages, and is another one for every user: what works by hand fails
under the account of the timer, or the other way round.

## Example

```text
DG506 warning: user site: /home/ci/.local/lib/python3.11/site-packages is searched first: numpy, six.py
```

## Fix

Set `PYTHONNOUSERSITE` (the printed command), or run the job in a virtual environment.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity

RULE = Rule(
    code="DG506",
    name="user-site",
    summary="packages of the user are found before those of the environment",
    severity=Severity.WARNING,
    needs=("host",),
)

_SHOWN = 4


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if there is something in it."""
    site = known(evidence.host).user_site
    if site:
        names = ", ".join(site.names[:_SHOWN]) + (", …" if len(site.names) > _SHOWN else "")
        yield RULE.finding(
            "user site",
            f"{site.folder} is searched first: {names}",
            why="it is another one for every user, and nothing in it is locked",
            mend=Mend("export PYTHONNOUSERSITE=1"),
            path=site.folder,
        )
