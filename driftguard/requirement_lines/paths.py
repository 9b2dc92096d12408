"""Read the paths of requirements: folders, archives, `file:` URLs.

By `os.path`, whose questions answer no where those of `pathlib` raise: a path may be anything here.
"""
# ruff: noqa: PTH112, PTH113, PTH118, PTH119

import os
import posixpath
from collections.abc import Sequence
from os.path import exists, isdir, isfile, join, normpath, realpath
from pathlib import Path

from driftguard.errors import InputError
from driftguard.files import read_text
from driftguard.model import Origin, SourceKind, is_name, normalized
from driftguard.requirement_lines.links import (
    ARCHIVES,
    Link,
    UnreadableError,
    archive,
    egg,
    local_path,
    told_by,
)


def from_file_url(url: str, folders: Sequence[Path], *, editable: bool = False) -> Link:
    """Read a `file:` URL. Raises UnreadableError."""
    found = _candidates(local_path(url), folders)[0]
    link = _folder(found, editable=editable) if editable or isdir(found) else _archive(found)
    named = egg(url)
    return link._replace(name=named, guessed=False) if named else link


def from_path(path: str, folders: Sequence[Path]) -> Link | None:
    """Return what a path names, None where pip would not take it for one. Raises UnreadableError."""
    before, at, after = path.partition("@")
    is_named = bool(at) and not looks_like_path(before)
    if is_named and "://" in after:
        return None
    if looks_like_path(path) and (folder := _existing_folder(path, folders)):
        if not any(isfile(join(folder, name)) for name in ("pyproject.toml", "setup.py")):
            raise UnreadableError("a folder without `pyproject.toml` and `setup.py`")
        return _folder(folder, editable=False)
    if _suffix(path) not in ARCHIVES:
        return None
    found = _candidates(path, folders)[0]
    return None if is_named and not isfile(found) else _archive(found)


def from_editable_path(path: str, folders: Sequence[Path]) -> Link | None:
    """Return the folder that `-e` names, None where there is none."""
    folder = _existing_folder(path, folders)
    return _folder(folder, editable=True) if folder else None


def looks_like_path(text: str) -> bool:
    """Say whether pip would look for a folder of this name."""
    return text.startswith(".") or os.sep in text or bool(os.altsep and os.altsep in text)


def split_extras(text: str) -> tuple[str, str]:
    """Split `path[extra]`. Not by pip's regular expression, which takes quadratic time on brackets."""
    at = text.rfind("[")
    if 0 < at < len(text) - 2 and text.endswith("]") and "]" not in text[at:-1]:
        return text[:at].rstrip(), text[at:]
    return text, ""


def _existing_folder(path: str, folders: Sequence[Path]) -> str:
    return next((one for one in _candidates(path, folders) if isdir(one)), "")


def _candidates(path: str, folders: Sequence[Path]) -> list[str]:
    """Return where a path may lie: where something is, else in the first folder. Raises UnreadableError."""
    if "\0" in path:
        raise UnreadableError("a path with a NUL character")
    places = [normpath(join(folder, path)) for folder in folders]
    return list(filter(exists, places)) or places[:1]


def _suffix(path: str) -> str:
    base, suffix = posixpath.splitext(normpath(path))
    return (base[-4:] + suffix if base.lower().endswith(".tar") else suffix).lower()


def _folder(folder: str, *, editable: bool) -> Link:
    kind = SourceKind.EDITABLE if editable else SourceKind.DIRECTORY
    origin = Origin(kind=kind, location=realpath(folder))
    return Link(origin=origin, name=_project_name(folder), guessed=True)


def _archive(path: str) -> Link:
    return archive(Origin(kind=SourceKind.PATH, location=realpath(path)), told_by(os.path.basename(path)))


def _project_name(folder: str) -> str:
    """Return the name in a folder's `pyproject.toml`, empty where it has none that can be read."""
    import tomli

    try:
        project = tomli.loads(read_text(Path(folder, "pyproject.toml"), limit=1024 * 1024)).get("project")
    except (InputError, ValueError, RecursionError):
        return ""
    name = project.get("name") if isinstance(project, dict) else None
    return normalized(name) if isinstance(name, str) and is_name(name) else ""
