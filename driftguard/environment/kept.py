"""What is known of the `.dist-info` folders of one `site-packages`, between runs.

Each stands under the state of the folder and of every file that it was read from; a folder whose state is
another is read anew. What is so young that another change could come in the same tick of the clock is not
kept, nor what was read with faults: some pass without a change, as a disk's do.
"""

import os
from collections.abc import Callable
from pathlib import Path

from driftguard.cache import Cache
from driftguard.environment import stamps
from driftguard.environment.stamps import Stamp
from driftguard.model import FROM_INDEX, Installed, Origin, origin_of
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

FILES = ("METADATA", "WHEEL", "direct_url.json", "INSTALLER")
"""What is read. That others are there (RECORD, REQUESTED) shows in the folder's own state."""

State = dict[str, Stamp]
"""Of the folder, under the empty name, and of each of FILES that is there."""

_KIND = "distributions"


class Kept:
    """The facts of one `site-packages`: `save` them once all were asked for."""

    def __init__(self, folder: str, cache: Cache) -> None:
        self._cache = cache
        self._folder = folder
        self._parent = Path(folder)
        self._rows: dict[str, Any] = cache.get(_KIND, folder) or {}
        self._asked: dict[str, object] = {}
        self._changed = False

    def get(self, name: str, read: Callable[[], Installed]) -> Installed:
        """Return what the metadata folder `name` holds: as it is kept, else as `read` finds it."""
        path = f"{self._folder}{os.sep}{name}"
        row = self._rows.get(name)
        if row is not None and (known := _load(row, path, self._parent)):
            self._asked[name] = row
            return known
        state = _state(path) if self._cache.folder else None
        one = read()
        if state and stamps.are_settled(state.values()) and not one.faults:
            self._asked[name] = [state, _dump(one)]
            self._changed = True
        return one

    def save(self) -> None:
        """Keep what was asked for, and nothing of folders that are gone."""
        if self._changed or len(self._asked) < len(self._rows):
            self._cache.put(_KIND, self._folder, self._asked)


def _state(path: str) -> State | None:
    """Return the state of a metadata folder, None when it cannot be told."""
    files = [name for name in FILES if os.path.lexists(f"{path}/{name}")]
    found = {"": stamps.of(path), **{name: stamps.of(f"{path}/{name}") for name in files}}
    state = {name: stamp for name, stamp in found.items() if stamp}
    return state if len(state) == len(found) else None


def _is_unchanged(path: str, state: State) -> bool:
    return all(stamps.of(f"{path}/{name}") == stamp for name, stamp in state.items())


def _dump(one: Installed) -> list[object]:
    return [value for field, value in one._asdict().items() if field != "path"]


def _load(row: "Any", path: str, parent: Path) -> Installed | None:  # noqa: ANN401 - JSON
    """Return what the row tells of a folder that has not changed; None also for a row of another shape."""
    try:
        state, fields = row
        if "" not in state or not _is_unchanged(path, state):
            return None
        name, version, origin, installer, requested, recorded, requires, optional, python, *rest = fields
        tags, faults = rest
        return Installed(
            name,
            version,
            parent / path.rpartition(os.sep)[2],
            _origin(origin),
            installer,
            requested,
            recorded,
            tuple(requires),
            tuple(optional),
            python,
            tuple(tags),
            tuple(faults),
        )
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError):
        return None


def _origin(row: "list[Any] | None") -> Origin | None:
    if row is None:
        return None
    return FROM_INDEX if row[0] == FROM_INDEX.kind else origin_of(row)
