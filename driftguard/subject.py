"""What is judged: find the lock, the part of it that is selected, and the configuration."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from driftguard import config, locks
from driftguard.model import Lock, LockFormat, Selection, SourceKind
from driftguard.selection import selected

LOCAL = (SourceKind.DIRECTORY, SourceKind.EDITABLE, SourceKind.VIRTUAL)
"""Where workspace members lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked to have judged."""

    cwd: Path
    environ: Mapping[str, str]
    lock: Path | None = None
    python: str | None = None
    active: bool = False
    execute: bool = True
    use_cache: bool = True
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is judged: the lock, the part of it that is selected, the configuration."""

    lock: Lock
    selection: Selection
    config: config.Config


def find(request: Request) -> Subject:
    """Find and read the lock and the configuration; refuse a selection that the lock does not have.

    Raises InputError and UsageError.
    """
    path = request.cwd / request.lock if request.lock else locks.find(request.cwd)
    lock = locks.read(path, request.environ)
    selection = _of_folder(lock, request.selection, request.cwd)
    folders = [*_member_folders(lock, selection), lock.path.parent]
    if lock.format is LockFormat.UV:
        lock = _with_default_groups(lock, selection)
    selected(lock, selection)
    return Subject(lock=lock, selection=selection, config=config.find(folders))


def _of_folder(lock: Lock, selection: Selection, cwd: Path) -> Selection:
    """Select the workspace member in whose folder the user stands, as uv does."""
    if selection.packages or selection.all_packages or lock.format is not LockFormat.UV:
        return selection
    here = os.path.realpath(cwd)
    best = ""
    name = lock.root
    for package in lock.packages:
        folder = package.origin.location
        inside = here == folder or here.startswith(folder.rstrip(os.sep) + os.sep)
        if (
            package.name in lock.members
            and package.origin.kind in LOCAL
            and inside
            and len(folder) > len(best)
        ):
            best, name = folder, package.name
    return selection if name == lock.root or name is None else replace(selection, packages=(name,))


def _member_folders(lock: Lock, selection: Selection) -> list[Path]:
    names = selection.packages or ((lock.root,) if lock.root else ())
    return [
        Path(package.origin.location)
        for package in lock.packages
        if package.name in names and package.origin.location
    ]


def _with_default_groups(lock: Lock, selection: Selection) -> Lock:
    """Take `tool.uv.default-groups` from the manifests where the lock is too old to hold it."""
    from driftguard.manifests.pyproject import default_groups

    names = selection.packages or (lock.members if selection.all_packages or not lock.root else (lock.root,))
    packages = tuple(
        replace(package, default_groups=default_groups(Path(package.origin.location) / "pyproject.toml"))
        if package.name in names and package.default_groups is None and package.groups
        else package
        for package in lock.packages
    )
    return replace(lock, packages=packages)
