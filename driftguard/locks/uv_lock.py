"""Read `uv.lock`, whose format is documented by uv's own reader only (`version = 1`, revisions to 5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from driftguard.errors import InputError
from driftguard.locks.paths import anchored
from driftguard.model import (
    ConflictItem,
    Edge,
    Lock,
    Locked,
    LockFormat,
    Origin,
    Place,
    SourceKind,
    is_name,
    normalized,
)
from driftguard.toml import Document, Table

VERSION = 1
REVISION = 5
_LONGEST_LOCATION = 16 * 1024


def parse(text: str, path: Path) -> Lock:
    """Return the lock as a graph. Raises InputError with line and place."""
    return anchored(written(text, path))


def written(text: str, path: Path) -> Lock:
    """Return it with its paths as written: what follows from the text alone, and so without its root."""
    document = Document(text, path)
    root = document.root
    manifest = root.table("manifest")
    loose_groups = _by_name(manifest.table("dependency-groups"), _requirements)
    notes = _check_version(root)
    packages = tuple(map(_package, root.tables("package")))
    members = tuple(normalized(name) for name in manifest.texts("members"))
    _refuse_dangling(packages, members, root)
    return Lock(
        path=path,
        format=LockFormat.UV,
        packages=packages,
        members=members,
        root=None,
        requires_python=_requires_python(root),
        supported_markers=root.texts("supported-markers"),
        conflicts=tuple(tuple(map(_conflict, group)) for group in root.lists("conflicts")),
        overrides=tuple(_name(table) for table in manifest.tables("overrides")),
        excludes=tuple(normalized(name) for name in manifest.texts("excludes")),
        loose=tuple(_requirements(manifest, "requirements")),
        loose_groups=loose_groups,
        default_groups=_default_groups(manifest, loose_groups),
        notes=notes,
    )


def _check_version(root: Table) -> tuple[str, ...]:
    if "distribution" in root.values:
        error = root.error("distribution", "a lock of uv before 0.3 is not read")
        error.hint = "run `uv lock` to write it anew"
        raise error
    version = root.integer("version", 0)
    if version != VERSION:
        error = root.error("version", f"{version} is not {VERSION}, the one that is known")
        error.hint = "a newer uv wrote this lock: update driftguard" if version > VERSION else "run `uv lock`"
        raise error
    revision = root.integer("revision", 0)
    if revision > REVISION:
        return (f"the lock has revision {revision}, newer than {REVISION}: what it adds is not read",)
    return ()


def _requires_python(root: Table) -> str:
    from packaging.specifiers import SpecifierSet

    text = root.text("requires-python")
    try:
        SpecifierSet(text).contains("3", prereleases=True)  # numbers are read only when they are compared
    except ValueError:
        raise root.error("requires-python", f"{text[:80]!r} is not a version specifier") from None
    return text


def _refuse_dangling(packages: tuple[Locked, ...], members: tuple[str, ...], root: Table) -> None:
    """Refuse what leads nowhere, as uv does: a walk would pass over it and find nothing missing."""
    there: dict[str, list[Locked]] = {}
    for package in packages:
        there.setdefault(package.name, []).append(package)
    for name in members:
        if name not in there:
            raise root.error("manifest.members", f"no [[package]] is named `{name}`")
    for package in packages:
        for edge in package.all_edges():
            if not any(edge.fits(target) for target in there.get(edge.name, ())):
                version = f" {edge.version}" if edge.version else ""
                raise InputError(
                    f"`{package.name}` depends on `{edge.name}{version}`, which no [[package]] is",
                    path=package.place.path,
                    line=package.place.line,
                    hint="run `uv lock`",
                )


def _package(table: Table) -> Locked:
    groups = table.table("dev-dependencies")
    metadata = table.table("metadata")
    empty_extras = dict.fromkeys(map(normalized, metadata.texts("provides-extras")), ())
    empty_groups = {normalized(name): () for name in metadata.table("requires-dev").values}
    named_groups = {**empty_groups, **_by_name(groups, _edges)}
    return Locked(
        name=_name(table),
        version=table.text_or_none("version"),
        origin=_origin(table),
        place=Place(path=table.document.path, line=table.line),
        edges=tuple(_edges(table, "dependencies")),
        extras={**empty_extras, **_by_name(table.table("optional-dependencies"), _edges)},
        groups=named_groups,
        default_groups=_default_groups(table, named_groups),
        markers=table.texts("resolution-markers"),
    )


def _default_groups(table: Table, groups: Iterable[str]) -> tuple[str, ...] | None:
    if "default-groups" not in table.values:
        return None
    if table.values["default-groups"] == "all":
        return tuple(groups)
    return tuple(map(normalized, table.texts("default-groups")))


def _by_name(table: Table, read: Callable[[Table, str], Iterator[Edge]]) -> Mapping[str, tuple[Edge, ...]]:
    return {normalized(name): tuple(read(table, name)) for name in table.values}


def _edges(table: Table, key: str) -> Iterator[Edge]:
    for item in table.tables(key):
        if len(item.values) == 1:  # a name alone, as nearly all are
            yield Edge(_name(item))
            continue
        yield Edge(
            name=_name(item),
            extras=tuple(map(normalized, item.texts("extra"))),
            marker=item.text_or_none("marker") or "",
            version=item.text_or_none("version"),
            origin=_origin(item) if "source" in item.values else None,
        )


def _requirements(table: Table, key: str) -> Iterator[Edge]:
    for item in table.tables(key):
        yield Edge(
            name=_name(item),
            extras=tuple(map(normalized, item.texts("extras"))),
            marker=item.text_or_none("marker") or "",
        )


def _conflict(item: Table) -> ConflictItem:
    return ConflictItem(
        package=normalized(item.text("package")),
        extra=normalized(item.text_or_none("extra") or ""),
        group=normalized(item.text_or_none("group") or ""),
    )


def _name(table: Table) -> str:
    name = table.text("name")
    found = _normalized(name)
    if not found:
        raise table.error("name", f"{name!r} is not a package name")
    return found


@cache
def _normalized(name: str) -> str:
    """Return what a lock names many times over; nothing for what is no name."""
    return normalized(name) if is_name(name) else ""


def _origin(table: Table) -> Origin:
    source = table.table("source")
    if "source" not in table.values:
        raise table.error("source", "is missing")
    for kind in SourceKind:
        if kind.value in source.values:
            location, subdirectory = _location(source, kind.value), source.text_or_none("subdirectory") or ""
            if len(location) > _LONGEST_LOCATION:
                raise source.error(kind.value, f"has more than {_LONGEST_LOCATION:,} characters")
            if "\0" in location:
                raise source.error(kind.value, "holds a NUL character")
            try:
                return _read_origin(kind, location, subdirectory)
            except ValueError:
                raise source.error(kind.value, "is no URL") from None
    raise table.error("source", f"is of no known kind ({', '.join(map(repr, source.values)) or 'empty'})")


def _location(source: Table, key: str) -> str:
    if isinstance(source.values[key], dict):  # a registry may be a table { url = … }
        return source.table(key).text("url")
    return source.text(key)


def _read_origin(kind: SourceKind, location: str, subdirectory: str) -> Origin:
    match kind:
        case SourceKind.REGISTRY:
            return Origin(kind=kind, location=location)
        case SourceKind.GIT:
            return _git(location, subdirectory)
        case _:
            return Origin(kind=kind, location=location, subdirectory=subdirectory)


def _git(location: str, subdirectory: str) -> Origin:
    """Split `URL?rev=main&subdirectory=x#COMMIT`."""
    parts = urlsplit(location)
    query = parse_qs(parts.query)
    revision = next((query[key][0] for key in ("rev", "tag", "branch") if key in query), "")
    return Origin(
        kind=SourceKind.GIT,
        location=urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")),
        commit=parts.fragment,
        revision=revision,
        subdirectory=subdirectory or query.get("subdirectory", [""])[0],
    )
