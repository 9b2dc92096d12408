"""One wheel whose hash was found to be the locked one: what it would install, and where."""

import csv
import hashlib
import os
import zipfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from configparser import ConfigParser, Error
from typing import IO

from driftguard.environment.integrity import records
from driftguard.record import NamedTuple

_MOST = 1_000_000
_ENTRY_POINTS_LIMIT = 1024 * 1024
_LARGEST = 8 * 1024**3
_CHUNK = 256 * 1024
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, csv.Error, NotImplementedError, RuntimeError, EOFError)


class Layout(NamedTuple):
    """Where a wheel's files go: beside its metadata, beside the interpreter, below the environment's root."""

    site: str
    scripts: str
    root: str


class Member(NamedTuple):
    """A file of a wheel: its name there, where it is installed, its digest as the wheel's RECORD has it."""

    name: str
    path: str
    digest: str


class Wheel:
    """An open wheel. Raises what is in UNREADABLE."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._archive = zipfile.ZipFile(path)
        names = self._archive.namelist()
        infos = sorted({name.partition("/")[0] for name in names if name.endswith(".dist-info/RECORD")})
        if len(infos) != 1 or len(names) > _MOST:
            raise zipfile.BadZipFile("has not one RECORD")
        self._info = infos[0]

    def close(self) -> None:
        """Close it."""
        self._archive.close()

    def members(self, layout: Layout) -> Iterator[Member]:
        """Yield what it installs and has hashes of; headers, which go to many places, are left out."""
        for name, digest, _ in records.rows(self._read(f"{self._info}/RECORD", records.LIMIT)):
            path = self._placed(name, layout)
            if digest and path:
                yield Member(name, path, digest)

    def _placed(self, name: str, layout: Layout) -> str:
        top, _, rest = name.partition("/")
        if not top.endswith(".data"):
            folder, rest = layout.site, name
        else:
            scheme, _, rest = rest.partition("/")
            places = {"purelib": layout.site, "platlib": layout.site, "data": layout.root}
            folder = {**places, "scripts": layout.scripts}.get(scheme, "")
        path = os.path.normpath(os.path.join(folder, rest))  # noqa: PTH118
        return path if folder and rest and path.startswith(f"{folder.rstrip(os.sep)}{os.sep}") else ""

    def scripts(self) -> frozenset[str]:
        """Return the names of the scripts that an installer makes for its entry points."""
        try:
            text = self._read(f"{self._info}/entry_points.txt", _ENTRY_POINTS_LIMIT).decode(
                "utf-8", "replace"
            )
        except KeyError:
            return frozenset()
        parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            parser.read_string(text)
        except Error:
            return frozenset()
        kinds = [kind for kind in ("console_scripts", "gui_scripts") if parser.has_section(kind)]
        return frozenset(name for kind in kinds for name in parser.options(kind))

    def has_headers(self) -> bool:
        """Say whether it brings files whose place cannot be told."""
        return any(".data/headers/" in name for name in self._archive.namelist())

    def digest(self, name: str, algorithm: str, *, after_first_line: bool = False) -> str:
        """Return the digest of a member's own content, as RECORD writes it."""
        with self._archive.open(name) as stream:
            return content_digest(stream, algorithm, after_first_line=after_first_line)

    def is_python_script(self, name: str) -> bool:
        """Say whether installers write the first line of this member anew."""
        with self._archive.open(name) as stream:
            return stream.read(8) == b"#!python"

    def _read(self, name: str, limit: int) -> bytes:
        if self._archive.getinfo(name).file_size > limit:
            raise zipfile.BadZipFile(f"{name} is larger than {limit} bytes")
        with self._archive.open(name) as stream:
            return stream.read(limit)


def content_digest(stream: IO[bytes], algorithm: str, *, after_first_line: bool = False) -> str:
    """Return the digest of what a stream holds, at most some gigabytes of it, as RECORD writes it."""
    hashing = hashlib.new(algorithm, usedforsecurity=False)
    if after_first_line:
        stream.readline(_CHUNK)
    left = _LARGEST
    while left > 0 and (chunk := stream.read(_CHUNK)):
        hashing.update(chunk)
        left -= len(chunk)
    return urlsafe_b64encode(hashing.digest()).decode().rstrip("=")
