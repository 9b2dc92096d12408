"""Bytecode is not what its source compiles to

## What it finds

Files in `__pycache__` that the interpreter runs in place of a source and that were not made of it, one
finding for each package or module. RECORD has no hash of them, since they come and go.

Every `check --deep` and `preflight` looks at headers. Most bytecode names the time and size of its source
and is only run where these fit; some says that its source need not be looked at ("unchecked", PEP 552), and
is told where the hash in it is another than its source's. They are read again where a folder has changed,
as it does when a writer of bytecode replaces a file.

With `--anchor` the code itself is compared. RECORD trusts whoever could write it, and bytecode is trusted
likewise until it is held against something that cannot be rewritten: the judged interpreter compiles the
sources anew, in processes that import nothing of the environment, and instructions, constants, names and
flags have to be the same, for every level of optimisation that is there. Names of files and tables of lines
are left out; they do not decide what runs. What does not fit its source is never run and is not told, nor
is the bytecode of another Python. It is unknown where nothing but instructions differs, since another
release of the same Python may compile to others, and where something could not be compared.

Compiling takes 3 ms of processor time a file: 10 s on two cores for the 5,830 files of 42 packages; a
second run compares only what changed, and takes 0.2 s. That is why not every `--deep` does it. Of 44,694
files that CPython 3.8 to 3.13 had made, by way of uv, pip and imports, none was told; of 3,670 made by
CPython 3.11.7, to 3.11.2 six are unknown.

## Why it matters

The interpreter runs the bytecode and never the source, which is as it was locked: nobody who reads the code,
and no installer, sees what runs.

## Example

```text
DG411 error: six.py: __pycache__/six.cpython-311.pyc: in <module>: 'curl -s …', the source has 'nt'
```

## Fix

Delete it with the printed command: it is made again of the source. Then ask who could write there.
"""

import shlex
from collections.abc import Iterator
from pathlib import PurePath

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.integrity import OtherBytecode

RULE = Rule(
    code="DG411",
    name="other-bytecode",
    summary="bytecode is not what its source compiles to",
    severity=Severity.ERROR,
    needs=("environment", "integrity"),
)

_FOLDER = "__pycache__"
_SHOWN = 5
_MOST_NAMED = 100
"""Files that one command names."""
_MOST_UNKNOWN = 10


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every package and module with other bytecode."""
    groups: dict[tuple[str, bool], list[OtherBytecode]] = {}
    for one in known(evidence.integrity).bytecode:
        groups.setdefault((one.entry, one.sure), []).append(one)
    for (entry, sure), others in groups.items():
        yield _told(entry, others, sure=sure)
    unknown = known(evidence.integrity).uncompared
    for clause in unknown[:_MOST_UNKNOWN]:
        yield _unknown(clause)
    if len(unknown) > _MOST_UNKNOWN:
        yield _unknown(f"{len(unknown) - _MOST_UNKNOWN} further files could not be compared")


def _told(entry: str, others: list[OtherBytecode], *, sure: bool) -> Finding:
    site = PurePath(entry).parent
    told = [f"{PurePath(one.path).relative_to(site)}: {one.difference}" for one in others]
    return RULE.finding(
        PurePath(entry).name,
        told[0] if len(told) == 1 else f"{len(told)} files of bytecode were not made of their sources",
        why="the interpreter runs it in place of the source"
        if sure
        else "another release of this Python may have compiled it; made anew, it would be sure",
        detail=tuple(told[:_SHOWN]) if len(told) > 1 else (),
        mend=_deleting(entry, [one.path for one in others]),
        path=others[0].path,
        unknown=not sure,
    )


def _deleting(entry: str, paths: list[str]) -> Mend:
    """Return what deletes them; where they are too many to be named, all bytecode of the package."""
    if len(paths) <= _MOST_NAMED:
        return Mend("rm --", shlex.join(paths))
    return Mend(f"find {shlex.quote(entry)} -path '*/{_FOLDER}/*.pyc' -delete")


def _unknown(clause: str) -> Finding:
    return RULE.finding("bytecode", clause, why="what was not compared may be anything", unknown=True)
