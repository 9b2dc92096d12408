"""The sizes of foreign types that a Cython module expects, read from its code.

Where Cython code uses an extension type of another module, it compares the struct's size in the header it was
compiled with against `tp_basicsize` of the type it gets (`__Pyx_ImportType`), and refuses to be imported when
that is smaller. The size is an argument of that call.
"""

import mmap
import re
import struct
from collections.abc import Iterator
from itertools import islice

from driftguard.binary import TypeSize
from driftguard.environment.native import inlined_check, x86
from driftguard.environment.native.elf import Elf, Region

CHECKED = b"size changed, may indicate binary incompatibility"
"""Part of the message of every release of Cython; a module without it compares nothing."""
_OF_THE_INTERPRETER = ("builtins", "__builtin__", "datetime")
_LEA_RDX = b"\x48\x8d\x15"
_i32 = struct.Struct("<i").unpack_from
_SMALLEST, _LARGEST = 16, 1 << 16
_MOV_ECX_SIZE = re.compile(b"\xb9(?:[%b][\0-\xff]|[\0\x08][\x01-\xff])\0\0" % bytes(range(_SMALLEST, 256, 8)))
_BEFORE, _AFTER = 96, 59
"""Bytes before and after the one instruction within which the other begins."""
_GAP = 256
"""Bytes between two of these calls, an import and its error handling between them."""
_LONGEST = 256
_RUN = 1 << 13
"""Bytes within which an address is put into a register and used by calls."""
_MOST_PLACES = 1 << 18
_MOST_CANDIDATES, _MOST_CHECKS, _MOST_FOLLOWED = 1024, 2048, 32
"""Of one module. Met were at most 20,000 places, 570 candidates, 570 checks, and 4 registers to follow."""


def expected(elf: Elf) -> tuple[TypeSize, ...]:
    """Return the sizes that the module's import checks want, by module and name; on x86-64 only.

    `module` is empty where the code does not tell it beyond doubt. Types of the interpreter itself
    (`builtins.type`, `datetime.date`) are left out: they are in no file that we look at, and a file tag
    binds a module to them already. Code that cannot be followed yields nothing.
    """
    if elf.machine != "x86_64":
        return ()
    found, names = set[TypeSize](), _Names(elf)
    for region in elf.text():
        held = _Held(elf, region)
        for name, registers, call in islice(_checks(elf, region, names), _MOST_CHECKS):
            size, module = registers.get(x86.RCX, 0), registers.get(x86.RSI)
            if not _SMALLEST <= size < _LARGEST or size % 8:
                continue
            if module is not None and module < 0:
                module = held.address(-1 - module, call)
            of = names.at(module) if module is not None else ""
            found.add(TypeSize(of, name, size))
    if not found:
        found.update(inlined_check.expected(elf, names.at))
    return tuple(sorted(one for one in found if one.module not in _OF_THE_INTERPRETER))


def _checks(elf: Elf, region: Region, names: "_Names") -> Iterator[tuple[str, x86.Registers, int]]:
    """Yield type name, registers and place of each call that is given the address of a name and a constant.

    These calls stand in one row or a few, so that one is found by its bytes and the next by going on.
    """
    start, end, base = region
    mapped, looked = elf.mapped, 0
    at = _next(mapped, start, start, end)
    for _ in range(_MOST_PLACES):
        if at < 0 or looked == _MOST_CANDIDATES:
            return
        seen = at + 3
        (distance,) = _i32(mapped, seen)
        if names.at(base + at - start + 7 + distance):
            looked += 1
            first = max(start, at - _BEFORE)
            code = mapped[first : min(end, at + _RUN)] + x86.PADDING
            for name, registers, call in _row(names, code, base + first - start, at - first):
                yield name, registers, first + call
                seen = max(seen, first + call)
        at = _next(mapped, seen, start, end)


def _next(mapped: mmap.mmap, seen: int, start: int, end: int) -> int:
    """Return where, from `seen` on, RDX first gets an address and ECX a size nearby; -1 if nowhere."""
    while size := _MOV_ECX_SIZE.search(mapped, max(start, seen - _BEFORE), end):
        at = mapped.find(_LEA_RDX, max(seen, size.start() - _AFTER), end - 7)
        if at <= size.start() + _BEFORE:
            return at
        seen = at
    return -1


def _row(names: "_Names", code: bytes, base: int, at: int) -> Iterator[tuple[str, x86.Registers, int]]:
    """Yield the calls that follow the instruction at `at`, each not far from the one before."""
    registers = x86.arrive(code, base, at)
    if registers is None:
        return
    last = at
    for place, kind in x86.walk(code, base, at, registers):
        if place - last > _GAP:
            return
        if kind == x86.CALL and x86.RDX in registers and x86.RCX in registers:
            name = names.at(registers[x86.RDX])
            if name and "." not in name:
                last = place
                yield name, registers, place


class _Held:
    """What a register that outlives calls holds at a call: Cython 3.1 keeps a module's name in one.

    An address counts only if straight code leads from the instruction that takes it to the call, the register
    untouched, and if it is also what the first call behind that instruction gets: the import of that module.
    """

    def __init__(self, elf: Elf, region: Region) -> None:
        self._elf = elf
        self._region = region
        self._reached: dict[int, tuple[int, frozenset[int]]] = {}

    def address(self, register: int, call: int) -> int | None:
        """Return the address that `register` holds at the call at `call`; None if that is not certain."""
        lea = bytes((0x4C if register > 7 else 0x48, 0x8D, 5 | (register & 7) << 3))
        start = max(self._region.start, call - _RUN)
        at = self._elf.mapped.rfind(lea, start, call)
        for _ in range(4):
            if at < 0:
                return None
            if at not in self._reached:
                if len(self._reached) == _MOST_FOLLOWED:
                    return None
                self._reached[at] = self._follow(register, at)
            value, places = self._reached[at]
            if call in places:
                return value
            at = self._elf.mapped.rfind(lea, start, at)
        return None

    def _follow(self, register: int, at: int) -> tuple[int, frozenset[int]]:
        """Return the address taken at `at`, and the calls that straight code reaches while it is held."""
        start, end, base = self._region
        code = self._elf.mapped[at : min(end, at + _RUN)] + x86.PADDING
        registers: x86.Registers = {}
        value, calls, last = -1, set[int](), 0
        for place, kind in x86.walk(code, base + at - start, 0, registers):
            if place and value < 0:
                value = registers.get(register, -1)
            if registers.get(register) == value:
                last = place
            if place - last > _GAP:
                break
            if kind == x86.CALL:
                if not calls and registers.get(x86.RDI) != value:
                    break
                if last == place:
                    calls.add(at + place)
        return value, frozenset(calls)


class _Names:
    """The names of Python types and modules among the constants of a file."""

    def __init__(self, elf: Elf) -> None:
        self._elf = elf
        self._known: dict[int, str] = {}

    def at(self, address: int) -> str:
        """Return the name, dotted or not, that begins at `address` and ends in NUL; else nothing."""
        name = self._known.get(address)
        if name is None:
            name = self._known[address] = self._read(address)
        return name

    def _read(self, address: int) -> str:
        for start, end, base in self._elf.read_only():
            at = start + address - base
            if start <= at < end:
                break
        else:
            return ""
        text, ended, _ = self._elf.mapped[at : min(end, at + _LONGEST)].partition(b"\0")
        if not ended or not text.isascii():
            return ""
        name = text.decode()
        return name if all(part.isidentifier() for part in name.split(".")) else ""
