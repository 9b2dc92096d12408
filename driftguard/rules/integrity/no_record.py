"""Installed files cannot be held against a RECORD

## What it finds

* A distribution whose RECORD is missing, cannot be read or parsed, or says two things of one file: an error.
* Rows that lead out of the environment, files that cannot be read: unknown.
* Files of which RECORD has no hash though it should, and hashes of MD5 or SHA-1, for which another content
  can be made: a warning.
* Installers that write no RECORD, or change files after they wrote it: Debian's packages, conda,
  `setup.py install`. That is a note; `dpkg --verify` holds Debian's files against Debian's list. Where they
  name no files and no modules either, unowned files (DG404) cannot be told, which is another note.

## Why it matters

What was not compared may be anything. Without a RECORD no installer can remove or replace the distribution.

## Example

```text
DG403 error: urllib3: RECORD cannot be read: no such file
```

## Fix

Install the distribution again with the printed command.
"""

from collections.abc import Iterator
from itertools import groupby

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.integrity import Verified
from driftguard.rules.files import NEEDS, laid_anew, several, verified

RULE = Rule(
    code="DG403",
    name="no-record",
    summary="installed files cannot be held against a RECORD",
    severity=Severity.ERROR,
    needs=NEEDS,
)

_WHY = "what was not compared may be anything"
_INSTALLERS = {
    "conda": "conda changes files after it wrote RECORD; its own list is in `conda-meta`",
    "dpkg": "the operating system's packages have a list of their own: `dpkg --verify` reads it",
    "setuptools": "their metadata is older than RECORD",
}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution whose files could not be compared, or not all of them."""
    for one in verified(evidence):
        if one.fault:
            yield RULE.finding(
                one.installed.name,
                one.fault,
                why="its files cannot be compared, and no installer can remove it",
                mend=laid_anew(evidence, one.installed._replace(recorded=False)),
                path=one.installed.path,
            )
        yield from _partly(one, evidence)
    silent = sorted((one.untold, one.installed.name) for one in verified(evidence) if one.untold)
    for installer, names in groupby(silent, key=lambda each: each[0]):
        yield _silent(installer, [name for _, name in names])
    for clause in known(evidence.integrity).unlisted:
        yield RULE.finding("unowned files", clause, why="none can be told apart", severity=Severity.NOTE)


def _partly(one: Verified, evidence: Evidence) -> Iterator[Finding]:
    name, path = one.installed.name, one.installed.path
    if one.outside:
        told = f"RECORD leads out of the environment: {', '.join(one.outside[:3])}"
        yield RULE.finding(name, told, why="those files were not looked at", path=path, unknown=True)
    for clause in one.unread[:10]:
        yield RULE.finding(name, clause, why=_WHY, path=path, unknown=True)
    if len(one.unread) > 10:
        told = f"{len(one.unread) - 10} further files cannot be read"
        yield RULE.finding(name, told, why=_WHY, path=path, unknown=True)
    if one.unhashed:
        told = f"RECORD has no hash of {_files(len(one.unhashed))}: {several(one.unhashed, one.installed)}"
        mend = laid_anew(evidence, one.installed)
        yield RULE.finding(name, told, why=_WHY, mend=mend, path=path, severity=Severity.WARNING)
    if one.weak:
        told = f"RECORD has hashes of {_files(one.weak)} by MD5 or SHA-1 only"
        why = "another content with the same hash can be made"
        mend = laid_anew(evidence, one.installed)
        yield RULE.finding(name, told, why=why, mend=mend, path=path, severity=Severity.WARNING)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _silent(installer: str, names: list[str]) -> Finding:
    listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    count = "1 distribution" if len(names) == 1 else f"{len(names)} distributions"
    told = f"{count} without a RECORD that holds: {listed}"
    return RULE.finding(
        installer, told, why=f"not compared: {_INSTALLERS[installer]}", severity=Severity.NOTE
    )
