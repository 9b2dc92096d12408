"""The state of folders is another after any change below them, and the same without one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard.environment import tree_state
from tests.environment.builders import tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, a folder in it, a link to a file elsewhere, and an empty folder."""
    tree(tmp_path, {"elsewhere": "1"})
    made = tree(tmp_path / "site", {"a.py": "1", "b/c.py": "2", "empty/": ""})
    (made / "link").symlink_to("../elsewhere")
    return made


def state(folder: Path) -> str:
    found = tree_state.read([str(folder)])
    assert not found.fault
    return found.digest


def test_without_a_change_it_is_the_same(folder: Path) -> None:
    assert state(folder) == state(folder)


def _unseen(path: Path) -> None:
    """Write into a file and put its times back."""
    before = path.stat()
    path.write_text("9")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda folder: _unseen(folder / "b" / "c.py"), id="in-place"),
        pytest.param(lambda folder: (folder / "b" / "new").write_text(""), id="added"),
        pytest.param(lambda folder: (folder / "a.py").unlink(), id="removed"),
        pytest.param(lambda folder: (folder / "a.py").rename(folder / "z.py"), id="renamed"),
        pytest.param(lambda folder: (folder / "empty").rmdir(), id="folder-removed"),
        pytest.param(lambda folder: (folder / "a.py").chmod(0o400), id="mode"),
        pytest.param(lambda folder: _unseen(folder.parent / "elsewhere"), id="behind-a-link"),
        pytest.param(lambda folder: (folder.parent / "elsewhere").unlink(), id="link-to-nothing"),
    ],
)
def test_a_change_shows(folder: Path, change: Callable[[Path], object]) -> None:
    before = state(folder)

    change(folder)

    assert state(folder) != before


def test_a_link_in_a_circle_is_no_way(folder: Path) -> None:
    (folder / "b" / "up").symlink_to("..")

    assert state(folder)


def test_odd_names_are_names(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n")).write_text("")

    assert state(folder)


def test_what_cannot_be_listed_is_told(tmp_path: Path) -> None:
    found = tree_state.read([str(tmp_path / "absent")])

    assert found.fault == f"`{tmp_path / 'absent'}` cannot be listed: No such file or directory"


def test_there_is_an_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_state, "MOST", 2)

    assert "hold more than 2 entries" in tree_state.read([str(folder)]).fault


def test_the_latest_time_is_told(folder: Path) -> None:
    path = folder / "b" / "c.py"
    os.utime(path, ns=(0, 2**62))

    assert tree_state.read([str(folder)]).latest == path.stat().st_mtime_ns
