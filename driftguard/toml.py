"""Read TOML tables by typed getters whose errors name file, line and place."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from driftguard.conflicts import conflict_line
from driftguard.errors import InputError
from driftguard.record import NamedTuple

_KEY = r"[A-Za-z0-9_-]+"
# A literal first byte is what makes this fast: `^` is tried at every byte.
_HEADER = re.compile(rf"\n[ \t]*\[\[?[ \t]*({_KEY}(?:[ \t]*\.[ \t]*{_KEY})*)[ \t]*\]")
_DOT = re.compile(r"[ \t]*\.[ \t]*")

_LARGEST = 2**63 - 1
"""What TOML 1.0 asks a reader to keep; of far more, Python writes no digits."""
MOST_LINES = 100_000
"""Ten times those of the largest lock that is known."""
_MOST_DOTS = 500_000
_DOTS_A_LINE = 40
"""Dotted keys make tables in tables: locks have ten dots in a line at most, and those in strings."""
_LONGEST_PLACE = 200


class Document:
    """A parsed TOML file that remembers on which line each `[table]` and `[[array]]` entry begins."""

    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        self._headers: dict[str, list[int]] = {}
        lines = f"\n{text}"
        line, counted = 0, 0
        for match in _HEADER.finditer(lines):
            line += lines.count("\n", counted, match.start(1))
            counted = match.start(1)
            name = match[1] if "." not in match[1] else _DOT.sub(".", match[1])
            self._headers.setdefault(name, []).append(line)
        self.root = Table(_parse(text, path), "", self)

    def lines_of(self, name: str) -> Sequence[int]:
        """Return the 1-based line of `[name]`, or of each entry of `[[name]]`; nothing without a header."""
        return self._headers.get(name, ())


def _parse(text: str, path: Path) -> dict[str, Any]:
    import tomli

    lines, dots = text.count("\n"), text.count(".")
    if lines > MOST_LINES:
        raise InputError(f"more than {MOST_LINES:,} lines", path=path)
    if dots > _MOST_DOTS and dots > _DOTS_A_LINE * lines:
        raise InputError(f"more than {_DOTS_A_LINE} dots in a line, throughout", path=path)
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        if line := conflict_line(text):
            hint = "resolve the conflict, then `uv lock`"
            raise InputError("merge conflict marker", path=path, line=line, hint=hint) from None
        raise InputError(f"not TOML: {error.msg}", path=path, line=error.lineno) from None
    except ValueError:  # the one that tomli lets through
        raise InputError("not TOML: a number of more digits than Python reads", path=path) from None
    except RecursionError:
        raise InputError("nested too deeply", path=path) from None


class Table(NamedTuple):
    """One table of a document; `place` is its path, such as `package[12].source`."""

    values: dict[str, Any]
    place: str
    document: Document
    line: int = 0

    def error(self, key: str, message: str) -> InputError:
        """Return the error that `key` of this table deserves."""
        place = self._place(key)
        shown = place if len(place) <= _LONGEST_PLACE else f"{place[:_LONGEST_PLACE]}…"
        return InputError(message, path=self.document.path, line=self.line or None, place=shown)

    def text(self, key: str) -> str:
        """Return a string that must be there."""
        if key not in self.values:
            raise self.error(key, "is missing")
        return self._string(key, self.values[key])

    def text_or_none(self, key: str) -> str | None:
        """Return a string, None when it is absent."""
        return self._string(key, self.values[key]) if key in self.values else None

    def integer(self, key: str, default: int) -> int:
        """Return an integer, `default` when it is absent."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(key, f"is {_kind(value)}, not an integer")
        if abs(value) > _LARGEST:
            raise self.error(key, "is an integer of more than 64 bits")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, empty when it is absent."""
        values = self._list(key)
        for index, item in enumerate(values):
            if not isinstance(item, str):
                raise self.error(f"{key}[{index}]", f"is {_kind(item)}, not a string")
        return tuple(values)

    def table(self, key: str) -> "Table":
        """Return a table, an empty one when it is absent."""
        if key not in self.values:
            return Table({}, self._place(key), self.document, self.line)
        lines = self.document.lines_of(self._place(key))
        return self._table(key, self.values[key], lines[0] if lines else 0)

    def tables(self, key: str) -> Iterator["Table"]:
        """Return a list of tables, empty when it is absent."""
        place = self._place(key)
        lines = self.document.lines_of(place)
        for index, item in enumerate(self._list(key)):
            if not isinstance(item, dict):
                raise self.error(f"{key}[{index}]", f"is {_kind(item)}, not a table")
            line = lines[index] if index < len(lines) else self.line
            yield Table(item, f"{place}[{index}]", self.document, line)

    def lists(self, key: str) -> Iterator[tuple["Table", ...]]:
        """Return a list of lists of tables, empty when it is absent."""
        for index, inner in enumerate(self._list(key)):
            if not isinstance(inner, list):
                raise self.error(f"{key}[{index}]", f"is {_kind(inner)}, not a list")
            yield tuple(self._table(f"{key}[{index}][{at}]", item) for at, item in enumerate(inner))

    def _list(self, key: str) -> list[Any]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f"is {_kind(value)}, not a list")
        return value

    def _table(self, key: str, value: object, line: int = 0) -> "Table":
        if not isinstance(value, dict):
            raise self.error(key, f"is {_kind(value)}, not a table")
        return Table(value, self._place(key), self.document, line or self.line)

    def _place(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place and key else self.place or key

    def _string(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.error(key, f"is {_kind(value)}, not a string")
        return value


def _kind(value: object) -> str:
    kinds = {
        bool: "a boolean",
        int: "an integer",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date")
