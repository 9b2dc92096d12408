"""A `.dist-info` folder (the core metadata specifications): what each file in it says."""

from collections.abc import Mapping

from driftguard.environment import direct_url, metadata, naming
from driftguard.environment.listing import children
from driftguard.environment.metadata import Metadata
from driftguard.environment.reading import head, reason
from driftguard.model import FROM_INDEX, Installed, Origin

_INSTALLER_LIMIT = 128
# Neither takes a wheel without WHEEL. Others write some `.dist-info` themselves: Poetry that of the project,
# `flit install`, recipes of conda.
_OF_WHEELS_ALONE = ("pip", "uv")


def read(path: str, file_name: str) -> Installed:
    """Return the distribution whose metadata folder lies at `path`; the origin's path is as written."""
    try:
        files = {name: entry.path for name, entry in children(path).items()}
    except OSError as error:
        a_file = isinstance(error, NotADirectoryError)
        why = "is a file, not a folder" if a_file else f"cannot be listed: {reason(error)}"
        return naming.described(path, file_name, Metadata(faults=(why,)), "METADATA")._replace(origin=None)
    said = Metadata(faults=("METADATA is missing",))
    if "METADATA" in files:
        said = metadata.read(files["METADATA"], "METADATA")
    origin: Origin | None = FROM_INDEX
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
