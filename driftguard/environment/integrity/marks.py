"""Marks of the states of files: of size, mtime, ctime and inode one number each."""

import os
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from operator import attrgetter

from driftguard.environment.integrity.hashing import processors

NOT_KEPT = 0
"""The mark of what is not there, and of what is to be looked at again."""
_WORTH = 10_000
"""Files for whose sake another process is started."""
_MOST_PROCESSES = 4
_CHUNK = 1024 * 1024

Marks = Sequence[int]
state = attrgetter("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
"""What no change of a file's content leaves as it was: nobody can put a ctime back."""


def of(paths: Iterable[str]) -> "array[int]":
    """Return the mark of each file, or of what a link leads to."""
    # Not a line of Python is run for each of them: there are a hundred thousand.
    try:
        return array("q", map(hash, map(state, map(os.stat, paths))))
    except (OSError, ValueError):
        return array("q", map(_of_one, paths))


def _of_one(path: str) -> int:
    try:
        return hash(state(os.stat(path)))  # noqa: PTH116
    except (OSError, ValueError):
        return NOT_KEPT


def of_groups(groups: Sequence[Sequence[str]]) -> "list[array[int]]":
    """Return the marks of each group; of many files by as many processes as there are processors.

    Threads would wait for each other: most of the time goes into making values of what the system says.
    """
    paths = [*chain.from_iterable(groups)]
    count = min(processors(), _MOST_PROCESSES) if sys.platform == "linux" else 1
    share = max(-(-len(paths) // count), _WORTH)
    helpers = [Helper(paths[start : start + share]) for start in range(share, len(paths), share)]
    found = of(paths[:share])
    for helper in helpers:
        found += helper.marks()
    ends = [0]
    for group in groups:
        ends.append(ends[-1] + len(group))
    return [found[start:end] for start, end in pairwise(ends)]


class Helper:
    """A process that looks at some of the files, beside ours; if it cannot, we do."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._reading, writing = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:
            self._pid = -1
        if self._pid == 0:
            self._work(writing)
        os.close(writing)

    def _work(self, writing: int) -> None:
        try:
            left = memoryview(of(self._paths)).cast("B")
            while left:
                left = left[os.write(writing, left) :]
        finally:
            os._exit(0)

    def marks(self) -> "array[int]":
        """Wait for the marks of its files."""
        with os.fdopen(self._reading, "rb") as stream:
            data = stream.read()
        if self._pid > 0:
            os.waitpid(self._pid, 0)
        whole = len(data) == len(self._paths) * array("q").itemsize
        return array("q", data) if whole else of(self._paths)
