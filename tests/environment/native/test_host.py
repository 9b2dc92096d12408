"""What the machine and the interpreter offer, beside what they say when they are asked."""

import ctypes
import os
import sys
from pathlib import Path

import pytest

from driftguard.cache import NO_CACHE
from driftguard.environment.native import host, running
from driftguard.environment.native.running import Running
from driftguard.environment.native.search import Library
from driftguard.model import Unavailable
from tests import builders
from tests.environment.builders import VERSIONS, python, run

linux = pytest.mark.skipif(sys.platform != "linux", reason="programs are ELF files on Linux only")

X86 = "sse sse2 ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm pni"
V3 = f"{X86} avx avx2 bmi1 bmi2 f16c fma abm movbe"
V4 = f"{V3} avx512f avx512cd avx512vl avx512bw avx512dq"
LEVELS = {
    "baseline": ("fpu sse sse2 pni", set()),
    "all-but-one": (X86.replace("popcnt", ""), set()),
    "second": (X86, {"X86_V2"}),
    "third": (V3, {"X86_V2", "X86_V3"}),
    "third-without-the-second": (V3.replace("ssse3", ""), set()),
    "fourth": (V4, {"X86_V2", "X86_V3", "X86_V4"}),
}


@pytest.mark.parametrize(("flags", "levels"), LEVELS.values(), ids=LEVELS)
def test_a_level_is_all_of_its_features_and_those_before(
    tmp_path: Path, flags: str, levels: set[str]
) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\n\nprocessor\t: 1\nflags\t: x\n")

    found = host.cpu(str(tmp_path / "cpuinfo"))

    assert isinstance(found, frozenset)
    assert {one for one in found if one.startswith("X86_V")} == levels
    assert ("SSE3" in found) == ("pni" in flags)


def test_arm_has_neon(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nFeatures\t: fp asimd asimdhp sve\n")

    found = host.cpu(str(tmp_path / "cpuinfo"))

    assert found == frozenset(("NEON", "NEON_FP16", "NEON_VFPV4", "ASIMD", "ASIMDHP", "SVE"))


@pytest.mark.parametrize("text", [None, "", "processor: 0\n"], ids=["absent", "empty", "silent"])
def test_what_does_not_tell_is_unavailable(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "cpuinfo").write_text(text)

    assert isinstance(host.cpu(str(tmp_path / "cpuinfo")), Unavailable)


@pytest.mark.parametrize(
    ("defines", "newest"),
    [
        (("GLIBCXX_3.4", "GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "CXXABI_9.9"), "3.4.30"),
        (("GLIBCXX_LDBL_3.4", "GLIBCXX_PRIVATE"), ""),
        ((), ""),
    ],
)
def test_the_newest_is_so_by_number(defines: tuple[str, ...], newest: str) -> None:
    library = Library("/lib/libstdc++.so.6", "x86_64", "", (), "", "", (), defines)

    assert host._newest(library, "GLIBCXX") == newest


@linux
@pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="no glibc here")
def test_the_newest_glibc_is_the_one_that_runs_here() -> None:
    here = _running(Path(sys.executable))
    assert here.process
    assert here.search

    assert f"glibc {host.versions(here.process, here.search)[0]}" == os.confstr("CS_GNU_LIBC_VERSION")


@linux
def test_each_exported_name_is_there() -> None:
    names = _running(Path(sys.executable)).exports

    assert names
    assert len(names) > 1000
    assert {"PyList_New", "_Py_NoneStruct"} <= names
    assert [name for name in sorted(names) if not hasattr(ctypes.pythonapi, name)] == []


SYMBOLS = "import ctypes, sys; print(*[n for n in sys.argv[1:] if hasattr(ctypes.pythonapi, n)])"
TELLING = ("PyList_New", "_PyUnicode_Ready", "PyDict_GetItemRef", "PyObject_CallOneArg", "PyEval_CallObject")


@linux
@pytest.mark.parametrize("version", VERSIONS)
def test_what_another_interpreter_exports(version: str) -> None:
    where = python(version)

    names = _running(where).exports

    assert names
    assert [name for name in TELLING if name in names] == run(where, "-c", SYMBOLS, *TELLING).split()
    assert running.fingerprint(_running(where), NO_CACHE) != ""


def _running(where: Path) -> Running:
    return Running(builders.interpreter()._replace(executable=where), {})
