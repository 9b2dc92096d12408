"""Globs of `cache-keys`, as uv takes them."""

import time
from pathlib import Path

import pytest

from driftguard.environment import globs

FILES = ("a.txt", "docs/a.txt", "docs/deep/b.txt", "docs/deep/c.md", "docs/.hidden/d.txt")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        ("*.txt", ["a.txt", "docs/.hidden/d.txt", "docs/a.txt", "docs/deep/b.txt"]),
        ("docs/*.md", ["docs/deep/c.md"]),
        ("docs/**", ["docs/.hidden/d.txt", "docs/a.txt", "docs/deep/b.txt", "docs/deep/c.md"]),
        ("**/*.md", ["docs/deep/c.md"]),
        ("*/*.txt", ["docs/a.txt"]),
        ("docs/**/*.{md,rst}", ["docs/deep/c.md"]),
        ("docs/{deep,none}/?.md", ["docs/deep/c.md"]),
        ("docs/d*p/b*", ["docs/deep/b.txt"]),
        ("nowhere/*", []),
    ],
)
def test_files_are_chosen_as_uv_chooses_them(source: Path, pattern: str, chosen: list[str]) -> None:
    found, complete = globs.files(source, pattern)

    assert (sorted(path.relative_to(source).as_posix() for path in found), complete) == (chosen, True)


@pytest.mark.parametrize("pattern", ["[ab].txt", "!a*", "a\0*", "{a,b}" * 9])
def test_what_is_not_read_is_said_to_be_incomplete(source: Path, pattern: str) -> None:
    assert globs.files(source, pattern) == ([], False)


@pytest.mark.parametrize("pattern", ["a*" * 60 + "b", "**/" * 60 + "b", "*?" * 60 + "b"])
def test_no_pattern_takes_long(tmp_path: Path, pattern: str) -> None:
    (tmp_path / ("a" * 250)).touch()
    deep = tmp_path.joinpath(*["a"] * 100)
    deep.mkdir(parents=True)
    (deep / "a").touch()

    start = time.perf_counter()
    found, _ = globs.files(tmp_path, pattern)

    assert found == []
    assert time.perf_counter() - start < 2
