"""What is known of the native code of one `site-packages`, between runs.

Each file list stands under its own state, each shared object under its own; what has another state is read
anew. The list's state is that of RECORD itself: an edit in place does not show in its folder's.
"""

import json
import os
from collections.abc import Callable

from driftguard.binary import Image
from driftguard.cache import Cache
from driftguard.environment import stamps
from driftguard.environment.native import rows
from driftguard.environment.native.file_lists import Listed, SharedObject, path_of
from driftguard.environment.native.files import NativeFile
from driftguard.environment.stamps import Stamp
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_KIND = "native"


class KeptFolder:
    """The facts of one folder: `save` them once all were asked for.

    `context` is what the facts depend on besides the files.
    """

    def __init__(self, folder: str, context: str, cache: Cache) -> None:
        self._cache = cache
        self._key = json.dumps([folder, context])
        value: dict[str, Any] = cache.get(_KIND, self._key) or {}
        self._lists, self._images = _table(value, "lists"), _table(value, "images")
        try:
            self._shared = rows.Shared(value.get("wants", []), value.get("sizes", []))
        except rows.MALFORMED:
            self._shared, self._images = rows.Shared(), {}
        self._new_lists: dict[str, object] = {}
        self._new_images: dict[str, tuple[Stamp, Image]] = {}
        self._changed = False

    def listed(self, metadata: str, read: Callable[[], Listed]) -> Listed:
        """Return the list of a metadata folder: as it is kept, else as `read` finds it."""
        name = metadata.rpartition(os.sep)[2]
        stamp = stamps.of(path_of(metadata))
        row = self._lists.get(name)
        known = _listed(row[1]) if row and row[0] == stamp else None
        new = known is None
        if known is None:
            known = read()
            row = [stamp, known]
        if not known.fault and stamp and stamps.are_settled([stamp]):
            self._new_lists[name] = row
            self._changed |= new
        return known

    def image(self, file: NativeFile, stamp: Stamp, read: Callable[[], Image]) -> Image:
        """Return what a file tells: as it is kept, else as `read` finds it."""
        row = self._images.get(file.name)
        known = self._load(row[1], file) if row and row[0] == stamp else None
        new = known is None
        if known is None:
            known = read()
        if not known.fault and stamps.are_settled([stamp]):
            self._new_images[file.name] = stamp, known
            self._changed |= new
        return known

    def save(self) -> None:
        """Keep what was asked for, and nothing of files that are gone."""
        gone = len(self._new_lists) < len(self._lists) or len(self._new_images) < len(self._images)
        if not (self._changed or gone):
            return
        shared = rows.Sharing()
        images = {name: [stamp, rows.dump(one, shared)] for name, (stamp, one) in self._new_images.items()}
        value = {"lists": self._new_lists, "wants": shared.wants, "sizes": shared.sizes, "images": images}
        self._cache.put(_KIND, self._key, value)

    def _load(self, row: "list[Any]", file: NativeFile) -> Image | None:
        try:
            return rows.load(row, file, self._shared)
        except rows.MALFORMED:
            return None


def _table(value: "dict[str, Any]", name: str) -> "dict[str, Any]":
    """Return the rows under `name` that are pairs; those of another shape are absent."""
    found = value.get(name)
    if not isinstance(found, dict):
        return {}
    return {key: row for key, row in found.items() if type(row) is list and len(row) == 2}


def _listed(row: "Any") -> Listed | None:  # noqa: ANN401 - JSON
    try:
        objects, pths, refused, fault = row
        good = {*map(type, pths), type(fault)} == {str} and type(refused) is int
        good = good and type(objects) is type(pths) is list
        return (
            Listed(tuple([_object(*one) for one in objects]), tuple(pths), refused, fault) if good else None
        )
    except rows.MALFORMED:
        return None


def _object(name: str, module: str, tag: str, beside: int) -> SharedObject:
    if not (type(name) is type(module) is type(tag) is str and type(beside) is int):
        raise TypeError
    return SharedObject(name, module, tag, beside)
