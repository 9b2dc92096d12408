"""What should be installed: find a lock and read it in its own format."""

import os
from collections.abc import Mapping
from pathlib import Path

from driftguard.cache import NO_CACHE, Cache, digest
from driftguard.errors import InputError
from driftguard.files import decoded, read_bytes
from driftguard.locks import kept
from driftguard.locks.paths import anchored
from driftguard.model import Lock

REQUIREMENTS = ("requirements.lock", "requirements.txt")
"""Names under which pinned requirements are looked for where there is no `uv.lock`."""

_KIND = "lock"


def find(start: Path, cache: Cache = NO_CACHE) -> Path:
    """Return the nearest `uv.lock` from `start` upwards, else pinned requirements in `start` itself.

    Raises InputError when there is neither.
    """
    if uv_lock := find_uv(start, cache):
        return uv_lock
    for name in REQUIREMENTS:
        if (start / name).is_file():
            return start / name
    raise InputError(
        f"no uv.lock here or above, and no {' or '.join(REQUIREMENTS)} here",
        path=start,
        hint="name the lock with `--lock FILE`",
    )


def find_uv(start: Path, cache: Cache = NO_CACHE) -> Path | None:
    """Return the `uv.lock` that uv would take from `start` upwards, None when there is none.

    It is the nearest, unless one above has that folder for a member of its workspace.
    """
    folder = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would leave the folder the user stands in
    there = [path for parent in (folder, *folder.parents) if os.path.lexists(path := parent / "uv.lock")]
    nearest = there[0] if there else None
    return next((above for above in there[1:] if _has_member(above, there[0].parent, cache)), nearest)


def _has_member(path: Path, folder: Path, cache: Cache) -> bool:
    try:
        lock = _read_uv(path, cache)
    except InputError:
        return False
    members = (one.origin.location for one in lock.packages if one.name in lock.members)
    return os.path.realpath(folder) in members


def named(path: Path) -> Path:
    """Return the lock that `path` names: that of a folder is its `uv.lock`."""
    return path / "uv.lock" if path.is_dir() else path


def read(path: Path, environ: Mapping[str, str], cache: Cache = NO_CACHE) -> Lock:
    """Return the lock in `path`, with `environ` for `${NAME}` in requirements. Raises InputError."""
    path = named(path)
    if path.name == "uv.lock" or (path.suffix == ".lock" and _looks_like_toml(path)):
        return _read_uv(path, cache)
    if path.suffix == ".toml":
        raise InputError(
            "is a format that is not read yet", path=path, hint="give a uv.lock or pinned requirements"
        )
    from driftguard.locks import requirements

    return requirements.read(path, environ)


def _read_uv(path: Path, cache: Cache) -> Lock:
    data = read_bytes(path)
    content = digest(data)
    entry = cache.get(_KIND, content)
    lock = kept.load(entry, path) if entry else None
    if lock is None:
        from driftguard.locks import uv_lock

        lock = uv_lock.written(decoded(data, path), path)
        cache.put(_KIND, content, kept.dump(lock))
    return anchored(lock)


def _looks_like_toml(path: Path) -> bool:
    return read_bytes(path).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"version = ")
