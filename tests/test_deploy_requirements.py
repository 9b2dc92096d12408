"""pipeline/requirements.txt: what uv.lock says, for those who deploy with pip."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT, copy_checkout, fresh_environment

FILE = ROOT / "pipeline" / "requirements.txt"


def run(command: list[str | Path], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=fresh_environment(), capture_output=True, text=True, check=False
    )


def test_it_says_what_the_lock_says() -> None:
    done = run(["scripts/requirements", "--check"])

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_difference_is_shown_with_the_command_that_mends_it(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    edited = checkout / "pipeline" / "requirements.txt"
    edited.write_text(re.sub(r"^pandas==[\d.]+", "pandas==1.0", edited.read_text(), flags=re.M))

    done = run(["scripts/requirements", "--check"], checkout)

    assert done.returncode == 1
    assert "-pandas==1.0 \\\n+pandas==" in done.stdout
    assert "run scripts/requirements" in done.stderr
    assert run(["scripts/requirements"], checkout).returncode == 0
    assert edited.read_text() == FILE.read_text()


def test_everything_is_pinned_and_hashed_and_no_place_is_named() -> None:
    text = FILE.read_text()
    entries = re.split(r"\n(?=[a-z])", text)[1:]

    assert len(entries) > 30
    assert all(
        re.match(r"[a-z0-9._-]+==[\w.]+( ;.*)? \\\n +--hash=sha256:[0-9a-f]{64}", entry) for entry in entries
    )
    assert not re.search(r"://|^-|^/| @ ", text, re.M)
    assert text.startswith("# ")
    assert "scripts/requirements" in text.splitlines()[1], "the header says how it is made"


def test_our_own_lint_has_nothing_to_say() -> None:
    done = run([sys.executable, "-m", "driftguard", "lint", FILE])

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.network
def test_pip_installs_it_and_driftguard_finds_what_the_lock_says(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    commands: list[list[str | Path]] = [
        [sys.executable, "-m", "venv", "--without-pip", venv],
        [sys.executable, "-m", "pip", "--python", venv, "install", "--quiet", "--require-hashes", "-r", FILE],
        [sys.executable, "-m", "pip", "--python", venv, "install", "--quiet", "--no-deps", ROOT / "pipeline"],
        [
            sys.executable,
            "-m",
            "driftguard",
            "check",
            "--select",
            "DG1",
            "--ignore",
            "DG114",
            "--python",
            venv,
            "--package",
            "hawks-pipeline",
            "--no-dev",
            "--no-editable",
        ],
    ]
    for command in commands:
        done = run(command)
        assert done.returncode == 0, done.stdout + done.stderr
