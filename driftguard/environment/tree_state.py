"""The state of everything below some folders, in one pass that opens no file."""

import os
from collections.abc import Iterable

from driftguard.cache import hasher
from driftguard.environment import stamps
from driftguard.environment.reading import reason
from driftguard.record import NamedTuple

MOST = 2_000_000
"""Entries of folders that hold more than one environment."""


class TreeState(NamedTuple):
    """A digest over name, times, size and inode of each file and folder, and the latest of the times (ns).

    `fault` says what could not be looked at, as a clause; the digest then stands for nothing.
    """

    digest: str
    latest: int = 0
    fault: str = ""


def read(folders: Iterable[str]) -> TreeState:
    """Look at everything below `folders`, and at what a link leads to, though at nothing below that."""
    hashed = hasher()
    latest = seen = 0
    waiting = list(folders)
    hashed.update(repr(waiting).encode("utf-8", "surrogateescape"))
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                # In the order of the folder: it changes with nothing but the folder itself.
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    times = status.st_mtime_ns, status.st_ctime_ns
                    latest = max(latest, *times)
                    seen += 1
                    row = f"{entry.name}\0{times}{status.st_size} {status.st_ino}\n"
                    if entry.is_symlink():
                        row += f"{stamps.of(entry.path)}\n"
                    hashed.update(row.encode("utf-8", "surrogateescape"))
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError as error:
            return TreeState("", latest, f"`{folder}` cannot be listed: {reason(error)}")
        if seen > MOST:
            return TreeState("", latest, f"`{folder}` and what is beside it hold more than {MOST:,} entries")
    return TreeState(hashed.hexdigest(), latest)
