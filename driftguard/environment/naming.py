"""What a metadata folder stands for: what its metadata says, what its name says, whether the two agree."""

import re
from pathlib import Path

from driftguard.environment.metadata import Metadata, is_version
from driftguard.model import FROM_INDEX, Installed, is_name, normalized

_PYTHON = re.compile(r"-py\d.*\Z", re.DOTALL)
_LOOSE = re.compile(r"[-_.+!]+")


def described(path: str, file_name: str, said: Metadata, label: str) -> Installed:
    """Return the distribution at `path`: what its metadata says, else what its name says."""
    folder_name, folder_version = ("", "") if said.name and said.version else told(file_name)
    faults = [*said.faults, *disagreement(file_name, said.name, said.version, label)]
    if not said.name and not folder_name:
        faults.append("the folder is not named for a distribution")
    return Installed(
        name=normalized(said.name or folder_name or file_name),
        version=said.version or folder_version or None,
        path=Path(path),
        origin=FROM_INDEX,
        requires=said.requires,
        optional=said.optional,
        requires_python=said.requires_python,
        faults=tuple(faults),
    )


def told(file_name: str) -> tuple[str, str]:
    """Return name and version out of `NAME-VERSION.dist-info` or `NAME[-VERSION[-pyX.Y]].egg-info`.

    An `.egg-link` tells the name alone. What is missing or invalid is empty.
    """
    stem = _stem(file_name)
    name, dash, version = stem.rpartition("-")
    if not dash or file_name.lower().endswith(".egg-link"):
        name, version = stem, ""
    return name if is_name(name) else "", version if is_version(version) else ""


def disagreement(file_name: str, name: str, version: str, label: str) -> list[str]:
    """Return how the folder's name contradicts the metadata; what is empty contradicts nothing."""
    stem = _stem(file_name)
    if name and (stem == f"{name}-{version}" or _loose(stem) in (_loose(f"{name}-{version}"), _loose(name))):
        return []
    folder_name, folder_version = told(file_name)
    faults = []
    if name and folder_name and normalized(folder_name) != normalized(name):
        faults.append(f"the folder is named for `{folder_name}`, its {label} says `{name}`")
    if version and folder_version and not _same(folder_version, version):
        faults.append(f"the folder is named for version {folder_version}, its {label} says {version}")
    return faults


def _stem(file_name: str) -> str:
    stem, _, suffix = file_name.rpartition(".")
    return _PYTHON.sub("", stem) if suffix.lower().startswith("egg") else stem


def _loose(text: str) -> str:
    return _LOOSE.sub("-", text).lower()


def _same(one: str, other: str) -> bool:
    """Compare as PEP 440 does; a wheel's folder writes `_` for what a version may not hold."""
    if _loose(one) == _loose(other):
        return True
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one.replace("_", "-")) == Version(other)
    except InvalidVersion:
        return False
