"""The nouns of the host: what surrounds an environment when a job runs in it."""

from collections.abc import Mapping
from pathlib import Path

from driftguard.model import Place
from driftguard.record import NamedTuple


class HostWishes(NamedTuple):
    """What `[tool.driftguard.host]` declares.

    `variables` have to be set, `writable` are folders (absolute) in which the job writes, `free` is how many
    bytes have to be free there, 0 where nothing is said; `place` is where all this stands.
    """

    variables: tuple[str, ...] = ()
    writable: tuple[Path, ...] = ()
    free: int = 0
    place: Place | None = None


class Base(NamedTuple):
    """What the files of a virtual environment say of what it was made from, and where.

    `home` is the folder of the interpreter it was made from, `made_with` that one's version; `activates` the
    folder that `bin/activate` puts on PATH. Each is empty where nothing is said.
    """

    configuration: Path
    home: str = ""
    home_is_there: bool = True
    made_with: str = ""
    activates: str = ""
    moved: bool = False


class Program(NamedTuple):
    """A program that a PATH leads to: Python itself, or a script that Python runs.

    `python` is that interpreter, None where the script decides it only when it runs; `judged` whether it is
    that of the judged environment, None where that cannot be told; `there` whether it exists.
    """

    name: str
    path: Path
    python: Path | None
    judged: bool | None
    there: bool = True


class Command(NamedTuple):
    """A command that Python is going to run: `before` the program stand the words of an `env`.

    `twin` is the program of the same name in the judged environment, where that is run by it.
    """

    before: tuple[str, ...]
    program: Program
    after: tuple[str, ...]
    twin: Path | None = None


class JobPath(NamedTuple):
    """The PATH under which the job will run, where that was given, and what stands first on it by name."""

    text: str
    programs: tuple[Program, ...]


class WantedPython(NamedTuple):
    """Versions of Python that a file beside the lock names; `exact` where uv takes its environment by it."""

    what: str
    versions: tuple[str, ...]
    path: Path
    line: int
    exact: bool = False


class Shadow(NamedTuple):
    """A module in a folder of PYTHONPATH that is found before another one, at `hidden`."""

    module: str
    path: Path
    hidden: Path


class PathEntry(NamedTuple):
    """A folder of PYTHONPATH; `text` is how it was written, empty for the working directory.

    `start_up` is the module in it that every start of the interpreter runs.
    """

    text: str
    folder: Path
    there: bool
    shadows: tuple[Shadow, ...] = ()
    start_up: Path | None = None


class Preload(NamedTuple):
    """A library that `variable` has loaded into every process before all others.

    `there` is None where the loader looks for it by name; `open_to_all` whether any user may change it.
    """

    variable: str
    name: str
    there: bool | None = None
    open_to_all: bool = False


class LibraryFolder(NamedTuple):
    """A folder of LD_LIBRARY_PATH; `text` is how it was written, empty for the working directory.

    `hides` are names of libraries in it that the system has as well.
    """

    text: str
    folder: Path
    open_to_all: bool = False
    hides: tuple[str, ...] = ()


class BytecodeFolder(NamedTuple):
    """The folder of PYTHONPYCACHEPREFIX; `open_to` is what of it any user may write to, if there is such."""

    folder: Path
    open_to: Path | None = None


class UserSite(NamedTuple):
    """The folder of the user's own packages, which is searched first, and what lies in it."""

    folder: Path
    names: tuple[str, ...]


class Backend(NamedTuple):
    """The backend that matplotlib is told to take: `name` as written, empty where nothing says.

    `path` and `line` are of a matplotlibrc, absent for MPLBACKEND; `fallback` whether matplotlib may take
    another where there is no display; `known` are the names of other packages' backends, in lower case;
    `module_is_there` is about `module://…`.
    """

    name: str = ""
    path: Path | None = None
    line: int = 0
    fallback: bool = True
    display: bool = False
    known: frozenset[str] = frozenset()
    module_is_there: bool = True


class Locale(NamedTuple):
    """The locale that the variables name, and its character set as the C library has it.

    `charset` is empty where there is no such locale here, which then is `C`.
    """

    variable: str = ""
    name: str = ""
    charset: str = ""


class Zones(NamedTuple):
    """The time zone that TZ names, empty for none, and where `zoneinfo` would find data on zones."""

    name: str = ""
    known: bool = True
    folder: Path | None = None
    distribution: bool = False
    asked_by: tuple[str, ...] = ()


class Volume(NamedTuple):
    """A file system that the job writes to: bytes and files (None: unlimited) that are free for this user.

    `declared` says whether the configuration's `free` is about it.
    """

    folder: Path
    purpose: str
    free: int
    files: int | None
    declared: bool = False


class Unwritable(NamedTuple):
    """A folder in which nothing can be written, and why; `usable` says whether the job runs without."""

    folder: Path
    purpose: str
    reason: str
    usable: bool = False


class Future(NamedTuple):
    """A file that was changed `seconds` after now."""

    path: Path
    seconds: int


class Host(NamedTuple):
    """What surrounds the environment. `variables` are those with a public meaning that are set.

    `missing` are declared variables that are not set, `empty` those that are set to nothing; `bin` is the
    folder of the judged environment's programs.
    """

    bin: Path
    wishes: HostWishes = HostWishes()
    variables: Mapping[str, str] = {}
    base: Base | None = None
    path: JobPath | None = None
    command: Command | None = None
    pythons: tuple[WantedPython, ...] = ()
    python_path: tuple[PathEntry, ...] = ()
    python_home: str = ""
    python_home_is_base: bool = False
    preloads: tuple[Preload, ...] = ()
    library_path: tuple[LibraryFolder, ...] = ()
    bytecode: BytecodeFolder | None = None
    user_site: UserSite | None = None
    backend: Backend | None = None
    locale: Locale = Locale()
    zones: Zones = Zones()
    volumes: tuple[Volume, ...] = ()
    unwritable: tuple[Unwritable, ...] = ()
    missing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    future: tuple[Future, ...] = ()
