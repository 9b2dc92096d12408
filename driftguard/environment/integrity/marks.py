"""Marks of the states of files: of size, mtime, ctime and inode one number each.

Whoever may change a file may also give it any mtime, and could so choose one with which a new state has the
mark of the old. A number that only the user's own cache knows goes into every mark, before all else.
"""

import json
import os
import sys
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain, pairwise, repeat
from operator import add, attrgetter

from driftguard.cache import Cache
from driftguard.environment.integrity.hashing import processors

NOT_KEPT = 0
"""The mark of what is not there, and of what is to be looked at again."""
_WORTH = 10_000
"""Files for whose sake another process is started."""
_MOST_PROCESSES = 4
_KIND = "salt"

Marks = Sequence[int]
state = attrgetter("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
"""What no change of a file's content leaves as it was: nobody can put a ctime back."""


def salt(cache: Cache) -> int:
    """Return the number that goes into the marks which this cache holds."""
    known = (cache.get(_KIND, _KIND) or {}).get("salt")
    if type(known) is int:
        return known
    made = int.from_bytes(os.urandom(7), "big")
    cache.put(_KIND, _KIND, {"salt": made})
    return made


def key(*parts: str) -> str:
    """Return the key of facts under marks: how numbers are hashed is the interpreter's own affair."""
    ours = [sys.implementation.cache_tag, list(sys.hash_info), sys.byteorder]
    return json.dumps([*parts, *ours])


def of_state(status: os.stat_result, salt: int) -> int:
    """Return the mark of a state."""
    return hash((salt, *state(status)))


def of(paths: Iterable[str], salt: int) -> "array[int]":
    """Return the mark of each file, or of what a link leads to."""
    # Not a line of Python is run for each of them: there are a hundred thousand.
    try:
        return array("q", map(hash, map(add, repeat((salt,)), map(state, map(os.stat, paths)))))
    except (OSError, ValueError):
        return array("q", (_of_one(path, salt) for path in paths))


def _of_one(path: str, salt: int) -> int:
    try:
        return of_state(os.stat(path), salt)  # noqa: PTH116
    except (OSError, ValueError):
        return NOT_KEPT


def of_groups(groups: Sequence[Sequence[str]], salt: int) -> "list[array[int]]":
    """Return the marks of each group; of many files by as many processes as there are processors.

    Threads would wait for each other: most of the time goes into making values of what the system says.
    """
    paths = [*chain.from_iterable(groups)]
    count = min(processors(), _MOST_PROCESSES) if sys.platform == "linux" else 1
    share = max(-(-len(paths) // count), _WORTH)
    helpers = [Helper(paths[start : start + share], salt) for start in range(share, len(paths), share)]
    found = of(paths[:share], salt)
    for helper in helpers:
        found += helper.marks()
    ends = [0]
    for group in groups:
        ends.append(ends[-1] + len(group))
    return [found[start:end] for start, end in pairwise(ends)]


class Helper:
    """A process that looks at some of the files, beside ours; if it cannot, we do."""

    def __init__(self, paths: Sequence[str], salt: int) -> None:
        self._paths, self._salt = paths, salt
        self._reading = self._pid = -1
        with suppress(OSError):
            self._reading, writing = os.pipe()
            try:
                self._pid = os.fork()
                if self._pid == 0:
                    self._work(writing)
            finally:
                os.close(writing)

    def _work(self, writing: int) -> None:
        try:
            left = memoryview(of(self._paths, self._salt)).cast("B")
            while left:
                left = left[os.write(writing, left) :]
        finally:
            os._exit(0)

    def marks(self) -> "array[int]":
        """Wait for the marks of its files."""
        data = b""
        if self._reading >= 0:
            with os.fdopen(self._reading, "rb") as stream:
                data = stream.read()
        if self._pid > 0:
            with suppress(ChildProcessError):  # where SIGCHLD is ignored, the system has taken it away
                os.waitpid(self._pid, 0)
        whole = len(data) == len(self._paths) * array("q").itemsize
        return array("q", data) if whole else of(self._paths, self._salt)
