"""Which wheels a lock has hashes of. Only `--anchor` asks, so the lock is read again for it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from driftguard.files import read_text
from driftguard.integrity import LockedWheel
from driftguard.model import Lock, LockFormat, normalized
from driftguard.requirement_lines.logical import logical_lines
from driftguard.toml import Document, Table

Wheels = Mapping[tuple[str, str], tuple[LockedWheel, ...]]
"""The wheels of each name and version."""

_HASH = re.compile(r"--hash[= ]sha256:([0-9a-fA-F]{64})\b")
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})\Z")


def of(lock: Lock) -> Wheels:
    """Return the wheels whose SHA-256 is locked. Raises InputError."""
    if lock.format is LockFormat.UV:
        return _of_uv(lock.path)
    return _of_requirements(lock)


def _of_uv(path: Path) -> Wheels:
    found: dict[tuple[str, str], list[LockedWheel]] = {}
    for package in Document(read_text(path), path).root.tables("package"):
        key = normalized(package.text("name")), package.text_or_none("version") or ""
        source = package.table("source")
        folder = source.text_or_none("registry") if isinstance(source.values.get("registry"), str) else None
        for wheel in package.tables("wheels"):
            found.setdefault(key, []).extend(_wheel(wheel, path.parent / (folder or "")))
    return {key: tuple(wheels) for key, wheels in found.items()}


def _wheel(table: Table, folder: Path) -> Iterator[LockedWheel]:
    """Yield the wheel if the lock has its hash; a file of this disk is named relative to `folder`."""
    match = _SHA256.match(table.text_or_none("hash") or "")
    if not match:
        return
    url, local = table.text_or_none("url") or "", table.text_or_none("path") or ""
    name = table.text_or_none("filename") or PurePosixPath(local or unquote(urlsplit(url).path)).name
    yield LockedWheel(name, match[1], max(table.integer("size", 0), 0), str(folder / local) if local else "")


def _of_requirements(lock: Lock) -> Wheels:
    """Return the hashes beside each pin; whose files they are, a requirements file does not say."""
    texts: dict[Path, dict[int, str]] = {}
    found: dict[tuple[str, str], tuple[LockedWheel, ...]] = {}
    for one in lock.packages:
        if not one.name or not one.place.line:
            continue
        path = one.place.path
        if path not in texts:
            texts[path] = {line.line: line.text for line in logical_lines(read_text(path), path)}
        hashes = _HASH.findall(texts[path].get(one.place.line, ""))
        if hashes:
            found[one.name, one.version or ""] = tuple(LockedWheel("", each.lower()) for each in hashes)
    return found
