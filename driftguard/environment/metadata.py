"""The headers of METADATA, PKG-INFO and WHEEL: the few that are needed, read once.

`email.parser` takes ten times as long, and there are hundreds of these files in an environment.
"""

import re
from functools import cache
from itertools import product

from driftguard.environment.reading import head, reason
from driftguard.model import is_name
from driftguard.record import NamedTuple

LIMIT = 1024 * 1024
"""Bytes of headers that are read; the description below them does not matter."""

# A literal first byte is what makes this fast: `^` is tried at every byte.
_HEADER = re.compile(
    r"\n(?=[NRV])(Name|Version|Requires-Dist|Requires-Python):[ \t]*(.*(?:\n[ \t].*)*)",
    re.IGNORECASE | re.ASCII,
)
_TAG = re.compile(rb"\nTag:[ \t]*((?:[A-Za-z0-9_.]+-){2}[A-Za-z0-9_.]+)[ \t\r]*(?=\n|\Z)", re.IGNORECASE)
_ENDS_WITH_EXTRA = re.compile(r"extra\s*==\s*(?:'[^']*'|\"[^\"]*\")[\s)]*\Z")
_OTHERWISE = re.compile(r"\bor\b|\w\Z")
_VERSION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.!+_-]*[A-Za-z0-9])?\Z")
_LONGEST_VERSION = 255
"""No folder can be named for a longer one, and Python makes no number of more than some thousand digits."""
_MOST_TAGS = 1_000


class Metadata(NamedTuple):
    """What the headers say; what they do not say validly is empty and told in `faults`."""

    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    requires_python: str = ""
    faults: tuple[str, ...] = ()


def read(path: str, label: str) -> Metadata:
    """Read the file at `path`, called `label` (METADATA, PKG-INFO) in faults."""
    try:
        data = head(path, LIMIT, until=b"\n\n").removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError:
        return Metadata(faults=(f"{label} is missing",))
    except OSError as error:
        why = "is not a file" if error.strerror == "not a file" else f"cannot be read: {reason(error)}"
        return Metadata(faults=(f"{label} {why}",))
    if not data or data.isspace():
        return Metadata(faults=(f"{label} is empty",))
    lines = b"\n" + data
    blank = lines.find(b"\n\n")
    headers, ended, _ = (lines if blank < 0 else lines[:blank]).partition(b"\n\r\n")
    if blank < 0 and not ended and len(data) >= LIMIT:
        return Metadata(faults=(f"the headers of {label} are longer than 1 MiB",))
    return _parsed(headers, label)


def _parsed(headers: bytes, label: str) -> Metadata:
    """Return what headers say, each after a line feed. The first of several counts, as for other readers."""
    faults: list[str] = []
    try:
        text = headers.decode()
    except UnicodeDecodeError:
        text = headers.decode("utf-8", "replace")
        faults.append(f"{label} is not UTF-8")
    found: dict[str, list[str]] = {"name": [], "version": [], "requires-dist": [], "requires-python": []}
    for key, value in _HEADER.findall(text):
        found[key.lower()].append(_unfolded(value) if "\n" in value else value.strip())
    faults += _faults_of(found["name"], f"{label} has", "Name")
    faults += _faults_of(found["version"], f"{label} has", "Version")
    name, version = _first(found["name"]), _first(found["version"])
    lines = found["requires-dist"]
    conditional = [line for line in lines if "extra" in line]
    optional = dict.fromkeys(line for line in conditional if _is_of_an_extra(line.partition(";")[2]))
    return Metadata(
        name=name if is_name(name) else "",
        version=version if is_version(version) else "",
        requires=tuple(line for line in lines if line not in optional),
        optional=tuple(optional),
        requires_python=_first(found["requires-python"]),
        faults=tuple(faults),
    )


@cache
def _is_of_an_extra(marker: str) -> bool:
    """Say whether `marker` is of clauses that `and` joins, the last of which asks for an extra."""
    last = _ENDS_WITH_EXTRA.search(marker)
    return last is not None and not _OTHERWISE.search(marker, 0, last.start())


def wheel_tags(path: str) -> tuple[tuple[str, ...], str]:
    """Return the tags of a WHEEL file, each written out, and the fault that keeps them from being known.

    Some builders leave a set compressed (`py2.py3-none-any`), which stands for each of its combinations.
    """
    try:
        data = head(path, LIMIT)
    except OSError as error:
        return (), f"WHEEL cannot be read: {reason(error)}"
    tags: dict[str, None] = {}
    for match in _TAG.finditer(b"\n" + data):
        parts = [part.split(".") for part in match[1].decode("ascii").lower().split("-")]
        if len(tags) < _MOST_TAGS and len(parts[0]) * len(parts[1]) * len(parts[2]) <= _MOST_TAGS:
            tags.update((f"{python}-{abi}-{platform}", None) for python, abi, platform in product(*parts))
    return tuple(tags), "" if tags else "WHEEL has no readable tag"


def is_version(text: str) -> bool:
    """Say whether `text` could be a version: whether PEP 440 knows it is for those who compare it."""
    return len(text) <= _LONGEST_VERSION and _VERSION.match(text) is not None


def _unfolded(value: str) -> str:
    return " ".join(filter(None, map(str.strip, value.split("\n"))))


def _first(values: list[str]) -> str:
    return values[0] if values else ""


def _faults_of(values: list[str], label: str, key: str) -> list[str]:
    if not values or not values[0]:
        return [f"{label} no {key}"]
    valid = is_name if key == "Name" else is_version
    several = [f"{label} {len(values)} {key} headers"] if len(values) > 1 else []
    return several if valid(values[0]) else [f"{label} an invalid {key}", *several]
