"""What is kept of native code is what is in the files now, or they are read again."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from driftguard import cache as facts
from driftguard.binary import Binaries, Image
from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import stamps
from driftguard.environment.native import file_lists, image, together
from driftguard.environment.native.file_lists import Listed
from driftguard.environment.native.outcome import Outcome
from tests.environment.builders import tree
from tests.environment.native.builders import TAG, install, interpreter, module, read, site
from tests.environment.native.shared_objects import shared_object

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="native code is read on Linux only")

KINDS = ("exports", "native", "loading")
A, B = f"pkg/a.{TAG}.so", f"pkg/b.{TAG}.so"
ASKS = shared_object(needed=["libown.so.1"], runpath="$ORIGIN/lib", wants={"libown.so.1": ["OWN_1"]})
GIVES = shared_object(soname="libown.so.1", defines=["OWN_1"])


@pytest.fixture(autouse=True)
def old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a state be settled from the start: the tests change files within a tick or two."""
    monkeypatch.setattr(stamps, "_SETTLED", -1_000_000_000)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An environment of two distributions; one has a library that its RECORD does not list."""
    install(tmp_path / "env", "pkg==1", {A: ASKS, B: module("b"), "pkg/b.py": ""})
    install(tmp_path / "env", "other==1", {"other.so": module("other")})
    tree(site(tmp_path / "env"), {"pkg/lib/libown.so.1": GIVES})
    return tmp_path / "env"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "facts")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read: file names, `RECORD`, `together`."""
    names: list[str] = []
    real_image, real_list, real_together = image.read, file_lists.read, together.read

    def one(path: str, **more: Any) -> Image:
        names.append(Path(path).name.partition(".")[0])
        return real_image(path, **more)

    def listed(metadata: str, inside: tuple[str, ...]) -> Listed:
        names.append("RECORD")
        return real_list(metadata, inside)

    def all_together(*more: Any) -> Outcome:
        names.append("together")
        return real_together(*more)

    monkeypatch.setattr(image, "read", one)
    monkeypatch.setattr(file_lists, "read", listed)
    monkeypatch.setattr(together, "read", all_together)
    return names


def again(root: Path, cache: Cache, reads: list[str]) -> tuple[Binaries, list[str]]:
    """Read with the cache, and return what of it was read from the files; it is what is in them."""
    reads.clear()
    found, told = read(root, cache), sorted(reads)
    assert found == read(root, NO_CACHE)
    return found, told


def test_the_numpy_that_is_there_is_looked_at_each_time(root: Path, cache: Cache, reads: list[str]) -> None:
    header = "numpy/_core/include/numpy/_numpyconfig.h"
    install(root, "numpy==2.0", {header: CONFIG % 0x12})
    first = again(root, cache, reads)[0].numpy
    assert first
    assert (first.version, first.abi, first.api) == ("2.0", 2, 0x12)
    assert again(root, cache, reads)[1] == []

    _in_place(site(root) / header, (CONFIG % 0x13).encode())

    found, told = again(root, cache, reads)
    assert (found.numpy, told) == (first._replace(api=0x13), ["together"])


CONFIG = "#define NPY_ABI_VERSION 0x02000000\n#define NPY_API_VERSION 0x%08x\n"
ALL = ["RECORD", "RECORD", "a", "b", "other", "together"]


def test_a_second_run_reads_nothing_and_finds_the_same(root: Path, cache: Cache, reads: list[str]) -> None:
    first, told = again(root, cache, reads)
    assert told == ALL
    assert [one.module for one in first.images] == ["other", "pkg.a", "pkg.b"]
    assert first.problems == ()

    assert again(root, cache, reads) == (first, [])


def test_what_is_young_is_not_kept(
    root: Path, cache: Cache, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", 3_600_000_000_000)
    again(root, cache, reads)

    assert again(root, cache, reads)[1] == ALL


def _in_place(path: Path, data: bytes) -> None:
    """Change a file of the same size and put its times back, as far as a user can."""
    status = path.stat()
    time.sleep(0.02)
    with path.open("r+b") as stream:
        stream.write(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _replaced(path: Path, data: bytes) -> None:
    path.with_name("new").write_bytes(data)
    path.with_name("new").replace(path)


OTHER = ASKS.replace(b"OWN_1\0", b"OWN_2\0")
CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "in-place": (lambda at: _in_place(at / A, OTHER), ["a", "together"]),
    "replaced": (lambda at: _replaced(at / A, OTHER), ["a", "together"]),
    "touched": (lambda at: os.utime(at / A), ["a", "together"]),
    "gone": (lambda at: (at / A).unlink(), ["together"]),
    "a-folder-now": (lambda at: _a_folder(at / A), ["together"]),
    "a-library-that-nobody-lists": (
        lambda at: _in_place(at / "pkg/lib/libown.so.1", GIVES.replace(b"OWN_1\0", b"OWN_3\0")),
        ["together"],
    ),
    "that-library-gone": (lambda at: (at / "pkg/lib/libown.so.1").unlink(), ["together"]),
    "its-folder-gone": (lambda at: shutil.rmtree(at / "pkg/lib"), ["together"]),
    "record-in-place": (
        lambda at: _in_place(at / "pkg-1.dist-info/RECORD", f"{B},,\n{B},,\n".encode()),
        ["RECORD", "together"],
    ),
    "record-replaced": (
        lambda at: _replaced(at / "pkg-1.dist-info/RECORD", f"{A},,\n".encode()),
        ["RECORD", "together"],
    ),
    "a-distribution-gone": (lambda at: shutil.rmtree(at / "other-1.dist-info"), ["together"]),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_changed_is_read_again_and_nothing_else(
    root: Path, cache: Cache, reads: list[str], change: Callable[[Path], object], expected: list[str]
) -> None:
    first, _ = again(root, cache, reads)

    change(site(root))

    found, told = again(root, cache, reads)
    assert told == expected
    assert again(root, cache, reads) == (found, [])
    assert first == found or "touched" not in told


@pytest.mark.parametrize(
    "remove", [Path.unlink, lambda path: shutil.rmtree(path.parent)], ids=["file", "folder"]
)
def test_a_library_that_comes_where_it_was_looked_for_in_vain(
    root: Path, cache: Cache, reads: list[str], remove: Callable[[Path], object]
) -> None:
    library = site(root) / "pkg/lib/libown.so.1"
    remove(library)
    assert len(again(root, cache, reads)[0].problems) == 1

    tree(library.parent, {library.name: GIVES})

    found, told = again(root, cache, reads)
    assert (found.problems, told) == ((), ["together"])


def test_another_interpreter_or_variable_has_its_own_answer(
    root: Path, cache: Cache, reads: list[str]
) -> None:
    again(root, cache, reads)
    reads.clear()

    assert read(root, cache, extension_suffixes=(".so",)) == read(root, extension_suffixes=(".so",))
    assert "together" in reads


def test_a_poisoned_entry_yields_nothing_of_another_shape(root: Path, cache: Cache) -> None:
    truth = read(root, cache)
    entries = {kind: _entry(cache, kind) for kind in KINDS}

    for kind, (path, entry) in entries.items():
        for poisoned in _poisoned(entry["value"]):
            _write(path, {**entry, "value": poisoned})
            found = read(root, cache)
            assert set(_types(found)) <= set(_types(truth)), (kind, poisoned)


def _types(value: object, place: str = "") -> Iterator[tuple[str, type]]:
    """Yield the type that stands in each place of something; how many there are of it may differ."""
    if isinstance(value, tuple):
        names = getattr(value, "_fields", ["item"] * len(value))
        for name, part in zip(names, value, strict=True):
            yield from _types(part, f"{place}.{name}")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _types((name, part), place)
    else:
        yield place, type(value)


@pytest.mark.parametrize("size", [0, 1, 40, 41, 200, -1])
@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_entry_is_no_entry(root: Path, cache: Cache, kind: str, size: int) -> None:
    truth = read(root, cache)
    path, _ = _entry(cache, kind)
    path.write_bytes(path.read_bytes()[:size])

    assert read(root, cache) == truth


def _entry(cache: Cache, kind: str) -> tuple[Path, dict[str, Any]]:
    assert cache.folder
    (path,) = cache.folder.glob(f"{kind}-*.json")
    return path, json.loads(path.read_text().partition("\n")[2])


def _write(path: Path, entry: dict[str, Any]) -> None:
    text = json.dumps(entry)
    path.write_text(f"{facts.digest(text.encode())}\n{text}")


WRONG: tuple[object, ...] = (None, 7, -1, "x", [], {}, [None], [[]], {"x": None}, True, 1.5)


def _poisoned(value: Any) -> list[Any]:
    """Return the value with each of its parts, in turn, of a wrong shape."""
    made = [wrong for wrong in WRONG if type(wrong) is not type(value)]
    if isinstance(value, dict):
        for key, part in [*value.items()][:3]:
            made += [{**value, key: one} for one in _poisoned(part)]
    elif isinstance(value, list):
        is_stamp = len(value) == 4 and isinstance(value[0], int)
        for index, part in enumerate(value[: 1 if is_stamp else None]):
            made += [[*value[:index], one, *value[index + 1 :]] for one in _poisoned(part)]
        made += [value[:-1], [*value, None]] if value else []
    return made


def test_facts_of_a_damaged_file_are_not_kept(root: Path, cache: Cache, reads: list[str]) -> None:
    _replaced(site(root) / A, b"\x7fELF")
    shutil.rmtree(site(root) / "other-1.dist-info")
    tree(site(root), {"old-1.egg-info": "Name: old\nVersion: 1\n"})
    again(root, cache, reads)
    written = _entry(cache, "native")[0].stat()

    assert again(root, cache, reads)[1] == ["RECORD", "a"]
    assert _entry(cache, "native")[0].stat() == written, "nothing new is no reason to write"


def test_each_environment_of_one_interpreter_has_its_own_entries(
    root: Path, cache: Cache, reads: list[str], tmp_path: Path
) -> None:
    again(root, cache, reads)
    shutil.copytree(root, tmp_path / "second")
    again(tmp_path / "second", cache, reads)

    assert again(root, cache, reads)[1] == []
    assert interpreter(root).prefix != interpreter(tmp_path / "second").prefix
