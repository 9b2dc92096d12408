"""Markers hold, do not hold, or cannot be decided; they are never guessed."""

import pytest

from driftguard.markers import MarkerError, holds, unknown_variables
from driftguard.model import Unavailable
from tests.builders import LINUX


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("", True),
        ("sys_platform == 'linux'", True),
        ("sys_platform == 'win32'", False),
        ("python_full_version >= '3.11' and python_full_version < '3.12'", True),
        ("python_version in '3.10 3.11'", True),
        ("platform_python_implementation != 'PyPy' or os_name == 'nt'", True),
        ("extra == 'fast'", False),
    ],
)
def test_what_is_known_decides(marker: str, expected: bool) -> None:
    assert holds(marker, LINUX) is expected


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("extra == 'extra-3-app-cpu'", True),
        ("extra != 'extra-3-app-cpu'", False),
        ("'extra-3-app-cpu' == extra", True),
        ("'extra-3-app-cpu' != extra", False),
        ("extra == 'extra-3-app-gpu'", False),
        ("extra == 'extra-3-app-cpu' and extra != 'extra-3-app-gpu'", True),
        ('extra == "group-3-app-dev"', True),
    ],
)
def test_extras_are_asked_for_as_members_of_the_selection(marker: str, expected: bool) -> None:
    assert holds(marker, LINUX, frozenset({"extra-3-app-cpu", "group-3-app-dev"})) is expected


def test_what_is_not_known_is_not_taken_from_our_own_interpreter() -> None:
    known = {key: value for key, value in LINUX.items() if key != "platform_machine"}

    assert isinstance(holds("platform_machine == 'x86_64'", known), Unavailable)
    assert holds("sys_platform == 'linux'", known) is True


def test_a_name_in_quotes_is_not_a_question() -> None:
    assert unknown_variables("sys_platform == 'platform_machine'", {"sys_platform": "linux"}) == ()


@pytest.mark.parametrize("marker", ["import os", "sys_platform ==", "(" * 5_000, "x == 'y'"])
def test_a_malformed_marker_is_an_error(marker: str) -> None:
    with pytest.raises(MarkerError):
        holds(marker, LINUX)
