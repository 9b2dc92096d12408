"""`/etc/ld.so.cache`: read as ldconfig wrote it, and never more than it holds."""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard.environment.native import ld_cache

LDCONFIG = shutil.which("ldconfig", path="/sbin:/usr/sbin:/usr/bin")


def cache(*entries: tuple[str, str], before: bytes = b"", count: int | None = None) -> bytes:
    """Return a cache as glibc since 2.32 writes it; `before` is the old format, which may precede it."""
    texts, rows = b"", b""
    start = 48 + 24 * len(entries)
    for soname, path in entries:
        places = []
        for text in (soname, path):
            places.append(start + len(texts))
            texts += text.encode() + b"\0"
        rows += struct.pack("=iIIIQ", 0x0303, *places, 0, 0)
    number = len(entries) if count is None else count
    return before + b"glibc-ld.so.cache1.1" + struct.pack("=II20x", number, len(texts)) + rows + texts


TWO = (("liba.so.1", "/lib/liba.so.1"), ("libb.so.2", "/opt/b/libb.so.2"))


def read(folder: Path, data: bytes) -> dict[str, tuple[str, ...]]:
    path = folder / "ld.so.cache"
    path.write_bytes(data)
    return ld_cache.read(str(path))


@pytest.mark.parametrize("before", [b"", b"ld.so-1.7.0\0" + bytes(36)], ids=["new", "after-the-old-one"])
def test_each_soname_leads_to_its_paths(tmp_path: Path, before: bytes) -> None:
    assert read(tmp_path, cache(*TWO, before=before)) == {soname: (path,) for soname, path in TWO}


def test_the_order_is_that_of_the_file(tmp_path: Path) -> None:
    paths = ("/lib/glibc-hwcaps/x86-64-v3/liba.so.1", "/lib/liba.so.1", "/lib32/liba.so.1")

    assert read(tmp_path, cache(*(("liba.so.1", path) for path in paths))) == {"liba.so.1": paths}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no cache",
        b"ld.so-1.7.0\0" + bytes(100),
        cache()[:47],
        cache(count=2**32 - 1),
        cache(("liba.so.1", "lib/liba.so.1")),
        cache(("", "/lib/liba.so.1")),
    ],
    ids=["empty", "text", "old-only", "cut-header", "count", "relative", "unnamed"],
)
def test_what_is_no_cache_leads_nowhere(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) == {}


def test_no_cache_leads_nowhere(tmp_path: Path) -> None:
    assert ld_cache.read(str(tmp_path / "none")) == {}
    assert ld_cache.read(str(tmp_path)) == {}


WHOLE = cache(*TWO)
KNOWN = {text for entry in TWO for text in entry}


@given(st.integers(0, len(WHOLE)))
def test_a_cut_cache_tells_nothing_else(at: int) -> None:
    entries = list(ld_cache._entries(WHOLE[:at], WHOLE[:at].find(b"glibc-ld.so.cache1.1")))

    assert {text for entry in entries for text in entry} <= KNOWN


@given(st.lists(st.tuples(st.integers(20, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_changed_cache_is_read_to_an_end(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte

    for soname, path in ld_cache._entries(bytes(data), 0):
        assert soname
        assert path.startswith("/")


@pytest.mark.skipif(sys.platform != "linux" or not LDCONFIG, reason="no ldconfig here")
def test_it_is_what_ldconfig_prints() -> None:
    done = subprocess.run([str(LDCONFIG), "-p"], capture_output=True, text=True, check=True, timeout=60)
    rows = [line.split() for line in done.stdout.splitlines() if "=>" in line]

    told = {(row[0], row[-1]) for row in rows}
    assert {(soname, path) for soname, paths in ld_cache.read().items() for path in paths} == told
