"""One ELF file, opened once and never read whole: what its dynamic section says to the loader.

Source: System V gABI, chapter 5; Linux Standard Base, Core, chapter 10 (symbol versions). A file that the
loader could not map, or whose dynamic section contradicts itself, raises ElfError.
"""

import os
import stat
from collections.abc import Iterator
from functools import cached_property
from itertools import islice, takewhile
from operator import itemgetter

from driftguard.binary import WantedVersion
from driftguard.environment.native import layout
from driftguard.environment.native.mapped import ElfError, MappedElf, Region, Section, Segment
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

__all__ = ["LARGEST", "Elf", "ElfError", "Region", "Section", "Segment", "open"]

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not hang us
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
LARGEST = 8 << 30
"""Bytes beyond which a file is not opened."""
_MOST_TAGS = 4096
"""Entries of a dynamic section. Libraries have some thirty, and one more for each library they need."""
_MOST_VERSIONS = 4096
_NEAR = 1 << 16
"""Bytes of its strings that are read with it. Most files have less."""
_MOST_STRINGS = 128 << 20
_LONGEST = 4096
"""Bytes of a name or path in the dynamic section; Linux takes no longer path."""


def open(path: str | os.PathLike[str]) -> "Elf":  # noqa: A001 - `elf.open`, as `tarfile.open`
    """Open the file at `path`; to be used as a context manager. Raises ElfError, OSError."""
    descriptor = os.open(path, _FLAGS)
    try:
        return Elf(descriptor, _size(descriptor))
    except BaseException:
        os.close(descriptor)
        raise


def _size(descriptor: int) -> int:
    """Return the bytes of a file that may be read. Raises ElfError."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise ElfError("is not a regular file")
    if not status.st_size:
        raise ElfError("is empty")
    if status.st_size > LARGEST:
        raise ElfError(f"is larger than {LARGEST >> 30} GiB")
    return status.st_size


class Elf(MappedElf):
    """What one file says to the loader.

    `tags` are the entries of the dynamic section that occur once, `names` where its strings lie; `wants` the
    symbol versions asked of others, `defines` those offered, without the file's own name.
    Text that is not UTF-8 is kept as `os.fsdecode` does. Methods raise ElfError.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(descriptor, size)
        self.tags: dict[int, int] = {}
        needed = self._read_tags(*self._dynamic) if self._dynamic else []
        self.names = self._find_names()
        self._near = self.read(self.names.start, min(self.names.end, self.names.start + _NEAR))
        self.needed = tuple(map(self.name, needed))
        self.soname = self._tagged_name(layout.DT_SONAME)
        self.rpath = self._tagged_name(layout.DT_RPATH)
        self.runpath = self._tagged_name(layout.DT_RUNPATH)
        self.wants = tuple(self._read_wants())
        self.defines = tuple(self._read_definitions())

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def strings(self) -> bytes:
        """All names of the dynamic section and of its symbols; those beyond 128 MiB are left out."""
        start, end, _ = self.names
        return self._near if end - start <= _NEAR else self.read(start, min(end, start + _MOST_STRINGS))

    def name(self, index: int) -> str:
        """Return the name at `index` of the dynamic section's strings, at most 4,096 bytes of them."""
        stop = self._near.find(b"\0", index, index + _LONGEST)
        if stop >= 0:
            return self._near[index:stop].decode("utf-8", "surrogateescape")
        start, end = self.names.start + index, self.names.end
        if start >= end:
            raise ElfError(f"is damaged: a name lies at {index:,} of {end - self.names.start:,} bytes")
        text, ended, _ = self.read(start, min(end, start + _LONGEST)).partition(b"\0")
        if not ended:
            raise ElfError("is damaged: a name in its dynamic section has no end")
        return text.decode("utf-8", "surrogateescape")

    def _read_tags(self, address: int, length: int) -> list[int]:
        """Fill `tags`, the last of a kind winning, as in the loader; return those of the needed libraries."""
        if not length:  # as `objcopy --only-keep-debug` leaves it
            return []
        start = self.offset(address)
        end = min(start + length, self.end(address))
        until_null = takewhile(itemgetter(0), self.rows(self.layout.dynamic, start, end))
        entries = list(islice(until_null, _MOST_TAGS + 1))
        if len(entries) > _MOST_TAGS:
            raise ElfError(f"is damaged: its dynamic section has more than {_MOST_TAGS:,} entries")
        self.tags.update((tag, value) for tag, value in entries if tag != layout.DT_NEEDED)
        return [value for tag, value in entries if tag == layout.DT_NEEDED]

    def _find_names(self) -> Region:
        address = self.tags.get(layout.DT_STRTAB)
        if address is None:
            return Region(0, 0, 0)
        start = self.offset(address)
        size = self.tags.get(layout.DT_STRSZ, self.size)
        return Region(start, min(start + size, self.end(address)), address)

    def _tagged_name(self, tag: int) -> str:
        return self.name(self.tags[tag]) if tag in self.tags else ""

    def _read_wants(self) -> Iterator[WantedVersion]:
        if layout.DT_VERNEED not in self.tags:
            return
        at, total = self.offset(self.tags[layout.DT_VERNEED]), 0
        onward = -1
        while onward:
            count, file, first, onward = self.unpack(self.layout.need, at, "table of wanted versions")
            library, version = self.name(file), at + first
            for _ in range(count):
                flags, name, following = self.unpack(self.layout.need_version, version, "wanted versions")
                yield WantedVersion(library, self.name(name), bool(flags & layout.VER_FLG_WEAK))
                total = _counted(total)
                if not following:
                    break
                version += following
            total = _counted(total)
            at += onward

    def _read_definitions(self) -> Iterator[str]:
        if layout.DT_VERDEF not in self.tags:
            return
        at, total = self.offset(self.tags[layout.DT_VERDEF]), 0
        onward = -1
        while onward:
            flags, _, first, onward = self.unpack(self.layout.definition, at, "table of defined versions")
            (name,) = self.unpack(self.layout.word, at + first, "defined versions")
            if not flags & layout.VER_FLG_BASE:
                yield self.name(name)
            total = _counted(total)
            at += onward


def _counted(total: int) -> int:
    if total >= _MOST_VERSIONS:
        raise ElfError(f"is damaged: it names more than {_MOST_VERSIONS:,} symbol versions")
    return total + 1
