"""Distributions of the time before wheels: `.egg-info`, `.egg` and setuptools' `.egg-link`."""

import os
from pathlib import Path

from driftguard.environment import metadata, naming
from driftguard.environment.listing import children
from driftguard.environment.reading import head, is_folder, reason, resolved
from driftguard.model import Installed, Origin, SourceKind, normalized

_LINK_LIMIT = 16 * 1024


def installed(entry: os.DirEntry[str]) -> Installed:
    """Return what a `.egg-info` (folder, or the PKG-INFO itself) or a `.egg` stands for."""
    if entry.name.lower().endswith(".egg"):
        return in_egg(entry.path)
    path = f"{entry.path}{os.sep}PKG-INFO" if is_folder(entry.path) else entry.path
    return naming.described(entry.path, entry.name, metadata.read(path, "PKG-INFO"), "PKG-INFO")


def in_egg(path: str) -> Installed:
    """Return what a `.egg` holds, named for what it says in EGG-INFO; a zipped one is not opened."""
    name = Path(path).name
    if is_folder(path):
        said = metadata.read(f"{path}{os.sep}EGG-INFO{os.sep}PKG-INFO", "PKG-INFO")
    else:
        said = metadata.Metadata(faults=("a zipped egg is not looked into",))
    return naming.described(path, name, said, "PKG-INFO")


def linked(entry: os.DirEntry[str]) -> Installed:
    """Return the project that an `.egg-link` points to.

    Its first line is the folder that holds the `.egg-info`, its second the way from there to the project.
    """
    try:
        lines = [*os.fsdecode(head(entry.path, _LINK_LIMIT)).splitlines(), "", ""]
    except OSError as error:
        said = metadata.Metadata(faults=(f"the egg-link cannot be read: {reason(error)}",))
        return naming.described(entry.path, entry.name, said, "PKG-INFO")._replace(origin=None)
    folder = _joined(entry.path.removesuffix(entry.name), lines[0].strip())
    origin = Origin(kind=SourceKind.EDITABLE, location=resolved(_joined(folder, lines[1].strip())))
    said = _project(folder, entry.name.rpartition(".")[0])
    return naming.described(entry.path, entry.name, said, "PKG-INFO")._replace(origin=origin)


def _project(folder: str, name: str) -> metadata.Metadata:
    """Return what the `.egg-info` of `name` in `folder` says."""
    try:
        entries = children(folder)
    except FileNotFoundError:
        return metadata.Metadata(faults=(f"points to `{folder}`, which does not exist",))
    except (OSError, ValueError):
        return metadata.Metadata(faults=(f"points to `{folder}`, which cannot be listed",))
    for entry in entries.values():
        stem, _, suffix = entry.name.rpartition(".")
        if suffix == "egg-info" and normalized(stem) == normalized(name):
            return metadata.read(f"{entry.path}{os.sep}PKG-INFO", "PKG-INFO")
    return metadata.Metadata(faults=(f"points to `{folder}`, which holds no metadata of it",))


def _joined(folder: str, text: str) -> str:
    return os.path.normpath(os.path.join(folder, text))  # noqa: PTH118 - `..` is text here
