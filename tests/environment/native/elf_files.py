"""Write small ELF files, so that no test needs a compiler: either class, either byte order, nothing to run.

The parts lie at fixed addresses, so that code can be written before the file is: constants at RODATA,
instructions at TEXT, what can be written at DATA.
"""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

RODATA, TEXT, DATA, DYNAMIC = 0x100000, 0x200000, 0x300000, 0x400000
_PAGE = 16


class Spec(NamedTuple):
    """What the file says. `wants` maps a library to versions, weak ones with a `?` in front."""

    bits: int = 64
    little: bool = True
    machine: int = 62
    kind: int = 3
    needed: Sequence[str] = ()
    soname: str = ""
    rpath: str = ""
    runpath: str = ""
    wants: Mapping[str, Sequence[str]] = {}
    defines: Sequence[str] = ()
    undefined: Sequence[str] = ()
    weak: Sequence[str] = ()
    defined: Sequence[str] = ()
    rodata: bytes = b""
    text: bytes = b""
    data: bytes = b""
    relocations: Sequence[tuple[int, int]] = ()
    """Places and the addresses that the loader writes there."""
    packed: bool = False
    """The relocations as DT_RELR."""
    hashed: str = "gnu"
    """`gnu`, `sysv` or nothing."""
    sections: bool = True


class _Names:
    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        at = len(self.data)
        self.data += text.encode("utf-8", "surrogateescape") + b"\0"
        return at


class _File:
    """What has been laid out: parts at addresses, and what the dynamic section says of them."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.order = "<" if spec.little else ">"
        self.wide = spec.bits == 64
        self.names = _Names()
        self.tags: list[tuple[int, int]] = []
        self.first = b""
        """The first segment: headers and tables, its addresses the same as its offsets."""

    def pack(self, layout: str, *values: int) -> bytes:
        return struct.pack(self.order + layout, *values)

    def put(self, data: bytes) -> int:
        self.first += bytes(-len(self.first) % 16)
        at = len(self.first)
        self.first += data
        return at


def build(**fields: Any) -> bytes:
    """Return the bytes of an ELF file; the arguments are the fields of Spec."""
    spec = Spec(**fields)
    file = _File(spec)
    parts = _parts(file)
    header, program, count = (64, 56, 6) if file.wide else (52, 32, 6)
    file.first = bytes(header + program * count)
    _tables(file)
    segments = [(1, 4, 0, file.first)]
    dynamic = b"".join(file.pack("QQ" if file.wide else "II", *row) for row in (*file.tags, (0, 0)))
    segments += [(1, flags, address, data) for flags, address, data in (*parts, (6, DYNAMIC, dynamic))]
    offsets, body = [], b""
    for _, _, _, data in segments:
        body += bytes(-len(body) % _PAGE)
        offsets.append(len(body))
        body += data
    rows = [(*one[:3], len(one[3]), offset) for one, offset in zip(segments, offsets, strict=True)]
    rows.append((2, 6, DYNAMIC, len(dynamic), offsets[-1]))
    table, section_at, section_count = _section_table(file, rows, len(body)) if spec.sections else (b"", 0, 0)
    head = _header(file, section_at, section_count) + b"".join(_program_header(file, *row) for row in rows)
    return head + body[len(head) :] + table


def write(folder: Path, name: str = "one.so", **fields: Any) -> str:
    """Write an ELF file into `folder` and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build(**fields))
    return str(path)


def _parts(file: _File) -> list[tuple[int, int, bytes]]:
    spec = file.spec
    return [(4, RODATA, spec.rodata or b"\0"), (5, TEXT, spec.text or b"\xc3"), (6, DATA, spec.data or b"\0")]


def _header(file: _File, sections: int, count: int) -> bytes:
    spec = file.spec
    ident = b"\x7fELF" + bytes((2 if file.wide else 1, 1 if spec.little else 2, 1)) + bytes(9)
    size, program, section = (64, 56, 64) if file.wide else (52, 32, 40)
    layout = "HHIQQQIHHHHHH" if file.wide else "HHIIIIIHHHHHH"
    fields = (
        spec.kind,
        spec.machine,
        1,
        0,
        size,
        sections,
        0,
        size,
        program,
        6,
        section,
        count,
        max(0, count - 1),
    )
    return ident + file.pack(layout, *fields)


def _program_header(file: _File, kind: int, flags: int, address: int, size: int, offset: int) -> bytes:
    if file.wide:
        return file.pack("IIQQQQQQ", kind, flags, offset, address, address, size, size, _PAGE)
    return file.pack("IIIIIIII", kind, offset, address, address, size, size, flags, _PAGE)


def _section_table(file: _File, rows: Sequence[tuple[int, ...]], end: int) -> tuple[bytes, int, int]:
    """Return section names and table, where the table begins, and the number of its entries."""
    named = {RODATA: (".rodata", 2), TEXT: (".text", 6), DATA: (".data", 3)}
    names = _Names()
    entries = [(0, 0, 0, 0, 0, 0)]
    for kind, _, address, size, offset in rows:
        if kind == 1 and address in named:
            name, flags = named[address]
            entries.append((names.add(name), 1, flags, address, offset, size))
    entries.append((names.add(".shstrtab"), 3, 0, 0, end, len(names.data)))
    names.data += bytes(-len(names.data) % 16)
    layout = "IIQQQQIIQQ" if file.wide else "IIIIIIIIII"
    table = b"".join(file.pack(layout, *entry, 0, 0, 1, 0) for entry in entries)
    return names.data + table, end + len(names.data), len(entries)


def _tables(file: _File) -> None:
    """Lay out symbols, versions, relocations and names, and fill the tags."""
    spec, names = file.spec, file.names
    file.tags += [(1, names.add(one)) for one in spec.needed]
    for tag, text in ((14, spec.soname), (15, spec.rpath), (29, spec.runpath)):
        if text:
            file.tags.append((tag, names.add(text)))
    _symbols(file)
    if spec.wants:
        file.tags += [(0x6FFFFFFE, file.put(_wants(file))), (0x6FFFFFFF, len(spec.wants))]
    if spec.defines:
        file.tags += [(0x6FFFFFFC, file.put(_defines(file))), (0x6FFFFFFD, len(spec.defines) + 1)]
    if spec.relocations:
        _relocations(file)
    file.tags += [(5, file.put(names.data)), (10, len(names.data))]


def _symbols(file: _File) -> None:
    spec = file.spec
    rows = [(0, 0, 0)]
    rows += [(file.names.add(name), 0x10, 0) for name in spec.undefined]
    rows += [(file.names.add(name), 0x20, 0) for name in spec.weak]
    first = len(rows)
    rows += [(file.names.add(name), 0x12, 1) for name in spec.defined]
    data = b"".join(
        file.pack("IBBHQQ", name, info, 0, section, 0, 0)
        if file.wide
        else file.pack("IIIBBH", name, 0, 0, info, 0, section)
        for name, info, section in rows
    )
    file.tags.append((6, file.put(data)))
    if spec.hashed == "gnu":
        buckets = first if spec.defined else 0
        chain = [1 if i == len(spec.defined) - 1 else 2 for i in range(len(spec.defined))]
        table = file.pack("IIII", 1, first if spec.defined else 1, 1, 0) + bytes(spec.bits // 8)
        table += file.pack("I", buckets) + b"".join(file.pack("I", one) for one in chain)
        file.tags.append((0x6FFFFEF5, file.put(table)))
    elif spec.hashed == "sysv":
        file.tags.append((4, file.put(file.pack("II", 1, len(rows)) + bytes(4 + 4 * len(rows)))))


def _wants(file: _File) -> bytes:
    data = b""
    for index, (library, versions) in enumerate(file.spec.wants.items()):
        last = index == len(file.spec.wants) - 1
        onward = 0 if last else 16 + 16 * len(versions)
        data += file.pack("HHIII", 1, len(versions), file.names.add(library), 16, onward)
        for number, version in enumerate(versions):
            flags = 2 if version.startswith("?") else 0
            following = 0 if number == len(versions) - 1 else 16
            data += file.pack("IHHII", 0, flags, 2, file.names.add(version.lstrip("?")), following)
    return data


def _defines(file: _File) -> bytes:
    data = b""
    all_names = (file.spec.soname or "itself", *file.spec.defines)
    for index, name in enumerate(all_names):
        onward = 0 if index == len(all_names) - 1 else 28
        data += file.pack("HHHHIII", 1, 0 if index else 1, index + 1, 1, 0, 20, onward)
        data += file.pack("II", file.names.add(name), 0)
    return data


def _relocations(file: _File) -> None:
    spec = file.spec
    if spec.packed:
        data = b"".join(file.pack("Q", place) for place, _ in spec.relocations)
        file.tags += [(36, file.put(data)), (35, len(data))]
        return
    kind = 1027 if spec.machine == 183 else 8
    data = b"".join(file.pack("QQQ", place, kind, target) for place, target in spec.relocations)
    file.tags += [(7, file.put(data)), (8, len(data))]


class Constants:
    """NUL-terminated strings at RODATA; adding one gives its address."""

    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: bytes) -> int:
        at = len(self.data)
        self.data += text + b"\0"
        return RODATA + at


class Code:
    """x86-64 instructions at TEXT."""

    def __init__(self) -> None:
        self.data = b"\x90" * 80

    def raw(self, data: str) -> "Code":
        self.data += bytes.fromhex(data)
        return self

    def lea(self, register: int, address: int) -> "Code":
        """`lea register, [rip + …]`"""
        self.data += bytes((0x4C if register > 7 else 0x48, 0x8D, 5 | (register & 7) << 3))
        self.data += struct.pack("<i", address - TEXT - len(self.data) - 4)
        return self

    def constant(self, register: int, value: int) -> "Code":
        """`mov register, value` of 32 bits."""
        if register > 7:
            self.data += b"\x41"
        self.data += bytes((0xB8 | register & 7,)) + struct.pack("<I", value)
        return self

    def copy(self, to: int, source: int) -> "Code":
        """`mov to, source`"""
        rex = 0x48 | (4 if source > 7 else 0) | (1 if to > 7 else 0)
        self.data += bytes((rex, 0x89, 0xC0 | (source & 7) << 3 | to & 7))
        return self

    def call(self) -> "Code":
        return self.raw("e8 00000000")


def static_type(name: int, basicsize: int, itemsize: int = 0, *, ob_size: int = 0) -> bytes:
    """A PyTypeObject as it begins: reference count, type, ob_size, name, sizes, and a destructor."""
    return struct.pack("<QQqQqqQ", 1, 0, ob_size, name, basicsize, itemsize, TEXT)


def type_spec(name: int, basicsize: int, itemsize: int = 0, flags: int = 1 << 18 | 1 << 14) -> bytes:
    """A PyType_Spec behind a word of padding."""
    return struct.pack("<QQiiIIQ", 7, name, basicsize, itemsize, flags, 0, DATA)
