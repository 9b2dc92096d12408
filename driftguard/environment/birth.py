"""When a folder was made: its creation time, which `os.stat` does not tell on Linux."""

import os
import sys

_AT_FDCWD = -100
_STATX_BTIME = 0x800
_SIZE, _MASK, _SECONDS, _NANOSECONDS = 256, 0, 80, 88
"""The layout of `struct statx` (statx(2)), the same on every architecture."""


def born(path: str, status: os.stat_result) -> int | None:
    """Return the creation time in nanoseconds since 1970, None where nobody tells."""
    told = getattr(status, "st_birthtime", None)  # macOS; to the microsecond
    if told is not None:
        return int(told * 1_000_000_000)
    return _asked(path) if sys.platform == "linux" else None


def _asked(path: str) -> int | None:
    import ctypes

    answer = ctypes.create_string_buffer(_SIZE)
    try:
        statx = ctypes.CDLL(None).statx
    except (OSError, AttributeError):  # an old C library
        return None
    if statx(_AT_FDCWD, os.fsencode(path), 0, _STATX_BTIME, answer):
        return None
    if not _integer(answer.raw, _MASK, 4) & _STATX_BTIME:
        return None
    return _integer(answer.raw, _SECONDS, 8) * 1_000_000_000 + _integer(answer.raw, _NANOSECONDS, 4)


def _integer(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], sys.byteorder)
