"""A package is installed in another version than locked

## What it finds

A package whose installed version is not the locked one, compared as PEP 440 compares versions
(`1.0` is `1.0.0`; a local version such as `+cpu` counts, except against a pin `==1.0` in a
requirements file, which admits it).

## Why it matters

What was tested is not what will run. A package built against the locked version may refuse to load
beside another one: `numpy.ndarray size changed, may indicate binary incompatibility`.

## Example

```text
DG102 error: numpy: locked 2.4.6, installed 1.26.4
```

## Fix

Run the printed command. If the installed version is the one that is wanted, change the lock
(`uv lock --upgrade-package NAME`) and sync.
"""

from collections.abc import Iterator

from driftguard.compare import Pair, same_version
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.model import LockFormat

RULE = Rule(
    code="DG102",
    name="other-version",
    summary="a package is installed in another version than locked",
    severity=Severity.ERROR,
    needs=("lock", "comparison", "mender"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every pair whose versions differ."""
    comparison, mender = known(evidence.comparison), known(evidence.mender)
    any_local = known(evidence.lock).format is LockFormat.REQUIREMENTS
    for pair in comparison.pairs:
        locked, installed = pair.locked, pair.installed
        if locked.version is None or installed.version is None:
            continue
        if not same_version(locked.version, installed.version, any_local=any_local):
            yield RULE.finding(
                locked.name,
                f"locked {locked.version}, installed {installed.version}",
                why=_because(pair),
                mend=mender.install(locked),
                path=locked.place.path,
                line=locked.place.line,
            )


def _because(pair: Pair) -> str:
    via, installer = pair.expected.via, pair.installed.installer
    needed = f"{via[-1]} was locked with {pair.locked.version}" if via else "it is asked for by name"
    return f"{needed}; installed by {installer}" if installer else needed
