"""The state of a file or folder, under which facts on it are kept: mtime and ctime (ns), size, inode.

Nobody can put a ctime back. What is so young that another change could come in the same tick of the clock
is not settled, and nothing is kept of it.
"""

import os
import stat
import time
from collections.abc import Iterable

Stamp = list[int]
"""As JSON has it."""

_SETTLED = 2_000_000_000
"""Nanoseconds after which no file system gives the same time to another change."""


def of(path: str) -> Stamp | None:
    """Return the state of what `path` leads to; None where there is nothing to be seen."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them in a run
    except (OSError, ValueError):
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino]


def of_file(path: str) -> Stamp | None:
    """Return the state of a regular file, or of the one a link leads to; None for anything else."""
    try:
        status = os.stat(path)  # noqa: PTH116 - the same
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino]


def settled_before(now: int = 0) -> int:
    """Return the time before which a change is of another time than `now` (0: at once), in nanoseconds."""
    return (now or time.time_ns()) - _SETTLED


def are_settled(states: Iterable[Stamp | None], now: int = 0) -> bool:
    """Say whether all of them are of another time than `now` (0: at once)."""
    limit = settled_before(now)
    return all(state is None or (state[0] < limit and state[1] < limit) for state in states)
