"""A named version and platform have the marker values that uv gives them."""

import itertools
import re
from pathlib import Path

import pytest

from driftguard.environment.simulated import PLATFORMS, markers, on_platform, with_version
from driftguard.errors import UsageError
from driftguard.markers import VARIABLES, holds
from tests.builders import LINUX
from tests.projects import Project

VERSIONS = ("3.9", "3.12.4", "3.14.1")
SHAPES = {tuple(markers("3.12", platform).items()): platform for platform in PLATFORMS}
"""Platforms that differ in their marker values; of equal ones the last."""


def questions() -> list[str]:
    """Markers that together tell every value apart which any platform or version here has."""
    every = [markers(version, platform) for version in VERSIONS for platform in PLATFORMS]
    values = sorted({(name, values[name]) for values in every for name in VARIABLES})
    return [f"{name} == '{value}'" for name, value in values]


def answered(project: Project, *options: str) -> set[str]:
    """Return the questions to which uv says yes."""
    done = project.uv(
        "pip", "compile", "--no-index", "--find-links", str(project.index), "--no-header", "--no-annotate",
        "--quiet", *options, "questions.in",
    )  # fmt: skip
    assert done.code == 0, done.err
    asked = questions()
    return {asked[int(number)] for number in re.findall(r"^q(\d+)==1", done.out, re.MULTILINE)}


@pytest.fixture
def asking(project: Project) -> Project:
    asked = questions()
    for number in range(len(asked)):
        project.wheel(f"q{number}==1")
    lines = (f"q{number}; {marker}" for number, marker in enumerate(asked))
    Path(project.folder, "questions.in").write_text("\n".join(lines) + "\n")
    return project


@pytest.mark.slow
def test_every_platform_and_version_has_uvs_values(asking: Project) -> None:
    # One platform for each set of values, and the versions in turn: each is met with some of them.
    for platform, version in zip(SHAPES.values(), itertools.cycle(VERSIONS)):
        theirs = answered(asking, "--python-platform", platform, "--python-version", version)

        ours = {marker for marker in questions() if holds(marker, markers(version, platform))}
        assert ours == theirs, (platform, version)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "same"), [("x86_64-manylinux_2_40", "linux"), ("x86_64-unknown-linux-musl", "linux")]
)
def test_uv_gives_every_kind_of_linux_the_same_values(asking: Project, one: str, same: str) -> None:
    assert markers("3.12", one) == markers("3.12", same)
    assert answered(asking, "--python-platform", one) == answered(asking, "--python-platform", same)


def test_we_take_the_platforms_that_uv_takes(project: Project) -> None:
    done = project.uv("pip", "compile", "--python-platform", "nonsense", "-")

    listed = re.search(r"possible values: (.*)\]", done.err)
    assert listed
    assert tuple(listed[1].split(", ")) == PLATFORMS


def test_every_variable_is_told() -> None:
    assert set(markers("3.12", "linux")) == set(VARIABLES)


@pytest.mark.parametrize(
    ("version", "short", "full"),
    [
        ("3.12", "3.12", "3.12.0"),
        ("3.9.21", "3.9", "3.9.21"),
    ],
)
def test_a_version_is_written_out(version: str, short: str, full: str) -> None:
    values = with_version(LINUX, version)

    assert (values["python_version"], values["python_full_version"]) == (short, full)
    assert values["implementation_version"] == full
    assert {name: values[name] for name in values if "version" not in name} == {
        name: LINUX[name] for name in LINUX if "version" not in name
    }


def test_another_implementation_keeps_its_own_version() -> None:
    pypy = {**LINUX, "implementation_name": "pypy", "implementation_version": "7.3.17"}

    assert with_version(pypy, "3.10")["implementation_version"] == "7.3.17"


def test_what_is_not_known_stays_unknown() -> None:
    assert "python_version" not in on_platform({}, "linux")


@pytest.mark.parametrize(
    "version",
    ["", "3", "3.14.0rc1", "2.7", "3.12.4.5", ">=3.12", "pypy3.10", "3.12t", "3.12\n", "٣.12", "3.9999"],
)
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(UsageError, match="is not a Python version"):
        markers(version, "linux")


@pytest.mark.parametrize("platform", ["", "Linux", "win32", "x86_64-unknown-linux"])
def test_what_is_no_platform_is_refused_with_the_list(platform: str) -> None:
    with pytest.raises(UsageError, match="is not a platform that uv knows") as refused:
        markers("3.12", platform)

    assert "aarch64-apple-darwin" in (refused.value.hint or "")
