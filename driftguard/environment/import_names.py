"""Under which names a distribution is imported, and whose a file is: both out of RECORD.

Source: "Recording installed projects" of the packaging specifications.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from driftguard.environment.native.file_lists import LIMIT, path_of
from driftguard.environment.native.module_names import named
from driftguard.errors import InputError
from driftguard.files import read_bytes
from driftguard.model import Installed, Unavailable, normalized
from driftguard.tables import import_names

MOST = 20
"""Names of one distribution that are tried."""

_NOT_MEANT = frozenset(
    "benchmarks conftest doc docs example examples scripts setup test testing tests tools".split()  # noqa: SIM905
)
"""Top-level names that get into wheels by accident."""


def of(one: Installed) -> tuple[str, ...] | Unavailable:
    """Return the names that people import, none for what has no modules.

    Where one is the distribution's own name, or the name it is known to be imported under, no other is meant.
    """
    try:
        rows = list(_rows(str(one.path)))
    except InputError as error:
        return Unavailable(f"the list of its files cannot be read: {error.message}")
    packages, modules = _offered(rows)
    public = [name for name in (*packages, *modules) if _is_meant(name)]
    known = {one.name, *(name for name, meant in import_names().items() if meant == one.name)}
    own = [name for name in public if normalized(name) in known]
    return tuple((own or [name for name in packages if name in public] or public)[:MOST])


def owner(path: str, installed: Iterable[Installed]) -> str:
    """Return the name of the distribution in whose list a file stands, nothing where it stands in none."""
    for one in installed:
        site = os.path.dirname(str(one.path))  # noqa: PTH120
        if not path.startswith(f"{site}{os.sep}"):
            continue
        try:
            if path.removeprefix(f"{site}{os.sep}") in _rows(str(one.path)):
                return one.name
        except InputError:
            continue
    return ""


def _rows(metadata: str) -> Iterator[str]:
    """Yield the paths in a list of files. Raises InputError."""
    path = Path(path_of(metadata))
    text = os.fsdecode(read_bytes(path, limit=LIMIT))
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            if row:
                yield row[0]
    except csv.Error as error:
        raise InputError(f"not a list of files: {error}", path=path) from None


def _offered(rows: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the topmost packages and the single modules of some paths.

    The topmost package of a namespace (`google.cloud.storage`) is the first folder with an `__init__`.
    """
    packages: dict[str, None] = {}
    modules: dict[str, None] = {}
    bare: dict[str, None] = {}
    for row in rows:
        name = row[:-3].replace("/", ".") if row.endswith(".py") else named(row).name
        parts = name.split(".")
        if not name or not all(part.isidentifier() for part in parts):
            continue
        if parts[-1] == "__init__":
            packages[".".join(parts[:-1])] = None
        elif len(parts) == 1:
            modules[name] = None
        else:
            bare[parts[0]] = None
    top = [name for name in packages if name and not any(above in packages for above in _above(name))]
    covered = {name.partition(".")[0] for name in top}
    return [*top, *(name for name in bare if name not in covered)], list(modules)


def _above(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _is_meant(name: str) -> bool:
    first = name.partition(".")[0]
    return not first.startswith("_") and first not in _NOT_MEANT
