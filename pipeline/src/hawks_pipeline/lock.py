"""One run at a time in one folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from hawks_pipeline.errors import BusyError


@contextmanager
def hold(path: Path, *, since: datetime) -> Iterator[None]:
    """Hold the lock at `path` while the block runs. Raises BusyError that says who has it.

    The kernel gives the lock back when its holder ends, however it ends; the file stays and is never removed,
    for two processes could otherwise hold two files of the same name.
    """
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            holder = stream.read().strip() or "a process that has not said who it is"
            raise BusyError(f"{path}: held by {holder}; nothing was done") from None
        stream.truncate(0)
        stream.write(f"pid {os.getpid()} since {since.isoformat(timespec='seconds')}\n")
        stream.flush()
        try:
            yield
        finally:
            stream.truncate(0)
