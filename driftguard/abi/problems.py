"""Hold what native code says of itself against the types and the NumPy that it would meet. Pure.

The rules are those of the code that will run: Cython's `__Pyx_ImportType` compares the size of a struct
in the header with the type it gets, NumPy's `import_array()` the ABI generation and then the C-API
version. Which of them comes first is the module's own.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from functools import cache, partial

from driftguard.binary import Binaries, Image, NumpyRuntime, NumpyStyle, ProvidedType, TypeSize
from driftguard.record import NamedTuple
from driftguard.tables import numpy_releases
from driftguard.versions import release

NUMPY = "numpy"
WELL_KNOWN = frozenset({"ndarray", "dtype", "flatiter", "broadcast", "ufunc", "generic"})
"""Names that NumPy alone has: a size whose module the code does not tell is judged for these only."""

_UNASKED = (
    " (auto-generated because you didn't call 'numpy.import_array()' after cimporting numpy; use "
    "'<void>numpy._import_array' to disable if you are certain you don't need it)."
)
"""What Cython 3 adds where it calls `import_array()` by itself."""

POINTER = 8
"""Bytes to which Cython pads the items of a type of variable size, at least."""


class Kind(IntEnum):
    """What a module stumbles over, in the order in which most Cython modules do."""

    SIZE = 1
    ABI = 2
    API = 3


class Problem(NamedTuple):
    """Why one file cannot be used beside what is installed.

    `built` is what its headers had and `there` what is installed, in the unit of `kind`: bytes of the type
    `what`, ABI generations, NumPy's version with that of its C API (`1.23 (0x10)`). `source` is
    the file that `there` was read from, `error` what is raised, `before` what NumPy prints before that.
    """

    image: Image
    kind: Kind
    provider: str
    what: str
    built: str
    there: str
    source: str
    error: str
    before: str = ""


class Broken(NamedTuple):
    """The files of a distribution that cannot be used beside one provider; `modules` counts all it has."""

    distribution: str
    provider: str
    problems: tuple[Problem, ...]
    modules: int

    @property
    def leading(self) -> Problem:
        """The problem that most of its files have; of two, the one a module meets first."""
        kinds = [problem.kind for problem in self.problems]
        chosen = max(Kind, key=lambda kind: (kinds.count(kind), -kind))
        return next(problem for problem in self.problems if problem.kind is chosen)


def usable(image: Image, binaries: Binaries) -> bool:
    """Say whether this interpreter would take the file at all; of others nothing is asked."""
    if image.fault or image.replaced or "/include/" in image.path:
        return False
    machine = binaries.host.machine
    return (not machine or image.machine == machine) and not foreign(image, binaries)


def foreign(image: Image, binaries: Binaries) -> bool:
    """Say whether a module's file name has a tag that the interpreter does not look for."""
    if not image.module or not binaries.suffixes:
        return False
    return (f".{image.tag}.so" if image.tag else ".so") not in binaries.suffixes


def modules(distribution: str, binaries: Binaries) -> int:
    """Count the modules of a distribution that this interpreter would take."""
    return len(
        {
            image.module
            for image in binaries.images
            if image.distribution == distribution and image.module and usable(image, binaries)
        }
    )


def broken(binaries: Binaries) -> tuple[Broken, ...]:
    """Return the distributions with files that cannot be used, by name; per provider one entry.

    NumPy is not held against itself: its files belong together, or DG1 says that they do not.
    """
    groups: dict[tuple[str, str], list[Problem]] = {}
    owners = {image.path: image.distribution for image in binaries.images}
    asking = [one for one in binaries.images if (one.sizes or one.numpy) and one.distribution != NUMPY]
    small = _too_small({size for image in asking for size in image.sizes}, binaries)
    for image in sorted((one for one in asking if usable(one, binaries)), key=by_depth):
        sizes = [_size(image, asked, small[asked], owners) for asked in image.sizes if asked in small]
        imported = [*_import_array(image, binaries.numpy)]
        early = image.numpy is not None and image.numpy.early
        for problem in _first_of_each((*imported, *sizes) if early else (*sizes, *imported)):
            groups.setdefault((image.distribution, problem.provider), []).append(problem)
    return tuple(
        Broken(distribution, provider, tuple(problems), modules(distribution, binaries))
        for (distribution, provider), problems in sorted(groups.items())
    )


def old_pybind11(binaries: Binaries) -> dict[str, tuple[Image, ...]]:
    """Return, by distribution, the files that read NumPy 2's structures as NumPy 1 lays them out."""
    found: dict[str, tuple[Image, ...]] = {}
    if binaries.numpy is None or binaries.numpy.abi < 2:
        return found
    misled = (one for one in binaries.images if is_old_pybind11(one) and one.distribution != NUMPY)
    for image in sorted((one for one in misled if usable(one, binaries)), key=by_depth):
        found[image.distribution] = (*found.get(image.distribution, ()), image)
    return found


def is_old_pybind11(image: Image) -> bool:
    """Say whether the file loads NumPy's C API by a pybind11 that knows NumPy 1 alone."""
    use = image.numpy
    return use is not None and use.style is NumpyStyle.DYNAMIC and use.old_pybind11


def by_depth(image: Image) -> tuple[str, int, int, str, str]:
    """Return a key that sorts the modules people know to the front, and libraries to the end."""
    return (image.distribution, not image.module, image.module.count("."), image.module, image.path)


def _first_of_each(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Return the first problem with each provider."""
    said: set[str] = set()
    for problem in problems:
        if problem.provider not in said:
            said.add(problem.provider)
            yield problem


def _too_small(asked: Iterable[TypeSize], binaries: Binaries) -> dict[TypeSize, ProvidedType]:
    """Return the sizes that no definition of their type offers, with the largest there is."""
    found = {}
    for one in asked:
        candidates = binaries.provided.get(qualified(one), ())
        if candidates and all(offered(there, one.size) < one.size for there in candidates):
            found[one] = max(candidates, key=partial(offered, size=one.size))
    return found


def _size(image: Image, asked: TypeSize, there: ProvidedType, owners: Mapping[str, str]) -> Problem:
    name, got = qualified(asked), offered(there, asked.size)
    of_numpy = name.startswith(f"{NUMPY}.")
    return Problem(
        image=image,
        kind=Kind.SIZE,
        provider=NUMPY if of_numpy else owners.get(there.path, name.partition(".")[0]),
        what=name,
        built=str(asked.size),
        there=str(got),
        source=there.path,
        error=f"ValueError: {name} size changed, may indicate binary incompatibility. "
        f"Expected {asked.size} from C header, got {got} from PyObject",
    )


def qualified(asked: TypeSize) -> str:
    """Return `module.Name`; the bare name where nobody knows whose it is."""
    return f"numpy.{asked.name}" if not asked.module and asked.name in WELL_KNOWN else str(asked)


def offered(one: ProvidedType, size: int) -> int:
    """Return the bytes that Cython 3 counts for a type: its items are padded to the struct's alignment."""
    if not one.itemsize:
        return one.basicsize
    return one.basicsize + max(one.itemsize, size % POINTER or POINTER)


def _import_array(image: Image, there: NumpyRuntime | None) -> Iterator[Problem]:
    use = image.numpy
    if there is None or use is None or use.style is not NumpyStyle.IMPORT_ARRAY:
        return
    generation = "core" if use.abi == 1 else "_core"
    error = f"ImportError: numpy.{generation}.multiarray failed to import{_UNASKED if use.early else ''}"
    wanted, offers = c_api(use.feature), there.api
    if use.abi and use.abi < there.abi:
        built, found = str(use.abi), str(there.abi)
        before = "" if use.silent or use.early else "AttributeError: _ARRAY_API not found"
        yield Problem(image, Kind.ABI, NUMPY, "the ABI", built, found, there.path, error, before)
    elif wanted > offers:
        before = (
            f"RuntimeError: module was compiled against NumPy C-API version {wanted:#x} "
            f"(NumPy {use.feature}) but the running NumPy has C-API version {offers:#x}"
        )
        built, found = f"{use.feature} ({wanted:#x})", f"{there.version} ({offers:#x})"
        # Headers before 1.25, which a module of generation 1 may have, word it otherwise.
        said = before if use.abi > 1 else ""
        yield Problem(image, Kind.API, NUMPY, "the C API", built, found, there.path, error, said)


@cache
def c_api(feature: str) -> int:
    """Return the C-API version of the least NumPy that a module asks for; 0 where it asks for none.

    What is newer than the table gets the next number: it is more than any NumPy in the table offers.
    """
    if not feature:
        return 0
    table = numpy_releases().c_api
    older = [number for minor, number in table.items() if release(minor) <= release(feature)]
    newest = max(table, key=release)
    return max(older, default=0) + (release(feature) > release(newest))
