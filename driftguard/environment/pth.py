"""`.pth` files: which folders they add to `sys.path`. Their code lines are never run."""

import os
import re
from collections.abc import Collection, Iterator

from driftguard.environment.reading import head, is_folder, reason

LIMIT = 1024 * 1024
MOST = 1_000
"""Folders that one `.pth` file may add before it is taken for an accident."""

_EDITABLE = re.compile(r"__editable__\.([^-]+)-.*\.pth\Z")


def folders(path: str) -> tuple[tuple[str, ...], str]:
    """Return the folders that exist among the lines of the file, and why it was not read to its end, if so.

    As `site` does: relative to the file's own folder; comments and lines with code are left out. A link to
    nothing is no file.
    """
    try:
        data = head(path, LIMIT + 1)
    except FileNotFoundError:
        return (), ""
    except OSError as error:
        return (), f"cannot be read: {reason(error)}"
    if len(data) > LIMIT:
        return (), "is larger than 1 MiB and was not read"
    found: dict[str, None] = {}
    for folder in filter(is_folder, _paths(data, os.path.dirname(path))):  # noqa: PTH120
        if len(found) == MOST:
            return tuple(found), f"adds more than {MOST} folders; the rest was not looked at"
        found[folder] = None
    return tuple(found), ""


def elsewhere(path: str, known: Collection[str]) -> bool:
    """Say whether the file adds a folder or an archive that is neither beside or below it nor `known`."""
    try:
        data = head(path, LIMIT)
    except OSError:
        return False
    here = os.path.dirname(path)  # noqa: PTH120
    own = (here, *known)
    added = (one for one in _paths(data, here) if os.path.lexists(one))
    return any(one not in own and not one.startswith(f"{here}{os.sep}") for one in added)


def _paths(data: bytes, beside: str) -> Iterator[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = os.fsdecode(data)
    for line in text.splitlines():
        if line.strip() and not line.startswith(("#", "import ", "import\t")):
            yield os.path.normpath(os.path.join(beside, line.rstrip()))  # noqa: PTH118


def editable_name(file_name: str) -> str:
    """Return the distribution that setuptools' `__editable__.NAME-VERSION.pth` stands for, else nothing."""
    match = _EDITABLE.match(file_name)
    return match[1] if match else ""
