"""Time zones: the one that TZ names, and the data on all of them."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from driftguard.environment.reading import is_file
from driftguard.host import Zones
from driftguard.model import Environment

FOLDERS = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
"""Where `zoneinfo` looks unless PYTHONTZPATH says otherwise, and the C library in the first."""

_RULE = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,3}(?::\d{2}){0,2}(?:[A-Za-z]{3,}|<[^>]+>|\Z)"
"""A zone described in full, such as `CET-1CEST` (POSIX, 8.3)."""
_UTC = ("UTC", "GMT", "Universal", "Zulu")
"""What comes out the same without any data."""


def read(there: Environment, environ: Mapping[str, str]) -> Zones:
    """Return what the variables and the environment offer."""
    name = environ.get("TZ", "")
    installed = (*there.installed, *there.inherited)
    return Zones(
        name=name,
        known=_is_known(name.removeprefix(":"), environ.get("TZDIR") or FOLDERS[0]),
        folder=_folder(environ),
        distribution=any(one.name == "tzdata" for one in installed),
        asked_by=tuple(one.name for one in installed if any(map(_is_tzdata, one.requires))),
    )


def _is_known(name: str, folder: str) -> bool:
    return not name or name in _UTC or bool(re.match(_RULE, name)) or is_file(Path(folder, name))


def _is_tzdata(requirement: str) -> bool:
    return requirement.startswith("tzdata") and not requirement[6:7].isalnum()


def _folder(environ: Mapping[str, str]) -> Path | None:
    told = environ.get("PYTHONTZPATH")
    folders = FOLDERS if told is None else [one for one in told.split(os.pathsep) if Path(one).is_absolute()]
    return next((Path(one) for one in folders if is_file(Path(one, "Etc", "UTC"))), None)
