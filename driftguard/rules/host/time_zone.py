"""A time zone cannot be looked up

## What it finds

A `TZ` that names a zone for which there is no data, and a host where `zoneinfo` finds no data at all:
neither a folder such as `/usr/share/zoneinfo` nor the distribution `tzdata`. The latter is an error where
an installed distribution asks for `tzdata`.

## Why it matters

The C library takes a zone that it does not know for UTC without a word, and games are filed under the wrong
day. `ZoneInfo("America/New_York")` raises ZoneInfoNotFoundError where there is no data; small container
images have none.

## Example

```text
DG511 warning: TZ: names Europe/Berln, which is no zone here
```

## Fix

Correct the name; install the operating system's `tzdata`, or the distribution (the printed command).
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity

RULE = Rule(
    code="DG511",
    name="time-zone",
    summary="a time zone cannot be looked up",
    severity=Severity.WARNING,
    needs=("mender", "host"),
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of the zone that is set, and of the data."""
    zones = known(evidence.host).zones
    if not zones.known:
        yield RULE.finding(
            "TZ",
            f"names {zones.name}, which is no zone here",
            why="the C library takes it for UTC without a word",
            mend=Mend("export TZ=UTC"),
        )
    if zones.folder is None and not zones.distribution:
        asked = f"; {zones.asked_by[0]} asks for tzdata" if zones.asked_by else ""
        yield RULE.finding(
            "tzdata",
            f"there is no data on time zones, neither of the system nor as a distribution{asked}",
            why="`ZoneInfo` raises ZoneInfoNotFoundError for every name",
            mend=known(evidence.mender).change("tzdata"),
            severity=Severity.ERROR if zones.asked_by else None,
        )
