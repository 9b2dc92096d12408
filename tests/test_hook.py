"""The hook, run by the real pre-commit in a new git repository."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import copy_checkout, fresh_environment

pytestmark = [pytest.mark.network, pytest.mark.slow]

PINS = {
    "pandas": "2.0.3",
    "numpy": "1.24.3",
    "matplotlib": "3.7.2",
    "nba_api": "1.2.1",
    "scipy": "1.11.2",
    "scikit-learn": "1.3.0",
}
LOOSE = "pandas\nnumpy\nmatplotlib\nnba_api\nscipy\nsklearn\n"
PINNED = "".join(f"{name}=={version}\n" for name, version in PINS.items())


def git(folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    settings = [
        "-c",
        "user.name=tests",
        "-c",
        "user.email=tests@index.example",
        "-c",
        "init.defaultBranch=main",
    ]
    return subprocess.run(
        ["git", *settings, *words],
        cwd=folder,
        env=fresh_environment(
            PRE_COMMIT_HOME=str(folder.parent / "pre-commit"), GIT_CONFIG_GLOBAL="/dev/null"
        ),
        capture_output=True,
        text=True,
        check=check,
        timeout=600,
    )


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout, committed, as the repository that a hook comes from."""
    folder = copy_checkout(tmp_path_factory.mktemp("hook") / "driftguard")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is")
    return folder


@pytest.fixture
def team(tool: Path, tmp_path: Path) -> Path:
    """A new repository whose team has unpinned requirements, an environment, and the hook."""
    folder = tmp_path / "team"
    folder.mkdir()
    site = folder / ".venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    for name, version in PINS.items():
        info = site / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / ".venv" / "bin").mkdir()
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / ".venv" / "pyvenv.cfg").write_text(
        f"home = {Path(sys.executable).resolve().parent}\nversion = {sys.version.split()[0]}\n"
    )
    (folder / ".gitignore").write_text("/.venv/\n")
    commit = git(tool, "rev-parse", "HEAD").stdout.strip()
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {tool}\n    rev: {commit}\n    hooks:\n      - id: driftguard-lint\n"
    )
    git(folder, "init", "--quiet")
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"],
        cwd=folder,
        env=fresh_environment(),
        check=True,
        capture_output=True,
    )
    return folder


def test_the_hook_blocks_six_unpinned_lines_with_their_pins_and_lets_the_pinned_file_pass(team: Path) -> None:
    (team / "requirements.txt").write_text(LOOSE)
    git(team, "add", "--all")

    blocked = git(team, "commit", "--message", "unpinned", check=False)

    said = blocked.stdout + blocked.stderr
    assert blocked.returncode == 1, said
    lines = [line for line in said.splitlines() if "DG201 error" in line]
    assert len(lines) == 6
    for number, (line, (name, version)) in enumerate(zip(lines, PINS.items(), strict=True), 1):
        assert line.startswith(f"requirements.txt:{number}:1: DG201 error: ")
        assert f"pin it as `{name.replace('_', '-')}=={version}`" in line

    (team / "requirements.txt").write_text(PINNED)
    git(team, "add", "--all")
    passed = git(team, "commit", "--message", "pinned", check=False)

    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "requirements are pinned exactly" in passed.stdout + passed.stderr


def test_the_hook_leaves_other_files_alone(team: Path) -> None:
    (team / "notes.txt").write_text(LOOSE)
    git(team, "add", "--all")

    passed = git(team, "commit", "--message", "notes", check=False)

    assert passed.returncode == 0, passed.stdout + passed.stderr
