"""What an installer wrote down of a distribution's files: RECORD, or `installed-files.txt` beside PKG-INFO.

Source: "Recording installed projects" of the packaging specifications; setuptools for the second. Only the
rows of shared objects are looked at: 575 packages have 15 MiB of them all.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from driftguard.environment.native.module_names import NO_MODULE, is_shared_object, named
from driftguard.errors import InputError
from driftguard.files import read_bytes
from driftguard.record import NamedTuple

LIMIT = 32 * 1024 * 1024
MOST = 20_000
"""Shared objects that one distribution may have."""
ABSENT, EMPTY = "no such file", "is empty"
"""Values of `Listed.fault` for what names nothing: a list names itself at least."""
_NO_LIST = "is no list: it names nothing, not even itself"
FALLBACK, PACKAGE = 1, 2
"""Bits of `SharedObject.beside`: a `.py`, or a package folder, offers the same module."""


class SharedObject(NamedTuple):
    """A file, by its path relative to a folder of `sys.path`, and the module it can be; see NO_MODULE."""

    name: str
    module: str = ""
    tag: str = ""
    beside: int = 0


class Listed(NamedTuple):
    """The shared objects and `.pth` files in a list, relative to the folder that holds the metadata.

    `refused` counts the rows that lead out of the environment; `fault` says why the list could not be read,
    as a clause.
    """

    objects: tuple[SharedObject, ...] = ()
    pths: tuple[str, ...] = ()
    refused: int = 0
    fault: str = ""


def path_of(metadata: str) -> str:
    """Return where the list of a `.dist-info` or `.egg-info` folder lies, if it has one."""
    is_wheel = metadata.lower().endswith(".dist-info")
    return f"{metadata}{os.sep}{'RECORD' if is_wheel else 'installed-files.txt'}"


def read(metadata: str, inside: tuple[str, ...]) -> Listed:
    """Read the list of a metadata folder; no file counts that lies in none of the folders `inside`."""
    path = path_of(metadata)
    try:
        data = read_bytes(Path(path), limit=LIMIT)
    except InputError as error:
        return Listed(fault=error.message.removeprefix(f"{path}: "))
    if not data.strip():
        return Listed(fault=EMPTY)
    site, name = os.path.split(metadata)
    is_record = path.endswith("RECORD")
    base = "" if is_record else name  # the older list is relative to the metadata folder itself
    found = _listed(b"\n" + data + b"\n", site, base, inside)
    if found == Listed() and (b"RECORD" if is_record else b"PKG-INFO") not in data:
        return Listed(fault=_NO_LIST)
    return found


def _listed(data: bytes, site: str, base: str, inside: tuple[str, ...]) -> Listed:
    objects: dict[str, SharedObject] = {}
    pths: dict[str, None] = {}
    refused = 0
    all_names = cache(partial(_names, data))
    for row in _rows(data, b".so", b".pth"):
        name = os.path.normpath(os.path.join(base, row)) if row else ""  # noqa: PTH118
        if not (is_object := is_shared_object(os.path.basename(name))) and not name.endswith(".pth"):  # noqa: PTH119
            continue
        if not _lies_in(inside, site, name):
            refused += 1
        elif is_object and len(objects) >= MOST:
            return Listed(fault=f"names more than {MOST:,} shared objects")
        elif is_object:
            objects[name] = SharedObject(name, *named(name), _beside(name, all_names))
        else:
            pths[name] = None
    return Listed(tuple(objects.values()), tuple(pths), refused)


def _rows(data: bytes, *needles: bytes) -> Iterator[str]:
    """Yield the first field of each line that holds one of `needles`; most lines are never looked at."""
    for needle in needles:
        at = data.find(needle)
        while at >= 0:
            start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
            yield _first_field(os.fsdecode(data[start:end]).rstrip("\r"))
            at = data.find(needle, end)


def _first_field(line: str) -> str:
    if not line.startswith('"'):
        return line.partition(",")[0]
    return line[1:].replace('""', "\0").partition('"')[0].replace("\0", '"')


def _lies_in(inside: tuple[str, ...], site: str, name: str) -> bool:
    path = os.path.normpath(os.path.join(site, name))  # noqa: PTH118
    return not os.path.isabs(name) and "\0" not in name and path.startswith(inside)  # noqa: PTH117


def _names(data: bytes) -> frozenset[bytes]:
    return frozenset(line.rstrip(b"\r").partition(b",")[0] for line in data.split(b"\n"))


def _beside(name: str, all_names: Callable[[], frozenset[bytes]]) -> int:
    """Say what else in the list offers the same module."""
    if named(name) == NO_MODULE:
        return 0
    folder, _, file = name.rpartition("/")
    stem = os.fsencode(f"{folder}/{file.partition('.')[0]}".removeprefix("/"))
    there = all_names()
    return FALLBACK * (stem + b".py" in there) | PACKAGE * (stem + b"/__init__.py" in there)
