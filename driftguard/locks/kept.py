"""What a `uv.lock` says, as it is kept between runs: JSON for a Lock whose paths are still as written.

Reading TOML takes twenty times as long as reading this. A NamedTuple is an array in JSON, its fields in
order.
"""

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
        "packages": [package._replace(place=package.place.line) for package in lock.packages],  # type: ignore[arg-type]
        "loose_groups": dict(lock.loose_groups),
    }


def load(value: "dict[str, Any]", path: Path) -> Lock | None:
    """Return the lock at `path` that was dumped; None for what `dump` did not make."""
    try:
        return _lock(value, path)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _lock(value: "dict[str, Any]", path: Path) -> Lock:
    return Lock(
        path=path,
        format=LockFormat.UV,
        packages=tuple(_package(row, path) for row in value["packages"]),
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
        name=name,
        version=version,
        origin=origin_of(origin),
        place=Place(path, line),
        edges=_edges(edges),
        extras=_by_name(extras),
        groups=_by_name(groups),
        default_groups=_texts(default_groups),
        markers=tuple(markers),
    )


def _edges(rows: "list[list[Any]]") -> tuple[Edge, ...]:
    return tuple(
        Edge(name, tuple(extras), marker, version, origin_of(origin) if origin else None)
        for name, extras, marker, version, origin in rows
    )


def _by_name(value: "dict[str, list[list[Any]]]") -> dict[str, tuple[Edge, ...]]:
    return {name: _edges(rows) for name, rows in value.items()}


def _texts(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
