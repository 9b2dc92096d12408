"""`check --anchor` against what a real pip keeps of real wheels that it has downloaded."""

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.package_index import package_index
from tests.projects import Project

pytestmark = [pytest.mark.slow, pytest.mark.network]

WHEELS = ("idna==3.10", "markupsafe==3.0.2", "tabulate==0.9.0")
"""Pure, compiled, and with a script."""
OLD_PIP = "pip==23.2.1"
"""The last that kept a download and its headers in one file."""


@dataclass(frozen=True, slots=True)
class ByPip:
    """A locked project whose wheels an index serves as the real one does, and a pip before 23.3."""

    project: Project
    index: dict[str, str]
    old_pip: str

    def install(self, *pip: str) -> None:
        """Make a new `.venv` and let pip install into it what is locked."""
        venv = [sys.executable, "-m", "venv", "--clear", "--without-pip", ".venv"]
        place = ["--index-url", "http://index.example/simple", "--trusted-host", "index.example"]
        words = ["--python", ".venv", "install", "--no-deps", *place, "--requirement", "locked.txt"]
        for command in (venv, [sys.executable, *pip, *words]):
            done = self.project.run(*command, **self.variables)
            assert done.code == 0, done.err

    def check(self) -> tuple[int, str]:
        """Return exit code and output of the check."""
        done = self.project.driftguard("check", "--anchor", "--format", "github", **self.variables)
        assert done.err == ""
        return done.code, done.out

    @property
    def variables(self) -> dict[str, Any]:
        """The surroundings of pip and of the check, which looks where pip keeps its downloads."""
        cache = str(self.project.folder / "pip's")
        return {**self.index, "PIP_CACHE_DIR": cache, "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "0"}


@pytest.fixture
def by_pip(project: Project) -> Iterator[ByPip]:
    served, apart = project.folder.parent / "served", project.folder.parent / "old"
    for folder, specs in ((served / "index.example", WHEELS), (apart, (OLD_PIP,))):
        words = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", *words, *specs], check=True)
    project.write(
        "pyproject.toml",
        f"""
        [project]
        name = "store"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = {list(WHEELS)}

        [[tool.uv.index]]
        url = "http://index.example/simple"
        default = true
        """,
    )
    with package_index(served) as index:
        made = ByPip(project, index, str(next(apart.glob("*.whl")) / "pip"))
        for words in (["lock"], ["export", "--frozen", "--no-emit-project", "--output-file", "locked.txt"]):
            done = project.run("uv", *words, **made.variables)
            assert done.code == 0, done.err
        yield made


def edit_with_its_record(site: Path, name: str) -> None:
    (site / name).write_text((site / name).read_text() + "EDITED = True\n")
    data = (site / name).read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    (record,) = site.glob(f"{name.partition('/')[0]}-*.dist-info/RECORD")
    rows = [row for row in record.read_text().splitlines() if not row.startswith(f"{name},")]
    record.write_text("\n".join([*rows, f"{name},sha256={digest},{len(data)}"]) + "\n")


def test_pip_s_downloads_anchor_and_tell_an_edit_that_record_was_made_to_agree_with(by_pip: ByPip) -> None:
    by_pip.install("-m", "pip")
    code, told = by_pip.check()
    assert code == 0
    assert "3 packages" in told
    assert told.endswith(": 0 errors, 0 warnings, 0 notes, 0 unknown\n")

    edit_with_its_record(by_pip.project.site, "idna/core.py")
    code, told = by_pip.check()

    assert code == 1
    assert told.count("::error") == 1
    assert "title=DG409 other-than-locked::idna: idna/core.py: recorded sha256 " in told


def test_what_a_pip_before_23_3_keeps_cannot_be_hashed_and_is_said_to_be_missing(by_pip: ByPip) -> None:
    by_pip.install(by_pip.old_pip)
    (kept,) = (by_pip.project.folder / "pip's").iterdir()
    assert kept.name == "http", "else this pip is none of those"

    code, told = by_pip.check()

    assert code == 3
    assert "its wheel is neither in a wheelhouse nor in pip's cache: idna, markupsafe, tabulate" in told
