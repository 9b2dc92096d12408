"""A file in site-packages belongs to nobody

## What it finds

Files that no RECORD lists, one finding for each entry of `site-packages` that they lie in. It is an error
where they can be imported by a name of their own, or are compiled code without a source; a warning where
code lies among a distribution's own, and for a `.pth` file that adds folders to the path; a note for all
else. What installers and `virtualenv` leave behind (`.lock`, `_virtualenv.py`) is normal, and in
`__pycache__` the bytecode of any Python and of tools like pytest, with or without its source, which nothing
imports by such a name; what else lies there is told. Code that runs at every start is DG405's, what an
interrupted pip left DG108's, and whether bytecode is what its source compiles to DG411's.

## Why it matters

Whoever can write there once can have code imported for ever: a module of a name that is imported, one that
stands before it on the path. Nothing that installs or removes packages will ever take it away.

## Example

```text
DG404 error: helpers.py: belongs to no installed distribution
```

## Fix

Look at it, move it into your project if it is yours, and delete it with the printed command. What a package
writes into its own folder when it runs is accepted with an ignore; its cache folder is usually an option.
"""

from collections.abc import Iterator
from pathlib import PurePath

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.integrity import Stranger, StrangerKind
from driftguard.mend import Mender

RULE = Rule(
    code="DG404",
    name="unowned-file",
    summary="a file in site-packages belongs to nobody",
    severity=Severity.WARNING,
    needs=("environment", "mender", "integrity"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every entry with files that are nobody's."""
    running = {one.path for one in known(evidence.integrity).start_ups}
    for one in known(evidence.integrity).strangers:
        if one.entry in running:
            continue
        yield RULE.finding(
            PurePath(one.entry).name,
            _message(one),
            why=_WHY[one.kind],
            mend=_mend(one, known(evidence.mender)),
            path=one.entry if one.whole else one.paths[0],
            severity=_severity(one),
        )


_WHY = {
    StrangerKind.SOURCELESS: "it is compiled code that is imported without its source",
    StrangerKind.CODE: "it can be imported, and no lock, installer or RECORD knows of it",
    StrangerKind.PATH: "it adds folders from which code is imported, and no RECORD knows of it",
    StrangerKind.DATA: "no lock, installer or RECORD knows of it",
}


def _message(one: Stranger) -> str:
    if one.whole and one.files == 1:
        return "belongs to no installed distribution"
    if one.whole:
        return f"its {one.files} files belong to no installed distribution"
    names = ", ".join(str(PurePath(path).relative_to(one.entry)) for path in one.paths[:3])
    more = ", …" if one.files > 3 else ""
    verb = "belongs" if one.files == 1 else "belong"
    return f"{one.files} of its files {verb} to no installed distribution: {names}{more}"


def _severity(one: Stranger) -> Severity:
    if one.kind is StrangerKind.SOURCELESS or (one.kind is StrangerKind.CODE and one.whole):
        return Severity.ERROR
    return Severity.NOTE if one.kind is StrangerKind.DATA else Severity.WARNING


def _mend(one: Stranger, mender: Mender) -> Mend | None:
    """Return what deletes it; None for more files than are named."""
    if one.whole:
        return mender.delete(one.entry)
    return mender.delete(*one.paths) if len(one.paths) == one.files else None
