"""Another Python than the judged one is going to run

## What it finds

A command behind `preflight --` that leads to another interpreter, by itself or by the first line of the
script it names (`#!/usr/bin/env python3` included; an `env` before the command is looked through). And with
`--path "$CRON_PATH"` a PATH on which `python` or `python3` is another or none: an error, or a note where
the command is known to be right. `pip` of another Python is a note. Without both nothing is said: who calls
programs by their whole path, as systemd does, needs no PATH.

## Why it matters

Packages were installed into one Python and the job runs in another: `ModuleNotFoundError: No module named
'pandas'`, at night only, because cron has a PATH of its own.

## Example

```text
DG503 error: python3: is /usr/bin/python3, not of /srv/app/.venv/bin/python
```

## Fix

Call the judged environment's program by its whole path, or put its folder first on PATH (the printed
command; the line is good for a crontab as well). `***` stands in it for what its own name calls a secret, as
in `--password X`, `TOKEN=X` and `Authorization: X`. What is given as `-p X` or without a name is shown.
"""

import shlex
from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.host import Command, Host, Program
from driftguard.model import Environment
from driftguard.untrusted import without_secrets

RULE = Rule(
    code="DG503",
    name="other-python",
    summary="another Python than the judged one is going to run",
    severity=Severity.ERROR,
    needs=("environment", "host"),
)

_WHY = "what is judged here is not what the job would run in"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of the command first, then of the PATH that was given."""
    there, host = known(evidence.environment), known(evidence.host)
    if host.command and host.command.program.judged is not True:
        yield _of_command(host.command, host, there)
    if host.path is not None:
        yield from _of_path(host, there)


def _of_command(command: Command, host: Host, there: Environment) -> Finding:
    program = command.program
    return RULE.finding(
        program.name,
        _leads(program, there),
        why=_WHY if program.judged is False else "which Python runs is decided when it is called",
        mend=Mend(shlex.join(_instead(command, host, there))),
        path=program.path,
        unknown=program.judged is None,
    )


def _instead(command: Command, host: Host, there: Environment) -> list[str]:
    """Return the command with the judged environment's own program."""
    name = command.program.path.name
    if command.twin:
        run = [str(host.bin / command.twin.name)]
    elif name.startswith("pip"):
        run = [str(there.interpreter.executable), "-m", "pip"]
    elif name.startswith(("python", "pypy")):
        run = [str(there.interpreter.executable)]
    else:
        run = [str(there.interpreter.executable), str(command.program.path)]
    return [*without_secrets(command.before), *run, *without_secrets(command.after)]


def _of_path(host: Host, there: Environment) -> Iterator[Finding]:
    path = host.path
    if path is None:
        return
    settled = host.command is not None and host.command.program.judged is True
    mend = Mend(f"PATH={shlex.quote(f'{host.bin}:{path.text}')}")
    if not any(one.name.startswith("python") for one in path.programs):
        yield RULE.finding(
            "python",
            f"is not on this PATH, where {there.interpreter.executable} is meant",
            why="a job that calls `python` does not find one",
            mend=mend,
            severity=Severity.NOTE if settled else None,
        )
    for program in path.programs:
        if program.judged is not True:
            pip = program.name.startswith("pip")
            yield RULE.finding(
                program.name,
                _leads(program, there),
                why="it installs for another Python" if pip else _WHY,
                mend=None if pip else mend,
                path=program.path,
                severity=Severity.NOTE if pip or settled else None,
                unknown=program.judged is None and not pip and not settled,
            )


def _leads(program: Program, there: Environment) -> str:
    judged = there.interpreter.executable
    if program.python is None:
        return f"is {program.path}, a script that chooses a Python when it runs; {judged} is meant"
    if not program.there:
        return f"is {program.path}, to be run by {program.python}, which does not exist"
    by = "" if program.python == program.path else f", run by {program.python}"
    return f"is {program.path}{by}, not of {judged}"
