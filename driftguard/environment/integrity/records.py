"""RECORD: which files a distribution has, and what their content was when it was installed.

Source: "Recording installed projects" of the packaging specifications. Thousands of rows are read in every
run, so what has no quotes is split and not parsed.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from driftguard.cache import digest
from driftguard.errors import InputError
from driftguard.files import read_bytes
from driftguard.record import NamedTuple

LIMIT = 64 * 1024 * 1024
MOST = 1_000_000
"""Rows beyond which a RECORD is an accident."""

Columns = tuple[list[str], list[str], list[str]]

NOTHING, OUTSIDE = "", "outside"
"""In place of an absolute path."""
_FOLDERS = ("/", "/__pycache__")
"""What folders end with; virtualenv lists those of bytecode."""
_DOTS = ("//", "/./", "/../")
_ODD = (b"\0", b"/__pycache__,")
"""In whose presence every name is looked at closely."""


class Record(NamedTuple):
    """A RECORD by columns: the absolute path of each file, its digest (`sha256=…`) and size as written.

    `outside` are the names of rows that lead out of the environment; they are left out. `fault` says as a
    clause why it is of no use. `key` stands for the content of the file itself.
    """

    paths: Sequence[str] = ()
    digests: Sequence[str] = ()
    sizes: Sequence[str] = ()
    outside: tuple[str, ...] = ()
    fault: str = ""
    key: str = ""


def read(metadata: str, inside: tuple[str, ...]) -> Record:
    """Read the RECORD of a `.dist-info`; `inside` are the folders it may speak of, with separators."""
    path = f"{metadata}{os.sep}RECORD"
    try:
        data = read_bytes(Path(path), limit=LIMIT)
    except InputError as error:
        return Record(fault=f"RECORD cannot be read: {error.message.removeprefix(f'{path}: ')}")
    if not data or data.isspace():
        return Record(fault="RECORD is empty")
    try:
        found = columns(data)
    except csv.Error as error:
        return Record(fault=f"RECORD cannot be parsed: {error}")
    if len(found[0]) > MOST:
        return Record(fault=f"RECORD has more than {MOST:,} rows")
    base = f"{os.path.dirname(metadata)}{os.sep}"  # noqa: PTH120
    plain = os.sep == "/" and not any(sign in data for sign in _ODD)
    return _placed(found, base, inside, plain=plain)._replace(key=digest(data))


def rows(data: bytes) -> list[list[str]]:
    """Return the rows of a RECORD, each of three fields: name, digest, size.

    Raises csv.Error for other rows as well: installers refuse a RECORD that is cut short.
    """
    text = _decoded(data)
    if b'"' not in data:
        found = [line.rsplit(",", 2) for line in text.replace("\r\n", "\n").split("\n") if line]
    else:  # a quoted name may hold line ends
        lines = (f"{line}\n" for line in text.split("\n"))
        found = [row for row in csv.reader(lines, strict=True) if row]
    if odd := next((row for row in found if len(row) != 3), None):
        raise csv.Error(f"a row has {len(odd)} of 3 fields")
    return found


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "surrogateescape")


def columns(data: bytes) -> Columns:
    """Return the columns of a RECORD: names, digests, sizes. Raises csv.Error."""
    if b'"' not in data:
        # With the ends of lines as fields: where all rows have three, every fourth is one, and no other.
        fields = _decoded(data).replace("\r\n", "\n").replace("\n", ",\n,").split(",")
        rest = fields.pop()
        if not rest and 4 * fields.count("\n") == 4 * fields[3::4].count("\n") == len(fields):
            return fields[0::4], fields[1::4], fields[2::4]
    found = rows(data)
    return [row[0] for row in found], [row[1] for row in found], [row[2] for row in found]


def _placed(written: Columns, base: str, inside: tuple[str, ...], *, plain: bool) -> Record:
    """Return the rows with their paths; names are relative to `base`."""
    paths = [
        base + name
        if (
            plain
            and name
            and name[0] not in "./"
            and name[-1] != "/"
            and "/." not in name
            and "//" not in name
        )
        else _normal(base, name, inside)
        for name in written[0]
    ]
    if len(there := set(paths)) == len(paths) and OUTSIDE not in there and NOTHING not in there:
        return Record(paths, *written[1:])
    return _sifted(paths, written)


def _sifted(paths: list[str], written: Columns) -> Record:
    """Return the rows without those that name no file in the environment, or one that was named before."""
    said: dict[str, tuple[str, str]] = {}
    outside = []
    for path, name, *rest in zip(paths, *written, strict=True):
        if path == OUTSIDE:
            outside.append(name)
        elif path != NOTHING and said.setdefault(path, (rest[0], rest[1])) != (*rest,):
            return Record(fault=f"RECORD says two things of `{name}`")
    digests, sizes = zip(*said.values(), strict=True) if said else ((), ())
    return Record((*said,), digests, sizes, (*outside,))


def _normal(base: str, name: str, inside: tuple[str, ...]) -> str:
    """Return where an unusual name leads: a path, NOTHING for a folder, OUTSIDE for what is not `inside`."""
    if "\0" in name:
        return OUTSIDE
    if not name or name.endswith(_FOLDERS):
        return NOTHING
    if os.sep == "/" and name[0] not in "./" and not any(sign in f"{name}/" for sign in _DOTS):
        return base + name
    path = os.path.normpath(os.path.join(base, name))  # noqa: PTH118
    return path if path.startswith(inside) else OUTSIDE
