"""Scripts of distributions in `bin/`: which interpreter their first line starts."""

import os
import re
from collections.abc import Iterable, Iterator

from driftguard.environment.reading import head
from driftguard.integrity import Misled

_LIMIT = 4_096
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*(?:t|w)?(?:\.exe)?\Z", re.IGNORECASE)
_BY_SHELL = re.compile(rb"'''exec' (?:\"([^\"\n]+)\"|([^\s\"$]+)) ")
"""How installers write an interpreter whose path is too long for a first line, or has spaces."""


def look(scripts: Iterable[tuple[str, str]], folder: str) -> Iterator[Misled]:
    """Yield those of the `scripts`, each with its owner, whose Python does not lie in `folder`.

    What asks `env` for its Python starts whichever is first on PATH, which is not this script's matter.
    """
    lies_here: dict[str, bool] = {}
    for path, owner in scripts:
        interpreter = _interpreter(path)
        if not interpreter or not _PYTHON.match(os.path.basename(interpreter)):  # noqa: PTH119
            continue
        if interpreter not in lies_here:
            lies_here[interpreter] = _is_in(folder, interpreter)
        if not lies_here[interpreter]:
            yield Misled(path, owner, interpreter, os.path.exists(interpreter))  # noqa: PTH110


def _is_in(folder: str, interpreter: str) -> bool:
    above = os.path.dirname(interpreter)  # noqa: PTH120
    return os.path.realpath(above) == os.path.realpath(folder) and os.path.exists(interpreter)  # noqa: PTH110


def _interpreter(path: str) -> str:
    """Return the absolute path in the first line of a script; empty for what is no script, or names none."""
    try:
        data = head(path, _LIMIT)
    except OSError:
        return ""
    if not data.startswith(b"#!"):
        return ""
    first, _, rest = data[2:].partition(b"\n")
    words = first.split()
    named = words[0] if words else b""
    if os.path.basename(named) in (b"sh", b"bash") and (told := _BY_SHELL.match(rest)):  # noqa: PTH119
        named = told[1] or told[2]
    return os.fsdecode(named) if named.startswith(b"/") else ""
