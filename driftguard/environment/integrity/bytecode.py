"""Bytecode in `__pycache__`: whether it is what its source compiles to.

The interpreter runs it in place of a source whose time and size, or hash, its header has, or, where that
says so (PEP 552, "unchecked"), of any. Only the judged interpreter's own is looked at; it runs no other.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from driftguard.cache import Cache
from driftguard.environment import interpreter as asking
from driftguard.environment import stamps
from driftguard.environment.integrity import folders, marks
from driftguard.environment.reading import head
from driftguard.integrity import OtherBytecode
from driftguard.model import Environment, Interpreter
from driftguard.record import NamedTuple

FOLDER = "__pycache__"
_OLDEST = (3, 8)
_HEADER = 16
_UNCHECKED, _FLAGS = 0b01, 0b11
_KIND = "bytecode"


class Piece(NamedTuple):
    """Bytecode, its source, the level of optimisation that its name tells, and the size of the source."""

    bytecode: str
    source: str
    level: int
    size: int = 0


class Judged(NamedTuple):
    """The bytecode that was not made of its source, and clauses on what could not be compared."""

    others: tuple[OtherBytecode, ...] = ()
    unknown: tuple[str, ...] = ()


def tag(interpreter: Interpreter) -> str:
    """Return what the names of its bytecode hold (`cpython-311`); empty where that is not known."""
    if interpreter.implementation != "CPython":
        return ""
    return f"cpython-{''.join(interpreter.version.split('.')[:2])}"


def unchecked(listed: Mapping[str, Iterable[str]], tag: str) -> list[Piece]:
    """Return, of these folders and their files, the bytecode that is run without a look at the source."""
    return [
        piece
        for folder, names in listed.items()
        for piece in _pieces(folder, names, tag)
        if _is_unchecked(piece.bytecode)
    ]


def _pieces(folder: str, names: Iterable[str], tag: str) -> Iterator[Piece]:
    above, _, here = folder.rpartition(os.sep)
    if here != FOLDER or not tag:
        return
    endings = ((f".{tag}.pyc", 0), (f".{tag}.opt-1.pyc", 1), (f".{tag}.opt-2.pyc", 2))
    for name in names:
        for ending, level in endings:
            if name.endswith(ending):
                source = f"{above}{os.sep}{name.removesuffix(ending)}.py"
                yield Piece(f"{folder}{os.sep}{name}", source, level)


def _is_unchecked(path: str) -> bool:
    try:
        start = head(path, _HEADER)
    except OSError:  # the interpreter could not read it either
        return False
    return len(start) == _HEADER and int.from_bytes(start[4:8], "little") & _FLAGS == _UNCHECKED


def whole(site: str, there: Environment, environ: Mapping[str, str], cache: Cache) -> Judged:
    """Compare all code below a `site-packages` with what its sources compile to."""
    if not (ours := tag(there.interpreter)):
        name = there.interpreter.implementation
        return Judged(unknown=(f"the bytecode in `{site}`: how {name} writes it is not known here",))
    try:
        found = [each for where, names in folders.walked(site, {}) for each in _pieces(where, names, ours)]
    except OSError as error:
        return Judged(unknown=(f"`{error.filename}` cannot be listed: {error.strerror}",))
    return judged(site, found, there, environ, cache, headers=False)


def judged(
    site: str,
    pieces: Sequence[Piece],
    there: Environment,
    environ: Mapping[str, str],
    cache: Cache,
    *,
    headers: bool = True,
) -> Judged:
    """Compare bytecode below a `site-packages` with its sources, or only what its `headers` say of them.

    What was found to be in order is not looked at again while it and its source are as they were.
    """
    if not pieces:
        return Judged()
    if why := _why_not(there.interpreter):
        return Judged(unknown=(f"{len(pieces)} files of bytecode in `{site}`: {why}",))
    kept = _Kept(site, there.interpreter, cache, "headers" if headers else "code")
    new = list(kept.unknown(pieces))
    others, unknown = [], []
    if new:
        from driftguard.environment.integrity.compiling import outcomes

        python = there.interpreter.executable
        for piece, told in zip(new, outcomes(new, python, site, environ, headers=headers), strict=True):
            if told.sign == "=":
                continue
            kept.forget(piece)
            if told.sign == "?":
                unknown.append(f"`{piece.bytecode}`: {told.why}")
            else:
                others.append(
                    OtherBytecode(_entry(piece.source, site), piece.bytecode, told.why, told.sign == "!")
                )
    kept.save()
    return Judged(tuple(sorted(others)), tuple(unknown))


def _why_not(interpreter: Interpreter) -> str:
    """Return as a clause why nothing can be compared with an interpreter's help; empty where it can."""
    if not interpreter.asked:
        return "only the interpreter can compare it, which is not to be run (`--no-exec`)"
    if tuple(map(int, interpreter.version.split(".")[:2])) < _OLDEST:
        return f"Python {interpreter.version} is older than 3.8"
    return "" if hasattr(os, "waitid") else "this system cannot run the interpreter within limits"


def _entry(source: str, site: str) -> str:
    return f"{site}{os.sep}{os.path.relpath(source, site).partition(os.sep)[0]}"


class _Kept:
    """Which bytecode of a `site-packages` was in order, under the states of itself and of its source."""

    def __init__(self, site: str, interpreter: Interpreter, cache: Cache, what: str) -> None:
        self._key = marks.key(what, site, asking.key(interpreter.executable))
        self._cache = cache
        self._known = cache.get(_KIND, self._key) or {}
        self._marks: dict[str, object] = {}

    def unknown(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield, with their sizes, those that are to be looked at; what has no source is never run."""
        limit, salt = stamps.settled_before(), marks.salt(self._cache)
        for piece in pieces:
            own, source = stamps.of(piece.bytecode), stamps.of(piece.source)
            if own is None or source is None:
                continue
            mark = hash((salt, *own, *source))
            if max(*own[:2], *source[:2]) < limit:
                self._marks[piece.bytecode] = mark
            if self._known.get(piece.bytecode) != mark:
                yield piece._replace(size=source[2])

    def forget(self, piece: Piece) -> None:
        """Keep nothing of what is not in order."""
        self._marks.pop(piece.bytecode, None)

    def save(self) -> None:
        """Keep what is in order."""
        if self._marks != self._known:
            self._cache.put(_KIND, self._key, self._marks)
