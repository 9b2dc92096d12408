"""How one file uses NumPy's C API, and which NumPy is installed.

`import_array()` is compiled into each module that calls it, its messages and the versions it compares
included. What is told here stands in the file in so many words, or beside the address of the very message
that NumPy would raise.
"""

import struct
from collections.abc import Iterator

from driftguard.binary import NumpyRuntime, NumpyStyle, NumpyUse
from driftguard.environment.native.elf import Elf, Region

_IMPORT_ARRAY = b"compiled against ABI version 0x%"
_FEATURE = b"module was compiled against NumPy C-API version 0x%x (NumPy "
"""From NumPy 1.25 on; what follows is the release, and a bracket."""
_OLD_FEATURE = b"module compiled against API version 0x%"
_UNASKED = b"(auto-generated because you didn't call 'numpy.import_array()'"
"""Of Cython 3, which then calls it before it imports types."""
_MISSING_TABLE = b"_ARRAY_API not found"
_TABLE = b"_ARRAY_API"
_OF_NUMPY_2 = b"numpy._core._multiarray_umath\0"
_PATHS = (b"numpy._core", b"numpy.core.multiarray", b"numpy.core._multiarray_umath")
_BASELINE = b"NumPy was built with baseline optimizations: \n("
_LONGEST = 200
_WORD = struct.Struct("<I")

_ABI = {1: 0x01000009, 2: 0x02000000}
"""NPY_ABI_VERSION of the headers of each generation; that of 1 since 2008."""
_FEATURES = {
    0x09: "1.9",
    0x0A: "1.10",
    0x0B: "1.13",
    0x0C: "1.14",
    0x0D: "1.16",
    0x0E: "1.20",
    0x0F: "1.22",
    0x10: "1.23",
    0x11: "1.25",
    0x12: "2.0",
    0x13: "2.1",
    0x14: "2.3",
    0x15: "2.4",
    0x16: "2.5",
}
"""NPY_FEATURE_VERSION -> the first NumPy that has it (`numpy/core/code_generators/cversions.txt`)."""
_MOST_HITS = 4096


def use(elf: Elf) -> NumpyUse | None:
    """Return how the file uses NumPy's C API; None if it does not."""
    compares = elf.find(_IMPORT_ARRAY)
    if compares >= 0:
        abi = 2 if elf.find(_OF_NUMPY_2) >= 0 else 1
        return NumpyUse(
            NumpyStyle.IMPORT_ARRAY,
            abi,
            _feature(elf, compares, abi),
            early=elf.find(_UNASKED) >= 0,
            silent=elf.find(_MISSING_TABLE) < 0,
        )
    if elf.find(_TABLE) < 0 or not any(elf.find(path) >= 0 for path in _PATHS):
        return None
    return NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=_is_old_pybind11(elf))


def cpu_baseline(elf: Elf) -> str:
    """Return the CPU features without which this part of NumPy refuses to run (`SSE SSE2 SSE3`)."""
    at = elf.find(_BASELINE)
    return _up_to_bracket(elf, at + len(_BASELINE)) if at >= 0 else ""


def _is_old_pybind11(elf: Elf) -> bool:
    """Say whether it is pybind11 before 2.12, which knows one place of NumPy only, that of NumPy 1."""
    if elf.find(b"pybind11") < 0 or elf.find(b"numpy._core") >= 0:
        return False
    # A compiler may put so short a text together from constants in the code.
    return not any(elf.mapped.find(b"numpy._c", start, end) >= 0 for start, end, _ in elf.text())


def _feature(elf: Elf, compares: int, abi: int) -> str:
    at = elf.find(_FEATURE)
    if at >= 0:
        return _up_to_bracket(elf, at + len(_FEATURE))
    message = elf.find(_OLD_FEATURE)
    if message < 0:
        return ""
    address = elf.address(message)
    beginning = elf.mapped.rfind(b"\0", max(0, compares - _LONGEST), compares) + 1
    anchor = elf.address(beginning)
    if address is None or anchor is None:
        return ""
    read = {"x86_64": _feature_x86, "aarch64": _feature_aarch64}.get(elf.machine)
    number = read(elf, address, anchor, abi) if read else 0
    return _FEATURES.get(number, "")


def _up_to_bracket(elf: Elf, start: int) -> str:
    stop = elf.mapped.find(b")", start, start + _LONGEST)
    text = elf.mapped[start:stop] if stop >= 0 else b""
    return text.decode("ascii", "replace").strip() if b"\0" not in text else ""


def _feature_x86(elf: Elf, message: int, anchor: int, abi: int) -> int:
    """Return the constant that goes with `message`: `mov edx, VERSION` beside `lea rsi, [message]`.

    The comparison of the ABI, whose constant is easily found, is nearly always in the same function.
    """
    for region in elf.text():
        for at in _found(elf, b"\xba" + struct.pack("<I", _ABI[abi]), region):
            if _takes_address(elf, region, at, anchor):
                near = region._replace(start=max(region.start, at - 1024), end=min(region.end, at + 1024))
                number = _constant_beside(elf, region, near, message)
                if number:
                    return number
                break
    return next(filter(None, (_constant_beside(elf, one, one, message) for one in elf.text())), 0)


def _constant_beside(elf: Elf, region: Region, part: Region, message: int) -> int:
    for number in _FEATURES:
        for at in _found(elf, b"\xba" + struct.pack("<I", number), part):
            if _takes_address(elf, region, at, message):
                return number
    return 0


def _takes_address(elf: Elf, region: Region, at: int, wanted: int) -> bool:
    """Say whether an instruction near `at` is `lea register, [rip + …]` with the address `wanted`."""
    start, end, base = region
    first, last = max(start, at - 40), min(end, at + 48)
    window = elf.mapped[first:last]
    place = window.find(b"\x8d", 1)
    while 0 <= place <= len(window) - 6:
        if window[place - 1] in (0x48, 0x4C) and window[place + 1] & 0xC7 == 5:
            (distance,) = struct.unpack_from("<i", window, place + 2)
            if base + first - start + place + 6 + distance == wanted:
                return True
        place = window.find(b"\x8d", place + 1)
    return False


def _feature_aarch64(elf: Elf, message: int, anchor: int, abi: int) -> int:  # noqa: ARG001
    """Return the constant that goes with `message`: `mov w2, VERSION` beside `adrp`, `add` of its address."""
    for region in elf.text():
        for number in _FEATURES:
            for at in _found(elf, struct.pack("<I", 0x52800002 | number << 5), region):
                if not (at - region.start) % 4 and _forms_address(elf, region, at, message):
                    return number
    return 0


def _forms_address(elf: Elf, region: Region, at: int, wanted: int) -> bool:
    """Say whether `adrp` and `add` near `at` make the address `wanted`."""
    start, end, base = region
    first = max(start, at - 48)
    pages: dict[int, int] = {}
    for index, (word,) in enumerate(elf.rows(_WORD, first, min(end, at + 36))):
        if word & 0x9F000000 == 0x90000000:
            distance = (word >> 29 & 3) | (word >> 5 & 0x7FFFF) << 2
            distance -= (distance & 0x100000) << 1
            here = base + first - start + 4 * index
            pages[word & 31] = (here & ~0xFFF) + (distance << 12)
        elif word & 0xFFC00000 == 0x91000000:
            page = pages.get(word >> 5 & 31)
            if page is not None and page + (word >> 10 & 0xFFF) == wanted:
                return True
    return False


def _found(elf: Elf, needle: bytes, region: Region) -> Iterator[int]:
    at = elf.mapped.find(needle, region.start, region.end)
    for _ in range(_MOST_HITS):
        if at < 0:
            return
        yield at
        at = elf.mapped.find(needle, at + 1, region.end)


def runtime(folder: str, version: str) -> NumpyRuntime | None:
    """Return what the headers in `folder`, that of the package `numpy`, say; None if they say nothing."""
    from driftguard.environment.reading import head

    for inner in ("_core", "core"):
        path = f"{folder}/{inner}/include/numpy/_numpyconfig.h"
        try:
            text = head(path, 1 << 16)
        except OSError:
            continue
        abi, api = _defined(text, b"NPY_ABI_VERSION"), _defined(text, b"NPY_API_VERSION")
        if abi and api:
            return NumpyRuntime(version, abi >> 24, api, path)
    return None


def _defined(text: bytes, name: bytes) -> int:
    """Return the number that `#define name` gives, 0 if there is none."""
    for line in text.splitlines():
        words = line.split()
        if words[:2] == [b"#define", name] and len(words) > 2:
            try:
                return int(words[2], 0)
            except ValueError:
                return 0
    return 0
