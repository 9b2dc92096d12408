"""What is known of one `site-packages` between runs: which files are as recorded, and which are nobody's.

A file stands under a mark of its state (size, mtime, ctime, inode) in the order of the RECORD that it was
held against, and that stands under its digest. What has another mark is hashed again, and so is what was
not as recorded, or so young that another change could come in the same tick of the clock. What is nobody's
stands under the marks of all folders that were listed, and under the digest of all RECORDs.
"""

import math
import os
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

from driftguard.cache import Cache
from driftguard.environment.integrity import marks
from driftguard.environment.integrity.marks import NOT_KEPT, Marks
from driftguard.environment.integrity.records import Record
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_KIND = "integrity"


class Kept:
    """The facts on the files of one folder's distributions: `save` them once all were told."""

    def __init__(self, site: str, cache: Cache) -> None:
        self._cache = cache
        self._key = marks.key("files", site)
        self._rows: dict[str, Any] = cache.get(_KIND, self._key) or {}
        self._told: dict[str, object] = {}

    def known(self, metadata: str, record: Record) -> "array[int]":
        """Return the marks of the files of a RECORD, NOT_KEPT for those that are to be looked at again."""
        unknown = array("q", [NOT_KEPT]) * len(record.paths)
        row = self._rows.get(os.path.basename(metadata))  # noqa: PTH119
        if type(row) is not list or len(row) != 2 or row[0] != record.key:
            return unknown
        known = _unpacked(row[1])
        return known if len(known) == len(unknown) else unknown

    def tell(self, metadata: str, record: Record, found: Marks) -> None:
        """Keep the marks of the files that are as recorded."""
        self._told[os.path.basename(metadata)] = [record.key, _packed(found)]  # noqa: PTH119

    def save(self) -> None:
        """Keep what was told, and nothing of distributions that are gone."""
        if self._told != self._rows:
            self._cache.put(_KIND, self._key, self._told)


class KeptListing:
    """What was found by listing the folders of one `site-packages`."""

    def __init__(self, site: str, context: str, cache: Cache) -> None:
        self._cache = cache
        self._key = marks.key("folders", site)
        self._context = context

    def get(self) -> "list[Any] | None":
        """Return what was found, unless a folder has changed since."""
        row = self._cache.get(_KIND, self._key) or {}
        folders, found = row.get("folders"), row.get("found")
        if row.get("context") != self._context or type(folders) is not str or type(found) is not list:
            return None
        (now,) = marks.of_groups([folders.split("\0")], marks.salt(self._cache))
        return found if NOT_KEPT not in now and _packed(now) == row.get("marks") else None

    def put(self, folders: Collection[str], found: Sequence[object], settled: int) -> None:
        """Keep what was found in `folders`, unless one has changed since `settled`, in nanoseconds."""
        now = marks.of(folders, marks.salt(self._cache))
        if NOT_KEPT not in now and self._cache.folder and _latest(folders) <= settled:
            value = {"context": self._context, "folders": "\0".join(folders), "marks": _packed(now)}
            self._cache.put(_KIND, self._key, {**value, "found": found})


def _latest(folders: Iterable[str]) -> float:
    """Return when the last of them was changed, in nanoseconds; never, if one is gone."""
    try:
        return max(max(state.st_mtime_ns, state.st_ctime_ns) for state in map(os.stat, folders))
    except (OSError, ValueError):
        return math.inf


def _packed(found: Marks) -> str:
    return b2a_base64(array("q", found), newline=False).decode()


def _unpacked(text: object) -> "array[int]":
    known = array("q")
    with suppress(ValueError):
        known.frombytes(a2b_base64(str(text)))
    return known
