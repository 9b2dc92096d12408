"""`pyvenv.cfg` (PEP 405): what makes a folder a virtual environment, and what its maker wrote there."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from driftguard.environment.reading import head, is_file

NAME = "pyvenv.cfg"
LIMIT = 64 * 1024
NONE: Mapping[str, str] = MappingProxyType({})


def find(python: Path) -> Path | None:
    """Return the `pyvenv.cfg` that `python` goes by: beside it or one folder above, symlinks not followed."""
    for folder in (python.parent, python.parent.parent):
        path = folder / NAME
        if is_file(path):
            return path
    return None


def read(path: Path | None) -> Mapping[str, str]:
    """Return the keys in lower case with their values; nothing when there is no such file to be read."""
    if path is None:
        return NONE
    try:
        text = head(str(path), LIMIT).decode("utf-8", "replace")
    except OSError:
        return NONE
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def shares_system_site(keys: Mapping[str, str]) -> bool:
    """Say whether the base interpreter's packages are visible; `site` takes a missing key as yes."""
    return keys.get("include-system-site-packages", "true").lower() == "true"
