"""The dynamic symbols of an ELF file (gABI, chapters 4 and 5), as far as somebody asks for them.

Reading all names is by far the dearest thing one can ask of a file. The GNU hash table covers only what a
file offers; what it asks for stands before that and is read alone.
"""

from collections.abc import Iterator

from driftguard.environment.native.elf import Elf, ElfError
from driftguard.environment.native.layout import (
    DT_GNU_HASH,
    DT_HASH,
    DT_SYMTAB,
    SHT_DYNSYM,
    TABLES,
)
from driftguard.record import NamedTuple

MOST = 1 << 20
"""Symbols beyond which a table is not read; libraries of many MiB have some 40,000."""
_LONGEST = 1 << 16
"""Bytes of one name. C++ templates make some of several thousand."""
_MOST_BYTES = 128 << 20
_WEAK = 2
_SEEN_BY_OTHERS = (0, 3)
"""STV_DEFAULT and STV_PROTECTED."""
_CHAIN = 1 << 16


class Symbols(NamedTuple):
    """Names without versions; `undefined` must be found elsewhere, `weak` may be."""

    undefined: tuple[bytes, ...]
    weak: tuple[bytes, ...]
    defined: tuple[bytes, ...]


def read(elf: Elf) -> Symbols:
    """Return all dynamic symbols. Raises ElfError."""
    undefined: list[bytes] = []
    weak: list[bytes] = []
    defined: list[bytes] = []
    total, strings = 0, elf.strings
    for name, info, other, section in _entries(elf, count(elf)):
        if not name:
            continue
        text = _text(strings, name)
        total += len(text)
        if total > _MOST_BYTES:
            raise ElfError(f"is damaged: its symbols have more than {_MOST_BYTES >> 20} MiB of names")
        binding = info >> 4
        if not section:
            (weak if binding == _WEAK else undefined).append(text)
        elif binding and other & 3 in _SEEN_BY_OTHERS:
            defined.append(text)
    return Symbols(tuple(undefined), tuple(weak), tuple(defined))


def undefined(elf: Elf, prefixes: tuple[bytes, ...]) -> list[bytes]:
    """Return the strong undefined names that begin with one of `prefixes`. Raises ElfError."""
    strings = elf.strings
    if not any(prefix in strings for prefix in prefixes):
        return []
    begins = strings.startswith
    return [
        _text(strings, name)
        for name, info, _, section in _entries(elf, _asked_for(elf))
        if not section and info >> 4 != _WEAK and begins(prefixes, name) and name
    ]


def count(elf: Elf) -> int:
    """Return how many entries the dynamic symbol table has. Raises ElfError."""
    if DT_HASH in elf.tags:
        at = elf.offset(elf.tags[DT_HASH])
        return elf.unpack(elf.layout.hash, at, "hash table")[1]
    return _hashed_until(elf) or _by_sections(elf) or _by_neighbour(elf)


def _asked_for(elf: Elf) -> int:
    """Return an index at or after the last undefined symbol."""
    if DT_GNU_HASH in elf.tags:
        buckets, first, _, _ = _gnu_hash(elf)
        # Where nothing is offered the table has one empty bucket, and some linkers write a first index of 1.
        if first > 1 or buckets > 1:
            return first
    return count(elf)


def _gnu_hash(elf: Elf) -> tuple[int, int, int, int]:
    """Return number of buckets, first symbol, and the offsets of buckets and chains."""
    at = elf.offset(elf.tags[DT_GNU_HASH])
    buckets, first, bloom, _ = elf.unpack(elf.layout.gnu_hash, at, "hash table")
    if buckets > MOST:
        raise ElfError(f"is damaged: its hash table has {buckets:,} buckets")
    start = at + 16 + bloom * (elf.bits // 8)
    return buckets, first, start, start + buckets * 4


def _hashed_until(elf: Elf) -> int:
    """Return the index after the last symbol of the GNU hash table; 0 where it is absent or empty."""
    if DT_GNU_HASH not in elf.tags:
        return 0
    _, first, start, chains = _gnu_hash(elf)
    last = max((row[0] for row in elf.rows(elf.layout.word, start, chains)), default=0)
    if not last or last < first:
        return 0
    at = chains + (last - first) * 4
    for length, (value,) in enumerate(elf.rows(elf.layout.word, at, at + _CHAIN * 4), 1):
        if value & 1:
            return last + length
    raise ElfError("is damaged: a chain of its hash table has no end")


def _by_sections(elf: Elf) -> int:
    size = elf.layout.symbol.size
    return next((one.size // size for one in elf.sections() if one.type == SHT_DYNSYM), 0)


def _by_neighbour(elf: Elf) -> int:
    """Return how many symbols have room before the next table of the dynamic section, for a stripped file."""
    begin = elf.tags.get(DT_SYMTAB, 0)
    after = [address for tag in TABLES if (address := elf.tags.get(tag, 0)) > begin]
    return (min(after) - begin) // elf.layout.symbol.size if after else 0


def _entries(elf: Elf, number: int) -> Iterator[tuple[int, ...]]:
    """Return name, info, other and section index of each of the first `number` symbols."""
    if DT_SYMTAB not in elf.tags:
        return iter(())
    if number > MOST:
        raise ElfError(f"is damaged: it has {number:,} symbols")
    address = elf.tags[DT_SYMTAB]
    start = elf.offset(address)
    end = min(start + number * elf.layout.symbol.size, elf.end(address))
    return elf.rows(elf.layout.symbol, start, end)


def _text(strings: bytes, index: int) -> bytes:
    stop = strings.find(b"\0", index, index + _LONGEST)
    if stop < 0:
        raise ElfError("is damaged: the name of a symbol has no end")
    return strings[index:stop]
