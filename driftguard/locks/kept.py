"""What a `uv.lock` says, as it is kept between runs: JSON for a Lock whose paths are still as written.

Reading TOML takes twenty times as long as reading this. A NamedTuple is an array in JSON, its fields in
order; an edge that is a name alone, as nearly all are, is that name.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from driftguard.model import ConflictItem, Edge, Lock, Locked, LockFormat, Place, origin_of
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def dump(lock: Lock) -> dict[str, object]:
    """Return what `load` takes; where the lock lies is not part of it."""
    return {
        **lock._asdict(),
        "path": "",
        "packages": [_row(package) for package in lock.packages],
        "loose": _rows(lock.loose),
        "loose_groups": _rows_by_name(lock.loose_groups),
    }


def load(value: "dict[str, Any]", path: Path) -> Lock | None:
    """Return the lock at `path` that was dumped; None for what `dump` did not make."""
    try:
        return _lock(value, path)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _row(package: Locked) -> list[object]:
    parts = {
        **package._asdict(),
        "place": package.place.line,
        "edges": _rows(package.edges),
        "extras": _rows_by_name(package.extras),
        "groups": _rows_by_name(package.groups),
    }
    return list(parts.values())


def _rows(edges: Iterable[Edge]) -> list[object]:
    return [edge.name if edge == _plain(edge.name) else edge for edge in edges]


def _rows_by_name(edges: Mapping[str, tuple[Edge, ...]]) -> dict[str, list[object]]:
    return {name: _rows(those) for name, those in edges.items()}


def _lock(value: "dict[str, Any]", path: Path) -> Lock:
    return Lock(
        path=path,
        format=LockFormat.UV,
        packages=tuple([_package(row, path) for row in value["packages"]]),
        members=tuple(value["members"]),
        root=value["root"],
        requires_python=value["requires_python"],
        supported_markers=tuple(value["supported_markers"]),
        conflicts=tuple(tuple(ConflictItem(*item) for item in items) for items in value["conflicts"]),
        overrides=tuple(value["overrides"]),
        excludes=tuple(value["excludes"]),
        loose=_edges(value["loose"]),
        loose_groups=_by_name(value["loose_groups"]),
        default_groups=_texts(value["default_groups"]),
        notes=tuple(value["notes"]),
    )


def _package(row: "list[Any]", path: Path) -> Locked:
    name, version, origin, line, edges, extras, groups, default_groups, markers = row
    return Locked(
        name,
        version,
        origin_of(origin),
        Place(path, line),
        _edges(edges),
        _by_name(extras),
        _by_name(groups),
        _texts(default_groups),
        tuple(markers),
    )


def _edges(rows: "list[Any]") -> tuple[Edge, ...]:
    return tuple([_plain(row) if isinstance(row, str) else _edge(*row) for row in rows])


@cache
def _plain(name: str) -> Edge:
    return Edge(name)


def _edge(name: str, extras: list[str], marker: str, version: str | None, origin: "list[Any] | None") -> Edge:
    return Edge(name, tuple(extras), marker, version, origin_of(origin) if origin else None)


def _by_name(value: "dict[str, Any]") -> dict[str, tuple[Edge, ...]]:
    return {name: _edges(rows) for name, rows in value.items()}


def _texts(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
