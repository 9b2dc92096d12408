"""An ELF file as the loader maps it: what it is for, its segments, and where addresses lie in it.

Source: System V gABI, chapters 4 and 5.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from driftguard.environment.native import layout
from driftguard.environment.native.contents import Contents, ElfError
from driftguard.record import NamedTuple

__all__ = ["ElfError", "MappedElf", "Region", "Section", "Segment"]

_MOST_SEGMENTS = 128
_MOST_REGIONS = 256
_MOST_SEARCHED = 512 << 20
"""Bytes of constants, and of code, in which anything is looked for, were they claimed by several sections."""
_NOT_DATA = (".eh_frame", ".eh_frame_hdr", ".gcc_except_table", ".interp", ".nv_fatbin", ".note")
"""Read-only sections that hold neither text nor tables of the program."""


class Segment(NamedTuple):
    """A part of the file that is loaded: bytes `start` to `end` of it at `address`."""

    start: int
    end: int
    address: int
    flags: int


class Section(NamedTuple):
    """An entry of the section table; `size` bytes at `offset` of the file, none of them for SHT_NOBITS."""

    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int


class Region(NamedTuple):
    """Bytes `start` to `end` of the file, which are loaded at `address`."""

    start: int
    end: int
    address: int


class MappedElf(Contents):
    """Header, segments and sections of an open file.

    `machine` as `uname -m` has it; `bits` 32 or 64. Methods raise ElfError.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(descriptor, size)
        ident = self.read(0, 16)
        _recognise(ident)
        self.bits = 64 if ident[4] == 2 else 32
        self.little = ident[5] == 1
        self.layout = layout.layout(self.bits, little=self.little)
        kind, machine, _, segments, sections, *sizes = self.unpack(self.layout.header, 16, "header")
        self.machine = layout.machine(machine, self.bits, little=self.little)
        if kind not in (layout.ET_EXEC, layout.ET_DYN):
            raise ElfError("is an ELF file, but neither a library nor a program")
        self._section_table = (sections, *sizes[2:])
        self.segments, self._dynamic = self._read_segments(segments, *sizes[:2])
        self._sections: tuple[Section, ...] | None = None
        self._read_only: tuple[Region, ...] | None = None

    def offset(self, address: int) -> int:
        """Return where in the file the byte lies that is loaded at `address`."""
        segment = self._holding(address)
        return segment.start + address - segment.address

    def end(self, address: int) -> int:
        """Return where in the file the segment ends in which `address` lies."""
        return self._holding(address).end

    def _holding(self, address: int) -> Segment:
        for segment in self.segments:
            if 0 <= address - segment.address < segment.end - segment.start:
                return segment
        raise ElfError(f"is damaged: address {address:#x} lies in none of its segments")

    def address(self, offset: int) -> int | None:
        """Return the address at which byte `offset` of the file is loaded; None if it is not."""
        for segment in self.segments:
            if segment.start <= offset < segment.end:
                return segment.address + offset - segment.start
        return None

    def sections(self) -> tuple[Section, ...]:
        """Return the section table; empty when it is stripped, or damaged, which no loader minds."""
        if self._sections is None:
            self._sections = tuple(self._read_sections())
        return self._sections

    def read_only(self) -> tuple[Region, ...]:
        """Return where constants lie: the read-only sections, or all segments that are not written to."""
        if self._read_only is None:
            wanted = layout.SHF_ALLOC
            sections = self._regions(wanted, wanted | layout.SHF_WRITE | layout.SHF_EXECINSTR)
            segments = (Region(*one[:3]) for one in self.segments if not one.flags & layout.PF_W)
            self._read_only = _bounded(sections) or _bounded(segments)
        return self._read_only

    def text(self) -> tuple[Region, ...]:
        """Return where instructions lie: the executable sections, or all executable segments."""
        wanted = layout.SHF_ALLOC | layout.SHF_EXECINSTR
        segments = (Region(*one[:3]) for one in self.segments if one.flags & layout.PF_X)
        return _bounded(self._regions(wanted, wanted)) or _bounded(segments)

    def find(self, needle: bytes) -> int:
        """Return the offset of the first occurrence of `needle` among the constants, -1 if there is none."""
        return next(self.find_all(needle), -1)

    def find_all(self, needle: bytes) -> Iterator[int]:
        """Yield the offsets of `needle` among the constants."""
        for start, end, _ in self.read_only():
            at = self.mapped.find(needle, start, end)
            while at >= 0:
                yield at
                at = self.mapped.find(needle, at + 1, end)

    def _regions(self, wanted: int, mask: int) -> Iterator[Region]:
        """Yield the sections whose flags are `wanted` under `mask`, if they lie where they say."""
        for one in self.sections():
            if (
                one.type == layout.SHT_PROGBITS
                and one.flags & mask == wanted
                and one.size
                and not one.name.startswith(_NOT_DATA)
                and self.address(one.offset) == one.address
                and one.offset + one.size <= self.end(one.address)
            ):
                yield Region(one.offset, one.offset + one.size, one.address)

    def _read_segments(
        self, offset: int, entry: int, count: int
    ) -> tuple[tuple[Segment, ...], tuple[int, int] | None]:
        """Return the loaded segments, and address and length of the dynamic section."""
        size = self.layout.segment.size
        if entry != size:
            raise ElfError(f"is damaged: its program headers have {entry:,} bytes, not {size:,}")
        end = offset + size * count
        if end > self.size:
            raise ElfError(f"is truncated: its program headers end at {end:,} of {self.size:,} bytes")
        loaded, dynamic = [], None
        for row in self.rows(self.layout.segment, offset, end):
            if row[0] not in (layout.PT_LOAD, layout.PT_DYNAMIC):
                continue
            kind, flags, start, address, length, memory = self.layout.in_order(row)
            if kind == layout.PT_LOAD:
                if start + length > self.size:
                    raise ElfError(
                        f"is truncated: a segment ends at {start + length:,} of {self.size:,} bytes"
                    )
                if length > memory:
                    raise ElfError("is damaged: a segment is longer in the file than in memory")
                loaded.append(Segment(start, start + length, address, flags))
            else:
                dynamic = address, length
        if not loaded:
            raise ElfError("is damaged: it has nothing to load")
        if len(loaded) > _MOST_SEGMENTS:
            raise ElfError(f"is damaged: it has more than {_MOST_SEGMENTS:,} segments")
        return tuple(loaded), dynamic

    def _read_sections(self) -> Iterator[Section]:
        offset, entry, count, names_at = self._section_table
        size = self.layout.section.size
        if not offset or entry != size or offset + size * count > self.size:
            return
        rows = list(self.rows(self.layout.section, offset, offset + size * count))
        if names_at >= len(rows):
            return
        start, length = rows[names_at][4], rows[names_at][5]
        text = self.read(start, start + min(length, 1 << 20))
        for name, kind, flags, address, where, long in rows:
            if kind == layout.SHT_NOBITS or where + long <= self.size:
                stop = text.find(b"\0", name, name + 256)
                yield Section(text[name:stop].decode("latin-1"), kind, flags, address, where, long)


def _bounded(regions: Iterable[Region]) -> tuple[Region, ...]:
    """Return the regions up to a number and a size that no honest file has."""
    kept, room = [], _MOST_SEARCHED
    for start, end, address in islice(regions, _MOST_REGIONS):
        kept.append(Region(start, min(end, start + room), address))
        room -= min(room, end - start)
    return tuple(kept)


def _recognise(ident: bytes) -> None:
    """Raise ElfError unless `ident`, the first 16 bytes, is that of an ELF file of a known kind."""
    if ident[:4] != b"\x7fELF":
        raise ElfError(f"is not an ELF file: it begins with {ident.decode('latin-1')!a}")
    if len(ident) < 16:
        raise ElfError(f"is truncated: its header ends at 64 of {len(ident)} bytes")
    if ident[4] not in (1, 2):
        raise ElfError(f"is an ELF file of the unknown class {ident[4]}")
    if ident[5] not in (1, 2):
        raise ElfError(f"is an ELF file of the unknown byte order {ident[5]}")
