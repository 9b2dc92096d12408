"""What can be told of an interpreter without running it: from `pyvenv.cfg`, its folders and its header."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from driftguard.environment import header, pyvenv
from driftguard.environment.reading import head
from driftguard.environment.target import Target
from driftguard.errors import TargetError
from driftguard.record import NamedTuple

_LIBRARY = re.compile(r"(python|pypy)(\d+\.\d+)t?\Z")
_VERSION = re.compile(r"(\d+\.\d+)(?:\.(\d+)(?:\.?(a|b|rc|alpha|beta|candidate)\.?(\d+))?)?")
_KINDS = {"alpha": "a", "beta": "b", "candidate": "rc"}
_IN_NAME = re.compile(r"(\d{1,9}\.\d{1,9})")
_PATCH_LEVEL = re.compile(rb'^#define\s+PY_VERSION\s+"([^"\s]+)"', re.MULTILINE)
_IS_PYTHON = re.compile(r"(?:python|pypy)[\d.]*(?:t|\.exe)?\Z", re.IGNORECASE)
_SYSTEMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
_PATCH_LEVEL_LIMIT = 16 * 1024


class Glance(NamedTuple):
    """What is known, `markers` only as far as it is certain. `full_version` is empty unless it is known."""

    prefix: Path
    version: str
    full_version: str
    implementation: str
    markers: Mapping[str, str]
    site_packages: tuple[Path, ...]
    base_site_packages: tuple[Path, ...]


def at(target: Target) -> Glance:
    """Look at the interpreter from outside. Raises TargetError when not even its version can be told."""
    configuration = pyvenv.find(target.python)
    keys = pyvenv.read(configuration)
    binary = Path(os.path.realpath(target.python))
    found = header.read(str(binary))
    prefix = target.root if configuration else binary.parent.parent
    library = _library(prefix, keys, binary) if _may_be_python(keys, binary, found) else None
    kind, version = _checked(target, library)
    base = _base(keys, binary)
    implementation = keys.get("implementation") or ("PyPy" if kind == "pypy" else "CPython")
    full = _full_version(version, keys, base)
    return Glance(
        prefix=prefix,
        version=version,
        full_version=full,
        implementation=implementation,
        markers=dict(_markers(version, full, implementation, found)),
        site_packages=tuple(_site_packages(prefix, kind, version)),
        base_site_packages=tuple(_site_packages(base, kind, version)) if configuration else (),
    )


def _may_be_python(keys: Mapping[str, str], binary: Path, found: header.Header | None) -> bool:
    return bool(keys) or (found is not None and _IS_PYTHON.match(binary.name) is not None)


def _checked(target: Target, library: tuple[str, str] | None) -> tuple[str, str]:
    if not library:
        raise TargetError(
            f"the Python version of `{target.given}` cannot be told without running it",
            hint="leave out `--no-exec`",
        )
    if library[1].startswith("2."):
        raise TargetError(f"`{target.given}` is Python 2, which cannot be judged")
    return library


def _base(keys: Mapping[str, str], binary: Path) -> Path:
    """Return the base interpreter's prefix: `home` is the folder of its executable."""
    home = Path(keys["home"]) if keys.get("home") else binary.parent
    return home.parent if home.name == "bin" else home


def _library(prefix: Path, keys: Mapping[str, str], binary: Path) -> tuple[str, str] | None:
    """Return `python` or `pypy` and `X.Y`; None where `pyvenv.cfg`, program and library folder disagree."""
    told, named = _VERSION.match(_noted_version(keys)), _IN_NAME.search(binary.name)
    versions = {match[1] for match in (told, named) if match}
    there = {(match[1], match[2]) for match in _libraries(prefix)}
    if not there and keys:  # on Windows the library folder has no version
        there = {("python", version) for version in versions}
    fitting = {one for one in there if one[1] in versions or not versions}
    return fitting.pop() if len(fitting) == 1 and len(versions) < 2 else None


def _noted_version(keys: Mapping[str, str]) -> str:
    return keys.get("version_info") or keys.get("version", "")


def _libraries(prefix: Path) -> Iterator[re.Match[str]]:
    for folder in (prefix / "lib", prefix / "lib64"):
        try:
            names = sorted(path.name for path in folder.iterdir())
        except OSError:
            continue
        yield from (match for name in names if (match := _LIBRARY.match(name)))


def _full_version(version: str, keys: Mapping[str, str], base: Path) -> str:
    """Return `X.Y.Z`, as the base's own header has it, else as noted when the environment was made.

    A base that was upgraded in place, and that came without its headers, is one patch level further.
    """
    for folder in (f"python{version}", f"python{version}t"):
        if level := _PATCH_LEVEL.search(_text(base / "include" / folder / "patchlevel.h")):
            return level[1].decode("ascii", "replace")
    told = _VERSION.match(_noted_version(keys))
    if not told or not told[2] or told[1] != version:
        return ""
    return f"{told[1]}.{told[2]}" + (f"{_KINDS.get(told[3], told[3])}{told[4]}" if told[3] else "")


def _text(header_file: Path) -> bytes:
    try:
        return head(str(header_file), _PATCH_LEVEL_LIMIT)
    except OSError:
        return b""


def _markers(
    version: str, full: str, implementation: str, found: header.Header | None
) -> Iterable[tuple[str, str]]:
    yield "python_version", version
    yield "platform_python_implementation", implementation
    if implementation in ("CPython", "PyPy"):
        yield "implementation_name", implementation.lower()
    if full:
        yield "python_full_version", full
        if implementation == "CPython":
            yield "implementation_version", full
    if found and found.system:
        yield "sys_platform", found.system
        yield from zip(("os_name", "platform_system"), _SYSTEMS[found.system], strict=True)
        if found.machine:
            yield "platform_machine", found.machine


def _site_packages(prefix: Path, kind: str, version: str) -> Iterator[Path]:
    """Yield where packages may lie; Debian's own interpreter keeps them in `dist-packages`."""
    for name in (f"{kind}{version}", f"{kind}{version}t"):
        yield prefix / "lib" / name / "site-packages"
        yield prefix / "lib64" / name / "site-packages"
    yield prefix / "Lib" / "site-packages"
    yield prefix / "local" / "lib" / f"{kind}{version}" / "dist-packages"
    yield prefix / "lib" / "python3" / "dist-packages"
    yield prefix / "lib" / f"{kind}{version}" / "dist-packages"
