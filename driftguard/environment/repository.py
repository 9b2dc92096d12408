"""What uv records of a Git repository: the commit that is checked out, and the tags. Git is not run."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from driftguard.environment.reading import head, is_file, is_folder

_LIMIT = 4 * 1024 * 1024
_MOST_TAGS = 10_000
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def find(folder: Path) -> Path | None:
    """Return the `.git` that `folder` belongs to: the repository's own, or that of a worktree."""
    for parent in (folder, *folder.parents):
        found = parent / ".git"
        if found.is_dir():
            return found
        if is_file(found):
            label, _, target = _text(found).partition(":")
            return parent / target.strip() if label == "gitdir" and target.strip() else None
    return None


def commit(git: Path) -> str:
    """Return the commit that is checked out, empty when it cannot be told."""
    label, _, reference = _text(git / "HEAD").strip().partition("ref: ")
    if not reference:
        return label if _COMMIT.match(label) else ""
    if ".." in reference or reference.startswith("/"):
        return ""
    loose = _text(_common(git) / reference).strip() or dict(_packed(git)).get(reference, "")
    return loose if _COMMIT.match(loose) else ""


def tags(git: Path) -> dict[str, str] | None:
    """Return what each tag points to; None when there are too many."""
    found = {
        reference.removeprefix("refs/tags/"): target
        for reference, target in _packed(git)
        if reference.startswith("refs/tags/")
    }
    top = _common(git) / "refs" / "tags"
    for folder, _, names in os.walk(top) if is_folder(top) else ():
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(top).as_posix()] = _text(path).strip()
        if len(found) > _MOST_TAGS:
            return None
    return found


def _common(git: Path) -> Path:
    """Return where the references are: a worktree keeps them with the repository it belongs to."""
    return git / shared if (shared := _text(git / "commondir").strip()) else git


def _packed(git: Path) -> Iterator[tuple[str, str]]:
    for line in _text(_common(git) / "packed-refs").splitlines():
        target, _, reference = line.partition(" ")
        if _COMMIT.match(target):
            yield reference.strip(), target


def _text(path: Path) -> str:
    try:
        return head(str(path), _LIMIT).decode("utf-8", "replace")
    except OSError:
        return ""
