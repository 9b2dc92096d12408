"""List the folders of a `site-packages`, and no more of them than there can reasonably be."""

import os
from collections.abc import Iterator
from itertools import islice

from driftguard.environment.reading import reason

_DEEPEST = 64
_MOST = 500_000
"""Folders, and entries of one."""


def walked(top: str, listed: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder from `top` on with its files, and put both into `listed`. Raises OSError."""
    waiting = [top]
    while waiting and len(listed) < _MOST:
        folder = waiting.pop()
        files = listed[folder] = []
        for entry in entries(folder):
            if not is_folder(entry):
                files.append(entry.name)
            elif folder.count(os.sep) < _DEEPEST:
                waiting.append(entry.path)
        yield folder, files


def entries(folder: str) -> list[os.DirEntry[str]]:
    """Return what lies in a folder. Raises OSError with its name and a short clause."""
    try:
        with os.scandir(folder) as found:
            return list(islice(found, _MOST))
    except OSError as error:
        raise OSError(error.errno, reason(error), folder) from None


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether it is a folder, and no link to one."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
