"""The sizes of the types that an extension module defines, read from its file.

A type is a PyTypeObject in the file, or what `PyType_FromSpec` makes of a PyType_Spec there. Both hold a
pointer to the type's name, which the loader fills in: the relocation for that leads from name to type.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from struct import Struct

from driftguard.binary import ProvidedType
from driftguard.environment.native.elf import Elf, ElfError
from driftguard.environment.native.layout import DT_RELA, DT_RELASZ, DT_RELR, DT_RELRSZ

_WORD, _RELOCATION, _TYPE = Struct("<Q"), Struct("<QQ"), Struct("<qQqQ")
_SMALLEST, _LARGEST = 16, 1 << 20
_LARGEST_ITEM = 4096
_MOST_PLACES = 64
_MOST_RELOCATIONS = 1 << 18
_MOST_BYTES = 64 << 20
_HAVE_VERSION_TAG = 1 << 18
_RELATIVE = {"x86_64": 8, "aarch64": 1027}
"""R_X86_64_RELATIVE and R_AARCH64_RELATIVE: the base address plus the addend."""


def _addresses_of(elf: Elf, name: str) -> set[int]:
    """Return where a constant ends in `name`: linkers let a string share the end of a longer one."""
    places = islice(elf.find_all(name.encode() + b"\0"), _MOST_PLACES)
    return {address for at in places if (address := elf.address(at)) is not None}


def sizes(elf: Elf, names: Sequence[str], path: str) -> dict[str, tuple[ProvidedType, ...]]:
    """Return the sizes of the types of these names (`numpy.ndarray`) that this file defines.

    For x86-64 and aarch64, little endian. Raises ElfError.
    """
    if elf.machine not in _RELATIVE:
        return {}
    relocations = _Relocations(elf)
    addresses = {address: name for name in names for address in _addresses_of(elf, name)}
    found: dict[str, set[tuple[int, int]]] = {}
    for slot, address in relocations.pointing_to(addresses):
        if not relocations.at(slot + 8) and (kept := _sizes_behind(elf, slot)):
            found.setdefault(addresses[address], set()).add(kept)
    return {name: tuple(ProvidedType(*one, path) for one in sorted(kept)) for name, kept in found.items()}


def _sizes_behind(elf: Elf, slot: int) -> tuple[int, int] | None:
    """Return basicsize and itemsize if `slot` holds the name of a PyTypeObject or a PyType_Spec.

    The one goes on with two words, and `ob_size` stands before its name, which is 0 in a static type; the
    other with two ints and the flags, in which Cython sets Py_TPFLAGS_HAVE_VERSION_TAG.
    """
    try:
        before, _, basic, item = elf.unpack(_TYPE, elf.offset(slot - 8))
    except ElfError:
        return None
    if item >= _HAVE_VERSION_TAG and item < 1 << 32 and item & _HAVE_VERSION_TAG:
        basic, item = basic & 0xFFFFFFFF, basic >> 32
    elif before:
        return None
    good = _SMALLEST <= basic < _LARGEST and not basic % 8 and 0 <= item < _LARGEST_ITEM
    return (basic, item) if good else None


class _Relocations:
    """The relative relocations: what the loader fills with an address within the file."""

    def __init__(self, elf: Elf) -> None:
        self._elf = elf
        self._start = self._end = 0
        if DT_RELA in elf.tags:
            self._start = elf.offset(elf.tags[DT_RELA])
            size = min(elf.tags.get(DT_RELASZ, 0), _MOST_BYTES)
            self._end = min(self._start + size, elf.end(elf.tags[DT_RELA]))
        self._packed = frozenset(islice(self._unpacked(), _MOST_RELOCATIONS))

    def pointing_to(self, addresses: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield each place that gets one of `addresses`, and which."""
        for address in addresses:
            for at in self._rows(address, 16):
                place, info = self._elf.unpack(_RELOCATION, at)
                if info == _RELATIVE[self._elf.machine]:
                    yield place, address
        for place in self._packed if addresses else ():
            (address,) = self._elf.unpack(_WORD, self._elf.offset(place))
            if address in addresses:
                yield place, address

    def at(self, place: int) -> bool:
        """Say whether the loader fills `place`."""
        return place in self._packed or next(self._rows(place, 0), None) is not None

    def _rows(self, value: int, field: int) -> Iterator[int]:
        """Yield the offsets of the RELA entries with `value` at byte `field`."""
        needle = _WORD.pack(value & 0xFFFFFFFFFFFFFFFF)
        at = self._elf.mapped.find(needle, self._start, self._end)
        for _ in range(_MOST_PLACES):
            if at < 0:
                return
            if (at - self._start) % 24 == field and at - field + 24 <= self._end:
                yield at - field
            at = self._elf.mapped.find(needle, at + 1, self._end)

    def _unpacked(self) -> Iterator[int]:
        """Yield what DT_RELR packs: an address, then words whose bits stand for the 63 words that follow."""
        if DT_RELR not in self._elf.tags:
            return
        start = self._elf.offset(self._elf.tags[DT_RELR])
        end = min(start + self._elf.tags.get(DT_RELRSZ, 0), self._elf.end(self._elf.tags[DT_RELR]))
        place = 0
        for (entry,) in self._elf.rows(_WORD, start, end):
            if not entry & 1:
                yield entry
                place = entry + 8
            else:
                yield from (place + 8 * bit for bit in range(63) if entry >> bit + 1 & 1)
                place += 63 * 8
