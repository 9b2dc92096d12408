"""Variables change which code a process loads, or how it runs

## What it finds

* `LD_PRELOAD` and `LD_AUDIT`, on macOS `DYLD_INSERT_LIBRARIES`: each library that they put into every
  process, and one that is not there, which the loader passes over; a note for allocators and runtimes of
  OpenMP, which are preloaded on purpose.
* Folders of `LD_LIBRARY_PATH` that hide libraries of the system, or depend on the working directory: notes.
  Whether what is found there is new enough, DG309 tells.
* `PYTHONPYCACHEPREFIX`, from where compiled code is taken: a note, since no rule looks into it.
* Any of these that every user of this machine may write to: an error.
* `PYTHONINSPECT`, `PYTHONOPTIMIZE` and `PYTHONWARNINGS=error`: warnings. `PYTHONSAFEPATH`: a note.

`PYTHONPATH` and `PYTHONHOME` are DG505's. With a value that keeps Python from starting, driftguard does not
start either. `PYTHONSTARTUP` and `PYTHONDONTWRITEBYTECODE` change nothing for a job.

## Why it matters

Such a variable comes from a shell profile or an image, holds for the job as well, and shows in no lock. What
is preloaded or found first runs instead of what was judged. Without `assert` a pipeline passes over the data
it meant to refuse; a warning that is an error ends it at the next deprecation; and an interpreter that stays
for questions waits for an answer, then exits with another code than the job.

## Example

```text
DG516 error: PYTHONPYCACHEPREFIX: /tmp/pycache is taken for compiled code, and every user may write to /tmp
```

## Fix

Leave the variable out (the printed command), or accept it with an ignore and a reason.
"""

import re
from collections.abc import Iterator, Mapping

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.host import BytecodeFolder, LibraryFolder, Preload

RULE = Rule(
    code="DG516",
    name="loaded-code",
    summary="variables change which code a process loads, or how it runs",
    severity=Severity.WARNING,
    needs=("environment", "host"),
)

_ON_PURPOSE = r"(?:.*/)?lib(?:jemalloc|tcmalloc|mimalloc|gomp|iomp5)[\w.-]*\Z"
_SHOWN = 4
_OPEN = "whoever can change it runs code as the user of the job"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of what is loaded first, of where code is looked for, and of how it is run."""
    host = known(evidence.host)
    for preload in host.preloads:
        yield _of_preload(preload)
    for entry in host.library_path:
        yield from _of_folder(entry)
    if host.bytecode:
        yield _of_bytecode(host.bytecode)
    minor = known(evidence.environment).interpreter.version.split(".")[:2]
    yield from _of_switches(host.variables, tuple(int(part) for part in minor if part.isdigit()))


def _of_preload(one: Preload) -> Finding:
    if one.open_to_all:
        does = "make" if one.there is False else "change"
        message, severity = f"{one.name} is loaded first, and every user may {does} it", Severity.ERROR
        why = _OPEN
    elif one.there is False:
        message, severity = f"{one.name} does not exist", Severity.WARNING
        why = "the loader says so on stderr at every start, and goes on without what was meant to be there"
    elif re.match(_ON_PURPOSE, one.name):
        message, severity = f"{one.name} is loaded first", Severity.NOTE
        why = "allocators and runtimes of OpenMP are preloaded on purpose; no lock knows of this one"
    else:
        message, severity = f"{one.name} is loaded first", Severity.WARNING
        why = "its functions stand before those of every library that was judged"
    mend = None if severity is Severity.NOTE else _unset(one.variable)
    return RULE.finding(one.variable, message, why=why, mend=mend, severity=severity)


def _of_folder(one: LibraryFolder) -> Iterator[Finding]:
    here = "" if one.text.startswith("/") else " (the working directory)" if not one.text else " (relative)"
    named, variable = f"{one.folder}{here}", "LD_LIBRARY_PATH"
    if one.open_to_all:
        message, severity = f"{named} is searched first, and every user may write to it", Severity.ERROR
        yield RULE.finding(variable, message, why=_OPEN, mend=_unset(variable), severity=severity)
    elif one.hides:
        more = f" and {len(one.hides) - _SHOWN} more" if len(one.hides) > _SHOWN else ""
        message = f"{named} hides {', '.join(one.hides[:_SHOWN])}{more} of the system"
        why = "every program of this job loads what lies there"
        yield RULE.finding(variable, message, why=why, severity=Severity.NOTE)
    elif here:
        why = "which libraries are loaded depends on where the job starts"
        yield RULE.finding(variable, f"{named} is searched first", why=why, severity=Severity.NOTE)


def _of_bytecode(one: BytecodeFolder) -> Finding:
    variable, message = "PYTHONPYCACHEPREFIX", f"{one.folder} is taken for compiled code"
    if one.open_to:
        message = f"{message}, and every user may write to {one.open_to}"
        return RULE.finding(variable, message, why=_OPEN, mend=_unset(variable), severity=Severity.ERROR)
    why = "what lies there runs instead of the sources that were judged, if it looks as new as they are"
    return RULE.finding(variable, message, why=why, severity=Severity.NOTE)


def _of_switches(variables: Mapping[str, str], minor: tuple[int, ...]) -> Iterator[Finding]:
    if variables.get("PYTHONINSPECT"):
        why = (
            "the interpreter stays for questions when the job has ended: it waits, and the exit code is lost"
        )
        yield _switch("PYTHONINSPECT", variables, why)
    if variables.get("PYTHONOPTIMIZE") not in (None, "", "0"):
        why = "no `assert` is run, and what the job meant to refuse passes"
        yield _switch("PYTHONOPTIMIZE", variables, why)
    if _are_errors(variables.get("PYTHONWARNINGS", "")):
        why = "a warning of any library, a deprecation too, ends the job"
        yield _switch("PYTHONWARNINGS", variables, why)
    if variables.get("PYTHONSAFEPATH") and minor >= (3, 11):
        why = "modules beside the script that is run are not found"
        yield _switch("PYTHONSAFEPATH", variables, why)._replace(severity=Severity.NOTE, mend=None)


def _switch(variable: str, variables: Mapping[str, str], why: str) -> Finding:
    return RULE.finding(variable, f"is `{variables[variable]}`", why=why, mend=_unset(variable))


def _are_errors(text: str) -> bool:
    """Say whether the filters make an error of any warning; the last that fits all of them settles it."""
    found = False
    for one in text.split(","):
        action, *rest = (part.strip() for part in one.split(":"))
        if action and "error".startswith(action):
            found = True
        elif action and not any(rest):
            found = False
    return found


def _unset(variable: str) -> Mend:
    return Mend(f"unset {variable}")
