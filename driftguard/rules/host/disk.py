"""There is little room where the job writes

## What it finds

Less than `free` of `[tool.driftguard.host]` on the file system of a folder that is declared as `writable`, or
of the working directory where none is: an error. There without `free`, and in the folder for temporary files,
less than 256 MiB: a warning. And fewer than 1,000 files that can still be made. Quotas are not seen.

## Why it matters

A job that fills the disk ends in the middle of a file, hours after it could have been known.

## Example

```text
DG512 error: disk: 31 MiB are free in /srv/app/out (declared as writable), 1 GiB wanted
```

## Fix

Make room; or say in the configuration how much the job really needs.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Rule, Severity

RULE = Rule(
    code="DG512",
    name="disk",
    summary="there is little room where the job writes",
    severity=Severity.ERROR,
    needs=("host",),
)

USUAL = 256 * 1024**2
FILES = 1_000
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of each file system that has too little."""
    host = known(evidence.host)
    for volume in host.volumes:
        meant = volume.declared and host.wishes.free
        wanted, severity = (host.wishes.free, Severity.ERROR) if meant else (USUAL, Severity.WARNING)
        where = f"in {volume.folder} ({volume.purpose})"
        if volume.free < wanted:
            yield RULE.finding(
                "disk",
                f"{_size(volume.free)} are free {where}, {_size(wanted)} wanted",
                why="the job would end in the middle of a file",
                path=volume.folder,
                severity=severity,
            )
        if volume.files is not None and volume.files < FILES:
            yield RULE.finding(
                "disk",
                f"{volume.files} more files can be made {where}, {FILES:,} wanted",
                why="`No space left on device` with room to spare: the inodes are used up",
                path=volume.folder,
                severity=severity,
            )


def _size(number: int) -> str:
    power = 0
    while number >= 1024 ** (power + 1) and power < len(_UNITS) - 1:
        power += 1
    amount = f"{number / 1024**power:.1f}".removesuffix(".0")
    return f"{amount} {_UNITS[power]}"
