"""Keep facts between runs, each under all that it was read from. Never a verdict, never pickle or marshal.

An entry that is missing, foreign, truncated or of another shape is absent: that costs time, never truth.
"""

import json
import os
import stat
from binascii import crc32
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from driftguard import __version__
from driftguard.untrusted import redacted

try:
    from _blake2 import blake2b  # as `random` does: hashlib loads OpenSSL, which takes longer than a lock
except ImportError:
    from hashlib import blake2b

FORMAT = f"4 of {__version__}"
"""Part of every entry; its number is raised when an entry gets another shape, or would say something else."""
LIMIT = 16 * 1024 * 1024
"""Bytes beyond which an entry is not one of ours."""
MOST = 256
"""Entries of one kind that are kept; the oldest go first."""

_OPEN = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


@cache
def _edition() -> str:
    """Return what stands for the code that reads: two states of a checkout have one version."""
    here = os.path.dirname(__file__)  # noqa: PTH120
    states = []
    for part in ("", "environment", "environment/integrity", "environment/native", "locks"):
        folder = os.path.join(here, part)  # noqa: PTH118
        try:
            with os.scandir(folder) as entries:
                files = [entry for entry in entries if entry.name.endswith(".py")]
                states += sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
        except OSError:  # inside an archive, which is one release
            continue
    return f"{FORMAT}, {digest(repr(states).encode())}"


def default_folder(environ: Mapping[str, str]) -> Path | None:
    """Return the user's cache folder; None where there is no home to keep one in."""
    if own := environ.get("DRIFTGUARD_CACHE_DIR"):
        return Path(own).absolute()
    shared = environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    if Path(shared).is_absolute():
        return Path(shared, "driftguard")
    home = environ.get("USERPROFILE" if os.name == "nt" else "HOME", "")
    return Path(home, ".cache", "driftguard") if Path(home).is_absolute() else None


def digest(data: bytes) -> str:
    """Return what stands for `data` in keys, 40 hexadecimal digits."""
    return hasher(data).hexdigest()


def hasher(data: bytes = b"") -> "blake2b":
    """Return what makes such a digest of data that comes in parts."""
    return blake2b(data, digest_size=20)


class Cache:
    """Facts as JSON files in one folder; `Cache(None)` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, kind: str, key: str) -> dict[str, object] | None:
        """Return what was put under `key`; None when it is not there or cannot be trusted.

        Only the frame is vouched for: whoever asks validates the value.
        """
        if self.folder is None or not _trusted_folder(self.folder):
            return None
        try:
            written, _, text = _read(_file(self.folder, kind, key)).partition(b"\n")
            entry = json.loads(text) if written.decode() == _seal(text) else None
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(entry, dict) or (entry.get("format"), entry.get("key")) != (_edition(), key):
            return None
        value = entry.get("value")
        return value if isinstance(value, dict) else None

    def put(self, kind: str, key: str, value: Mapping[str, object]) -> None:
        """Keep `value`, which JSON must be able to hold; a folder that cannot be written is no error.

        What holds a password or a token is not kept: it stays in the one file that it was read from.
        """
        if self.folder is None:
            return
        text = json.dumps({"format": _edition(), "key": key, "value": value}, separators=(",", ":"))
        if redacted(text) != text:
            return
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if len(text) <= LIMIT and _trusted_folder(self.folder):
                _write(_file(self.folder, kind, key), f"{_seal(text.encode())}\n{text}")
                _forget_oldest(self.folder, kind)
        except (OSError, ValueError):
            return


class Consulted(Cache):
    """A cache in which nothing is put: what this run finds is of no use to another."""

    def put(self, kind: str, key: str, value: Mapping[str, object]) -> None:
        """Keep nothing."""


NO_CACHE = Cache(None)


def of_user(environ: Mapping[str, str]) -> Cache:
    """Return the user's cache."""
    return Cache(default_folder(environ))


def _file(folder: Path, kind: str, key: str) -> Path:
    return folder / f"{kind}-{digest(key.encode('utf-8', 'surrogatepass'))}.json"


def _seal(text: bytes) -> str:
    """Return what tells a damaged entry; against whoever may write here there is none."""
    return f"{crc32(text):08x}"


def _trusted_folder(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(status.st_mode) and _ours(status)


def _ours(status: os.stat_result) -> bool:
    if os.name == "nt":  # access lists, not modes: the user's profile is the user's
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _read(path: Path) -> bytes:
    descriptor = os.open(path, _OPEN)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _ours(status) or status.st_size > LIMIT:
            raise PermissionError(f"{path} is not ours")
        return stream.read(LIMIT)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(temporary, _CREATE, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _forget_oldest(folder: Path, kind: str) -> None:
    """Remove half of the entries of `kind` once there are too many."""
    with os.scandir(folder) as entries:
        names = [entry for entry in entries if entry.name.startswith(f"{kind}-")]
    if len(names) > MOST:
        names.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
        for entry in names[: len(names) // 2]:
            Path(entry.path).unlink(missing_ok=True)
