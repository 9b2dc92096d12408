"""Decode a requirements file as pip does, and refuse what is no text."""

import codecs
import locale
import re
from pathlib import Path

from driftguard.conflicts import conflict_line
from driftguard.errors import InputError

LARGEST = 8 * 1024 * 1024
"""Bytes of one file; the largest with hashes that people write have three million."""
MOST_LINES = 200_000

_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"coding[:=]\s*([-\w.]+)")
_UNFIT = frozenset({"idna", "punycode", "undefined"})


def decoded(data: bytes, path: Path) -> str:
    """Return the text of a requirements file. Raises InputError with the line."""
    encoding, start = _encoding(data, path)
    try:
        text = data[start:].decode(encoding or "utf-8")
    except LookupError:
        raise InputError(f"`{encoding}` is no encoding of text", path=path, line=1) from None
    except UnicodeError as error:
        text = _in_locale(data, encoding, error, path)
    refuse_binary(text, path)
    refuse_conflict(text, path)
    if text.count("\n") > MOST_LINES:
        raise InputError(f"more than {MOST_LINES:,} lines", path=path)
    return text


def refuse_binary(text: str, path: Path) -> None:
    """Raise InputError where a NUL stands."""
    if (at := text.find("\0")) >= 0:
        hint = "is it UTF-16 without a byte order mark?" if text[1:2] == "\0" else None
        line = text.count("\n", 0, at) + 1
        raise InputError("holds a NUL character: not text", path=path, line=line, hint=hint)


def refuse_conflict(text: str, path: Path) -> None:
    """Raise InputError where git left a merge conflict marker."""
    if line := conflict_line(text):
        raise InputError("holds a merge conflict marker", path=path, line=line)


def _encoding(data: bytes, path: Path) -> tuple[str, int]:
    """Return what the file says of its encoding, empty when nothing, and where its text begins."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    for number, line in enumerate(data.split(b"\n", 2)[:2], start=1):
        if line.startswith(b"#") and (declared := _DECLARED.search(line)):
            return _known(declared.group(1).decode("ascii"), path, number), 0
    return "", 0


def _known(encoding: str, path: Path, line: int) -> str:
    try:
        fit = codecs.lookup(encoding).name not in _UNFIT
    except LookupError:
        fit = False
    if not fit:
        # Not quoted: the file may be one that somebody included to have it shown.
        raise InputError("declares an encoding that is not known", path=path, line=line)
    return encoding


def _in_locale(data: bytes, encoding: str, error: UnicodeError, path: Path) -> str:
    """Decode what is not UTF-8 and says nothing in the locale's encoding, as pip does."""
    fallback = locale.getencoding()
    if not encoding and codecs.lookup(fallback).name != "utf-8":
        try:
            return data.decode(fallback)
        except UnicodeError:
            encoding = fallback
    line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
    hint = None if encoding else "declare its encoding on the first line: `# -*- coding: latin-1 -*-`"
    raise InputError(f"not {(encoding or 'utf-8').upper()}", path=path, line=line, hint=hint) from None
