"""What was copied from a local source, beside the source: what differs, and what was too much to compare."""

import os
from pathlib import Path

import pytest

from driftguard.environment.copied import stale

INSTALLED = 1_000_000_000
"""Long ago: whatever a test writes was touched since."""
MIB = 1024 * 1024


class Tree:
    """A source of one package and its copy in site-packages."""

    def __init__(self, root: Path) -> None:
        self.source, self.site = root / "source", root / "site"
        self.metadata = self.site / "app-1.dist-info"
        self.metadata.mkdir(parents=True)
        (self.source / "src" / "app").mkdir(parents=True)
        (self.site / "app").mkdir()
        self.names: list[str] = []

    def file(self, name: str, ours: bytes, theirs: bytes | None = None, *, long: int = 0) -> None:
        for path, data in (
            (self.site / "app" / name, ours),
            (self.source / "src" / "app" / name, ours if theirs is None else theirs),
        ):
            path.write_bytes(data)
            if long:
                os.truncate(path, long)
        self.recorded(f"app/{name}")

    def recorded(self, *names: str) -> None:
        self.names += names
        (self.metadata / "RECORD").write_text("".join(f"{name},,\n" for name in self.names))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_the_same_content_is_no_change(tree: Tree) -> None:
    tree.file("a.py", b"A = 1\n")

    assert stale(tree.metadata, tree.source, INSTALLED) == ((), (), "")


def test_a_change_of_equal_length_far_into_a_file_is_seen(tree: Tree) -> None:
    tree.file("a.bin", b"x" * 9 * MIB, b"x" * (9 * MIB - 1) + b"y")

    found = stale(tree.metadata, tree.source, INSTALLED)

    assert [copy.name for copy in found.changed] == ["app/a.bin"]
    assert found.uncompared == ""


def test_what_is_too_much_to_read_is_said(tree: Tree) -> None:
    tree.file("a.py", b"A = 1\n", b"A = 2\n")
    tree.file("b.bin", b"", long=65 * MIB)

    found = stale(tree.metadata, tree.source, INSTALLED)

    assert [copy.name for copy in found.changed] == ["app/a.py"]
    assert found.uncompared == "only 64 MiB of what was touched since were compared"


def test_more_files_than_are_looked_at_are_said(tree: Tree) -> None:
    tree.recorded(*(f"gone/{number}.py" for number in range(50_001)))

    found = stale(tree.metadata, tree.source, INSTALLED)

    assert found.uncompared == "only 50,000 of its 50,001 files were compared"
