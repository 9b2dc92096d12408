"""What is built from this checkout: the tool, and nothing of the pipeline."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.checkout import copy_checkout, fresh_environment
from tests.projects import find_uv

pytestmark = [pytest.mark.network, pytest.mark.slow]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_checkout(tmp_path_factory.mktemp("built") / "driftguard")


def uv(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = fresh_environment(UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never")
    return subprocess.run(
        [find_uv(), *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_wheel_and_sdist_hold_the_tool_and_nothing_of_the_pipeline(checkout: Path) -> None:
    done = uv(checkout, "build", "--out-dir", "dist", "--package", "env-driftguard")
    assert done.returncode == 0, done.stderr

    (wheel,) = (checkout / "dist").glob("*.whl")
    (sdist,) = (checkout / "dist").glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = archive.namelist()
    with tarfile.open(sdist) as archive:
        in_sdist = [name.partition("/")[2] for name in archive.getnames()]

    sources = {
        str(path.relative_to(checkout)) for path in (checkout / "driftguard").rglob("*") if path.is_file()
    }
    assert sources <= set(in_wheel)
    assert sources <= set(in_sdist)
    assert {name.split("/")[0] for name in in_wheel} == {"driftguard", "env_driftguard-0.1.0.dist-info"}
    top = {name.split("/")[0] for name in in_sdist if name}
    assert top <= {
        "driftguard",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "pyproject.toml",
        ".gitignore",
    }


def test_uvx_from_the_checkout_never_runs_stale_code(checkout: Path, tmp_path: Path) -> None:
    first = uv(tmp_path, "tool", "run", "--from", str(checkout), "env-driftguard", "--version")
    assert first.stdout == "driftguard 0.1.0\n", first.stderr

    module = checkout / "driftguard" / "__init__.py"
    module.write_text(module.read_text().replace("0.1.0", "0.1.0+edited"))
    second = uv(tmp_path, "tool", "run", "--from", str(checkout), "driftguard", "--version")

    assert second.stdout == "driftguard 0.1.0+edited\n", second.stderr


def test_uv_is_bootstrapped_from_the_lock_where_there_is_none(checkout: Path) -> None:
    python = Path(sys.executable).resolve()
    environment = {"PATH": f"{python.parent}:/usr/bin:/bin", "HOME": str(checkout.parent)}
    command = ["bash", "-c", "command -v uv || scripts/uv --version"]

    done = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("uv ")
    assert "no uv on PATH: fetching uv" in done.stderr
    assert (checkout / ".uv" / "bin" / "uv").exists()
