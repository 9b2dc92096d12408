"""An installed package needs what is not there

## What it finds

A `Requires-Dist` of an installed package that no installed package satisfies, as `pip check` finds
it; also a `Requires-Python` that this interpreter does not meet. What is locked and missing is
DG101's to say. Where both packages are as a `uv.lock` has them, the lock itself decided so, and it is
a warning, as it is where the needy package may be there unlocked (a seeded `wheel`); what
`override-dependencies` and `exclude-dependencies` name is left alone.

## Why it matters

The package was never tested with what it finds here.

## Example

```text
DG111 error: pandas: needs numpy>=2.0, installed 1.26.4
```

## Fix

Bring the named package to what is locked with the printed command.
"""

from collections.abc import Iterator, Mapping

from driftguard.compare import Pair, same_version
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.mend import Mender
from driftguard.model import Environment, Installed, Lock, LockFormat
from driftguard.requires import Need, unmet
from driftguard.versions import allows

RULE = Rule(
    code="DG111",
    name="unmet",
    summary="an installed package needs what is not there",
    severity=Severity.ERROR,
    needs=("lock", "environment", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every requirement among the installed that is not met."""
    environment, lock = known(evidence.environment), known(evidence.lock)
    comparison, mender = known(evidence.comparison), known(evidence.mender)
    pairs = comparison.by_name
    spoken_of = {entry.name for entry in comparison.missing} | {*lock.overrides, *lock.excludes}
    there = {one.name: one for one in (*environment.inherited, *environment.installed)}
    allowed = {one.name for one in comparison.allowed}
    asked = lock.asked_extras() if lock.format is LockFormat.REQUIREMENTS else {}
    for one in environment.installed:
        yield from _requires_python(one, environment)
        for need in unmet(one, there, environment.interpreter.markers, asked.get(one.name, ())):
            if need.name not in spoken_of:
                by_lock = _as_locked(one.name, pairs) and (
                    _as_locked(need.name, pairs) or need.name not in there
                )
                if one.name in allowed:
                    yield _of_allowed(one, need)
                else:
                    yield _finding(one, need, pairs.get(need.name), lock, mender, by_lock=by_lock)


def _finding(
    one: Installed, need: Need, pair: Pair | None, lock: Lock, mender: Mender, *, by_lock: bool
) -> Finding:
    resolved = lock.format is LockFormat.UV
    joined = "the lock itself joins the two" if resolved else "the pins themselves do not go together"
    if by_lock and pair:
        mend = None
    elif pair:
        mend = mender.install(pair.locked)
    else:
        mend = mender.add(need.text)
    return RULE.finding(
        one.name,
        f"needs {need.text}, {need.found}",
        why=joined if by_lock and (pair or resolved) else "it was never tested with what is there",
        mend=mend,
        path=one.path,
        severity=Severity.WARNING if by_lock and resolved else None,
        unknown=need.unknown,
    )


def _of_allowed(one: Installed, need: Need) -> Finding:
    return RULE.finding(
        one.name,
        f"needs {need.text}, {need.found}",
        why="it is allowed here without being locked, and so is not what the lock brings",
        path=one.path,
        severity=Severity.WARNING,
        unknown=need.unknown,
    )


def _requires_python(one: Installed, environment: Environment) -> Iterator[Finding]:
    version = environment.interpreter.version
    if one.requires_python and not allows(one.requires_python, version):
        yield RULE.finding(
            one.name,
            f"needs Python {one.requires_python}, the environment has {version}",
            why="it does not claim to run on this interpreter",
            path=one.path,
        )


def _as_locked(name: str, pairs: Mapping[str, Pair]) -> bool:
    pair = pairs.get(name)
    if pair is None or pair.locked.version is None:
        return pair is not None
    return same_version(pair.locked.version, pair.installed.version or "")
