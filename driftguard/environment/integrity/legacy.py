"""What distributions without a RECORD tell of their files: those of `setup.py install`, with or without pip.

pip wrote `installed-files.txt` into the `.egg-info`; setuptools alone writes `top_level.txt`, the names that
can be imported. A bare `.egg-info` file tells nothing, nor does what the operating system or conda installed.
"""

import os
from collections.abc import Iterator, Sequence

from driftguard.cache import digest
from driftguard.environment.integrity.ownership import Ownership
from driftguard.environment.reading import head
from driftguard.integrity import Verified

_LIST = "installed-files.txt"
_NAMES = "top_level.txt"
_LIMIT = 4 * 1024 * 1024
_OF_THE_SYSTEM = "dist-packages"
"""Debian's folder, which also holds modules of packages that have no metadata at all."""


def is_silent(one: Verified) -> bool:
    """Say whether nothing tells which files of a `site-packages` are the distribution's."""
    path = one.installed.path
    if not one.untold or path.suffix == ".egg-link":
        return False
    if path.suffix != ".egg-info" or path.parent.name == _OF_THE_SYSTEM:
        return True
    return _read(one, _LIST) is None and _read(one, _NAMES) is None


def with_lists(owned: Ownership, without: Sequence[Verified]) -> Ownership:
    """Return who owns what, the files that pip listed for setuptools among it."""
    lists = {str(one.installed.path): listed for one in without if (listed := _read(one, _LIST)) is not None}
    if not lists:
        return owned
    paths = [
        os.path.normpath(os.path.join(folder, os.fsdecode(line)))  # noqa: PTH118 - `..` is text here
        for folder, listed in lists.items()
        for line in listed.splitlines()
        if line and b"\0" not in line
    ]
    mark = digest("\n".join((owned.digest, *sorted(paths))).encode("utf-8", "surrogateescape"))
    return Ownership({**dict.fromkeys(paths, -1), **owned.owners}, owned.several, mark)


def entries(one: Verified) -> Iterator[str]:
    """Yield how the entries of a `site-packages` begin, up to a dot, that may be the distribution's."""
    if _read(one, _LIST) is not None:
        return
    for name in (_read(one, _NAMES) or b"").decode("utf-8", "replace").split():
        yield name.replace("/", ".").partition(".")[0]
    yield one.installed.name.replace("-", "_")


def _read(one: Verified, name: str) -> bytes | None:
    try:
        return head(f"{one.installed.path}{os.sep}{name}", _LIMIT)
    except OSError:
        return None
