"""A file beside the lock speaks of another Python

## What it finds

An interpreter whose version is another than that of `.python-version`, of a container file (`FROM
python:3.12`), or of all workflows together (`python-version:`, a matrix included): one that no workflow
runs. A container's other patch level is a note. What holds an expression other than a matrix is left out.

## Why it matters

What was tested, or what will be built, is not what is judged here: another Python takes other wheels.

## Example

```text
DG504 warning: python: .python-version says 3.12, the environment has 3.11.7
```

## Fix

Make the environment anew with that version (the printed command for `.python-version`, which uv heeds), or
correct the file.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.host import WantedPython

RULE = Rule(
    code="DG504",
    name="other-python-version",
    summary="a file beside the lock speaks of another Python",
    severity=Severity.WARNING,
    needs=("environment", "mender", "host"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each file whose version does not hold here."""
    version = known(evidence.environment).interpreter.version
    for wanted in known(evidence.host).pythons:
        if any(_is(version, one) for one in wanted.versions):
            continue
        same_minor = any(_is(version, _minor(one)) for one in wanted.versions)
        if same_minor and wanted.what == "workflows":
            continue
        yield RULE.finding(
            "python",
            f"{_says(wanted)}, the environment has {version}",
            why="uv would take that one" if wanted.exact else "what is tested or built is not what is judged",
            mend=known(evidence.mender).recreate(wanted.versions[0]) if wanted.exact else None,
            path=wanted.path,
            line=wanted.line,
            severity=Severity.NOTE if same_minor and not wanted.exact else None,
        )


def _says(wanted: WantedPython) -> str:
    verb = "run" if wanted.what == "workflows" else "says"
    return f"{wanted.what} {verb} {', '.join(wanted.versions)}"


def _is(version: str, said: str) -> bool:
    """Say whether `version` is one of those that `said`, which may name a minor version, means."""
    return version == said or version.startswith(f"{said}.")


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
