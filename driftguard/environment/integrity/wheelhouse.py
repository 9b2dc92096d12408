"""Find the wheels whose hashes are locked: in folders of wheels, and in what pip keeps of downloads.

uv keeps no wheels, only what it unpacked of them: an edit through a hard link reaches that too, and so it
proves nothing.
"""

import os
from base64 import urlsafe_b64decode
from binascii import b2a_hex
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from driftguard.environment.integrity import hashing
from driftguard.environment.integrity.hashing import Claim
from driftguard.integrity import LockedWheel

_MOST = 200_000
"""Files that are looked at in one place."""
_DOWNLOADS = "http-v2"
"""The folder of pip's cache with each download in a file of its own, `.body`.

Before 23.3 pip kept downloads in `http`, each behind its headers in one file, of which there is no hash.
"""


def found(
    wanted: Collection[LockedWheel], folders: Iterable[Path], environ: Mapping[str, str]
) -> dict[str, str]:
    """Return where the wheels lie, by SHA-256. What has another hash than it should is passed over."""
    sizes = {wheel.size for wheel in wanted}
    names = {wheel.file for wheel in wanted}
    candidates = dict.fromkeys(wheel.path for wheel in wanted if wheel.path)
    for folder in folders:
        candidates.update((path, None) for path in _wheels_in(folder, names))
    candidates.update((path, None) for path in _downloads(_pip_cache(environ), sizes))
    claims = [claim for path in candidates for claim in _claimed(path)]
    hashes = {wheel.sha256 for wheel in wanted}
    there: dict[str, str] = {}
    for claim, answer in zip(claims, hashing.answers(claims), strict=True):
        if answer and answer.digest and (sha256 := _hex(answer.digest)) in hashes:
            there.setdefault(sha256, claim.path)
    return there


def _hex(digest: str) -> str:
    return b2a_hex(urlsafe_b64decode(f"{digest}=")).decode()


def _claimed(path: str) -> Iterator[Claim]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return
    if hashing.is_regular(status):
        yield Claim(path, status.st_size, "sha256", "")


def _wheels_in(folder: Path, names: Collection[str]) -> Iterator[str]:
    """Yield the wheels of a folder that are asked for by name; all where the lock has no names."""
    for entry in _entries(str(folder)):
        if entry.name.endswith(".whl") and (entry.name in names or "" in names):
            yield entry.path


def _pip_cache(environ: Mapping[str, str]) -> Path | None:
    if own := environ.get("PIP_CACHE_DIR"):
        return Path(own).absolute()
    if os.name == "nt":
        local = environ.get("LOCALAPPDATA", "")
        return Path(local, "pip", "Cache") if Path(local).is_absolute() else None
    home, shared = environ.get("HOME", ""), environ.get("XDG_CACHE_HOME", "")
    if Path(shared).is_absolute():
        return Path(shared, "pip")
    return Path(home, ".cache", "pip") if Path(home).is_absolute() else None


def _downloads(cache: Path | None, sizes: Collection[int]) -> Iterator[str]:
    """Yield the downloads of a size that is asked for; all where the lock has no sizes."""
    waiting = [str(cache / _DOWNLOADS)] if cache else []
    seen = 0
    while waiting and seen < _MOST:
        for entry in _entries(waiting.pop()):
            seen += 1
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.name.endswith(".body") and (0 in sizes or _size(entry) in sizes):
                yield entry.path


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return -1


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(islice(entries, _MOST))
    except OSError:
        return []
