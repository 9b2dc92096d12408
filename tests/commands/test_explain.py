"""`driftguard explain`: the whole command, on the errors of a nightly pipeline and on real environments."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.checkout import ROOT
from tests.projects import Done, Project

NIGHTS = """\
2026-11-15 02:00:03,101 INFO pipeline: computing metrics
Traceback (most recent call last):
  File "pipeline.py", line 45, in calculate_metrics
    import pandas as pd
ModuleNotFoundError: No module named 'pandas'
2026-11-18 02:00:02,640 INFO pipeline: fetching
Traceback (most recent call last):
  File "pipeline.py", line 89, in fetch_data
    response = nba_api.stats.endpoints.playergamelog.PlayerGameLog(player_id)
AttributeError: module 'nba_api.stats.endpoints' has no attribute 'playergamelog'
2026-11-22 02:01:40,007 INFO pipeline: drawing
Traceback (most recent call last):
  File "pipeline.py", line 156, in generate_report
    fig, ax = plt.subplots()
RuntimeError: Python is not installed as a framework. The Mac OS X backend will not be able to function correctly.
2026-11-25 02:01:12,450 INFO pipeline: saving
Traceback (most recent call last):
  File "pipeline.py", line 201, in save_data
    df.to_parquet('output.parquet')
ImportError: Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'.
A suitable version of pyarrow or fastparquet is required for parquet support.
2026-12-01 02:00:01,900 INFO pipeline: starting
ValueError: numpy.ndarray size changed, may indicate binary incompatibility. Expected 88 from C header, got 80 from PyObject
"""
"""The five errors of the pipeline's worst month."""


def run(*words: str, text: str = "", cwd: Path) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "driftguard", "explain", *words],
        input=text.encode(),
        cwd=cwd,
        capture_output=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "DRIFTGUARD_CACHE_DIR": str(cwd / "facts")},
    )
    return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def test_the_five_errors_of_the_pipeline_are_explained(tmp_path: Path) -> None:
    done = run("--no-environment", text=NIGHTS, cwd=tmp_path)

    assert (done.code, done.err) == (0, "")
    assert done.out == (ROOT / "tests" / "commands" / "explained.txt").read_text()


@pytest.mark.parametrize(
    ("night", "cause", "mend"),
    [
        (
            0,
            "another Python ran than the one it was installed into",
            "run the job by the environment's own path",
        ),
        (1, "its version is not pinned, and an update changed what it consists of", "pin the version"),
        (2, "the job draws files and needs a backend without a screen", "export MPLBACKEND=Agg"),
        (3, "nobody declared it, so it is not installed", "python -m pip install pyarrow"),
        (4, "NumPy was changed under a compiled package", "python -m pip install --upgrade numpy pandas"),
    ],
)
def test_each_names_the_root_cause_and_what_mends_it(
    night: int, cause: str, mend: str, tmp_path: Path
) -> None:
    done = run("--no-environment", "--format", "json", text=NIGHTS, cwd=tmp_path)

    told = json.loads(done.out)["causes"][::-1][night]

    assert cause in told["cause"]
    assert any(mend in command for command in told["mend"])


def test_json_is_as_its_schema_has_it(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "docs" / "explain.schema.json").read_text())

    for text in (NIGHTS, "", "KeyError: 'x'\n"):
        jsonschema.validate(json.loads(run("--format", "json", text=text, cwd=tmp_path).out), schema)


@pytest.mark.parametrize(
    ("text", "code", "last"),
    [
        ("ModuleNotFoundError: No module named 'pandas'\n", 0, "1 error text: 1 cause"),
        ("KeyError: 'x'\n", 3, "1 error text: 0 causes, 1 not known"),
        ("MemoryError\nKeyError: 'x'\n", 3, "2 error texts: 1 cause, 1 not known"),
        ("all is well\n", 3, "no error text was found"),
        ("", 3, "no error text was found"),
    ],
)
def test_what_is_not_known_is_said_and_is_exit_code_3(
    text: str, code: int, last: str, tmp_path: Path
) -> None:
    done = run(text=text, cwd=tmp_path)

    assert (done.code, done.out.splitlines()[-1], done.err) == (code, last, "")


def test_a_file_and_a_dash_are_read(tmp_path: Path) -> None:
    (tmp_path / "job.log").write_text(NIGHTS)

    assert run("job.log", cwd=tmp_path).out.replace("job.log", "X") == run(
        "-", text=NIGHTS, cwd=tmp_path
    ).out.replace("standard input", "X")


@pytest.mark.parametrize("name", ["absent.log", "."])
def test_a_log_that_cannot_be_read_is_one_line_and_exit_code_3(name: str, tmp_path: Path) -> None:
    done = run(name, cwd=tmp_path)

    assert (done.code, done.out) == (3, "")
    assert done.err.count("\n") == 1


def test_of_a_log_that_is_too_long_the_end_is_read(tmp_path: Path) -> None:
    early, late = "MemoryError\n", "OSError: [Errno 28] No space left on device\n"

    done = run("--no-environment", text=early + "x" * 99 + "\n" * 9_000_000 + late, cwd=tmp_path)

    assert "the last 8 MiB of it" in done.out
    assert "disk full" in done.out
    assert "memory exhausted" not in done.out


def test_what_powershell_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "job.log").write_bytes("\ufeffMemoryError\r\n".encode("utf-16-le"))

    assert run("--no-environment", "job.log", cwd=tmp_path).code == 0


def test_nothing_of_a_log_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    text = "ValueError: \x1b]0;title\x07\x9b31m\u202ereversed https://user:hunter2@index.example/simple?token=abc\n"

    for words in ((), ("--format", "json")):
        done = run(*words, text=text, cwd=tmp_path)
        assert not set("\x1b\x07\x9b\u202e") & set(done.out)
        assert "hunter2" not in done.out
        assert "token=abc" not in done.out


def test_a_mending_command_quotes_what_the_log_said(tmp_path: Path) -> None:
    text = "ERROR: No matching distribution found for x;touch$IFS/tmp/y\n"

    done = run("--no-environment", "--format", "json", text=text, cwd=tmp_path)

    assert all("$IFS/tmp/y" not in one or "'" in one for one in json.loads(done.out)["causes"][0]["mend"])


def test_the_environment_is_asked_what_it_knows(shop: Project) -> None:
    shop.sync()
    shop.pip("uninstall", "numpy")
    shop.write("job.log", "ModuleNotFoundError: No module named 'numpy'\n")

    done = shop.driftguard("explain", "job.log")

    assert done.code == 0, done.err
    assert "certain: module not installed (line 1)" in done.out
    assert "and not installed in .venv" in done.out
    assert "mend:  uv sync --frozen --inexact" in done.out


def test_another_python_is_told_where_the_module_is_here(shop: Project) -> None:
    shop.sync()
    shop.write("job.log", "ModuleNotFoundError: No module named 'numpy'\n")

    done = shop.driftguard("explain", "job.log")

    assert "another Python than the one into which `numpy` is" in done.out.replace("\n         ", " ")
    assert "mend:  .venv/bin/python …" in done.out


def test_all_but_commands_is_folded_at_the_width_of_a_terminal(tmp_path: Path) -> None:
    log = (
        "ImportError: cannot import name 'json_normalize' from 'pandas.io.json' "
        f"(/usr/lib/python3/{'dist-packages/' * 9}pandas.py)\n\n"
        f"ModuleNotFoundError: No module named 'pandas'\n\nValueError: the report {'of the season ' * 9}is empty\n"
    )

    lines = run("--no-environment", text=log, cwd=tmp_path).out.splitlines()

    long = [line for line in lines if len(line) > 80]
    assert all(line.startswith(("  mend:  ", "  or:    ")) or " " not in line.strip() for line in long)
    assert "  (/usr/lib/python3/" in "\n".join(lines), "a path stands on a line of its own"
    assert "         # run the job by the environment's own path" in lines
    assert any("`python -m pip show pandas`" in line for line in lines), "a command to copy is on one line"


def test_without_an_environment_the_reason_is_said(tmp_path: Path) -> None:
    done = run(text="ModuleNotFoundError: No module named 'numpy'\n", cwd=tmp_path)

    assert done.code == 0
    assert "environment  not looked at: " in done.out
