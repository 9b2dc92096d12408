"""The import check of a Cython module that uses one foreign type only.

A function that is called once is put where it is called, so that no call takes the size. What is left of it
are the arguments of the message: module, name and the size that was expected.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from struct import Struct

from driftguard.binary import TypeSize
from driftguard.environment.native import x86
from driftguard.environment.native.elf import Elf, Region

_MESSAGE = b"%.200s.%.200s size changed, may indicate binary incompatibility"
_LEA_RSI = b"\x48\x8d\x35"
_R8 = 8
_i32 = Struct("<i").unpack_from
_BEFORE, _AFTER = 64, 64
"""Bytes around the instruction that takes the message in which its other arguments are set."""
_MOST_PLACES = 1 << 16
_SMALLEST, _LARGEST = 16, 1 << 16


def expected(elf: Elf, name_at: Callable[[int], str]) -> Iterator[TypeSize]:
    """Yield the sizes that go with the message of the error, in x86-64 code; `name_at` reads a constant."""
    message = elf.find(_MESSAGE)
    address = elf.address(message) if message >= 0 else None
    if address is None:
        return
    for region in elf.text():
        for at in islice(_taken(elf, region, address), 16):
            first = max(region.start, at - _BEFORE)
            code = elf.mapped[first : min(region.end, at + _AFTER)] + x86.PADDING
            registers = _at_call(code, region.address + first - region.start, at - first)
            size = registers.get(_R8, 0)
            if (
                x86.RDX in registers
                and x86.RCX in registers
                and _SMALLEST <= size < _LARGEST
                and not size % 8
            ):
                module, name = name_at(registers[x86.RDX]), name_at(registers[x86.RCX])
                if module and name and "." not in name:
                    yield TypeSize(module, name, size)


def _taken(elf: Elf, region: Region, address: int) -> Iterator[int]:
    """Yield where the address is put into the register of the second argument."""
    mapped, end = elf.mapped, region.end - 7
    wanted = address - 7 - region.address + region.start
    at = mapped.find(_LEA_RSI, region.start, end)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        if at + _i32(mapped, at + 3)[0] == wanted:
            yield at
        at = mapped.find(_LEA_RSI, at + 1, end)


def _at_call(code: bytes, base: int, at: int) -> x86.Registers:
    """Return what the registers hold at the first call behind `at`; nothing if that is not certain."""
    registers = dict(x86.arrive(code, base, at) or {})
    for _, kind in x86.walk(code, base, at, registers):
        if kind == x86.CALL:
            return registers
    return {}
