"""Read a bounded part of one file that strangers may have put there."""

import errno
import os
import stat
from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not hang us
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_CHUNK = 16 * 1024
LONGEST_PATH = 16 * 1024


def head(path: str, limit: int, *, until: bytes = b"") -> bytes:
    """Return at most `limit` bytes of a regular file, no further than the chunk that holds `until`.

    Raises OSError, its `strerror` a short clause, also when the path is not a regular file.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error), path) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a file", path)
        return _read(descriptor, limit, until)
    finally:
        os.close(descriptor)


def _read(descriptor: int, limit: int, until: bytes) -> bytes:
    data = b""
    while len(data) < limit:
        chunk = os.read(descriptor, min(_CHUNK, limit - len(data)))
        data += chunk
        if not chunk or (until and until in data):
            break
    return data


def is_file(path: str | Path) -> bool:
    """Say whether `path` leads to a regular file; what loops or may not be looked at does not."""
    return os.path.isfile(path)  # noqa: PTH113 - `Path.is_file` raises where this says no


def is_folder(path: str | Path) -> bool:
    """Say whether `path` leads to a folder, as quietly."""
    return os.path.isdir(path)  # noqa: PTH112 - the same


def resolved(path: str) -> str:
    """Return `path` without symlinks, as a lock's paths are; as it is where that cannot be told."""
    try:
        # No system follows a longer one, and walking a million folders takes minutes.
        return os.path.realpath(path) if len(path) <= LONGEST_PATH else path
    except (OSError, ValueError, RecursionError):  # no path at all, or a chain of a thousand links
        return path


def reason(error: OSError) -> str:
    """Return why, in the words of the operating system."""
    return error.strerror or type(error).__name__
