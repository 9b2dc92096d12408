"""The first bytes of a program: which system and machine it was built for (ELF, Mach-O, PE)."""

import re
import struct

from driftguard.environment.reading import head
from driftguard.record import NamedTuple

_SOME = 4_096
_ELF_MACHINES = {62: "x86_64", 183: "aarch64", 22: "s390x", 243: "riscv64", 258: "loongarch64"}
_MACH_MACHINES = {0x01000007: "x86_64", 0x0100000C: "arm64"}
_PE_MACHINES = {0x8664: "AMD64", 0xAA64: "ARM64"}
_LINUX_LOADER = re.compile(r"/(?:ld-linux|ld-musl|ld64\.so|ld\.so\.1)[^/]*\Z")
_PT_INTERP = 3


class Header(NamedTuple):
    """What a program's header says.

    `system` is `linux`, `darwin` or `win32`, empty when it is another or cannot be told; `machine` is what
    `platform_machine` would be, empty unless it is certain: a 32-bit program may run on a 64-bit machine.
    `loader` is the ELF interpreter, such as `/lib/ld-musl-x86_64.so.1`.
    """

    system: str
    machine: str
    loader: str = ""


def read(path: str) -> Header | None:
    """Return the header; None when `path` is no such program (a script, say) or cannot be read."""
    try:
        data = head(path, _SOME)
        if data.startswith(b"\x7fELF"):
            return _elf(data)
        if data.startswith(b"MZ"):
            return _pe(data)
        return _mach(data)
    except (OSError, struct.error):
        return None


def _elf(data: bytes) -> Header:
    width, endianness = struct.unpack_from("BB", data, 4)
    wide, order = width == 2, "<" if endianness == 1 else ">"
    (number,) = struct.unpack_from(f"{order}H", data, 18)
    loader = _elf_loader(data, wide, order)
    machine = _ELF_MACHINES.get(number, "") if wide else ""
    if wide and number == 21:
        machine = "ppc64le" if order == "<" else "ppc64"
    return Header(system="linux" if _LINUX_LOADER.search(loader) else "", machine=machine, loader=loader)


def _elf_loader(data: bytes, wide: bool, order: str) -> str:  # noqa: FBT001 - one bit of the format
    if wide:
        (table,) = struct.unpack_from(f"{order}Q", data, 32)
        size, count = struct.unpack_from(f"{order}HH", data, 54)
        layout = f"{order}I4xQ16xQ"
    else:
        (table,) = struct.unpack_from(f"{order}I", data, 28)
        size, count = struct.unpack_from(f"{order}HH", data, 42)
        layout = f"{order}II8xI"
    for index in range(count):
        at = table + index * size
        if at + struct.calcsize(layout) > len(data):
            break
        kind, offset, length = struct.unpack_from(layout, data, at)
        if kind == _PT_INTERP:
            return data[offset : offset + length].rstrip(b"\0").decode("utf-8", "replace")
    return ""


def _pe(data: bytes) -> Header | None:
    (at,) = struct.unpack_from("<I", data, 0x3C)
    signature, number = struct.unpack_from("<4sH", data, at)
    if signature != b"PE\0\0":
        return None
    return Header(system="win32", machine=_PE_MACHINES.get(number, ""))


def _mach(data: bytes) -> Header | None:
    magic, number = struct.unpack_from("<II", data)
    if magic in (0xFEEDFACF, 0xFEEDFACE):
        return Header(system="darwin", machine=_MACH_MACHINES.get(number, ""))
    if magic in (0xBEBAFECA, 0xBFBAFECA):  # universal, big-endian on disk: what runs is the host's choice
        return Header(system="darwin", machine="")
    return None
