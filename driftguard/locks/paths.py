"""Resolve the paths of a lock, which are written relative to it."""

import os

from driftguard.errors import InputError
from driftguard.model import Edge, Lock, Locked, Origin, SourceKind

_PATHS = frozenset({SourceKind.PATH, SourceKind.DIRECTORY, SourceKind.EDITABLE, SourceKind.VIRTUAL})
_ROOTS = _PATHS - {SourceKind.PATH}


def anchored(lock: Lock) -> Lock:
    """Return the lock with real paths in its origins, and with its root: the package that lies beside it.

    Raises InputError where a path cannot be followed.
    """
    folder = str(lock.path.parent)
    try:
        packages = tuple(_package(package, folder) for package in lock.packages)
    except (OSError, RecursionError):
        raise InputError("leads to a path through more links than can be followed", path=lock.path) from None
    beside = os.path.realpath(folder)
    here = [one.name for one in packages if one.origin.kind in _ROOTS and one.origin.location == beside]
    members = lock.members or tuple(here)
    return lock._replace(packages=packages, members=members, root=here[0] if here else None)


def _package(package: Locked, folder: str) -> Locked:
    if package.origin.kind in _PATHS:
        package = package._replace(origin=_origin(package.origin, folder))
    if any(edge.origin for edge in package.all_edges()):
        package = package._replace(
            edges=_edges(package.edges, folder),
            extras={name: _edges(edges, folder) for name, edges in package.extras.items()},
            groups={name: _edges(edges, folder) for name, edges in package.groups.items()},
        )
    return package


def _edges(edges: tuple[Edge, ...], folder: str) -> tuple[Edge, ...]:
    return tuple(
        edge._replace(origin=_origin(edge.origin, folder)) if edge.origin else edge for edge in edges
    )


def _origin(origin: Origin, folder: str) -> Origin:
    if origin.kind not in _PATHS:
        return origin
    return origin._replace(location=os.path.realpath(os.path.join(folder, origin.location)))  # noqa: PTH118
