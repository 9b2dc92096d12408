"""The nouns of native code: what the ELF files of an environment say of themselves, without being loaded.

Sizes are bytes. Paths are absolute. Names of distributions are normalised.
"""

from collections.abc import Mapping
from enum import StrEnum

from driftguard.model import Unavailable
from driftguard.record import NamedTuple


class NumpyStyle(StrEnum):
    """How a module comes to NumPy's C API."""

    IMPORT_ARRAY = "import_array"
    """By NumPy's own `import_array()`, which compares versions and refuses."""
    DYNAMIC = "dynamic"
    """By a loader of its own (pybind11, rust-numpy), which may compare nothing."""


class NumpyUse(NamedTuple):
    """How one module uses NumPy's C API.

    `abi` is the generation of the headers it was built with: 1, or 2 (which also runs on NumPy 1), 0 where it
    cannot be told; `feature` the least NumPy it asks for (`1.23`), empty where it does not say;
    `old_pybind11` says that pybind11 before 2.12 reads NumPy's structures as NumPy 1 lays them out.
    `early` says that Cython calls `import_array()` unasked, before it looks at the sizes of types, and prints
    nothing; `silent` that the file does not hold what others print of NumPy 2.
    """

    style: NumpyStyle
    abi: int = 0
    feature: str = ""
    old_pybind11: bool = False
    early: bool = False
    silent: bool = False


class TypeSize(NamedTuple):
    """The size of a C struct that Cython's import check holds against the type it gets.

    `module` is empty where the code does not tell it. `size` is the header's; an error is raised when the
    type that is there is smaller.
    """

    module: str
    name: str
    size: int

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.module else self.name


class ProvidedType(NamedTuple):
    """The sizes of a type where it is defined: `tp_basicsize` and `tp_itemsize` of its PyTypeObject."""

    basicsize: int
    itemsize: int
    path: str


class WantedVersion(NamedTuple):
    """A symbol version (`GLIBC_2.34`) that is asked of a library; a weak one may be absent."""

    library: str
    version: str
    weak: bool = False


DANGLING = "is a link that leads nowhere"
"""The `fault` of what neither Python nor the loader sees."""


class Image(NamedTuple):
    """One ELF file that belongs to a distribution.

    `module` is the dotted name it can be imported as (`pandas._libs.lib`), empty for a library or plug-in
    that nobody imports; `tag` what stands between name and `.so` (`cpython-311-x86_64-linux-gnu`, `abi3`).
    `fault` says why it cannot be loaded at all, as a clause; the other fields are then empty.
    `unresolved` are the strong undefined `Py…` symbols that the judged interpreter does not export, nor, once
    all files are known, any library that is loaded with it.
    `replaced` says that the folder offers the module under another file name, which the interpreter takes;
    `fallback` that a `.py` of the same name lies beside it.
    """

    path: str
    distribution: str
    module: str = ""
    tag: str = ""
    fault: str = ""
    machine: str = ""
    soname: str = ""
    needed: tuple[str, ...] = ()
    rpath: str = ""
    runpath: str = ""
    wants: tuple[WantedVersion, ...] = ()
    defines: tuple[str, ...] = ()
    numpy: NumpyUse | None = None
    sizes: tuple[TypeSize, ...] = ()
    unresolved: tuple[str, ...] = ()
    libxml2: str = ""
    """The version of the libxml2 headers it was built with, as libxml2 writes it (`21406`)."""
    replaced: bool = False
    fallback: bool = False
    cpu_baseline: str = ""
    """The CPU features that it refuses to run without, as NumPy names them (`X86_V2`)."""


class NumpyRuntime(NamedTuple):
    """The NumPy that is installed, as its own headers tell: ABI generation and C-API version (`0x12`)."""

    version: str
    abi: int
    api: int
    path: str


class LoadProblem(NamedTuple):
    """Why the loader would refuse a file: a library it does not find, or one without a wanted version.

    `path` is the file that would be loaded first (an importable module or a plug-in), `by` the file that
    asks, `version` empty for a library that is missing, `found` the library that lacks the version.
    """

    path: str
    library: str
    by: str
    version: str = ""
    found: str = ""


class NativeHost(NamedTuple):
    """What the machine offers: `machine` as ELF names it, the newest symbol versions of libc and libstdc++.

    `cpu` are the feature levels that this processor has (`X86_V2`), Unavailable where that cannot be told.
    """

    machine: str
    glibc: str
    glibcxx: str
    cxxabi: str
    cpu: frozenset[str] | Unavailable


class Binaries(NamedTuple):
    """All that is known of the native code of an environment.

    `provided` are the sizes of the types that are asked for, by `module.Name`; several where a name is
    defined more than once. `suffixes` are those under which the interpreter looks for extension modules, in
    its order; empty where it was not asked. `unread` are clauses on what could not be looked at, `elsewhere`
    is one on why nothing is ever looked at there: the environment is not on Linux.
    """

    images: tuple[Image, ...]
    numpy: NumpyRuntime | None
    provided: Mapping[str, tuple[ProvidedType, ...]]
    problems: tuple[LoadProblem, ...]
    suffixes: tuple[str, ...]
    free_threaded: bool
    host: NativeHost
    unread: tuple[str, ...] = ()
    elsewhere: str = ""
