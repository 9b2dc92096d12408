"""Read what a judge needs of a pyproject.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from driftguard.files import read_text
from driftguard.model import is_name, normalized
from driftguard.toml import Document, Table

LARGEST = 4 * 1024 * 1024
EVERY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """`[tool.uv.workspace]`: the globs of its members and of what is none."""

    members: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyproject:
    """A pyproject.toml. Names are normalised; `driftguard` is the raw table `[tool.driftguard]`.

    `default_groups` is None where uv's own default holds; `all` is written out as every group.
    """

    path: Path
    name: str
    requires_python: str
    groups: tuple[str, ...]
    default_groups: tuple[str, ...] | None
    workspace: Workspace | None
    driftguard: Mapping[str, object]


def read(path: Path) -> Pyproject:
    """Read a pyproject.toml. Raises InputError with file, line and place."""
    return parse(read_text(path, limit=LARGEST), path)


def parse(text: str, path: Path) -> Pyproject:
    """Read the text of a pyproject.toml. Raises InputError with file, line and place."""
    root = Document(text, path).root
    tool = root.table("tool")
    project, groups, uv = (
        _at_line(table, text)
        for table in (root.table("project"), root.table("dependency-groups"), tool.table("uv"))
    )
    names = tuple(map(normalized, groups.values))
    return Pyproject(
        path=path,
        name=_name(project),
        requires_python=project.text_or_none("requires-python") or "",
        groups=names,
        default_groups=_default_groups(uv, names),
        workspace=_workspace(uv, text),
        driftguard=tool.table("driftguard").values,
    )


def default_groups(path: Path) -> tuple[str, ...] | None:
    """Return the groups that uv installs unasked, None where the file is missing or does not say.

    Raises InputError.
    """
    return read(path).default_groups if path.is_file() else None


def _name(project: Table) -> str:
    name = project.text_or_none("name")
    if name is not None and not is_name(name):
        raise project.error("name", f"{name[:80]!r} is not a package name")
    return normalized(name or "")


def _default_groups(uv: Table, groups: tuple[str, ...]) -> tuple[str, ...] | None:
    if "default-groups" not in uv.values:
        return None
    if uv.values["default-groups"] == EVERY:
        return groups
    return tuple(map(normalized, uv.texts("default-groups")))


def _workspace(uv: Table, text: str) -> Workspace | None:
    if "workspace" not in uv.values:
        return None
    table = _at_line(uv.table("workspace"), text)
    return Workspace(members=table.texts("members"), exclude=table.texts("exclude"))


def _at_line(table: Table, text: str) -> Table:
    """Tell a table the line of its header, for the errors in it."""
    dots = r"[ \t]*\.[ \t]*".join(map(re.escape, table.place.split(".")))
    header = re.search(rf"^[ \t]*\[[ \t]*{dots}[ \t]*\]", text, re.MULTILINE)
    return replace(table, line=text.count("\n", 0, header.start()) + 1) if header else table
