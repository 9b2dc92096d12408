"""Debian's own list of installed files, in place of RECORDs: `/var/lib/dpkg/info/*.list`."""

import os
from functools import cache
from itertools import islice

from driftguard.environment.reading import head

_FOLDER = "/var/lib/dpkg/info"
_LIMIT = 16 * 1024 * 1024
_MOST = 20_000


def owns(path: str, folder: str = _FOLDER) -> bool:
    """Say whether a package of the operating system brought `path`."""
    line = b"\n" + os.fsencode(path) + b"\n"
    return any(line in listed for listed in _lists(folder))


@cache
def _lists(folder: str) -> tuple[bytes, ...]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.path for entry in islice(entries, _MOST) if entry.name.endswith(".list")]
    except OSError:
        return ()
    return tuple(_content(name) for name in names)


def _content(path: str) -> bytes:
    try:
        return b"\n" + head(path, _LIMIT)
    except OSError:
        return b""
