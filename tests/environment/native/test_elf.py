"""One ELF file: what its header, segments, dynamic section and symbols say, and what is wrong with a broken one."""

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from driftguard.binary import WantedVersion
from driftguard.environment.native import elf, symbols
from driftguard.environment.native.elf import Elf, ElfError
from tests.environment.native.elf_files import RODATA, TEXT, build, write

EVERY_KIND = [(64, True, 62), (64, False, 22), (32, True, 3), (32, False, 20)]
SAID: dict[str, Any] = {
    "needed": ("libm.so.6", "libc.so.6"),
    "soname": "libone.so.1",
    "rpath": "$ORIGIN/../one.libs",
    "runpath": "/opt/lib",
    "wants": {"libc.so.6": ("GLIBC_2.17", "?GLIBC_2.34"), "libm.so.6": ("GLIBC_2.2.5",)},
    "defines": ("ONE_1.0", "ONE_1.1"),
    "undefined": ("PyList_New", "malloc", "_Py_Dealloc"),
    "weak": ("__gmon_start__", "PyOS_Weak"),
    "defined": ("PyInit_one", "helper"),
    "rodata": b"\0a constant\0",
}


@pytest.mark.parametrize(("bits", "little", "machine"), EVERY_KIND)
@pytest.mark.parametrize("hashed", ["gnu", "sysv", ""])
def test_what_a_file_says_is_read(tmp_path: Path, bits: int, little: bool, machine: int, hashed: str) -> None:
    path = write(tmp_path, bits=bits, little=little, machine=machine, hashed=hashed, **SAID)
    with elf.open(path) as file:
        assert file.needed == ("libm.so.6", "libc.so.6")
        assert (file.soname, file.rpath, file.runpath) == ("libone.so.1", "$ORIGIN/../one.libs", "/opt/lib")
        assert file.wants == (
            WantedVersion("libc.so.6", "GLIBC_2.17"),
            WantedVersion("libc.so.6", "GLIBC_2.34", weak=True),
            WantedVersion("libm.so.6", "GLIBC_2.2.5"),
        )
        assert file.defines == ("ONE_1.0", "ONE_1.1")
        assert file.bits == bits
        assert file.little is little
        found = symbols.undefined(file, (b"Py", b"_Py"))
        assert found == [b"PyList_New", b"_Py_Dealloc"]
        if hashed:
            assert symbols.read(file) == (
                (b"PyList_New", b"malloc", b"_Py_Dealloc"),
                (b"__gmon_start__", b"PyOS_Weak"),
                (b"PyInit_one", b"helper"),
            )


@pytest.mark.parametrize("hashed", ["gnu", "sysv", ""])
def test_a_file_that_offers_nothing_still_asks(tmp_path: Path, hashed: str) -> None:
    with elf.open(write(tmp_path, undefined=("PyList_New",), hashed=hashed, defined=())) as file:
        assert symbols.undefined(file, (b"Py",)) == [b"PyList_New"]


@pytest.mark.parametrize(
    ("number", "bits", "little", "name"),
    [
        (62, 64, True, "x86_64"),
        (62, 32, True, "x32"),
        (3, 32, True, "i686"),
        (183, 64, True, "aarch64"),
        (21, 64, True, "ppc64le"),
        (22, 64, False, "s390x"),
        (40, 32, True, "armv7l"),
        (243, 64, True, "riscv64"),
        (4711, 64, True, "machine 4711"),
    ],
)
def test_machines_are_named_as_uname_does(
    tmp_path: Path, number: int, bits: int, little: bool, name: str
) -> None:
    with elf.open(write(tmp_path, machine=number, bits=bits, little=little)) as file:
        assert file.machine == name


@pytest.mark.parametrize("sections", [True, False])
def test_constants_and_code_are_found_with_and_without_a_section_table(
    tmp_path: Path, sections: bool
) -> None:
    path = write(tmp_path, rodata=b"\0needle\0", text=b"\x90needle", data=b"needle", sections=sections)
    with elf.open(path) as file:
        assert [file.address(at) for at in file.find_all(b"needle\0")] == [RODATA + 1]
        assert file.find(b"nothing of the kind") == -1
        assert TEXT in [one.address for one in file.text()]
        assert file.address(file.offset(RODATA + 3)) == RODATA + 3
        names = [one.name for one in file.sections()]
        assert names == (["", ".rodata", ".text", ".data", ".shstrtab"] if sections else [])


def test_a_section_table_that_lies_is_not_believed(tmp_path: Path) -> None:
    data = bytearray(build(rodata=b"\0needle\0"))
    (table,) = struct.unpack_from("<Q", data, 40)
    struct.pack_into("<Q", data, table + 64 + 24, 1 << 60)  # where `.rodata` lies in the file
    path = tmp_path / "one.so"
    path.write_bytes(data)
    with elf.open(path) as file:
        assert file.find(b"needle") >= 0


def patched(offset: int, layout: str, *values: int, **fields: Any) -> bytes:
    data = bytearray(build(**fields))
    struct.pack_into(layout, data, offset, *values)
    return bytes(data)


GOOD = build(**SAID)
TAGS = GOOD.index(struct.pack("<QQ", 1, 1))  # the first entry of the dynamic section


def with_tag(tag: int, value: int) -> bytes:
    """GOOD with another value for a tag of its dynamic section."""
    data = bytearray(GOOD)
    for at in range(TAGS, len(data), 16):
        if struct.unpack_from("<Q", data, at)[0] == tag:
            struct.pack_into("<Q", data, at + 8, value)
            return bytes(data)
    raise AssertionError(tag)


BROKEN = {
    "empty": (b"", "is empty"),
    "a page": (b"<!DOCTYPE html><html>", "is not an ELF file: it begins with '<!DOCTYPE html><'"),
    "control characters": (b"\x1b[31m\n\xff", r"is not an ELF file: it begins with '\x1b[31m\n\xff'"),
    "only the magic number": (b"\x7fELF", "is truncated: its header ends at 64 of 4 bytes"),
    "half a header": (GOOD[:30], "is truncated: its header ends at 64 of 30 bytes"),
    "headers cut off": (GOOD[:100], "is truncated: its program headers end at 400 of 100 bytes"),
    "no such class": (patched(4, "B", 7), "is an ELF file of the unknown class 7"),
    "no such byte order": (patched(5, "B", 3), "is an ELF file of the unknown byte order 3"),
    "an object file": (build(kind=1), "is an ELF file, but neither a library nor a program"),
    "odd program headers": (patched(54, "<H", 32), "is damaged: its program headers have 32 bytes, not 56"),
    "nothing to load": (patched(56, "<H", 0), "is damaged: it has nothing to load"),
    "longer in the file": (
        patched(64 + 40, "<Q", 1),
        "is damaged: a segment is longer in the file than in memory",
    ),
    "names nowhere": (
        with_tag(5, 1 << 50),
        "is damaged: address 0x4000000000000 lies in none of its segments",
    ),
    "a name beyond": (with_tag(14, 1 << 63), "is damaged: a name lies at 9,223,372,036,854,775,808 of"),
    "versions nowhere": (with_tag(0x6FFFFFFE, 7 << 40), "is damaged: address 0x70000000000 lies in none"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_described_by_a_clause(tmp_path: Path, name: str) -> None:
    data, clause = BROKEN[name]
    path = tmp_path / "one.so"
    path.write_bytes(data)
    with pytest.raises(ElfError) as caught, elf.open(path):
        pass
    assert str(caught.value).startswith(clause)


def test_a_truncated_file_says_how_much_is_missing(tmp_path: Path) -> None:
    whole = build(rodata=bytes(4000), sections=False)
    path = tmp_path / "one.so"
    path.write_bytes(whole[: len(whole) // 2])
    with (
        pytest.raises(ElfError, match=r"^is truncated: a segment ends at [\d,]+ of [\d,]+ bytes$"),
        elf.open(path),
    ):
        pass


def test_a_file_that_lost_only_its_section_table_is_whole_for_the_loader(tmp_path: Path) -> None:
    (table,) = struct.unpack_from("<Q", GOOD, 40)
    path = tmp_path / "one.so"
    path.write_bytes(GOOD[: table + 10])
    with elf.open(path) as file:
        assert file.sections() == ()
        assert file.needed == SAID["needed"]


def test_the_number_of_versions_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "one.so"
    path.write_bytes(build(wants={"libc.so.6": ["V"] * 5000}))
    with pytest.raises(ElfError, match="more than 4,096 symbol versions"), elf.open(path):
        pass


def test_the_number_of_needed_libraries_is_bounded(tmp_path: Path) -> None:
    path = write(tmp_path, needed=[f"lib{i}.so" for i in range(5000)])
    with pytest.raises(ElfError, match="more than 4,096 entries"), elf.open(path):
        pass


@pytest.mark.parametrize(
    ("table", "clause"),
    [
        (struct.pack("<IIII", 1 << 30, 1, 1, 0), "its hash table has 1,073,741,824 buckets"),
        (
            struct.pack("<IIIIQII", 1, 1, 1, 0, 0, 1, 2) + bytes(1 << 19),
            "a chain of its hash table has no end",
        ),
        (struct.pack("<IIIIQII", 1, 1, 1, 0, 0, 1 << 28, 3), "a chain of its hash table has no end"),
    ],
)
def test_hash_tables_are_bounded(tmp_path: Path, table: bytes, clause: str) -> None:
    data = bytearray(build(rodata=table, defined=("x",)))
    at = data.index(struct.pack("<Q", 0x6FFFFEF5))
    struct.pack_into("<Q", data, at + 8, RODATA)
    path = tmp_path / "one.so"
    path.write_bytes(data)
    with elf.open(path) as file, pytest.raises(ElfError, match=clause):
        symbols.read(file)


def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "one.so")
    with pytest.raises(ElfError, match="is not a regular file"), elf.open(tmp_path / "one.so"):
        pass


def test_a_name_that_is_not_utf_8_survives(tmp_path: Path) -> None:
    with elf.open(write(tmp_path, runpath="/caf\udce9/lib")) as file:
        assert os.fsencode(file.runpath) == b"/caf\xe9/lib"


def test_the_file_is_closed_with_the_context(tmp_path: Path) -> None:
    with elf.open(write(tmp_path, rodata=bytes(1 << 16))) as file:
        assert isinstance(file, Elf)
        mapped = file.mapped
    assert mapped.closed
    with pytest.raises(OSError, match="Bad file descriptor"):
        file.read(0, file.size)


def test_a_header_is_read_without_a_map(tmp_path: Path) -> None:
    with elf.open(write(tmp_path, **SAID)) as file:
        assert file.strings
        assert "mapped" not in vars(file)


def test_a_name_may_lie_far_behind_the_first(tmp_path: Path) -> None:
    names = [f"name_{number:08}" for number in range(10_000)]
    with elf.open(
        write(tmp_path, undefined=names, soname="libfar.so.1", wants={"libc.so.6": ("ABC",)})
    ) as file:
        assert (file.soname, file.wants) == ("libfar.so.1", (WantedVersion("libc.so.6", "ABC"),))
        assert len(file.strings) == file.names.end - file.names.start > 1 << 16
        assert file.name(file.strings.index(b"name_00009999")) == "name_00009999"
        with pytest.raises(ElfError, match="a name lies at"):
            file.name(len(file.strings))


def test_a_file_that_shrinks_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, rodata=bytes(1 << 16))
    with elf.open(path) as file:
        os.truncate(path, 8192)
        with pytest.raises(ElfError, match="has shrunk while it was read"):
            file.read(file.size - 100, file.size)
        with pytest.raises(ElfError, match="has shrunk while it was read"):
            _ = file.mapped
