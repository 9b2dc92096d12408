"""Files that anybody may have written: whatever stands in them, the readers of the host do not fail."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftguard.environment.host import backend, base, programs, versions
from tests.builders import environment, installed, interpreter
from tests.environment.builders import tree

LONG = b"x" * 5_000


@given(st.binary(max_size=300))
@example(b"#!\x00")
@example(b"#!/usr/bin/env -S")
@example(b"#!/bin/sh\n'''exec' '\xff\x00' ")
@example(b"#!" + LONG + b"/python")
def test_a_script(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tree(tmp_path_factory.mktemp("script"), {"python": content})
    (folder / "python").chmod(0o755)

    programs.command(("./python",), {"PATH": str(folder)}, folder, Path("/env/bin/python"))
    programs.Finder(str(folder), folder, Path("/env/bin/python")).first()


@given(st.binary(max_size=300))
@example(b"home = \x00\nversion = " + LONG)
@example(b"VIRTUAL_ENV='/" + LONG + b"'")
@example(b"VIRTUAL_ENV=/\x00\xff")
def test_an_environment(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tree(tmp_path_factory.mktemp("env"), {"pyvenv.cfg": content, "bin/activate": content})

    assert base.read(folder / "bin" / "python")


@given(st.binary(max_size=300))
@example(b"python-version: ${{}}")
@example(b"python-version: ${{ matrix. }}")
@example(b"python-version: [\n")
@example(b"python-version: |\n\x00")
@example(b"FROM " + b"--a " * 1_000 + b"python:3.12")
def test_what_stands_beside_a_lock(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    names = (".python-version", "Dockerfile", ".github/workflows/ci.yml")
    folder = tree(tmp_path_factory.mktemp("lock"), dict.fromkeys(names, content))

    for one in versions.read(folder):
        assert all(part.isdecimal() for version in one.versions for part in version.split("."))


@given(st.binary(max_size=300))
@example(b"backend: module://" + LONG)
@example(b"backend: module://\x00.x")
@example(b"backend: " + LONG)
def test_a_matplotlibrc(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tree(
        tmp_path_factory.mktemp("rc"), {"matplotlibrc": content, "m.dist-info/entry_points.txt": content}
    )
    matplotlib = installed("matplotlib==3.11.2")._replace(path=folder / "m.dist-info")
    there = environment(matplotlib, interpreter=interpreter()._replace(site_packages=(folder,)))

    assert backend.read(matplotlib, there, {}, folder)
