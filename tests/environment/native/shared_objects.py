"""Build shared objects that a real dynamic loader takes: no code, but all that it looks at before code."""

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

X86_64 = 62
NEEDED, STRTAB, SYMTAB, HASH, STRSZ, SYMENT, SONAME, RPATH, RUNPATH = 1, 5, 6, 4, 10, 11, 14, 15, 29
VERSYM, VERDEF, VERDEFNUM, VERNEED, VERNEEDNUM = (
    0x6FFFFFF0,
    0x6FFFFFFC,
    0x6FFFFFFD,
    0x6FFFFFFE,
    0x6FFFFFFF,
)
_HEADERS = 64 + 3 * 56


class _Names:
    def __init__(self) -> None:
        self.data = b"\0"

    def at(self, text: str) -> int:
        place = len(self.data)
        self.data += text.encode() + b"\0"
        return place


def shared_object(
    *,
    needed: Iterable[str] = (),
    soname: str = "",
    rpath: str = "",
    runpath: str = "",
    wants: Mapping[str, Iterable[str]] | None = None,
    weakly: Iterable[str] = (),
    defines: Iterable[str] = (),
    symbols: Iterable[str] = (),
    machine: int = X86_64,
) -> bytes:
    """Return a 64-bit ELF library. `wants` are versions by library, those in `weakly` may be absent.

    `symbols` are exported, at no address worth calling.
    """
    names = _Names()
    tags = [(NEEDED, names.at(one)) for one in needed]
    for tag, text in ((SONAME, soname), (RPATH, rpath), (RUNPATH, runpath)):
        tags += [(tag, names.at(text))] if text else []
    exported = [struct.pack("<IBBHQQ", names.at(one), 0x11, 0, 0xFFF1, 1, 0) for one in symbols]
    table = bytes(24) + b"".join(exported)
    count = 1 + len(exported)
    blocks: list[tuple[int, bytes]] = [
        (SYMTAB, table),
        (HASH, _hash(count)),
        (VERSYM, struct.pack(f"<{count}H", 0, *[1] * (count - 1))),
    ]
    if wants:
        blocks.append((VERNEED, _needs(wants, set(weakly), names)))
        tags.append((VERNEEDNUM, len(wants)))
    if defined := tuple(defines):
        blocks.append((VERDEF, _definitions((soname or "own", *defined), names)))
        tags.append((VERDEFNUM, 1 + len(defined)))
    blocks.append((STRTAB, names.data))
    tags += [(STRSZ, len(names.data)), (SYMENT, 24)]
    return _assembled(blocks, tags, machine)


def _hash(count: int) -> bytes:
    """Return a table with one bucket, whose chain goes through all symbols."""
    return struct.pack(f"<III{count}I", 1, count, count - 1, 0, *range(count - 1))


def _needs(wants: Mapping[str, Iterable[str]], weakly: set[str], names: _Names) -> bytes:
    data = b""
    for index, (library, versions) in enumerate(wants.items()):
        rows = list(versions)
        following = 16 + 16 * len(rows) if index < len(wants) - 1 else 0
        data += struct.pack("<HHIII", 1, len(rows), names.at(library), 16, following)
        for place, version in enumerate(rows):
            onward = 16 if place < len(rows) - 1 else 0
            weak = 2 if version in weakly else 0
            data += struct.pack("<IHHII", elf_hash(version), weak, 2 + place, names.at(version), onward)
    return data


def _definitions(versions: tuple[str, ...], names: _Names) -> bytes:
    data = b""
    for index, version in enumerate(versions):
        following = 28 if index < len(versions) - 1 else 0
        base = 1 if index == 0 else 0
        data += struct.pack("<HHHHIII", 1, base, 1 + index, 1, elf_hash(version), 20, following)
        data += struct.pack("<II", names.at(version), 0)
    return data


def elf_hash(name: str) -> int:
    """Return the hash of the System V gABI, by which versions are compared first."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high
    return value


def _assembled(blocks: list[tuple[int, bytes]], tags: list[tuple[int, int]], machine: int) -> bytes:
    body, at = b"", _HEADERS
    for tag, block in blocks:
        tags.append((tag, at))
        padded = block + bytes(-len(block) % 8)
        body += padded
        at += len(padded)
    dynamic = b"".join(struct.pack("<QQ", *one) for one in (*tags, (0, 0)))
    size = at + len(dynamic)
    ident = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 6, 0, 0, 0, size, size, 4096)
    where = struct.pack("<IIQQQQQQ", 2, 6, at, at, at, len(dynamic), len(dynamic), 8)
    stack = struct.pack("<IIQQQQQQ", 0x6474E551, 6, 0, 0, 0, 0, 0, 16)
    return header + load + where + stack + body + dynamic


def put(path: Path, **more: object) -> Path:
    """Write a shared object at `path` and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(shared_object(**more))  # type: ignore[arg-type]
    return path
