"""Local sources beside what is installed of them: which have changed since.

Three questions: does uv's own record still hold (`cache_keys`), are the copied files still the source's
(`copied`), does METADATA still say what the manifest declares (`declared`). Only packages from this machine's
disk are looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from driftguard.environment import cache_keys
from driftguard.environment.reading import head, is_folder, resolved
from driftguard.errors import InputError
from driftguard.model import Installed, Origin, SourceChange, SourceKind, SourceState

_MANIFEST = "pyproject.toml"
_MANIFEST_LIMIT = 4 * 1024 * 1024
_OWN_METADATA = ("poetry",)
"""Tables of backends that add to what `[project]` declares."""


def read(local: Iterable[tuple[Origin, Installed]], environ: Mapping[str, str]) -> tuple[SourceState, ...]:
    """Return what is known of the sources of installed packages, each given with the origin it is locked to.

    A package from another place than locked is left out: which state of the locked one it is, nobody asks.
    """
    return tuple(
        _state(Path(origin.location, origin.subdirectory), one, environ)
        for origin, one in local
        if one.origin and _same_place(origin, one.origin)
    )


def _same_place(locked: Origin, installed: Origin) -> bool:
    alike = locked.kind is installed.kind and locked.subdirectory == installed.subdirectory
    return alike and resolved(locked.location) == resolved(installed.location)


def _state(source: Path, one: Installed, environ: Mapping[str, str]) -> SourceState:
    record, installed = cache_keys.read(one.path), _installed(one.path)
    changes: list[SourceChange] = []
    uncompared = ""
    if installed is not None and source.exists():
        manifest = source / _MANIFEST
        chosen = _manifest(manifest) if _chooses_keys(manifest) else {}
        if record is not None and chosen is not None:
            keys = _table(_table(chosen, "tool"), "uv").get("cache-keys")
            changes += cache_keys.differences(record, source, keys, installed, environ)
        if is_folder(source):
            changes += _declared(source, one, installed)
            found, uncompared = _copied(source, one, installed)
            changes += found
    return SourceState(one.name, one.path, one.installer, tuple(changes), record is not None, uncompared)


def _chooses_keys(manifest: Path) -> bool:
    """Say whether a manifest may have `cache-keys`; most have none, and need not be parsed for that."""
    try:
        return b"cache-keys" in head(str(manifest), _MANIFEST_LIMIT)
    except OSError:
        return False


def _declared(source: Path, one: Installed, installed: int) -> Iterator[SourceChange]:
    """Yield what METADATA says and the manifest no longer declares."""
    if _changed(source / _MANIFEST, installed):
        from driftguard.environment import declared

        manifest = _manifest(source / _MANIFEST) or {}
        if "project" in manifest and not {*_OWN_METADATA} & {*_table(manifest, "tool")}:
            yield from declared.differences(_table(manifest, "project"), one, source / _MANIFEST)


def _copied(source: Path, one: Installed, installed: int) -> tuple[list[SourceChange], str]:
    """Return which files are not what was copied of them, and what was not compared."""
    if not one.origin or one.origin.kind is not SourceKind.DIRECTORY:
        return [], ""
    from driftguard.environment import copied

    found = copied.stale(one.path, source, installed)
    changes = [
        SourceChange(str(copy.source.relative_to(source)), "has changed", copy.name, copy.source)
        for copy in found.changed
    ]
    for copy in found.gone:
        name = str(copy.source.relative_to(source))
        changes.append(SourceChange(name, "is not there", copy.name, copy.installed, certain=False))
    return changes, found.uncompared


def _installed(metadata: Path) -> int | None:
    """Return when a distribution was installed, in nanoseconds: every installer writes RECORD then."""
    try:
        return (metadata / "RECORD").stat().st_mtime_ns
    except OSError:
        return None


def _changed(manifest: Path, installed: int) -> bool:
    try:
        status = manifest.stat()
    except OSError:
        return False
    return max(status.st_ctime_ns, status.st_mtime_ns) > installed


def _manifest(path: Path) -> dict[str, object] | None:
    """Return the manifest of a source, an empty one where there is none; None when it cannot be read."""
    from driftguard.files import read_text
    from driftguard.toml import Document

    if not path.exists():
        return {}
    try:
        return Document(read_text(path, limit=_MANIFEST_LIMIT), path).root.values
    except InputError:
        return None


def _table(values: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = values.get(key)
    return value if isinstance(value, dict) else {}
