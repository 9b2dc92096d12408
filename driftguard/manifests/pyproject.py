"""Read what a judge needs of a pyproject.toml."""

from pathlib import Path

from driftguard.files import read_text
from driftguard.model import normalized
from driftguard.toml import Document

LARGEST = 4 * 1024 * 1024
EVERY = "all"


def default_groups(path: Path) -> tuple[str, ...] | None:
    """Return the groups that uv installs unasked, None where the file is missing or does not say.

    `all` is written out as every group. Raises InputError with file, line and place.
    """
    if not path.is_file():
        return None
    root = Document(read_text(path, limit=LARGEST), path).root
    uv = root.table("tool").table("uv")
    if "default-groups" not in uv.values:
        return None
    if uv.values["default-groups"] == EVERY:
        return tuple(map(normalized, root.table("dependency-groups").values))
    return tuple(map(normalized, uv.texts("default-groups")))
