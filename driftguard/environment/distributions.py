"""What is installed: every metadata folder of some `site-packages`, the ugly ones too.

Nothing is collapsed: two folders of one name are two distributions, and one that cannot be read is still
there, with its faults. Only what Python itself would never see is left out: a distribution in a folder that a
`.pth` file adds, of a name that stands in `site-packages` already.
"""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path

from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import pth
from driftguard.environment.kept import Kept
from driftguard.environment.listing import Listing, look
from driftguard.environment.reading import resolved
from driftguard.errors import TargetError
from driftguard.model import FROM_INDEX, Installed, Origin, SourceKind, normalized
from driftguard.record import NamedTuple

_PATHS = (SourceKind.PATH, SourceKind.DIRECTORY, SourceKind.EDITABLE)


class Found(NamedTuple):
    """The distributions of some folders by name, folders beginning with `~`, and what was not looked at."""

    installed: tuple[Installed, ...]
    leftovers: tuple[Path, ...] = ()
    unseen: tuple[str, ...] = ()


def read(folders: Sequence[Path], *, needed: bool = True, cache: Cache = NO_CACHE) -> Found:
    """Read every distribution in `folders` and in what their `.pth` files add.

    What `cache` knows of a metadata folder that has not changed since is not read again.

    Raises TargetError when one of the folders is `needed` and cannot be listed.
    """
    listings, unseen = _listed(folders, needed=needed)
    editable = {
        normalized(name)
        for listing in listings
        for entry in listing.pths
        if (name := pth.editable_name(entry.name))
    }
    installed = [one for listing in listings for one in _in(listing, editable, cache)]
    added, unread = _added(listings, {str(folder) for folder in folders})
    unseen += unread
    names = {one.name for one in installed}
    for folder in added:
        outside, unread = _beyond(folder, names, cache)
        installed += outside
        names.update(one.name for one in outside)
        unseen += unread
    return Found(
        installed=tuple(sorted(installed, key=attrgetter("name"))),
        leftovers=tuple(Path(path) for listing in listings for path in listing.leftovers),
        unseen=tuple(unseen),
    )


def _listed(folders: Sequence[Path], *, needed: bool) -> tuple[list[Listing], list[str]]:
    listings, unseen = [], []
    for folder in folders:
        try:
            listings.append(look(str(folder)))
        except TargetError as error:
            if needed:
                raise
            unseen.append(error.message)
    return listings, unseen


def _in(listing: Listing, editable: set[str], cache: Cache) -> Iterator[Installed]:
    known = Kept(listing.folder, cache)
    for entry in listing.metadata:
        one = _located(_one(entry, known))
        if one.origin == FROM_INDEX and one.name in editable:
            one = one._replace(origin=Origin(kind=SourceKind.EDITABLE))
        yield one
    known.save()
    for entry in listing.egg_links:
        from driftguard.environment import eggs

        yield eggs.linked(entry)


def _one(entry: os.DirEntry[str], known: Kept) -> Installed:
    if entry.name.lower().endswith(".dist-info"):
        return known.get(entry.name, partial(_dist_info, entry))
    from driftguard.environment import eggs

    return eggs.installed(entry)


def _dist_info(entry: os.DirEntry[str]) -> Installed:
    from driftguard.environment import dist_info

    return dist_info.read(entry.path, entry.name)


def _located(one: Installed) -> Installed:
    """Resolve the path that it was installed from: where links lead is looked at each time."""
    origin = one.origin
    if origin is None or origin.kind not in _PATHS or origin.location.startswith("//"):
        return one
    return one._replace(origin=origin._replace(location=resolved(origin.location)))


def _added(listings: Sequence[Listing], known: set[str]) -> tuple[list[str], list[str]]:
    """Return the folders that `.pth` files add to `known`, in their order, and what was not read of them."""
    added: dict[str, None] = {}
    unseen = []
    for listing in listings:
        for entry in listing.pths:
            folders, why = pth.folders(entry.path)
            added.update((folder, None) for folder in folders if folder not in known)
            if why:
                unseen.append(f"`{entry.path}` {why}")
    return list(added), unseen


def _beyond(folder: str, names: set[str], cache: Cache) -> tuple[list[Installed], list[str]]:
    """Return what lies in a folder that a `.pth` file added, without what `names` shadows."""
    if folder.lower().endswith(".egg"):
        from driftguard.environment import eggs

        return [one for one in (eggs.in_egg(folder),) if one.name not in names], []
    try:
        listing = look(folder)
    except TargetError as error:
        return [], [error.message]
    here = Origin(kind=SourceKind.EDITABLE, location=resolved(folder))
    found = []
    for one in _in(listing, set(), cache):
        if one.name not in names:
            in_place = one.path.suffix.lower() == ".egg-info"
            found.append(one._replace(origin=here) if in_place else one)
    return found, []
