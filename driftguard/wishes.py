"""Read `[tool.driftguard.host]`: what a job needs of the machine it runs on."""

import os
import re
from pathlib import Path

from driftguard.host import HostWishes
from driftguard.model import Place
from driftguard.toml import Table

KEYS = ("free", "variables", "writable")

_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?([kKMGT]i?)?B\Z")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def read(table: Table) -> HostWishes:
    """Return the wishes; folders are relative to the file that names them. Raises InputError."""
    return HostWishes(
        variables=_variables(table),
        writable=_folders(table),
        free=_size(table),
        place=Place(table.document.path, table.line),
    )


def _variables(table: Table) -> tuple[str, ...]:
    names = table.texts("variables")
    for index, name in enumerate(names):
        if not _VARIABLE.match(name):
            raise table.error(f"variables[{index}]", "is no name of a variable, such as `API_TOKEN`")
    return tuple(dict.fromkeys(names))


def _folders(table: Table) -> tuple[Path, ...]:
    names = table.texts("writable")
    for index, name in enumerate(names):
        if not name or "\0" in name:
            raise table.error(f"writable[{index}]", "is no folder")
    here = table.document.path.absolute().parent
    return tuple(dict.fromkeys(Path(os.path.normpath(here / name)) for name in names))


def _size(table: Table) -> int:
    text = table.text_or_none("free")
    if text is None:
        return 0
    match = _SIZE.match(text)
    if not match:
        raise table.error("free", f"`{text}` is no size such as `512 MiB` or `2 GB`")
    unit = match[2] or ""
    return int(float(match[1]) * (1024 if unit.endswith("i") else 1000) ** _POWERS[unit[:1].lower()])
