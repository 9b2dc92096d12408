"""What the documents show is what happens."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from driftguard.cli import COMMANDS
from driftguard.config import find
from driftguard.probes import Kind
from tests.checkout import ROOT, copy_checkout, fresh_environment
from tests.projects import find_uv

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "pipeline").glob("*.md")])


def steady(text: str) -> str:
    """Replace what differs between machines and runs, and fold what is wrapped."""
    text = re.sub(r"\(CPython [\d.a-z+]+\)", "(CPython X)", text)
    text = re.sub(r"python3\.\d+", "python3.X", text)
    text = re.sub(r"uv\.lock:\d+", "uv.lock:N", text)
    return re.sub(r"in \d+\.\d\d s", "in T s", text)


@pytest.mark.network
@pytest.mark.slow
def test_the_first_screen_of_the_readme_is_a_real_one(tmp_path: Path) -> None:
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the screen was made with Python 3.11, for which the lock has its own numpy")
    checkout = copy_checkout(tmp_path / "driftguard")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").symlink_to(find_uv())
    programs = f"{tmp_path / 'bin'}:{Path(sys.executable).parent}"
    environment = fresh_environment(UV_PYTHON=sys.executable)
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    sync = ["scripts/uv", "sync", "--frozen", "--package", "hawks-pipeline", "--no-dev"]
    target = {**environment, "UV_PROJECT_ENVIRONMENT": ".venv-pipeline"}
    subprocess.run(sync, cwd=checkout, env=target, check=True, capture_output=True)

    (screen,) = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    for block in re.split(r"^\$ ", screen, flags=re.MULTILINE)[1:]:
        command, _, shown = block.partition("\n")
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert steady(done.stdout) == steady(shown), done.stderr


def test_the_answer_of_expect_in_the_usage_is_a_real_one() -> None:
    (screen,) = re.findall(r"```console\n(.*?)```", (ROOT / "docs" / "usage.md").read_text(), re.DOTALL)
    command, _, shown = screen.partition("\n")

    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command.removeprefix("$ "))],
        cwd=ROOT,
        env=fresh_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == shown, done.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_sends_people_to_the_unrelated_project_of_our_name(document: Path) -> None:
    assert not re.search(
        r"(?:install|add)(?: -\S+)* driftguard|uvx(?: -\S+)* driftguard|--from driftguard",
        document.read_text(),
    )


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()

    for command in COMMANDS:
        assert f"| `driftguard {command}" in text


def test_the_configuration_that_is_shown_is_accepted(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "usage.md").read_text(), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text("\n".join(examples))

    config = find([tmp_path])

    assert config.select == ("DG1", "DG201", "DG3")
    assert config.ignores[0].package == "colorlog"
    assert {probe.kind for probe in config.probes} == set(Kind)


def test_the_options_that_are_named_exist() -> None:
    text = (ROOT / "docs" / "usage.md").read_text() + (ROOT / "README.md").read_text()
    helps = "".join(
        subprocess.run(
            [sys.executable, "-m", "driftguard", command, "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in COMMANDS
    )
    ours = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {
        "--check",
        "--from",
        "--quiet",
        "--frozen",
        "--inexact",
        "--seed",
    }

    assert {option for option in ours if option not in helps} == set()


def test_the_hook_example_is_what_the_hook_has() -> None:
    import yaml

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    text = (ROOT / "README.md").read_text()

    assert f"files: {hook['files']}" in text
    assert f"language_version: {hook['language_version']}" in text
    assert shlex.split(hook["entry"]) == ["driftguard", "lint"]
