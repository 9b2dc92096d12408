"""The groups that uv installs unasked, from a manifest."""

from pathlib import Path

import pytest

from driftguard.errors import InputError
from driftguard.manifests.pyproject import default_groups


def groups_of(folder: Path, text: str) -> tuple[str, ...] | None:
    path = folder / "pyproject.toml"
    path.write_text(text)
    return default_groups(path)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        pytest.param("", None, id="unsaid"),
        pytest.param("[tool.uv]\ndefault-groups = []\n", (), id="none"),
        pytest.param("[tool.uv]\ndefault-groups = ['Doc_s']\n", ("doc-s",), id="named"),
        pytest.param(
            "[dependency-groups]\na=[]\nb=[]\n[tool.uv]\ndefault-groups = 'all'\n", ("a", "b"), id="all"
        ),
    ],
)
def test_default_groups_are_those_that_uv_takes(
    tmp_path: Path, text: str, groups: tuple[str, ...] | None
) -> None:
    assert groups_of(tmp_path, text) == groups


def test_a_file_that_is_missing_says_nothing_of_groups(tmp_path: Path) -> None:
    assert default_groups(tmp_path / "pyproject.toml") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[project]\nname = \n", "pyproject.toml:2: not TOML", id="syntax"),
        pytest.param("\n<<<<<<< HEAD\n", "pyproject.toml:2: merge conflict marker", id="conflict"),
        pytest.param("tool = 1\n", "pyproject.toml: tool: is an integer, not a table", id="tool"),
        pytest.param(
            "[tool]\n[ tool . uv ]\ndefault-groups = 'dev'\n", "toml:2: tool.uv.default-groups", id="a word"
        ),
        pytest.param(
            "[tool.uv]\ndefault-groups = [1]\n",
            "toml:1: tool.uv.default-groups[0]: is an integer",
            id="a number",
        ),
        pytest.param("a = " + "[" * 20_000, "nested too deeply", id="deep"),
    ],
)
def test_a_broken_file_is_an_error_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        groups_of(tmp_path, text)

    assert message in caught.value.message
