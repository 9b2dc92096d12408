"""Files that are whole or not there: the only way in which anything of a run reaches the disk."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

ASIDE = ".aside-"
"""How the name begins of what is not finished; whoever finds one may remove it while holding the lock."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(path: Path, data: bytes) -> None:
    """Write `data` to `path`: flushed to the disk beside it, then put in its place by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{ASIDE}{path.name}")
    with aside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def write_json(path: Path, value: object) -> None:
    """Write `value` as JSON that is the same for the same value."""
    write(path, (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def link(source: Path, target: Path) -> None:
    """Give the content of `source` the name `target` too, without a copy where the file system allows it.

    Files are replaced and never written in place, so that two names for one content are as good as two files.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
        sync_file(target)


def point(name: Path, target: str) -> None:
    """Let the symbolic link `name` point to `target`, by one rename: it points somewhere at every moment."""
    aside = name.with_name(f"{ASIDE}{name.name}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(name)
    sync_folder(name.parent)


def tree(folder: Path) -> list[Path]:
    """Return the files below `folder`, sorted, without what is aside."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(ASIDE))


def sweep(folders: Iterable[Path]) -> None:
    """Remove what a killed run has left aside below `folders`."""
    for folder in folders:
        for path in folder.rglob(f"{ASIDE}*"):
            remove(path)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder; a folder's name goes first, so that no half of it is seen."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    if not path.name.startswith(ASIDE):
        path = path.rename(path.with_name(f"{ASIDE}gone-{path.name}"))
    shutil.rmtree(path)


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder` to the disk."""
    for path in tree(folder):
        sync_file(path)
    for path in [folder, *(each for each in folder.rglob("*") if each.is_dir())]:
        sync_folder(path)


def sync_file(path: Path) -> None:
    """Flush one file to the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Flush a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
