"""What is declared in several files at once, and where the pins come from that would settle it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from driftguard import declarations
from driftguard.errors import UsageError
from driftguard.model import Excuse


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a loose line in it."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "requirements.txt").write_text("pandas\n")
    monkeypatch.chdir(here)
    return here


def environment(folder: Path, *specs: str) -> Path:
    """Make an environment that holds `name==version`."""
    site = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    for name, version in (spec.split("==") for spec in specs):
        info = site / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)
    home, version = Path(sys.executable).resolve().parent, sys.version.split()[0]
    (folder / "pyvenv.cfg").write_text(f"home = {home}\nversion = {version}\n")
    return folder


def uv_lock(*packages: str) -> str:
    """Write a lock of `name==version` or `name==version ; marker`, the latter as forks."""
    text = 'version = 1\nrequires-python = ">=3.11"\n'
    for package in packages:
        spec, _, marker = package.partition(" ; ")
        name, version = spec.split("==")
        text += f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://i.example" }}\n'
        text += f"resolution-markers = ['''{marker}''']\n" if marker else ""
    return text


def read(*files: str, environ: Mapping[str, str] | None = None, python: str | None = None) -> list[str]:
    paths = [Path(name) for name in files or ("requirements.txt",)]
    found = declarations.read(paths, environ or {}, lock=None, python=python).declarations
    return [one.pin or f"{one.name or one.text} {one.problem}" for one in found]


def test_the_environment_beside_the_file_gives_the_pin(folder: Path) -> None:
    environment(folder / ".venv", "pandas==3.1.1")

    assert read() == ["pandas==3.1.1"]


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"])
def test_an_environment_that_a_variable_names_gives_none(tmp_path: Path, variable: str) -> None:
    elsewhere = environment(tmp_path / "elsewhere", "pandas==1.0")

    assert read(environ={variable: str(elsewhere)}) == ["pandas has no version"]


def test_a_variable_does_not_come_before_the_environment_beside_the_file(
    folder: Path, tmp_path: Path
) -> None:
    environment(folder / ".venv", "pandas==3.1.1")
    elsewhere = environment(tmp_path / "elsewhere", "pandas==1.0")

    assert read(environ={"UV_PROJECT_ENVIRONMENT": str(elsewhere)}) == ["pandas==3.1.1"]


def test_an_environment_that_is_named_gives_the_pin_also_by_a_name_on_the_path(
    folder: Path, tmp_path: Path
) -> None:
    environment(folder / ".venv", "pandas==3.1.1")
    elsewhere = environment(tmp_path / "elsewhere", "pandas==1.0")
    (elsewhere / "bin" / "odd-python").symlink_to(sys.executable)

    assert read(python=str(elsewhere)) == ["pandas==1.0"]
    assert read(python="odd-python", environ={"PATH": str(elsewhere / "bin")}) == ["pandas==1.0"]
    assert read(python="odd-python") == ["pandas has no version"]


@pytest.mark.parametrize(
    ("packages", "pins"),
    [
        pytest.param(
            ["pandas==1 ; python_version < '3'", "pandas==2 ; python_version >= '3'", "numpy==1"],
            ["pandas==2", "numpy==1"],
            id="forks",
        ),
        pytest.param(
            ["pandas==1 ; python_version >= '3'", "pandas==2 ; python_version >= '3'", "numpy==1"],
            ["pandas has no version", "numpy==1"],
            id="forks-that-overlap",
        ),
        pytest.param(
            ["pandas==1 ; nonsense", "pandas==2 ; python_version >= '3'", "numpy==1"],
            ["pandas has no version", "numpy==1"],
            id="broken-marker",
        ),
        pytest.param(
            ["pandas==1 ; python_version >= '3'", "pandas==2 ; " + "(" * 2000, "numpy==1"],
            ["pandas has no version", "numpy==1"],
            id="deep-marker",
        ),
    ],
)
def test_of_several_forks_the_one_for_this_interpreter_gives_the_pin(
    folder: Path, packages: list[str], pins: list[str]
) -> None:
    (folder / "requirements.txt").write_text("pandas\nnumpy\n")
    (folder / "uv.lock").write_text(uv_lock(*packages))

    assert read() == pins


@pytest.mark.parametrize("text", ["", "version = 9\n", "[", "version = 1\nrequires-python = 3\n"])
def test_a_lock_that_cannot_be_read_gives_nothing(folder: Path, text: str) -> None:
    (folder / "uv.lock").write_text(text)

    assert read() == ["pandas has no version"]


def test_a_line_is_told_once_however_often_its_file_is_named_and_included(folder: Path) -> None:
    (folder / "more.txt").write_text("-r requirements.txt\n-r requirements.txt\n")

    assert read("more.txt", "requirements.txt", "more.txt") == ["pandas has no version"]


@pytest.mark.parametrize("order", [("more.txt", "requirements.txt"), ("requirements.txt", "more.txt")])
def test_a_line_is_shown_where_its_file_is_named_whoever_includes_it(
    folder: Path, order: tuple[str, str]
) -> None:
    (folder / "requirements.txt").write_text("foo=1\n")
    (folder / "more.txt").write_text("-r requirements.txt\n")
    shown = "foo=1 is not a requirement pip can read: `=` is not an operator, `==` is"

    assert read(*order) == [shown]
    assert read("more.txt") == ["line 1 is not a requirement pip can read"]


def test_excuses_come_once_from_every_kind_of_file(folder: Path) -> None:
    (folder / "requirements.txt").write_text("pandas==1  # driftguard: ignore[DG201] old\n")
    (folder / "more.txt").write_text("-r requirements.txt\n")
    (folder / ".pre-commit-config.yaml").write_text(
        "repos: [{repo: a, hooks: [{id: b,\n  additional_dependencies: [c] # driftguard: ignore[DG2] new\n}]}]\n"
    )
    files = [Path("more.txt"), Path("requirements.txt"), Path(".pre-commit-config.yaml")]

    found = declarations.read(files, os.environ, lock=None, python=None)

    assert found.excuses == (
        Excuse(path=Path("requirements.txt"), line=1, codes=("DG201",), reason="old"),
        Excuse(path=Path(".pre-commit-config.yaml"), line=2, codes=("DG2",), reason="new"),
    )
    assert [one.name for one in found.declarations] == ["c"]


@pytest.mark.parametrize("name", ["pyproject.toml", "uv.lock", "environment.yml"])
def test_what_declares_in_another_way_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("")

    with pytest.raises(UsageError, match=f"`{name}` is not linted"):
        read(name)
