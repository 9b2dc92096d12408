"""Files are read within bounds and written whole."""

import os
from pathlib import Path

import pytest

from driftguard.errors import InputError
from driftguard.files import read_bytes, read_text, write_text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda path: None, "no such file", id="missing"),
        pytest.param(lambda path: path.mkdir(), "is a directory", id="a folder"),
        pytest.param(lambda path: os.mkfifo(path), "is not a file", id="a pipe"),
        pytest.param(lambda path: path.symlink_to(path), "no such file", id="a loop of links"),
        pytest.param(lambda path: path.write_bytes(b"x" * 2000), "larger than", id="too large"),
    ],
)
def test_what_is_no_readable_file_is_one_error(tmp_path: Path, make: object, message: str) -> None:
    path = tmp_path / "lock"
    make(path)  # type: ignore[operator]

    with pytest.raises(InputError, match=message):
        read_bytes(path, limit=1000)


def test_text_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"one\ntwo\n\xff\n")

    with pytest.raises(InputError, match=r"lock:3: not UTF-8"):
        read_text(path)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"\xef\xbb\xbfversion = 1\n")

    assert read_text(path) == "version = 1\n"


def test_what_is_written_replaces_the_old_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.json"

    write_text(path, "first")
    write_text(path, "second \ud800")

    assert path.read_text() == "second \\ud800"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["folder", "file/report.json", "x" * 300])
def test_what_cannot_be_written_is_one_error_and_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be written"):
        write_text(tmp_path / name, "text")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert list((tmp_path / "folder").iterdir()) == []
