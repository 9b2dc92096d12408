"""What the dynamic loader would say of each module: nothing is loaded (ld.so(8); glibc's elf/dl-deps.c).

Breadth first from one file, as `dlopen` goes; a library of a name that is loaded is not looked for again; the
interpreter's own are loaded from the start. Then each wanted symbol version is held against those that the
library defines: glibc refuses a version that is not there, unless it is weakly asked for, or the library has
none at all. musl does not look at versions.

A library that no path leads to counts as loaded when the environment has one of that name: torch and the
nvidia packages open each other's first. Symbols are not resolved.
"""

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from driftguard.binary import LoadProblem
from driftguard.environment.native.search import Library, Loaded, Search, SearchError
from driftguard.record import NamedTuple

MOST = 2_048
"""Libraries that one file may lead to. Qt's largest has some 60."""
_OF_MUSL = frozenset(f"lib{name}.so" for name in ("c", "pthread", "rt", "m", "dl", "util", "xnet"))


class Process(NamedTuple):
    """The interpreter with the libraries it starts with, by all their names.

    `opener` is who calls `dlopen`.
    """

    executable: Library
    names: Mapping[str, Library | None]
    opener: Loaded


class _Closure(NamedTuple):
    """What one file leads to: libraries by each of their names, None for those that are nowhere."""

    names: Mapping[str, Library | None]
    order: Sequence[Library]
    missing: Sequence[tuple[str, str]]
    """Names that were not found, each with the path of who asked first."""
    beyond: Container[str]
    """Paths of libraries that count as loaded before, then with what lies in other folders than here."""


def start(executable: Library, search: Search) -> Process:
    """Return the process that `executable` becomes. Raises SearchError."""
    first = Loaded(executable, None)
    closure = _closure(first, {}, search, {})
    shared = next((one for one in closure.order if _is_python(one)), None)
    return Process(executable, closure.names, Loaded(shared, first) if shared else first)


def pythons(process: Process) -> Iterator[Library]:
    """Yield the files of a process that may hold Python itself."""
    yield process.executable
    yield from {one.path: one for one in process.names.values() if one and _is_python(one)}.values()


def _is_python(library: Library) -> bool:
    return library.soname.startswith(("libpython", "libpypy"))


def problems(
    roots: Iterable[Library], process: Process, search: Search, elsewhere: Mapping[str, Library]
) -> Iterator[LoadProblem]:
    """Yield what would keep each of `roots` from being loaded. `elsewhere` are libraries by soname.

    Raises SearchError.
    """
    known: dict[object, list[LoadProblem]] = {}
    for root in roots:
        asking = Loaded(root, process.opener)
        # A package's modules often ask for the same in the same places.
        key = (root.soname, root.needed, root.wants, root.rpath, root.runpath, *search.paths(asking))
        if key not in known:
            closure = _closure(asking, process.names, search, elsewhere)
            found = [*_missing(root, closure), *_unversioned(root, closure, search)]
            known[key] = [one._replace(by="" if one.by == root.path else one.by) for one in found]
        for one in known[key]:
            yield one._replace(path=root.path, by=one.by or root.path)


def reached(
    root: Library, process: Process, search: Search, elsewhere: Mapping[str, Library]
) -> Sequence[Library]:
    """Return `root` and all that is loaded with it, without what the process has. Raises SearchError."""
    return _closure(Loaded(root, process.opener), process.names, search, elsewhere).order


def _closure(
    first: Loaded, names: Mapping[str, Library | None], search: Search, elsewhere: Mapping[str, Library]
) -> _Closure:
    loaded = dict(names)
    there = {one.path for one in names.values() if one}
    order, missing = [first.library], []
    beyond: set[str] = set()
    if first.library.soname:
        loaded.setdefault(first.library.soname, first.library)
    waiting = deque([first])
    while waiting:
        asking = waiting.popleft()
        for name in asking.library.needed:
            if name in loaded or (search.musl and _is_musl(name)):
                continue
            found = search.find(name, asking)
            by: Loaded | None = asking
            is_beyond = asking.library.path in beyond
            if found is None and (found := elsewhere.get(name)):
                by, is_beyond = None, True
            loaded[name] = found
            if found is None:
                missing.append((name, asking.library.path))
                continue
            loaded.setdefault(found.soname or name, found)
            if found.path not in there:
                there.add(found.path)
                order.append(found)
                waiting.append(Loaded(found, by))
                beyond |= {found.path} if is_beyond else set()
        if len(order) > MOST:
            raise SearchError(f"`{first.library.path}` leads to more than {MOST:,} libraries")
    return _Closure(loaded, order, missing, beyond)


def _missing(root: Library, closure: _Closure) -> Iterator[LoadProblem]:
    for name, by in closure.missing:
        yield LoadProblem(path=root.path, library=name, by=by)


def _unversioned(root: Library, closure: _Closure, search: Search) -> Iterator[LoadProblem]:
    """Yield the versions that a library was to have and has not."""
    if search.musl:
        return
    for library in closure.order:
        if library.path in closure.beyond:
            continue
        search.spend(len(library.wants))
        for wanted, version, weak in library.wants:
            found = closure.names.get(wanted)
            if found and found.defines and not weak and version not in search.defines(found):
                yield LoadProblem(root.path, wanted, library.path, version, found.path)


def _is_musl(name: str) -> bool:
    return name in _OF_MUSL or name.startswith(("libc.musl-", "ld-musl-"))
