"""uv's own reading of a lock: `uv export` in its two formats, each package as one comparable `Pin`.

A lock says what it means in one place only, uv's code. Both formats are read because each tells what the
other leaves out: requirements name no index, and pylock.toml leaves out no name of a local package.
"""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement

from driftguard.model import Locked, SourceKind, normalized
from tests.projects import find_uv

FORMATS = ("requirements-txt", "pylock.toml")


class Pin(NamedTuple):
    """One package of an export, as far as its format tells: what it does not tell is empty."""

    name: str
    version: str
    source: str


class RefusedError(Exception):
    """uv does not export: its words, the first line."""


@dataclass(frozen=True, slots=True)
class Export:
    """The packages of one export with the marker under which each is wanted."""

    entries: tuple[tuple[Pin, str], ...]

    def under(self, environment: Mapping[str, str]) -> set[Pin]:
        """Return what is wanted in `environment`."""
        variables = tuple(environment.items())
        return {pin for pin, marker in self.entries if not marker or _evaluate(marker, variables)}


def export(folder: Path, words: Iterable[str], layout: str, uv_cache: Path) -> Export:
    """Return what uv exports from the lock in `folder` for the options `words`. Raises RefusedError."""
    words = ["--no-emit-project" if word == "--no-install-project" else word for word in words]
    command = [find_uv(), "export", "--frozen", "--quiet", "--offline", "--format", layout]
    if layout == "requirements-txt":
        command += ["--no-annotate", "--no-header", "--no-hashes"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [*command, *words],
        cwd=folder,
        env={**kept, "UV_CACHE_DIR": str(uv_cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RefusedError(" ".join(done.stderr.split()))
    if layout == "requirements-txt":
        lines = (line for line in done.stdout.splitlines() if line.strip() and not line.startswith("#"))
        return Export(tuple(map(_line, lines)))
    return Export(tuple(map(_table, tomllib.loads(done.stdout).get("packages", []))))


def as_exported(locked: Locked, layout: str, folder: Path) -> Pin:
    """Return `locked` as uv would export it from the lock in `folder`."""
    return _as_line(locked, folder) if layout == "requirements-txt" else _as_table(locked, folder)


_UNNAMED = re.compile(r"(?P<path>.+?)(?: ;(?P<marker>.*))?")


def _line(line: str) -> tuple[Pin, str]:
    if line.startswith(("-e ", ".", "/", "file:")):
        found = _UNNAMED.fullmatch(line)
        assert found
        return Pin("", "", _plain(found["path"])), (found["marker"] or "").strip()
    requirement = Requirement(line)
    (version,) = (one.version for one in requirement.specifier) if requirement.specifier else ("",)
    source = _plain(requirement.url or "")
    return Pin(normalized(requirement.name), version, source), str(requirement.marker or "")


def _plain(path: str) -> str:
    """Take `-e ./a`, `../a/` and `a` for what they name, whatever their spelling."""
    editable, path = path.startswith("-e "), path.removeprefix("-e ")
    if "://" not in path and path:
        path = os.path.normpath(path)
    return f"-e {path}" if editable else path


def _table(package: dict[str, Any]) -> tuple[Pin, str]:
    pin = Pin(package["name"], package.get("version", ""), _source(package))
    return pin, package.get("marker", "")


def _source(package: dict[str, Any]) -> str:
    match package:
        case {"vcs": vcs}:
            where = vcs.get("url") or os.path.normpath(vcs["path"])
            return _words("git", where, vcs["commit-id"], vcs.get("subdirectory"))
        case {"directory": directory}:
            kind = "editable" if directory.get("editable") else "directory"
            return _words(kind, os.path.normpath(directory["path"]), directory.get("subdirectory"))
        case {"archive": archive}:
            where = archive.get("url") or os.path.normpath(archive["path"])
            return _words("archive", where, archive.get("subdirectory"))
        case _:
            return _words("registry", package.get("index"))


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _as_line(locked: Locked, folder: Path) -> Pin:
    origin = locked.origin
    subdirectory = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
    match origin.kind:
        case SourceKind.REGISTRY:
            return Pin(locked.name, locked.version or "", "")
        case SourceKind.GIT:
            return Pin(locked.name, "", f"git+{origin.location}@{origin.commit}{subdirectory}")
        case SourceKind.URL:
            return Pin(locked.name, "", f"{origin.location}{subdirectory}")
        case SourceKind.EDITABLE:
            return Pin("", "", f"-e {_relative(origin.location, folder)}")
        case _:
            return Pin("", "", f"{_relative(origin.location, folder)}{subdirectory}")


def _as_table(locked: Locked, folder: Path) -> Pin:
    origin = locked.origin
    version = locked.version or ""
    match origin.kind:
        case SourceKind.REGISTRY:
            return Pin(locked.name, version, _words("registry", origin.location))
        case SourceKind.GIT:
            return Pin(
                locked.name, version, _words("git", origin.location, origin.commit, origin.subdirectory)
            )
        case SourceKind.URL:
            return Pin(locked.name, version, _words("archive", origin.location, origin.subdirectory))
        case SourceKind.PATH:
            where = _relative(origin.location, folder)
            return Pin(locked.name, version, _words("archive", where, origin.subdirectory))
        case _:  # uv tells no version of what may change without the lock
            return Pin(locked.name, "", _words(str(origin.kind.value), _relative(origin.location, folder)))


def _relative(location: str, folder: Path) -> str:
    return os.path.relpath(location, os.path.realpath(folder))


@cache
def _evaluate(marker: str, variables: tuple[tuple[str, str], ...]) -> bool:
    return _parse(marker).evaluate({**dict(variables), "extra": ""})


@cache
def _parse(marker: str) -> Marker:
    return Marker(marker)
