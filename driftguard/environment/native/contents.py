"""The bytes of one file, in bounded slices within the size that it had when it was opened.

What lies in a known place is read, and what has to be searched for is mapped: the first look at a page of a
map takes ten times as long as reading it. Should somebody truncate the file in place, reading says so; a lost
page of the map makes the kernel end whoever touches it (SIGBUS), us too. Installers write a new file and
rename it, which does no harm.
"""

import mmap
import os
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from struct import Struct

_AHEAD = 4096
"""Bytes that are read at least, for whoever goes on from there."""
_PART = 1 << 14
"""Bytes of a table that are read at a time."""
_SHRUNK = "has shrunk while it was read"


class ElfError(Exception):
    """The file is not one that a dynamic loader could load; the message is a clause about it (`is empty`)."""


class Contents:
    """A file that is open at `descriptor`, which this closes; `size` in bytes. Methods raise ElfError."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size
        self._piece, self._piece_at = b"", 0

    @cached_property
    def mapped(self) -> mmap.mmap:
        """The whole file."""
        try:
            return mmap.mmap(self._descriptor, self.size, access=mmap.ACCESS_READ)
        except ValueError:
            raise ElfError(_SHRUNK) from None

    def close(self) -> None:
        """Close the file, and its map where there is one."""
        if mapped := vars(self).get("mapped"):
            mapped.close()
        os.close(self._descriptor)
        self._descriptor = -1  # its number will be another file's

    def read(self, start: int, end: int) -> bytes:
        """Return bytes `start` to `end`, as far as the file goes."""
        end = min(end, self.size)
        if start >= end:
            return b""
        at = start - self._piece_at
        if at < 0 or end > self._piece_at + len(self._piece):
            self._piece = os.pread(self._descriptor, max(end - start, _AHEAD), start)
            self._piece_at, at = start, 0
            if len(self._piece) < end - start:
                raise ElfError(_SHRUNK)
        return self._piece[at : at + end - start]

    def unpack(self, structure: Struct, offset: int, what: str = "data") -> tuple[int, ...]:
        """Return the fields at `offset`; ElfError calls them `what` when they lie beyond the file's end."""
        at = offset - self._piece_at
        if at < 0 or at + structure.size > len(self._piece):
            end = offset + structure.size
            if end > self.size:
                raise ElfError(f"is truncated: its {what} ends at {end:,} of {self.size:,} bytes")
            self.read(offset, end)
            at = 0
        return structure.unpack_from(self._piece, at)

    def rows(self, structure: Struct, start: int, end: int) -> Iterator[tuple[int, ...]]:
        """Return the structures that lie whole in bytes `start` to `end`, reading a part at a time."""
        size = structure.size
        step = size * (_PART // size)
        end = start + (min(end, self.size) - start) // size * size
        parts = (self.read(at, min(at + step, end)) for at in range(start, end, step))
        return chain.from_iterable(map(structure.iter_unpack, parts))
