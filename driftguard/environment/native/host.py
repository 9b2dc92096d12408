"""What the machine offers: symbol versions of its C and C++ libraries, features of its processor.

Levels of x86-64: System V psABI, 3.1.1. The names are those of NumPy (npy_cpu_features.c), the only one to
say in its files what it needs.
"""

import re
from collections.abc import Iterable, Iterator

from driftguard.binary import NativeHost
from driftguard.environment.reading import head, reason
from driftguard.model import Unavailable
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from driftguard.environment.native.loader import Process
    from driftguard.environment.native.search import Library, Search

CPUINFO = "/proc/cpuinfo"
_LIMIT = 64 * 1024
_VERSION = re.compile(r"([A-Z]+)_(\d{1,4}(?:\.\d{1,4}){1,3})\Z")
_FLAGS = re.compile(rb"^(?:flags|Features)\s*:(.*)$", re.MULTILINE)

_SINGLE = {
    "sse": "SSE",
    "sse2": "SSE2",
    "pni": "SSE3",
    "ssse3": "SSSE3",
    "sse4_1": "SSE41",
    "sse4_2": "SSE42",
    "popcnt": "POPCNT",
    "cx16": "CX16",
    "lahf_lm": "LAHF",
    "avx": "AVX",
    "avx2": "AVX2",
    "f16c": "F16C",
    "fma": "FMA3",
    "bmi1": "BMI",
    "bmi2": "BMI2",
    "abm": "LZCNT",
    "movbe": "MOVBE",
    "avx512f": "AVX512F",
    "avx512cd": "AVX512CD",
    "avx512vl": "AVX512VL",
    "avx512bw": "AVX512BW",
    "avx512dq": "AVX512DQ",
    "asimd": "ASIMD",
    "asimdhp": "ASIMDHP",
    "asimddp": "ASIMDDP",
    "asimdfhm": "ASIMDFHM",
    "sve": "SVE",
}
"""The kernel's names (arch/x86/include/asm/cpufeatures.h, arch/arm64 elf_hwcaps), and NumPy's."""
_LEVELS = {
    "X86_V2": frozenset(("SSE", "SSE2", "SSE3", "SSSE3", "SSE41", "SSE42", "POPCNT", "CX16", "LAHF")),
    "X86_V3": frozenset(("AVX", "AVX2", "BMI", "BMI2", "F16C", "FMA3", "LZCNT", "MOVBE")),
    "X86_V4": frozenset(("AVX512F", "AVX512CD", "AVX512VL", "AVX512BW", "AVX512DQ")),
}
"""What each level adds to the one before."""
_WITH_ASIMD = ("NEON", "NEON_FP16", "NEON_VFPV4")


def versions(process: "Process", search: "Search") -> tuple[str, str, str]:
    """Return the newest GLIBC, GLIBCXX and CXXABI that a process would find, as `2.36`; empty for none."""
    standard = search.find("libstdc++.so.6", process.opener)
    libc = process.names.get("libc.so.6") or search.find("libc.so.6", process.opener)
    return _newest(libc, "GLIBC"), _newest(standard, "GLIBCXX"), _newest(standard, "CXXABI")


def read(machine: str, libraries: tuple[str, str, str]) -> NativeHost:
    """Return what is known of the host; `libraries` as from `versions`."""
    return NativeHost(machine, *libraries, cpu=cpu())


def cpu(path: str = CPUINFO) -> frozenset[str] | Unavailable:
    """Return the features of the first processor, as the kernel shows them."""
    try:
        data = head(path, _LIMIT, until=b"\n\n")
    except OSError as error:
        return Unavailable(f"`{path}` cannot be read: {reason(error)}")
    flags = _FLAGS.search(data)
    if not flags:
        return Unavailable(f"`{path}` names no features of the processor")
    return frozenset(_features(flags[1].decode("ascii", "replace").split()))


def _features(flags: Iterable[str]) -> Iterator[str]:
    there = {_SINGLE[flag] for flag in flags if flag in _SINGLE}
    yield from there
    if "ASIMD" in there:  # every 64-bit ARM has what 32-bit ones might lack
        yield from _WITH_ASIMD
    for level, needed in _LEVELS.items():
        if not needed <= there:
            break
        yield level
    if there >= _LEVELS["X86_V4"]:
        yield "AVX512_SKX"


def _newest(library: "Library | None", family: str) -> str:
    found = [_VERSION.match(version) for version in (library.defines if library else ())]
    numbers = [match[2] for match in found if match and match[1] == family]
    return max(numbers, key=lambda text: [int(part) for part in text.split(".")], default="")
