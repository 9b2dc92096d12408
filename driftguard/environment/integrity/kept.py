"""What is known of one `site-packages` between runs: which files are as recorded, and which are nobody's.

A file stands under a mark of its state (size, mtime, ctime, inode) in the order of the RECORD that it was
held against, and that stands under its digest. What has another mark is hashed again, and so is what was
not as recorded, or so young that another change could come in the same tick of the clock. What is nobody's
stands under the marks of all folders that were listed, and under the digest of all RECORDs.
"""

import json
import os
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Sequence

from driftguard.cache import Cache, digest
from driftguard.environment.integrity.records import Record
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

NOT_KEPT = 0
"""The mark of what is to be looked at again."""
_KIND = "integrity"


class Kept:
    """The facts on the files of one folder's distributions: `save` them once all were told."""

    def __init__(self, site: str, cache: Cache) -> None:
        self._cache = cache
        self._key = _key("files", site)
        self._rows: dict[str, Any] = cache.get(_KIND, self._key) or {}
        self._told: dict[str, object] = {}

    def marks(self, metadata: str, record: Record) -> Sequence[int]:
        """Return the marks of the files of a RECORD, NOT_KEPT for those of which nothing is known."""
        unknown = [NOT_KEPT] * len(record.paths)
        row = self._rows.get(os.path.basename(metadata))  # noqa: PTH119
        if type(row) is not list or len(row) != 2 or row[0] != digest(record.data):
            return unknown
        marks = _unpacked(row[1])
        return marks if len(marks) == len(unknown) else unknown

    def tell(self, metadata: str, record: Record, marks: Sequence[int]) -> None:
        """Keep the marks of the files that are as recorded."""
        self._told[os.path.basename(metadata)] = [digest(record.data), _packed(marks)]  # noqa: PTH119

    def save(self) -> None:
        """Keep what was told, and nothing of distributions that are gone."""
        if self._told != self._rows:
            self._cache.put(_KIND, self._key, self._told)


class KeptListing:
    """What was found by listing the folders of one `site-packages`."""

    def __init__(self, site: str, context: str, cache: Cache) -> None:
        self._cache = cache
        self._key = _key("folders", site)
        self._context = context

    def get(self) -> "list[Any] | None":
        """Return what was found, unless a folder has changed since."""
        row = self._cache.get(_KIND, self._key) or {}
        folders, found = row.get("folders"), row.get("found")
        if row.get("context") != self._context or type(folders) is not str or type(found) is not list:
            return None
        marks = _marks_of(folders.split("\0"))
        return found if NOT_KEPT not in marks and _packed(marks) == row.get("marks") else None

    def put(self, folders: Iterable[str], found: Sequence[object], settled: int) -> None:
        """Keep what was found in `folders`, unless one has changed since `settled`, in nanoseconds."""
        marks = _marks_of(folders := list(folders), settled)
        if NOT_KEPT not in marks and self._cache.folder:
            value = {"context": self._context, "folders": "\0".join(folders), "marks": _packed(marks)}
            self._cache.put(_KIND, self._key, {**value, "found": found})


def _key(what: str, site: str) -> str:
    # How numbers are hashed is the interpreter's own affair.
    return json.dumps([what, site, sys.implementation.cache_tag, list(sys.hash_info), sys.byteorder])


def _marks_of(folders: Iterable[str], limit: int | None = None) -> list[int]:
    """Return the marks of folders, NOT_KEPT for what is gone, or has changed after `limit`."""
    marks, stat = [], os.stat
    for folder in folders:
        try:
            status = stat(folder)
        except (OSError, ValueError):
            return [NOT_KEPT]
        if limit is not None and max(status.st_mtime_ns, status.st_ctime_ns) > limit:
            return [NOT_KEPT]
        marks.append(hash((status.st_mtime_ns, status.st_ctime_ns, status.st_ino)))
    return marks


def _packed(marks: Sequence[int]) -> str:
    return b2a_base64(array("q", marks), newline=False).decode()


def _unpacked(text: object) -> Sequence[int]:
    marks = array("q")
    try:
        marks.frombytes(a2b_base64(str(text)))
    except ValueError:
        return ()
    return marks
