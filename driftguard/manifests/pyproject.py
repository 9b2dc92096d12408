"""Read what a judge needs of a pyproject.toml."""

from pathlib import Path

from driftguard.cache import NO_CACHE, Cache, digest
from driftguard.files import decoded, read_bytes
from driftguard.model import normalized

LARGEST = 4 * 1024 * 1024
EVERY = "all"

_KIND = "default-groups"


def default_groups(path: Path, cache: Cache = NO_CACHE) -> tuple[str, ...] | None:
    """Return the groups that uv installs unasked, None where the file is missing or does not say.

    `all` is written out as every group. Raises InputError with file, line and place.
    """
    if not path.is_file():
        return None
    data = read_bytes(path, limit=LARGEST)
    content = digest(data)
    entry = cache.get(_KIND, content)
    if entry is None:
        found = _default_groups(decoded(data, path), path)
        cache.put(_KIND, content, {"names": found})
        return found
    names = entry.get("names")
    return tuple(map(str, names)) if isinstance(names, list) else None


def _default_groups(text: str, path: Path) -> tuple[str, ...] | None:
    from driftguard.toml import Document

    root = Document(text, path).root
    uv = root.table("tool").table("uv")
    if "default-groups" not in uv.values:
        return None
    if uv.values["default-groups"] == EVERY:
        return tuple(map(normalized, root.table("dependency-groups").values))
    return tuple(map(normalized, uv.texts("default-groups")))
