"""A local package was installed from an older state of its source

## What it finds

A package from a folder or an archive on this machine whose source has changed since it was installed:

- what uv recorded at the installation no longer holds: a file of its `cache-keys` (unless set otherwise
  `pyproject.toml`, `setup.py`, `setup.cfg`) has another time stamp, the folder `src` was made anew, the
  repository is at another commit. `uv sync` would install it again;
- for a copy (not editable), a file that changed after the installation has other content than the installed
  one. uv does not see that;
- `pyproject.toml` changed after the installation and declares another version, other requirements or scripts
  than the installed METADATA.

A file that is only gone from the source is a note: a build may have made it. pip records no state of the
source: its files and METADATA are compared alike, and where they agree it is *unknown* beside a `uv.lock`
(uv would install it again) and nothing beside requirements. *Unknown* is also a source of more than 50,000
files, or of which more than 64 MiB were touched since: no more is compared.

## Why it matters

What runs is not what lies in the working tree; of an editable install, version, requirements and commands
are the old ones.

## Example

```text
DG114 error: app: pyproject.toml changed 2026-11-24 09:30:00.125Z, installed as of 2026-11-23 18:02:11.480Z
```

## Fix

Run the printed command: it builds and installs the package again.
"""

from collections.abc import Iterator, Sequence

from driftguard.compare import Pair
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.model import LockFormat, SourceChange, SourceKind, SourceState

RULE = Rule(
    code="DG114",
    name="stale-source",
    summary="a local package was installed from an older state of its source",
    severity=Severity.ERROR,
    needs=("lock", "comparison", "mender", "sources"),
)

_SHOWN = 3


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak once of every package whose source has changed, or of whose source nobody knows."""
    pairs, mender = known(evidence.comparison).by_name, known(evidence.mender)
    by_uv = known(evidence.lock).format is LockFormat.UV
    for one in known(evidence.sources):
        pair = pairs[one.name]
        again = mender.install(pair.locked, again=True)
        changes = [change for change in one.changes if change.certain]
        if changes:
            yield _finding(one, changes, again, why=_why(pair))
        elif one.uncompared:
            why = "whether the rest is the source's cannot be told"
            yield RULE.finding(one.name, one.uncompared, why=why, mend=again, path=one.path, unknown=True)
        elif by_uv and not one.recorded and one.installer != "uv":
            yield RULE.finding(
                one.name,
                f"{one.installer or 'its installer'} did not record which state of the source it installed",
                why="whether it is that of now cannot be told; uv would install it again",
                mend=again,
                path=one.path,
                unknown=True,
            )
        elif one.changes:
            yield _finding(one, one.changes, again, why="a build may have made it", severity=Severity.NOTE)


def _why(pair: Pair) -> str:
    origin = pair.installed.origin
    if origin and origin.kind is SourceKind.EDITABLE:
        return "its version, requirements and commands may be the old ones"
    return "what runs may not be what lies in the source"


def _finding(
    one: SourceState,
    changes: Sequence[SourceChange],
    mend: Mend | None,
    *,
    why: str,
    severity: Severity | None = None,
) -> Finding:
    said = [f"{change.what} {change.now}, installed {change.was}" for change in changes]
    more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    message = f"{'; '.join(said[:_SHOWN])}{more}"
    return RULE.finding(one.name, message, why=why, mend=mend, path=changes[0].path, severity=severity)
