"""What is judged: find the lock, the part of it that is selected, and the configuration."""

import os
from collections.abc import Mapping
from pathlib import Path

from driftguard import config, locks
from driftguard.cache import NO_CACHE, Cache, of_user
from driftguard.manifests.pyproject import default_groups
from driftguard.model import Lock, Locked, LockFormat, Selection, SourceKind
from driftguard.record import NamedTuple
from driftguard.selection import DEFAULT_GROUPS, project, selected

LOCAL = (SourceKind.DIRECTORY, SourceKind.EDITABLE, SourceKind.VIRTUAL)
"""Where workspace members lie."""


class Request(NamedTuple):
    """What the user asked to have judged."""

    cwd: Path
    environ: Mapping[str, str]
    lock: Path | None = None
    python: str | None = None
    active: bool = False
    execute: bool = True
    use_cache: bool = True
    anchor: bool = False
    """Whether files are also held against the wheels whose hashes are locked."""
    wheelhouses: tuple[Path, ...] = ()
    """Folders in which those wheels are looked for."""
    fresh: bool = False
    """Whether probes are run again though nothing has changed."""
    path: str | None = None
    """The PATH under which the job will run, where that is another than ours (`--path "$CRON_PATH"`)."""
    command: tuple[str, ...] = ()
    """The command that `preflight` is to become."""
    selection: Selection = Selection()

    @property
    def cache(self) -> Cache:
        """Where facts are kept between runs, unless the user wants none kept."""
        return of_user(self.environ) if self.use_cache else NO_CACHE


class Subject(NamedTuple):
    """What is judged: the lock, the part of it that is selected, the configuration."""

    lock: Lock
    selection: Selection
    config: config.Config


def lock_path(request: Request) -> Path:
    """Return where the lock lies: the one that is named, else the one that is found. Raises InputError."""
    if not request.lock:
        return locks.find(request.cwd, request.cache)
    return locks.named(request.cwd / request.lock)


def find(request: Request) -> Subject:
    """Find and read the lock and the configuration; refuse a selection that the lock does not have.

    Raises InputError and UsageError.
    """
    cache = request.cache
    lock = locks.read(lock_path(request), request.environ, cache)
    selection = request.selection
    if lock.format is LockFormat.UV:
        selection = _as_project(lock, selection, _member_around(lock, request.cwd), cache)
    selected(lock, selection)
    folders = [Path(member.origin.location) for member in _chosen(lock, selection)]
    return Subject(lock=lock, selection=selection, config=config.find([*folders, lock.path.parent], cache))


def _as_project(lock: Lock, selection: Selection, around: Locked | None, cache: Cache) -> Selection:
    """Take the member in whose folder the user stands for the project, as uv does, with its defaults."""
    if around and around.name != lock.root and not selection.packages and not selection.all_packages:
        selection = selection._replace(packages=(around.name,))
    named = project(lock, selection)
    current = named if len(selection.packages) == 1 else around or named
    told = current.default_groups if current else lock.default_groups
    if told is None:  # a lock of an older uv
        folder = Path(current.origin.location) if current else lock.path.parent
        told = default_groups(folder / "pyproject.toml", cache)
    return selection._replace(default_groups=DEFAULT_GROUPS if told is None else told)


def _member_around(lock: Lock, cwd: Path) -> Locked | None:
    """Return the member in whose folder `cwd` is, the innermost of several."""
    here = os.path.realpath(cwd) + os.sep
    local = (one for one in lock.packages if one.name in lock.members and one.origin.kind in LOCAL)
    around = [one for one in local if here.startswith(one.origin.location.rstrip(os.sep) + os.sep)]
    return max(around, key=lambda member: len(member.origin.location), default=None)


def _chosen(lock: Lock, selection: Selection) -> list[Locked]:
    names = selection.packages or ((lock.root,) if lock.root else ())
    return [package for package in lock.packages if package.name in names and package.origin.location]
