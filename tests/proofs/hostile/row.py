"""One row of the table: what is laid over a healthy project, which command is run, and what it must say."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SECRET = "SECRET-abc123"
"""What no output and no file may hold, whatever a row plants."""

Content = str | bytes | Callable[[Path], object]
"""What stands at a path: text, bytes, or a function that puts something there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hostile or odd input and the answer it must get.

    `files` are laid over the healthy project (see `stage`); a name may hold `{site}`, and begin with `../`
    for what lies beside the project. `exit` is None where only the secret matters. `says` stands in the one line on standard error, else in the report.
    `shell` wraps the command, which it runs as `"$@"`. `plain` runs without root's right to read everything.
    `warm` runs once before anything is spoiled, so that the cache is filled; `makes` is a folder that may appear.
    `silent` is a row whose standard error nobody reads. `seconds` is how long it may take, where that is the
    matter; `slow` rows are run only when asked for.
    """

    group: str
    name: str
    files: Mapping[str, Content] = field(default_factory=dict)
    words: tuple[str, ...] = ("check",)
    exit: int | None = 3
    says: str = ""
    variables: Mapping[str, str | None] = field(default_factory=dict)
    shell: str = 'exec "$@"'
    plain: bool = False
    silent: bool = False
    warm: bool = False
    makes: str = ""
    slow: bool = False
    seconds: float = 1.0

    @property
    def quiet(self) -> bool:
        """Say whether this is a near miss: odd, but legal, and accepted without a word."""
        return self.exit == 0


def absent(path: Path) -> None:
    """Take away what stands there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def fifo(path: Path) -> None:
    """Put a pipe that nobody writes to."""
    absent(path)
    os.mkfifo(path)


def folder(path: Path) -> None:
    """Put an empty folder."""
    absent(path)
    path.mkdir()


def link(target: str) -> Content:
    """Return what puts a symbolic link."""

    def put(path: Path) -> None:
        absent(path)
        path.symlink_to(target)

    return put


def mode(bits: int, content: str | bytes | None = None) -> Content:
    """Return what writes `content`, or leaves what is there, and sets the mode."""

    def put(path: Path) -> None:
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(bits)

    return put


def instead(content: str | bytes, bits: int = 0o644) -> Content:
    """Return what puts a file in place of a folder, or of a link, which it does not follow."""

    def put(path: Path) -> None:
        absent(path)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(bits)

    return put


def behind_a_link(path: Path) -> None:
    """Put what stands there elsewhere, and a link to it."""
    real = path.with_name(f"real-{path.name}")
    path.rename(real)
    path.symlink_to(real.name)


def large(unit: str | bytes, times: int, *, before: str = "", after: str = "") -> Content:
    """Return what writes `unit` so many times, made only when the row is run."""
    data = unit if isinstance(unit, bytes) else unit.encode()
    return lambda path: path.write_bytes(before.encode() + data * times + after.encode())


def many(line: Callable[[int], str], times: int, *, before: str = "", after: str = "") -> Content:
    """Return what writes a line for every number below `times`, made only when the row is run."""
    return lambda path: path.write_text(before + "".join(map(line, range(times))) + after)


def sparse(size: int) -> Content:
    """Return what puts a file of so many NUL bytes that takes no room."""

    def put(path: Path) -> None:
        with path.open("wb") as stream:
            stream.truncate(size)

    return put


def entries(name: Callable[[int], str], times: int) -> Content:
    """Return what puts so many empty files into a folder."""

    def put(path: Path) -> None:
        path.mkdir(exist_ok=True)
        for number in range(times):
            (path / name(number)).touch()

    return put


def program(text: str) -> Content:
    """Return what puts a shell script that stands in for an interpreter."""
    return instead(f"#!/bin/sh\n{text}\n", 0o755)
