"""RECORD: which files a distribution has, and what their content was when it was installed.

Source: "Recording installed projects" of the packaging specifications. Thousands of rows are read in every
run, so what has no quotes is split and not parsed.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from driftguard.errors import InputError
from driftguard.files import read_bytes
from driftguard.record import NamedTuple

LIMIT = 64 * 1024 * 1024
MOST = 1_000_000
"""Rows beyond which a RECORD is an accident."""

NOTHING, OUTSIDE = "", "outside"
"""In place of an absolute path."""
_FOLDERS = ("/", "/__pycache__")
"""What folders end with; virtualenv lists those of bytecode."""
_ODD = (b"\0", b"//")
"""In whose presence every name is looked at closely."""


class Record(NamedTuple):
    """The rows of a RECORD (name, digest as `sha256=…`, size, all as written), and the absolute path of each.

    `outside` are the names of rows that lead out of the environment; they are left out. `fault` says as a
    clause why it is of no use. `data` is the file itself.
    """

    paths: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    outside: tuple[str, ...] = ()
    fault: str = ""
    data: bytes = b""

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each file."""
        return {path: row[1] for path, row in zip(self.paths, self.rows, strict=True)}


def read(metadata: str, inside: tuple[str, ...]) -> Record:
    """Read the RECORD of a `.dist-info`; `inside` are the folders it may speak of, with separators."""
    path = f"{metadata}{os.sep}RECORD"
    try:
        data = read_bytes(Path(path), limit=LIMIT)
    except InputError as error:
        return Record(fault=f"RECORD cannot be read: {error.message.removeprefix(f'{path}: ')}")
    if not data.strip():
        return Record(fault="RECORD is empty", data=data)
    plain = os.sep == "/" and not any(sign in data for sign in _ODD)
    try:
        parsed = rows(data)
    except csv.Error as error:
        return Record(fault=f"RECORD cannot be parsed: {error}", data=data)
    if len(parsed) > MOST:
        return Record(fault=f"RECORD has more than {MOST:,} rows", data=data)
    base = f"{os.path.dirname(metadata)}{os.sep}"  # noqa: PTH120
    return _placed(parsed, base, inside, plain=plain)._replace(data=data)


def rows(data: bytes) -> list[list[str]]:
    """Return the rows of a RECORD, each of three fields: name, digest, size.

    Raises csv.Error for other rows as well: installers refuse a RECORD that is cut short.
    """
    text = data.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n")
    if b'"' not in data:
        found = [line.rsplit(",", 2) for line in text.split("\n") if line]
    else:
        found = [row for row in csv.reader(text.split("\n"), strict=True) if row]
    if odd := next((row for row in found if len(row) != 3), None):
        raise csv.Error(f"a row has {len(odd)} of 3 fields")
    return found


def _placed(parsed: list[list[str]], base: str, inside: tuple[str, ...], *, plain: bool) -> Record:
    """Return the rows with their paths; names are relative to `base`."""
    paths = [
        base + row[0]
        if plain and row[0] and row[0][0] not in "./" and "/." not in row[0] and not row[0].endswith(_FOLDERS)
        else _normal(base, row[0], inside)
        for row in parsed
    ]
    if len(there := set(paths)) == len(paths) and OUTSIDE not in there and NOTHING not in there:
        return Record(paths, parsed)
    return _sifted(paths, parsed)


def _sifted(paths: list[str], parsed: list[list[str]]) -> Record:
    """Return the rows without those that name no file in the environment, or one that was named before."""
    said: dict[str, list[str]] = {}
    outside = []
    for path, row in zip(paths, parsed, strict=True):
        if path == OUTSIDE:
            outside.append(row[0])
        elif path != NOTHING and said.setdefault(path, row)[1:] != row[1:]:
            return Record(fault=f"RECORD says two things of `{row[0]}`")
    return Record(tuple(said), tuple(said.values()), tuple(outside))


def _normal(base: str, name: str, inside: tuple[str, ...]) -> str:
    """Return where an unusual name leads: a path, NOTHING for a folder, OUTSIDE for what is not `inside`."""
    if "\0" in name:
        return OUTSIDE
    if not name or name.endswith(_FOLDERS):
        return NOTHING
    path = os.path.normpath(os.path.join(base, name))  # noqa: PTH118
    return path if path.startswith(inside) else OUTSIDE
