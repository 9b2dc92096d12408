"""Files that were changed in the future: where there are any, this clock or theirs is wrong."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from driftguard.host import Future

TOLERANCE = 300
"""Seconds by which the clocks of a file server and of its clients may differ."""


def future(paths: Iterable[Path]) -> Iterator[Future]:
    """Yield those of `paths` that were changed later than now."""
    now = time.time()
    for path in paths:
        try:
            ahead = os.stat(path).st_mtime - now  # noqa: PTH116
        except OSError:
            continue
        if ahead > TOLERANCE:
            yield Future(path, int(ahead))
