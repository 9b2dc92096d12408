"""Fixtures that more than one test folder needs."""

from pathlib import Path

import pytest

from tests.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A folder in which a real project can be written."""
    folder = tmp_path / "app"
    folder.mkdir()
    return Project(folder)


@pytest.fixture
def shop(project: Project) -> Project:
    """A locked application with two extras, two groups and a default one, not synced yet."""
    project.wheel("numpy==1.26.4")
    project.wheel("numpy==2.4.6")
    project.wheel("pandas==3.1.1", "numpy>=2")
    project.wheel("plots==1.0")
    project.wheel("torch==1.0", "plots")
    project.wheel("pytest==9.0")
    project.wheel("sphinx==8.0", "plots")
    project.wheel("winonly==1.0")
    project.wheel("colorlog==6.9")
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "shop"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["pandas", "winonly; sys_platform == 'win32'"]

        [project.optional-dependencies]
        plot = ["plots"]
        learn = ["torch"]

        [dependency-groups]
        dev = ["pytest"]
        docs = ["sphinx"]
        """,
    )
    project.lock()
    return project
