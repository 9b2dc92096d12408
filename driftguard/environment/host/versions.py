"""Which Python the files beside a lock speak of: `.python-version`, container files, workflows.

Read line by line: what is not certain, such as an expression, is left out. Patterns are compiled for rare
files only, since all of this is done in every run.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from driftguard.environment.reading import head
from driftguard.host import WantedPython

PIN = ".python-version"
CONTAINERS = ("Dockerfile", "Containerfile")
WORKFLOWS = Path(".github", "workflows")
MOST_WORKFLOWS = 50

_KEY = "python-version"
_LIMIT = 256 * 1024
_NUMBERS = r"(\d+\.\d+(?:\.\d+)?)"
_PINNED = rf"(?:cpython[-@]|python-)?{_NUMBERS}(?!\S)"
_FROM = rf"(?i)\s*FROM\s+(?:--\S+\s+)*(?:\S+/)?(?:python:|uv:python){_NUMBERS}(?=[-@\s]|\Z)"
_BLOCK = ("|", "|-", ">", ">-")


def read(project: Path) -> tuple[WantedPython, ...]:
    """Return all that is said in the folder of the lock."""
    return (*_pin(project / PIN), *_images(project), *_workflows(project))


def _pin(path: Path) -> Iterator[WantedPython]:
    for number, line in enumerate(_lines(path), start=1):
        if text := _bare(line):  # the first one counts
            if match := re.match(_PINNED, text):
                yield WantedPython(PIN, (match[1],), path, number, exact=True)
            return


def _images(project: Path) -> Iterator[WantedPython]:
    for name in CONTAINERS:
        for number, line in enumerate(_lines(project / name), start=1):
            if match := re.match(_FROM, line):
                yield WantedPython(name, (match[1],), project / name, number)


def _workflows(project: Path) -> Iterator[WantedPython]:
    """Yield one for all workflows together: each of them may be about something else.

    Nothing where one of them leaves it open.
    """
    first: tuple[Path, int] | None = None
    versions: list[str] = []
    for path in _files(project / WORKFLOWS):
        for line, found in _of_workflow(_lines(path)):
            if not found:
                return
            first = first or (path, line)
            versions += found
    if first:
        yield WantedPython("workflows", tuple(dict.fromkeys(versions)), *first)


def _files(folder: Path) -> list[Path]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith((".yml", ".yaml")))  # noqa: PTH208
    except OSError:
        return []
    return [folder / name for name in names[:MOST_WORKFLOWS]]


def _of_workflow(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the versions of each `python-version`, none of one that cannot be told."""
    for line, items in _values(_KEY, lines):
        name = _of_matrix(items[0]) if len(items) == 1 else ""
        chosen = items
        if name:  # the value may refer to a key of its own name
            chosen = [one for _, more in _values(name, lines) for one in more if not _of_matrix(one)]
        yield line, tuple(chosen) if all(map(_is_version, chosen)) else ()


def _of_matrix(text: str) -> str:
    """Return the key of the matrix that `${{ matrix.KEY }}` refers to; empty for anything else."""
    if not (text.startswith("${{") and text.endswith("}}")):
        return ""
    key = text[3:-2].strip()
    return key.removeprefix("matrix.") if key.startswith("matrix.") else ""


def _is_version(text: str) -> bool:
    parts = text.split(".")
    return len(parts) in (2, 3) and all(part.isdecimal() for part in parts)


def _values(key: str, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands under `key`, with its line: a list, the lines of a text, or the one value."""
    for index, line in enumerate(lines):
        name, colon, rest = _bare(line).partition(":") if key in line else ("", "", "")
        if not colon or name.removeprefix("- ").strip() != key:
            continue
        inline = rest.strip()
        if inline.startswith("[") and inline.endswith("]"):
            yield index + 1, [_unquoted(item) for item in inline[1:-1].split(",") if item.strip()]
        elif inline and inline not in _BLOCK:
            yield index + 1, [_unquoted(inline)]
        else:
            yield index + 1, list(_below(lines[index + 1 :], items=not inline))


def _below(lines: Sequence[str], *, items: bool) -> Iterator[str]:
    """Yield the items of a list, or the versions in a text, as far as they go on."""
    for text in filter(None, map(_bare, lines)):
        if not (text.startswith("- ") if items else _is_version(text)):
            return
        yield _unquoted(text.removeprefix("- "))


def _unquoted(text: str) -> str:
    return text.strip().strip("'\"")


def _bare(line: str) -> str:
    """Return a line without its comment and the space around it."""
    text = line.strip()
    return "" if text.startswith("#") else text.partition(" #")[0].rstrip()


def _lines(path: Path) -> list[str]:
    try:
        return head(str(path), _LIMIT).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
