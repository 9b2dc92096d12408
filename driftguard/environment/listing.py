"""One look into a folder of `sys.path`: what in it has to do with distributions."""

import os

from driftguard.environment.reading import is_folder, reason
from driftguard.errors import TargetError
from driftguard.record import NamedTuple

SUFFIXES = (".dist-info", ".egg-info", ".egg")


class Listing(NamedTuple):
    """The entries of one folder, each kind in the order of its names.

    `metadata` are `.dist-info`, `.egg-info` and `.egg`, folder or file; `leftovers` the folders beginning
    with `~`; of `.pth` files the hidden ones are left out, as `site` leaves them.
    """

    folder: str
    metadata: tuple[os.DirEntry[str], ...]
    egg_links: tuple[os.DirEntry[str], ...]
    pths: tuple[os.DirEntry[str], ...]
    leftovers: tuple[str, ...]


def look(folder: str) -> Listing:
    """List `folder`. Raises TargetError when it cannot be listed: what is in it must not pass unseen."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise TargetError(f"`{folder}` cannot be listed: {why}") from None
    named = [entry for entry in found if not entry.name.startswith("~")]
    return Listing(
        folder=folder,
        metadata=tuple(entry for entry in named if entry.name.lower().endswith(SUFFIXES)),
        egg_links=tuple(entry for entry in named if entry.name.lower().endswith(".egg-link")),
        pths=tuple(entry for entry in found if entry.name.endswith(".pth") and entry.name[0] != "."),
        leftovers=tuple(
            entry.path for entry in found if entry.name.startswith("~") and is_folder(entry.path)
        ),
    )


def children(folder: str) -> dict[str, os.DirEntry[str]]:
    """Return the entries of `folder` by name. Raises OSError."""
    with os.scandir(folder) as entries:
        return {entry.name: entry for entry in entries}
