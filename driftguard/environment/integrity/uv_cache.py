"""uv's cache: whether an edited file is the same as one in there, of which uv makes every new environment."""

import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from driftguard.environment.reading import resolved
from driftguard.integrity import Altered, Verified

_MOST = 100_000
"""Archives that are looked at."""


def folder(environ: Mapping[str, str]) -> Path | None:
    """Return uv's cache folder; None where there is no home to keep one in."""
    if own := environ.get("UV_CACHE_DIR"):
        return Path(own).absolute()
    if os.name == "nt":
        local = environ.get("LOCALAPPDATA", "")
        return Path(local, "uv", "cache") if Path(local).is_absolute() else None
    shared = environ.get("XDG_CACHE_HOME", "")
    if Path(shared).is_absolute():
        return Path(shared, "uv")
    home = environ.get("HOME", "")
    return Path(home, ".cache", "uv") if Path(home).is_absolute() else None


def located(one: Verified, environ: Mapping[str, str]) -> Verified:
    """Return it with the place in uv's cache of each changed file that is a link to it, hard or symbolic."""
    cache = folder(environ)
    if cache is None or not one.changed:
        return one
    site = str(one.installed.path.parent)
    archives = list(_archives(cache)) if any(each.links > 1 for each in one.changed) else []
    return one._replace(changed=tuple(_found(each, site, cache, archives) for each in one.changed))


def _archives(cache: Path) -> Iterator[str]:
    """Yield the folders that hold one unpacked wheel each."""
    try:
        for bucket in sorted(cache.glob("archive-v*")):
            with os.scandir(bucket) as entries:
                yield from (entry.path for entry in islice(entries, _MOST))
    except OSError:
        return


def _found(each: Altered, site: str, cache: Path, archives: list[str]) -> Altered:
    end = resolved(each.path)
    if end != each.path and Path(end).is_relative_to(resolved(str(cache))):
        return each._replace(cached=end)
    name = os.path.relpath(each.path, site)
    if each.links < 2 or name.startswith(os.pardir):
        return each
    here = _identity(each.path)
    for archive in archives:
        path = f"{archive}{os.sep}{name}"
        if here and _identity(path) == here:
            return each._replace(cached=path)
    return each


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - of thousands of archives
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
