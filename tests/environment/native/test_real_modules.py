"""Extension modules as they are installed: our own environment's, and those of the benchmarks."""

import json
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from driftguard.binary import Image, NumpyStyle
from driftguard.environment.native import elf, image, symbols
from tests.checkout import ROOT

OURS = sorted(Path(sysconfig.get_path("platlib")).rglob("*.so"))
BENCHES = ("62-packages", "570-packages")
TYPES = ("ndarray", "dtype", "ufunc", "broadcast", "flatiter", "generic")


def exports() -> frozenset[str]:
    """What this interpreter exports: the program, and its library where it has one."""
    library = Path(str(sysconfig.get_config_var("LIBDIR")), str(sysconfig.get_config_var("INSTSONAME")))
    found: set[str] = set()
    for path in (Path(sys.executable).resolve(), library):
        if path.is_file() and path.suffix != ".a":
            with elf.open(path) as file:
                found |= {name.decode() for name in symbols.read(file).defined if b"Py" in name[:3]}
    return frozenset(found)


@pytest.mark.skipif(not OURS, reason="this environment has no extension modules")
def test_our_own_modules_fit_this_interpreter() -> None:
    known = exports()
    assert "PyObject_Call" in known
    for path in OURS:
        found = image.read(str(path), distribution="", module="one", tag="", exports=known)
        assert (found.fault, found.unresolved) == ("", ()), path
        assert found.machine == platform.machine()


@pytest.mark.skipif(not shutil.which("readelf") or not OURS, reason="needs readelf and extension modules")
def test_readelf_says_the_same() -> None:
    for path in OURS[:20]:
        said = subprocess.run(
            ["readelf", "-dVW", "--dyn-syms", path], capture_output=True, text=True, check=True
        ).stdout
        with elf.open(path) as file:
            for library in file.needed:
                assert f"Shared library: [{library}]" in said
            assert said.count("(NEEDED)") == len(file.needed)
            assert said.count("Flags: WEAK  Version") == sum(one.weak for one in file.wants)
            for one in file.wants:
                assert f"Name: {one.version} " in said
            found = symbols.read(file)
        rows = [line.split() for line in said.splitlines() if ": 0" in line and len(line.split()) >= 8]
        asked = {row[7].partition("@")[0] for row in rows if row[6] == "UND" and row[4] == "GLOBAL"}
        assert {name.decode() for name in found.undefined} == asked


def images(bench: str) -> list[Image]:
    """Read every module of a benchmark's environment."""
    site = next((ROOT / ".bench" / bench / ".venv" / "lib").glob("python*/site-packages"), None)
    if site is None:
        pytest.skip(f"no .bench/{bench} here")
    files = sorted(path for path in site.rglob("*.so*") if path.read_bytes()[:4] == b"\x7fELF")
    return [image.read(str(path), distribution="", module="one", tag="", exports=None) for path in files]


@pytest.mark.slow
@pytest.mark.parametrize("bench", BENCHES)
def test_every_module_that_imports_numpys_api_says_what_it_was_built_with(bench: str) -> None:
    found = images(bench)
    assert [one for one in found if one.fault] == []
    users = [one.numpy for one in found if one.numpy and one.numpy.style is NumpyStyle.IMPORT_ARRAY]
    assert len(users) > 100
    assert [one for one in users if not (one.abi and one.feature)] == []


@pytest.mark.slow
@pytest.mark.parametrize("bench", BENCHES)
def test_expected_sizes_are_those_that_the_running_types_have(bench: str) -> None:
    """Environments that import must pass their own checks; what NumPy has is asked of NumPy itself."""
    found = images(bench)
    wanted = {one for each in found for one in each.sizes if one.module}
    names = {str(one) for one in wanted}
    provided: dict[str, set[tuple[int, int]]] = {}
    for each in found:
        own = [name for name in names if f"/{name.partition('.')[0]}/" in each.path]
        for name, types in image.provided(each.path, own).items() if own else ():
            provided.setdefault(name, set()).update(one[:2] for one in types)
    too_small = [
        one for one in wanted if one.size > max((b for b, _ in provided.get(str(one), ())), default=1 << 30)
    ]
    assert too_small == []
    assert len([one for one in wanted if str(one) in provided]) > 0.8 * len(wanted)
    python = ROOT / ".bench" / bench / ".venv/bin/python"
    code = f"import json, numpy; print(json.dumps([getattr(numpy, t).__basicsize__ for t in {TYPES}]))"
    said = subprocess.run([python, "-I", "-B", "-c", code], capture_output=True, check=True).stdout
    assert [{basic for basic, _ in provided[f"numpy.{one}"]} for one in TYPES] == [
        {n} for n in json.loads(said)
    ]
