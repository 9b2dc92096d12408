"""How the structures of an ELF file lie in it (gABI, chapters 4 and 5; elf.h).

The two classes order some fields differently; each one here leaves out what nobody asks for and is paired
with the order in which its fields come.
"""

from functools import cache
from operator import itemgetter
from struct import Struct

from driftguard.record import NamedTuple


class Layout(NamedTuple):
    """The structures of one class in one byte order.

    `header`: type, machine, version, phoff, shoff, phentsize, phnum, shentsize, shnum, shstrndx, at byte 16.
    `segment`: `in_order` picks type, flags, offset, address, file size, memory size; type comes first anyhow.
    `section`: name, type, flags, address, offset, size. `symbol`: name, info, other, section index.
    `dynamic`: tag, value. The last five are those of the hash tables and of the versions, which both classes
    share.
    """

    word: Struct
    header: Struct
    segment: Struct
    in_order: "itemgetter[tuple[int, ...]]"
    section: Struct
    symbol: Struct
    dynamic: Struct
    hash: Struct
    gnu_hash: Struct
    need: Struct
    need_version: Struct
    definition: Struct


@cache
def layout(bits: int, *, little: bool) -> Layout:
    """Return the structures of a class (32 or 64) and byte order."""
    order = "<" if little else ">"
    wide = bits == 64
    return Layout(
        word=Struct(f"{order}I"),
        header=Struct(order + ("HHI8xQQ4x2xHHHHH" if wide else "HHI4xII4x2xHHHHH")),
        segment=Struct(order + ("IIQQ8xQQ8x" if wide else "III4xIII4x")),
        in_order=itemgetter(*((0, 1, 2, 3, 4, 5) if wide else (0, 5, 1, 2, 3, 4))),
        section=Struct(order + ("IIQQQQ24x" if wide else "IIIIII16x")),
        symbol=Struct(order + ("IBBH16x" if wide else "I8xBBH")),
        dynamic=Struct(order + ("QQ" if wide else "II")),
        hash=Struct(f"{order}II"),
        gnu_hash=Struct(f"{order}IIII"),
        need=Struct(f"{order}2xHIII"),
        need_version=Struct(f"{order}4xH2xII"),
        definition=Struct(f"{order}2xH2xH4xII"),
    )


PT_LOAD, PT_DYNAMIC = 1, 2
PF_X, PF_W = 1, 2
ET_EXEC, ET_DYN = 2, 3
SHT_PROGBITS, SHT_NOBITS, SHT_DYNSYM = 1, 8, 11
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4

DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_RELA, DT_RELASZ, DT_STRSZ = 1, 4, 5, 6, 7, 8, 10
DT_SONAME, DT_RPATH, DT_RUNPATH = 14, 15, 29
DT_RELRSZ, DT_RELR = 35, 36
DT_GNU_HASH, DT_VERDEF, DT_VERNEED = 0x6FFFFEF5, 0x6FFFFFFC, 0x6FFFFFFE

TABLES = (DT_HASH, DT_STRTAB, DT_RELA, 17, 23, DT_RELR, DT_GNU_HASH, 0x6FFFFFF0, DT_VERDEF, DT_VERNEED)
"""Entries that hold the address of a table; the three without a name are DT_REL, DT_JMPREL and DT_VERSYM."""

VER_FLG_BASE, VER_FLG_WEAK = 1, 2
"""The same bits for definitions and needs: the entry that names the file itself; one that may be absent."""

_MACHINES = {
    2: "sparc",
    3: "i686",
    8: "mips",
    20: "ppc",
    22: "s390",
    40: "armv7l",
    43: "sparc64",
    50: "ia64",
    62: "x86_64",
    183: "aarch64",
    190: "cuda",
    243: "riscv64",
    247: "bpf",
    258: "loongarch64",
}
_OTHERWISE = {
    ("x86_64", 32, True): "x32",
    ("aarch64", 32, True): "aarch64_ilp32",
    ("aarch64", 64, False): "aarch64_be",
    ("s390", 64, False): "s390x",
    ("riscv64", 32, True): "riscv32",
    ("mips", 64, False): "mips64",
    ("mips", 64, True): "mips64el",
    ("mips", 32, True): "mipsel",
    ("armv7l", 32, False): "armv7b",
}


def machine(number: int, bits: int, *, little: bool) -> str:
    """Return the name that `uname -m` has for `e_machine` (`x86_64`, `i686`), or `machine 7`."""
    if number == 21:
        return "ppc64le" if little else "ppc64"
    name = _MACHINES.get(number, f"machine {number}")
    return _OTHERWISE.get((name, bits, little), name)
