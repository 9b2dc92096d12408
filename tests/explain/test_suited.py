"""Commands suit the system and the installer that the error text shows."""

import pytest

from driftguard.explain.nouns import ErrorText, Raised
from driftguard.explain.suited import suited

APT = "sudo apt-get install libpq-dev"


def error(message: str, *frames: str) -> ErrorText:
    return ErrorText(1, message, (Raised(message),), frames)


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("pg_config: not found", APT),
        ("clang: error for macosx_11_0_arm64", "brew install libpq"),
        ("gcc: error in /usr/lib64/python3.9", "sudo dnf install libpq-devel"),
        ("no wheel for musllinux_1_2_x86_64", "sudo apk add libpq-dev"),
    ],
)
def test_packages_are_those_of_the_system(message: str, command: str) -> None:
    assert suited([APT], error(message)) == [command]


def test_the_files_of_the_traceback_show_the_system_as_well() -> None:
    assert suited([APT], error("ImportError: x", "/Users/ann/v/lib/python3.12/x.py")) == [
        "brew install libpq"
    ]


@pytest.mark.parametrize("message", ["[WinError 126] not found", "built for macosx_11_0_arm64"])
def test_what_is_not_known_of_another_system_is_left_out(message: str) -> None:
    commands = ["apt-file search libfoo.so", "sudo apt-get install libfoo1", "python -m pip install foo"]

    assert suited(commands, error(message)) == ["python -m pip install foo"]


def test_commands_of_another_system_are_left_out() -> None:
    assert suited(["brew install x", "set A=B", "export A=B"], error("in /usr/lib64/x")) == ["export A=B"]


@pytest.mark.parametrize(
    ("message", "commands"),
    [
        ("the lock is old", ["uv lock", "poetry lock", "pipenv lock", "git log"]),
        ("poetry.lock is old", ["poetry lock", "git log"]),
        ("Pipfile.lock is old", ["pipenv lock", "git log"]),
        ("conda: the lock is old", ["uv lock", "poetry lock", "pipenv lock", "git log"]),
    ],
)
def test_the_installer_that_is_shown_comes_first_and_alone(message: str, commands: list[str]) -> None:
    assert suited(["uv lock", "poetry lock", "pipenv lock", "git log"], error(message)) == commands
