"""Which Python the files beside a lock speak of."""

from pathlib import Path

import pytest

from driftguard.environment.host import versions
from tests.environment.builders import tree

WORKFLOW = ".github/workflows/ci.yml"


def found(folder: Path, files: dict[str, str]) -> list[tuple[str, tuple[str, ...], int]]:
    wanted = versions.read(tree(folder, files))
    return [(one.what, one.versions, one.line) for one in wanted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.12\n", [(".python-version", ("3.12",), 1)]),
        ("# pinned\n\n3.12.1\n3.11\n", [(".python-version", ("3.12.1",), 3)]),
        ("cpython@3.12\n", [(".python-version", ("3.12",), 1)]),
        ("pypy3.10\n", []),
        ("system\n", []),
        (">=3.11\n", []),
        ("", []),
        ("\x00\xff", []),
    ],
)
def test_a_pin(tmp_path: Path, text: str, expected: list[tuple[str, tuple[str, ...], int]]) -> None:
    assert found(tmp_path, {".python-version": text}) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FROM python:3.12", ("3.12",)),
        ("FROM python:3.12.1-slim AS build", ("3.12.1",)),
        ("from --platform=linux/amd64 docker.io/library/python:3.12-alpine", ("3.12",)),
        ("FROM python:3.12@sha256:abc", ("3.12",)),
        ("FROM ghcr.example/astral-sh/uv:python3.12-bookworm", ("3.12",)),
        ("FROM python:${VERSION}", None),
        ("FROM python:3", None),
        ("FROM python", None),
        ("FROM debian:12", None),
        ("FROM notpython:3.12", None),
        ("# FROM python:3.12", None),
        ("RUN echo FROM python:3.12", None),
    ],
)
def test_an_image(tmp_path: Path, line: str, expected: tuple[str, ...] | None) -> None:
    told = [("Dockerfile", expected, 2)] if expected else []

    assert found(tmp_path, {"Dockerfile": f"# syntax\n{line}\n"}) == told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python-version: '3.12'", ("3.12",)),
        ('python-version: "3.12"  # newest', ("3.12",)),
        ("python-version: 3.10", ("3.10",)),
        ("python-version: ['3.11', '3.12']", ("3.11", "3.12")),
        ("python-version:\n  - '3.11'\n  # no more\n  - 3.12\nother: 1", ("3.11", "3.12")),
        ("python-version: |\n  3.11\n  3.12\nother: 1", ("3.11", "3.12")),
        ("python: ['3.11', '3.13']\npython-version: ${{ matrix.python }}", ("3.11", "3.13")),
        ("python-version: [3.11]\nwith:\n  python-version: ${{ matrix.python-version }}", ("3.11",)),
        ("python-version: ${{ inputs.python }}", None),
        ("python-version: ${{ matrix.python }}", None),
        ("python-version: '3.x'", None),
        ("python-version: '>=3.11'", None),
        ("python-version: pypy3.10", None),
        ("python-version: ['3.11', 'pypy3.10']", None),
        ("python-version-file: .python-version", None),
        ("run: echo 3.12", None),
    ],
)
def test_a_workflow(tmp_path: Path, text: str, expected: tuple[str, ...] | None) -> None:
    assert [versions for _, versions, _ in found(tmp_path, {WORKFLOW: text})] == (
        [expected] if expected else []
    )


def test_all_workflows_speak_as_one_and_one_that_leaves_it_open_silences_them(tmp_path: Path) -> None:
    files = {WORKFLOW: "\npython-version: '3.12'", ".github/workflows/docs.yaml": "python-version: '3.13'"}

    assert found(tmp_path, files) == [("workflows", ("3.12", "3.13"), 2)]
    assert found(tmp_path, {".github/workflows/x.yml": "python-version: ${{ env.PYTHON }}"}) == []


def test_files_that_are_none_are_passed_over(tmp_path: Path) -> None:
    assert found(tmp_path, {".python-version/": "", "Dockerfile/": "", ".github/workflows": "3.12"}) == []
