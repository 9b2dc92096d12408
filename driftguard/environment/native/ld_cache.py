"""`/etc/ld.so.cache`: where ldconfig found the libraries of the system (glibc, dl-cache.h)."""

import struct
from collections.abc import Iterator

from driftguard.environment.reading import head

PATH = "/etc/ld.so.cache"
LIMIT = 16 * 1024 * 1024
_MAGIC = b"glibc-ld.so.cache1.1"
_HEADER = 48
_ENTRY = struct.Struct("=iIIIQ")
_MOST = 100_000
_LONGEST = 4_096


def read(path: str = PATH) -> dict[str, tuple[str, ...]]:
    """Return the paths for each soname, in the order of the file; what is damaged is left out.

    Libraries of other machines, and those for better processors than this, are among them.
    """
    try:
        data = head(path, LIMIT)
    except OSError:
        return {}
    found: dict[str, list[str]] = {}
    for soname, library in _entries(data, data.find(_MAGIC)):
        found.setdefault(soname, []).append(library)
    return {soname: tuple(paths) for soname, paths in found.items()}


def _entries(data: bytes, start: int) -> Iterator[tuple[str, str]]:
    """Yield soname and path of each entry; the new format may stand after the old one, at `start`."""
    if start < 0 or len(data) < start + _HEADER:
        return
    (count,) = struct.unpack_from("=I", data, start + len(_MAGIC))
    room = (len(data) - start - _HEADER) // _ENTRY.size
    for index in range(min(count, room, _MOST)):
        _, key, value, _, _ = _ENTRY.unpack_from(data, start + _HEADER + index * _ENTRY.size)
        soname, library = _text(data, start + key), _text(data, start + value)
        if soname and library.startswith("/"):
            yield soname, library


def _text(data: bytes, at: int) -> str:
    end = data.find(b"\0", at, at + _LONGEST)
    return data[at:end].decode("utf-8", "surrogateescape") if end > 0 else ""
