"""Files made to keep us busy: what they claim is huge, overlaps, or leads on and on."""

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard.environment.native import image
from driftguard.environment.native.elf import LARGEST
from tests.environment.native.elf_files import RODATA, Code, Constants, build

SECONDS = 2.0
CHECK = b"size changed, may indicate binary incompatibility"


def many_sections() -> bytes:
    """65,000 sections, all of them the same half MiB of constants."""
    data = build(rodata=bytes(1 << 19), undefined=("PyErr_Format",))
    (table,) = struct.unpack_from("<Q", data, 40)
    entry = data[table + 64 : table + 128]
    kept = bytearray(data[:table] + data[table : table + 64] + entry * 65_000 + data[-64:])
    struct.pack_into("<HH", kept, 60, 65_002, 65_001)
    return bytes(kept)


def of_code(piece: bytes, size: int = 1 << 20) -> bytes:
    constants = Constants()
    constants.add(CHECK)
    constants.add(b"compiled against ABI version 0x%")
    constants.add(b"module compiled against API version 0x%")
    return build(
        rodata=constants.data, text=(piece * (size // len(piece)))[:size], undefined=("PyErr_Format",)
    )


def checks_without_end() -> bytes:
    """Nothing but calls that look like checks of one type."""
    constants, code = Constants(), Code()
    constants.add(CHECK)
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    for number in range(20_000):
        code.lea(2, dtype).constant(1, 96).copy(6, 5).call()
        if number % 9 == 0:
            code.lea(5, numpy).copy(7, 5).call()
    return build(rodata=constants.data, text=code.data, undefined=("PyErr_Format",))


def candidates_without_an_answer() -> bytes:
    """Addresses of a name, and a constant, to which no straight code leads."""
    constants, code = Constants(), Code()
    constants.add(CHECK)
    dtype = constants.add(b"dtype")
    for _ in range(10_000):
        code.raw("b960000000" + "90" * 60 + "c7").lea(2, dtype)
    return build(rodata=constants.data, text=code.data, undefined=("PyErr_Format",))


def one_name_everywhere() -> bytes:
    """A name of a type at each of 40,000 places, all of them relocated."""
    rodata = b"\0" + b"numpy.ndarray\0" * 40_000
    places = [(0x300000 + 8 * i, RODATA + 1 + 14 * i) for i in range(40_000)]
    return build(rodata=rodata, data=bytes(8 * 40_000), relocations=places, undefined=("PyType_Ready",))


FILES: dict[str, Callable[[], bytes]] = {
    "many sections": many_sections,
    "lea": lambda: of_code(bytes.fromhex("488d1500000000")),
    "lea, overlapping": lambda: of_code(bytes.fromhex("488d15")),
    "constants": lambda: of_code(bytes.fromhex("ba0d000000")),
    "nothing but prefixes": lambda: of_code(bytes.fromhex("66")),
    "branches": lambda: of_code(bytes.fromhex("7402")),
    "checks": checks_without_end,
    "candidates": candidates_without_an_answer,
    "versions of libxml2": lambda: build(
        rodata=b"libxml2" + b"\x0021406" * 200_000, undefined=("PyErr_Format",)
    ),
    "needles": lambda: build(rodata=b"\0" + b"_ARRAY_API\0" * 100_000, undefined=("PyErr_Format",)),
    "a name": one_name_everywhere,
    "symbols": lambda: build(undefined=[f"Py_{i}" for i in range(50_000)]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_keep_us_busy_is_read_in_two_seconds(tmp_path: Path, name: str) -> None:
    path = tmp_path / "one.so"
    path.write_bytes(FILES[name]())
    begun = time.process_time()
    found = image.read(str(path), distribution="one", module="numpy.one", tag="", exports=frozenset({"Py_x"}))
    image.provided(str(path), ["numpy.ndarray", "numpy.dtype"])
    assert time.process_time() - begun < SECONDS
    assert found.fault == ""


def test_a_file_that_is_too_large_is_not_mapped(tmp_path: Path) -> None:
    path = tmp_path / "one.so"
    path.write_bytes(build())
    os.truncate(path, LARGEST + 1)
    found = image.read(str(path), distribution="one", module="one", tag="", exports=None)
    assert found.fault == "is larger than 8 GiB"
