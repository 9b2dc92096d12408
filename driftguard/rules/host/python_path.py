"""Variables put other modules before those of the environment

## What it finds

`PYTHONPATH`, whose folders Python searches before its own library and before the environment: an error
where a module there hides one that is installed or one of the standard library, a warning where it only
adds, or holds a `sitecustomize`, which runs at every start; a note for a folder that does not exist.
`PYTHONHOME`, which replaces the standard library: an error,
or a warning where it only names the one that is in use anyway.

## Why it matters

What is locked and installed is then not what is imported, and nothing that looks at the environment sees
it.

## Example

```text
DG505 error: PYTHONPATH: /opt/lib hides pandas
```

## Fix

Leave the variable out (the printed command); install what it brings.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.host import Host, PathEntry

RULE = Rule(
    code="DG505",
    name="python-path",
    summary="variables put other modules before those of the environment",
    severity=Severity.ERROR,
    needs=("host",),
)

_SHOWN = 4


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each folder, and of the home."""
    host = known(evidence.host)
    for entry in dict.fromkeys(host.python_path):
        yield _of_entry(entry)
    if host.python_home:
        yield _of_home(host)


def _of_entry(entry: PathEntry) -> Finding:
    named = str(entry.folder) if entry.text else f"{entry.folder} (an empty entry: the working directory)"
    if entry.shadows:
        names = [one.module for one in entry.shadows]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        first = entry.shadows[0]
        message, severity = f"{named} hides {', '.join(names[:_SHOWN])}{more}", Severity.ERROR
        why = f"{first.path} is imported instead of {first.hidden}"
    elif entry.start_up:
        message, severity = f"{named} holds {entry.start_up.name}", Severity.WARNING
        why = "it runs at every start of the interpreter, before the job, and no lock knows of it"
    elif entry.there:
        message, severity = f"{named} is searched before the environment", Severity.WARNING
        why = "what is imported from there is not what is locked; today it hides nothing"
    else:
        message, severity = f"{named} does not exist", Severity.NOTE
        why = "once it does, it is searched before the environment"
    return RULE.finding("PYTHONPATH", message, why=why, mend=Mend("unset PYTHONPATH"), severity=severity)


def _of_home(host: Host) -> Finding:
    return RULE.finding(
        "PYTHONHOME",
        f"is set to {host.python_home}",
        why="it names the standard library that is in use anyway, until that changes"
        if host.python_home_is_base
        else "Python takes its standard library from there, and does not start if it is another's",
        mend=Mend("unset PYTHONHOME"),
        severity=Severity.WARNING if host.python_home_is_base else None,
    )
