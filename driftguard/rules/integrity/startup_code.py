"""Code runs at every start of the interpreter, and nobody installed it

## What it finds

In `site-packages`, and in those that the environment inherits: `.pth` files with lines that begin with
`import`, which `site` runs; `sitecustomize` and `usercustomize`, which it imports. Those that a RECORD
lists are installed (`distutils-precedence.pth`, editable installations) and compared by DG401; what
`virtualenv` and old setuptools write is known by its text, what Debian installs by Debian's list. Nothing
of it is run. A `_virtualenv.py` in other words than those of the releases of virtualenv and uv that are
known here is a note: it may be of a release that is not.

## Why it matters

It runs in every process of the environment, before your code, and can change anything: this is where malware
settles, and where a debugging aid is forgotten.

## Example

```text
DG405 error: zz-hook.pth: line 1 runs at every start: import os; os.environ.setdefault('X', '1')
```

## Fix

Read it, then delete it with the printed command. What your platform puts there on purpose is accepted with an
ignore.
"""

from collections.abc import Iterator
from pathlib import PurePath

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.integrity import StartUp

RULE = Rule(
    code="DG405",
    name="startup-code",
    summary="code runs at every start of the interpreter, and nobody installed it",
    severity=Severity.ERROR,
    needs=("environment", "mender", "integrity"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every file that runs unasked."""
    inherited = known(evidence.environment).interpreter.inherited_site_packages
    mender = known(evidence.mender)
    for one in known(evidence.integrity).start_ups:
        kept = one.is_patch or PurePath(one.path).parent in inherited
        yield RULE.finding(
            PurePath(one.path).name,
            _told(one),
            why="a new environment tells whether its maker writes it so"
            if one.is_patch
            else "no distribution has it in its RECORD",
            mend=None if kept else mender.delete(one.path),
            path=one.path,
            line=one.line,
            severity=Severity.NOTE if one.is_patch else None,
        )


def _told(one: StartUp) -> str:
    if one.is_patch:
        return "is imported at every start, and is not as virtualenv or uv are known to write it"
    return f"line {one.line} runs at every start: {one.text}" if one.line else "is imported at every start"
