"""Modules of the job's are never ours, wherever the command is started."""

import os
import sys
from pathlib import Path

import pytest

from driftguard.start import ours
from tests.checkout import ROOT
from tests.projects import Project

HOME = str(ROOT)


@pytest.mark.parametrize(
    ("path", "python_path", "here", "left"),
    [
        (["/venv/bin", "/lib", HOME], "", "", ["/venv/bin", "/lib", HOME]),
        (["/venv/bin", "/job", "/lib"], "/job", "", ["/venv/bin", "/lib"]),
        (["/venv/bin", "/job", "/more", "/lib"], "/job:/more", "", ["/venv/bin", "/lib"]),
        (["/here", "/lib", HOME], "", "/here", ["/lib", HOME]),
        (["/lib", "/here"], "", "/here", ["/lib", "/here"]),
        ([HOME, "/lib"], HOME, HOME, [HOME, "/lib"]),
    ],
)
@pytest.mark.skipif(os.pathsep != ":", reason="the table is written for POSIX")
def test_what_is_left_of_the_path(path: list[str], python_path: str, here: str, left: list[str]) -> None:
    assert ours(path, python_path, here) == left


@pytest.mark.parametrize("start", ["script", "module"])
@pytest.mark.parametrize("way", ["PYTHONPATH", "working directory"])
def test_a_module_of_the_job_does_not_break_ours(shop: Project, start: str, way: str) -> None:
    shop.sync()
    folder = shop.folder / ("lib" if way == "PYTHONPATH" else "")
    for name in ("argparse", "csv", "json", "pathlib", "textwrap", "packaging"):
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit('the module of the job')\n")
    command = (
        [str(Path(sys.prefix, "bin", "driftguard"))]
        if start == "script"
        else [sys.executable, "-m", "driftguard"]
    )
    variables = {"PYTHONPATH": str(folder)} if way == "PYTHONPATH" else {}

    done = shop.run(*command, "check", "--select", "DG1,DG4", "--deep", cwd=None, **variables)

    assert (done.code, done.err) == (0, ""), done
