"""An edit of an installed file reaches into the cache

## What it finds

Changed files, as DG401 does, whose content has several names on this disk, or that are links into uv's
cache. uv does not copy what it installs: it makes hard links to the files in its cache, and an edit in
place changes all of them at once. Where the same file is found in uv's cache, that is named.

## Why it matters

Every environment that is made from this cache gets the edit, with `--require-hashes` as well: hashes are
compared when a wheel is downloaded. Deleting the environment and syncing anew brings the edit back.

## Example

```text
DG408 error: six: six.py: recorded 34,703 bytes, found 34,719 bytes
```

## Fix

The printed command has uv forget its copy, download the wheel again and lay its files anew. Other
environments on this disk that were made from it have the edit still: check them too. `UV_LINK_MODE=copy`
keeps environments apart from the cache.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.files import NEEDS, differences, several, verified

RULE = Rule(
    code="DG408",
    name="linked-edit",
    summary="an edit of an installed file reaches into the cache",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every distribution with a changed file that has several names."""
    pairs, mender = known(evidence.comparison).by_name, known(evidence.mender)
    for one in verified(evidence):
        linked = [each for each in one.changed if each.is_shared]
        if not linked:
            continue
        told = differences(one.changed, one.installed)
        names = several([each.path for each in one.changed], one.installed)
        cached = next((each.cached for each in linked if each.cached), "")
        where = f"uv's cache has the same file: {cached}" if cached else f"{linked[0].links} hard links to it"
        pair = pairs.get(one.installed.name)
        yield RULE.finding(
            one.installed.name,
            told[0] if len(one.changed) == 1 else f"{len(one.changed)} files are not as recorded: {names}",
            why="the edit is in every environment that shares the file, and will be in every new one",
            detail=(where, *(told if len(one.changed) > 1 else ())),
            mend=mender.uncached(one.installed, pair.locked if pair else None),
            path=linked[0].path,
        )
