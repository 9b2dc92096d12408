"""What the files of an environment come to together: what the loader would say, what types are defined."""

from collections.abc import Iterator, Mapping, Sequence

from driftguard.binary import Image, ProvidedType
from driftguard.environment.native import exports, host, image, loader, numpy_api
from driftguard.environment.native.module_names import suffix
from driftguard.environment.native.outcome import Outcome, Seen
from driftguard.environment.native.running import Running
from driftguard.environment.native.search import Library, Search, SearchError

_NUMPY = "numpy"


def headers(seen: Seen) -> list[str]:
    """Return where the NumPy that is installed may say which one it is."""
    return [f"{seen.numpy}/{inner}/include/numpy/_numpyconfig.h" for inner in ("_core", "core")] * bool(
        seen.numpy
    )


def read(seen: Seen, running: Running) -> Outcome:
    """Work out what is `seen` comes to for the interpreter that runs it."""
    images = seen.images
    runtime = numpy_api.runtime(seen.numpy, seen.numpy_version) if seen.numpy else None
    found = Outcome(numpy=runtime, provided=_provided(images))
    try:
        process = running.process
        if process is None or running.search is None:
            return found._replace(unread=(running.why_not,))
        search = running.search
        found = found._replace(machine=search.machine, libraries=host.versions(process, search))
        libraries = {one.path: _library(one) for one in images if not one.fault}
        running.known.update(libraries)
        first = [libraries[one.path] for one in roots(images, seen.suffixes, search)]
        by_soname = _by_soname(libraries, search.machine)
        asking = {one.path: one for one in images if one.unresolved}
        return found._replace(
            problems=tuple(loader.problems(first, process, search, by_soname)),
            unresolved={
                path: lacking
                for path, one in asking.items()
                if (lacking := _lacking(one, loader.reached(libraries[path], process, search, by_soname)))
            },
        )
    except SearchError as error:
        return found._replace(unread=(str(error),))


def _lacking(one: Image, loaded: Sequence[Library]) -> tuple[str, ...]:
    """Return what neither Python has nor any library that is loaded with the file.

    Some offer names of the form of Python's: libshiboken6 has a PyTime_FromTime.
    """
    lacking = set(one.unresolved)
    for library in loaded:
        if not lacking:
            break
        offered = exports.of(library.path)
        lacking = lacking - offered if offered is not None else set()  # nobody knows what it has
    return tuple(sorted(lacking))


def _library(one: Image) -> Library:
    return Library(
        one.path, one.machine, one.soname, one.needed, one.rpath, one.runpath, one.wants, one.defines
    )


def _by_soname(libraries: Mapping[str, Library], machine: str) -> dict[str, Library]:
    """Return those of a machine by soname, else by file name; the first of a name wins."""
    found: dict[str, Library] = {}
    for path, one in libraries.items():
        if one.machine == machine:
            found.setdefault(one.soname or path.rpartition("/")[2], one)
    return found


def roots(images: Sequence[Image], suffixes: Sequence[str], search: Search) -> Iterator[Image]:
    """Yield what may be loaded first: modules that this interpreter imports, and plug-ins.

    A plug-in is a shared object that no other asks for and that does not lie among bundled libraries.
    """
    needed = {name for one in images for name in one.needed}
    for one in images:
        if one.fault or one.machine != search.machine:
            continue
        if one.module:
            if not one.replaced and (not suffixes or suffix(one.tag) in suffixes):
                yield one
        elif not {one.soname, one.path.rpartition("/")[2]} & needed and ".libs/" not in one.path:
            yield one


def _provided(images: Sequence[Image]) -> dict[str, tuple[ProvidedType, ...]]:
    """Return the sizes of the types that are asked for, from the files of the packages they belong to."""
    asked: dict[str, set[str]] = {}
    for size in {size for one in images for size in one.sizes}:
        module = size.module or _NUMPY  # only NumPy's types are known by their bare names
        asked.setdefault(module, set()).add(f"{module}.{size.name}")
    found: dict[str, list[ProvidedType]] = {}
    for module, names in asked.items():
        for one in _providers(images, module):
            for name, provided in image.provided(one.path, sorted(names)).items():
                found.setdefault(name, []).extend(provided)
    return {name: tuple(found[name]) for name in sorted(found)}


def _providers(images: Sequence[Image], module: str) -> list[Image]:
    """Return the file that is `module`, else all of its package: NumPy's types lie deep within it."""
    there = [one for one in images if one.module and not one.replaced and not one.fault]
    exact = [one for one in there if one.module == module]
    top = module.partition(".")[0]
    return exact or [one for one in there if one.module.partition(".")[0] == top]
