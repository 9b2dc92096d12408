"""The files of an environment beside its RECORDs: all are looked at in every run, few are read again."""

import os
from collections.abc import Iterator, Mapping, Sequence

from driftguard.cache import Cache
from driftguard.environment.integrity import (
    bytecode,
    marks,
    ownership,
    records,
    scripts,
    start_up,
    strangers,
    uv_cache,
)
from driftguard.environment.integrity.kept import Kept
from driftguard.environment.integrity.ownership import Ownership
from driftguard.environment.integrity.records import Record
from driftguard.environment.integrity.verify import verified
from driftguard.environment.reading import is_folder
from driftguard.integrity import Anchored, Integrity, Misled, StartUp, Unanchored, Verified
from driftguard.model import Environment, Installed
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from driftguard.environment.integrity.anchors import Anchors

__all__ = ["read"]

Book = tuple[Installed, Record]


def read(
    there: Environment, environ: Mapping[str, str], cache: Cache, anchors: "Anchors | None" = None
) -> Integrity:
    """Hold all files of an environment, and of what it inherits, against what was recorded of them.

    With `anchors` those of the environment itself also against the wheels whose hashes are locked.
    """
    installed = (*there.installed, *there.inherited)
    own = [str(folder) for folder in there.interpreter.site_packages]
    sites = [*own, *map(str, there.interpreter.inherited_site_packages)]
    books, without = _books(installed, (str(there.root), *sites))
    kept = {site: Kept(site, cache) for site in sorted({_site(one) for one, _ in books})}
    told = verified([(one, record, kept[_site(one)]) for one, record in books], marks.salt(cache))
    for site in kept.values():
        site.save()
    anchored, unanchored = _anchored(books, told, without, anchors, there, environ) if anchors else ((), ())
    owned = ownership.of(books)
    told, overlaps = ownership.shared(owned, told)
    tag = bytecode.tag(there.interpreter)
    listed = {site: strangers.look(site, owned, _here(without, site), tag, cache) for site in own}
    compiled = [
        bytecode.whole(site, there, environ, cache)
        if anchors
        else bytecode.judged(site, one.unchecked, there, environ, cache)
        for site, one in listed.items()
    ]
    return Integrity(
        files=sum(one.files for one in told),
        verified=(*(uv_cache.located(one, environ) for one in told), *without),
        overlaps=overlaps,
        strangers=tuple(stranger for one in listed.values() for stranger in one.strangers),
        unlisted=tuple(one.fault for one in listed.values() if one.fault),
        start_ups=tuple(_start_ups(sites, owned, without)),
        misled=tuple(_misled(books, there)),
        anchored=anchored,
        unanchored=unanchored,
        bytecode=tuple(other for one in compiled for other in one.others),
        uncompared=tuple(clause for one in compiled for clause in one.unknown),
    )


def _anchored(
    books: Sequence[Book],
    told: Sequence[Verified],
    without: Sequence[Verified],
    anchors: "Anchors",
    there: Environment,
    environ: Mapping[str, str],
) -> tuple[tuple[Anchored, ...], tuple[Unanchored, ...]]:
    from driftguard.environment.integrity.anchors import bare, held

    sites = {str(folder) for folder in there.interpreter.site_packages}
    own = [(*book, each) for book, each in zip(books, told, strict=True) if _site(book[0]) in sites]
    anchored, unanchored = held(own, anchors, there, environ)
    silent = [one.installed for one in without if _site(one.installed) in sites]
    return anchored, (*unanchored, *(bare(one, anchors) for one in silent))


def _books(installed: Sequence[Installed], inside: tuple[str, ...]) -> tuple[list[Book], list[Verified]]:
    """Return the distributions with their RECORDs, and those that have none of use."""
    books, without = [], []
    for one in installed:
        if installer := _writes_none(one):
            without.append(Verified(one, untold=installer))
            continue
        folders = tuple(f"{folder.rstrip(os.sep)}{os.sep}" for folder in (*inside, _site(one)))
        record = records.read(str(one.path), folders)
        if record.fault:
            without.append(Verified(one, fault=record.fault))
        else:
            books.append((one, record))
    return books, without


def _writes_none(one: Installed) -> str:
    """Return by what a distribution was installed that leaves no RECORD, or one that does not hold."""
    if one.path.suffix.lower() != ".dist-info":
        return "setuptools"
    if one.installer == "conda" and any(is_folder(above / "conda-meta") for above in one.path.parents):
        return "conda"
    return "dpkg" if not one.installer and one.path.parent.name == "dist-packages" else ""


def _site(one: Installed) -> str:
    return os.path.dirname(str(one.path))  # noqa: PTH120 - of all of them, some times over


def _here(without: Sequence[Verified], site: str) -> list[Verified]:
    return [one for one in without if _site(one.installed) == site]


def _start_ups(sites: Sequence[str], owned: Ownership, without: Sequence[Verified]) -> Iterator[StartUp]:
    for site in sites:
        listed = any(one.untold == "dpkg" for one in _here(without, site))
        yield from start_up.look(site, owned.owners, by_dpkg=listed)


def _misled(books: Sequence[Book], there: Environment) -> Iterator[Misled]:
    """Yield the scripts of the environment itself that start another interpreter."""
    folder = f"{there.interpreter.executable.parent}{os.sep}"
    mine = [(path, one.name) for one, record in books for path in record.paths if path.startswith(folder)]
    yield from scripts.look(mine, folder)
