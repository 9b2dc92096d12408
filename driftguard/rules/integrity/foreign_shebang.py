"""An installed script starts another interpreter

## What it finds

Scripts of distributions beside the environment's interpreter whose first line names a Python in another
folder, or one that is not there; one finding for each such interpreter. Scripts that ask `env` for a Python
start whichever is first on PATH, which is not theirs to say.

## Why it matters

`pytest`, `dbt`, `gunicorn` run in another environment than the one that was checked. An environment that was
moved or copied has them all leading to where it was.

## Example

```text
DG407 error: scripts: 2 start /srv/old/.venv/bin/python, which is not there: dbt, gunicorn
```

## Fix

The printed command writes the scripts anew. A moved environment is better made anew where it is.
"""

from collections.abc import Iterator
from pathlib import PurePath

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.integrity import Misled
from driftguard.rules.files import NEEDS, SHOWN, laid_anew

RULE = Rule(
    code="DG407",
    name="foreign-shebang",
    summary="an installed script starts another interpreter",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every interpreter that scripts start and that is not the environment's."""
    there = {one.name: one for one in known(evidence.environment).installed}
    groups: dict[str, list[Misled]] = {}
    for one in known(evidence.integrity).misled:
        groups.setdefault(one.interpreter, []).append(one)
    for interpreter, scripts in groups.items():
        names = ", ".join(PurePath(one.path).name for one in scripts[:SHOWN])
        gone = "" if scripts[0].exists else ", which is not there"
        yield RULE.finding(
            "scripts",
            f"{len(scripts)} {'starts' if len(scripts) == 1 else 'start'} {interpreter}{gone}: "
            f"{names}{', …' if len(scripts) > SHOWN else ''}",
            why="they run in another environment than this one",
            mend=_together([laid_anew(evidence, there[one.owner]) for one in scripts if one.owner in there]),
            path=scripts[0].path,
        )


def _together(mends: list[Mend | None]) -> Mend | None:
    """Return one command for all; None where one of them has none, or another."""
    commands = {mend.command for mend in mends if mend}
    if None in mends or len(commands) != 1:
        return None
    return Mend(commands.pop(), " ".join(dict.fromkeys(mend.operand for mend in mends if mend)))
