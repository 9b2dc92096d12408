"""Join, strip and place the lines of a requirements file, exactly as pip joins and strips them."""

from collections.abc import Iterator
from pathlib import Path

from driftguard.errors import InputError
from driftguard.record import NamedTuple

LONGEST = 256 * 1024
"""Characters of one line, continuations joined; a package with a hundred hashes has eleven thousand."""


class LogicalLine(NamedTuple):
    """One line that is not empty, its continuations joined and its comment apart.

    `line` and `column` are where `text` begins; pip names the line where its continuations begin.
    """

    text: str
    comment: str
    line: int
    column: int


class _Piece(NamedTuple):
    """One physical line of a logical one; `column` is that of its first character."""

    number: int
    column: int
    text: str


def logical_lines(text: str, path: Path) -> Iterator[LogicalLine]:
    """Yield the lines of a file in order. Raises InputError at a line that is too long."""
    pieces: list[_Piece] = []
    for number, line in enumerate(text.splitlines(), start=1):
        alone = line.lstrip().startswith("#")
        if line.endswith("\\") and not alone:
            column = len(line) - len(line.lstrip("\\")) + 1
            pieces.append(_Piece(number, column, line.strip("\\")))
            continue
        # A comment ends a continuation; the blank keeps it a comment once it is joined.
        pieces.append(_Piece(number, 0, f" {line}") if alone else _Piece(number, 1, line))
        yield from _joined(pieces, path)
        pieces = []
    yield from _joined(pieces, path)


def _joined(pieces: list[_Piece], path: Path) -> Iterator[LogicalLine]:
    whole = "".join(piece.text for piece in pieces)
    if len(whole) > LONGEST:
        raise InputError(f"a line of more than {LONGEST:,} characters", path=path, line=pieces[0].number)
    cut = _comment_start(whole)
    text = whole[:cut].strip()
    if not text:
        return
    at = len(whole) - len(whole.lstrip())
    line, column = _place(pieces, at)
    yield LogicalLine(text=text, comment=whole[cut:], line=line, column=column)


def _place(pieces: list[_Piece], at: int) -> tuple[int, int]:
    *before, last = pieces
    for piece in before:
        if at < len(piece.text):
            return piece.number, piece.column + at
        at -= len(piece.text)
    return last.number, last.column + at


def _comment_start(text: str) -> int:
    """Return where the comment begins: a `#` at the start or after white space.

    Not a regular expression, which would take quadratic time on a line of blanks.
    """
    at = text.find("#")
    while at > 0 and not text[at - 1].isspace():
        at = text.find("#", at + 1)
    return len(text) if at < 0 else at
