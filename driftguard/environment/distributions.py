"""What is installed: every metadata folder of some `site-packages`, the ugly ones too.

Nothing is collapsed: two folders of one name are two distributions, and one that cannot be read is still
there, with its faults. Only what Python itself would never see is left out: a distribution in a folder that a
`.pth` file adds, of a name that stands in `site-packages` already.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from driftguard.environment import direct_url, eggs, metadata, naming, pth
from driftguard.environment.listing import Listing, children, look
from driftguard.environment.metadata import Metadata
from driftguard.environment.reading import head, reason, resolved
from driftguard.errors import TargetError
from driftguard.model import Installed, Origin, SourceKind, normalized

_INSTALLER_LIMIT = 128
# Neither takes a wheel without WHEEL. Others write some `.dist-info` themselves: Poetry that of the project,
# `flit install`, recipes of conda.
_OF_WHEELS_ALONE = ("pip", "uv")


class Found(NamedTuple):
    """The distributions of some folders by name, folders beginning with `~`, and what was not looked at."""

    installed: tuple[Installed, ...]
    leftovers: tuple[Path, ...] = ()
    unseen: tuple[str, ...] = ()


def read(folders: Sequence[Path], *, needed: bool = True) -> Found:
    """Read every distribution in `folders` and in what their `.pth` files add.

    Raises TargetError when one of the folders is `needed` and cannot be listed.
    """
    listings, unseen = _listed(folders, needed=needed)
    editable = {
        normalized(name)
        for listing in listings
        for entry in listing.pths
        if (name := pth.editable_name(entry.name))
    }
    installed = [one for listing in listings for one in _in(listing, editable)]
    added, unread = _added(listings, {str(folder) for folder in folders})
    unseen += unread
    names = {one.name for one in installed}
    for folder in added:
        outside, unread = _beyond(folder, names)
        installed += outside
        names.update(one.name for one in outside)
        unseen += unread
    return Found(
        installed=tuple(sorted(installed, key=lambda one: (one.name, str(one.path)))),
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


def _in(listing: Listing, editable: set[str]) -> Iterator[Installed]:
    for entry in listing.metadata:
        one = _one(entry)
        if one.origin == naming.FROM_INDEX and one.name in editable:
            one = one._replace(origin=Origin(kind=SourceKind.EDITABLE))
        yield one
    for entry in listing.egg_links:
        yield eggs.linked(entry)


def _one(entry: os.DirEntry[str]) -> Installed:
    if entry.name.lower().endswith(".dist-info"):
        return _dist_info(entry.path, entry.name)
    return eggs.installed(entry)


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


def _beyond(folder: str, names: set[str]) -> tuple[list[Installed], list[str]]:
    """Return what lies in a folder that a `.pth` file added, without what `names` shadows."""
    if folder.lower().endswith(".egg"):
        return [one for one in (eggs.in_egg(folder),) if one.name not in names], []
    try:
        listing = look(folder)
    except TargetError as error:
        return [], [error.message]
    here = Origin(kind=SourceKind.EDITABLE, location=resolved(folder))
    found = []
    for one in _in(listing, set()):
        if one.name not in names:
            in_place = one.path.suffix.lower() == ".egg-info"
            found.append(one._replace(origin=here) if in_place else one)
    return found, []


def _dist_info(path: str, file_name: str) -> Installed:
    try:
        files = {name: entry.path for name, entry in children(path).items()}
    except OSError as error:
        a_file = isinstance(error, NotADirectoryError)
        why = "is a file, not a folder" if a_file else f"cannot be listed: {reason(error)}"
        return naming.described(path, file_name, Metadata(faults=(why,)), "METADATA")._replace(origin=None)
    said = Metadata(faults=("METADATA is missing",))
    if "METADATA" in files:
        said = metadata.read(files["METADATA"], "METADATA")
    origin: Origin | None = naming.FROM_INDEX
    fault = ""
    if direct_url.NAME in files:
        origin, fault = direct_url.read(files[direct_url.NAME])
    installer = _installer(files)
    tags, untagged = _tags(files, installer)
    one = naming.described(path, file_name, said, "METADATA")
    return one._replace(
        origin=origin,
        installer=installer,
        requested="REQUESTED" in files,
        recorded="RECORD" in files,
        tags=tags,
        faults=(*one.faults, *filter(None, (fault, untagged))),
    )


def _installer(files: Mapping[str, str]) -> str:
    try:
        lines = head(files["INSTALLER"], _INSTALLER_LIMIT).decode("utf-8", "replace").split("\n")
    except (KeyError, OSError):
        return ""
    return lines[0].strip()


def _tags(files: Mapping[str, str], installer: str) -> tuple[tuple[str, ...], str]:
    """Return the wheel's tags, and the fault that keeps them from being known."""
    if "WHEEL" in files:
        return metadata.wheel_tags(files["WHEEL"])
    return (), "WHEEL is missing" if installer in _OF_WHEELS_ALONE else ""
