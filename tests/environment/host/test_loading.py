"""What variables have loaded from elsewhere, beside the loader and the interpreter themselves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from driftguard.environment.host import loading
from driftguard.host import BytecodeFolder, LibraryFolder, Preload
from tests.environment.builders import tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="as on Linux")


def test_libraries_that_are_preloaded(tmp_path: Path) -> None:
    tree(tmp_path, {"own.so": "", "open.so": "", "shared/own.so": "", "sticky/own.so": ""})
    (tmp_path / "open.so").chmod(0o666)
    (tmp_path / "shared").chmod(0o777)
    (tmp_path / "sticky").chmod(0o1777)
    environ = {
        "LD_PRELOAD": f"{tmp_path}/own.so:{tmp_path}/open.so  shared/own.so:sticky/own.so sticky/no.so /gone/x.so liba.so",
        "LD_AUDIT": f"{tmp_path}/own.so:/opt/$LIB/b.so",
        "DYLD_INSERT_LIBRARIES": "/opt/hook.dylib",
    }

    assert list(loading.preloads(environ, tmp_path, "linux")) == [
        Preload("LD_PRELOAD", f"{tmp_path}/own.so", there=True),
        Preload("LD_PRELOAD", f"{tmp_path}/open.so", there=True, open_to_all=True),
        Preload("LD_PRELOAD", "shared/own.so", there=True, open_to_all=True),
        Preload("LD_PRELOAD", "sticky/own.so", there=True),
        Preload("LD_PRELOAD", "sticky/no.so", there=False, open_to_all=True),
        Preload("LD_PRELOAD", "/gone/x.so", there=False),
        Preload("LD_PRELOAD", "liba.so"),
        Preload("LD_AUDIT", f"{tmp_path}/own.so", there=True),
        Preload("LD_AUDIT", "/opt/$LIB/b.so"),
    ]
    assert list(loading.preloads(environ, tmp_path, "darwin")) == [
        Preload("DYLD_INSERT_LIBRARIES", "/opt/hook.dylib", there=False)
    ]
    assert list(loading.preloads(environ, tmp_path, "win32")) == []


@pytest.mark.parametrize(
    "text", ["{0}/no.so", "{0}/no.so:{0}/nor.so", "{0}/no.so {0}/nor.so", " :{0}/no.so::"]
)
def test_the_loader_misses_what_we_say_is_missing(tmp_path: Path, text: str) -> None:
    value = text.format(tmp_path)
    done = subprocess.run(
        ["/bin/true"], env={**os.environ, "LD_PRELOAD": value}, capture_output=True, text=True, check=True
    )
    if "cannot be preloaded" not in done.stderr:
        pytest.skip("a loader that is not glibc's")

    told = {one.name for one in loading.preloads({"LD_PRELOAD": value}, tmp_path, "linux") if not one.there}

    assert told == {line.split("'")[1] for line in done.stderr.splitlines()}


def test_folders_of_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, {"system/liba.so.1": "", "system/libb.so.1": "", "own/liba.so.1": "", "own/x.txt": ""})
    tree(tmp_path, {"plain/libc.so.9": "", "open/x": ""})
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "again").symlink_to("system")
    monkeypatch.setattr(loading, "_system_folders", lambda: [str(tmp_path / "system")])
    text = f"{tmp_path}/own:{tmp_path}/plain;{tmp_path}/own:{tmp_path}/again:/gone:open:"

    assert list(loading.library_path(text, tmp_path, "linux")) == [
        LibraryFolder(f"{tmp_path}/own", tmp_path / "own", hides=("liba.so.1",)),
        LibraryFolder(f"{tmp_path}/plain", tmp_path / "plain"),
        LibraryFolder("open", tmp_path / "open", open_to_all=True),
        LibraryFolder("", tmp_path),
    ]
    assert list(loading.library_path("", tmp_path, "linux")) == []
    assert list(loading.library_path(text, tmp_path, "darwin")) == []


def test_the_folders_of_this_system_hide_nothing(tmp_path: Path) -> None:
    text = ":".join(loading._system_folders())

    assert list(loading.library_path(text, tmp_path, "linux")) == []


def test_where_bytecode_is_taken_from(tmp_path: Path) -> None:
    tree(tmp_path, {"open/x": "", "own/x": ""})
    (tmp_path / "open").chmod(0o1777)

    assert loading.bytecode("", tmp_path) is None
    assert loading.bytecode("own", tmp_path) == BytecodeFolder(tmp_path / "own")
    assert loading.bytecode("own/a/b", tmp_path) == BytecodeFolder(tmp_path / "own/a/b")
    assert loading.bytecode("open", tmp_path) == BytecodeFolder(tmp_path / "open", tmp_path / "open")
    assert loading.bytecode("open/a/b", tmp_path) == BytecodeFolder(tmp_path / "open/a/b", tmp_path / "open")
    for text in ("\0", "x" * 5_000):
        found = loading.bytecode(text, tmp_path)
        assert found is None or found.open_to is None
