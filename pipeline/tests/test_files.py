from pathlib import Path

import pytest

from hawks_pipeline import files


def test_a_file_is_replaced_and_never_written_in_place(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    files.write(path, b"old")
    files.link(path, tmp_path / "other name")

    files.write(path, b"new")

    assert path.read_bytes() == b"new"
    assert (tmp_path / "other name").read_bytes() == b"old"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_a_link_takes_the_place_of_another(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        files.point(tmp_path / "current", name)

        assert (tmp_path / "current").readlink() == Path(name)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "b", "current"]


def test_a_file_that_cannot_be_linked_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"content")

    def another_file_system(*arguments: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", another_file_system)
    files.link(tmp_path / "a", tmp_path / "b")

    assert (tmp_path / "b").read_bytes() == b"content"


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    files.write(tmp_path / "kept" / "file", b"")
    (tmp_path / "kept" / f"{files.ASIDE}file").write_bytes(b"half")
    (tmp_path / f"{files.ASIDE}night" / "deep").mkdir(parents=True)
    (tmp_path / f"{files.ASIDE}night" / f"{files.ASIDE}x").write_bytes(b"half")
    (tmp_path / f"{files.ASIDE}current").symlink_to("nowhere")

    files.sweep([tmp_path, tmp_path / "not there"])

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["kept", "kept/file"]


def test_a_tree_is_the_finished_files_sorted(tmp_path: Path) -> None:
    for name in ("b", "a/c", "a/.hidden", f"a/{files.ASIDE}c"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()

    assert [str(path.relative_to(tmp_path)) for path in files.tree(tmp_path)] == ["a/.hidden", "a/c", "b"]


def test_the_same_value_is_the_same_json(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a", {"name": "Krejčí", "b": 1})
    files.write_json(tmp_path / "b", {"b": 1, "name": "Krejčí"})

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
