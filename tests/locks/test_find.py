"""Which lock is found, and by which reader it is read."""

from pathlib import Path

import pytest

from driftguard import locks
from driftguard.errors import InputError
from driftguard.model import LockFormat

UV = 'version = 1\nrequires-python = ">=3.11"\n'


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (["uv.lock", "requirements.txt"], "uv.lock"),
        (["app/requirements.txt", "uv.lock"], "uv.lock"),
        (["app/requirements.txt", "requirements.txt"], "app/requirements.txt"),
        (["app/requirements.lock", "app/requirements.txt"], "app/requirements.lock"),
    ],
)
def test_the_nearest_uv_lock_wins_over_requirements_here(
    tmp_path: Path, there: list[str], found: str
) -> None:
    (tmp_path / "app").mkdir()
    for name in there:
        (tmp_path / name).write_text(UV)

    assert locks.find(tmp_path / "app") == tmp_path / found


def test_requirements_above_are_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "requirements.txt").write_text("a==1\n")

    with pytest.raises(InputError, match=r"no uv\.lock here or above"):
        locks.find(tmp_path / "app")


@pytest.mark.parametrize(
    ("name", "text", "file_format"),
    [
        ("uv.lock", UV, LockFormat.UV),
        ("prod.lock", UV, LockFormat.UV),
        ("requirements.lock", "a==1\n", LockFormat.REQUIREMENTS),
        ("requirements.txt", "a==1\n", LockFormat.REQUIREMENTS),
        ("pins", "a==1\n", LockFormat.REQUIREMENTS),
    ],
)
def test_the_format_is_told_by_name_and_beginning(
    tmp_path: Path, name: str, text: str, file_format: LockFormat
) -> None:
    (tmp_path / name).write_text(text)

    assert locks.read(tmp_path / name, {}).format is file_format


def test_a_folder_stands_for_the_lock_in_it(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(UV)

    assert locks.read(tmp_path, {}).path == tmp_path / "uv.lock"


def test_a_format_that_is_not_read_yet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pylock.toml").write_text("")

    with pytest.raises(InputError, match="not read yet"):
        locks.read(tmp_path / "pylock.toml", {})
