"""Where the dynamic loader looks for a library, and what it takes (ld.so(8); glibc's elf/dl-load.c).

In this order: DT_RPATH of the file that asks and of all that led to it, unless it has DT_RUNPATH;
LD_LIBRARY_PATH; its DT_RUNPATH; `/etc/ld.so.cache`; the default folders. A file of another machine is passed
over. musl has one list for both tags, no cache, and its folders in `/etc/ld-musl-ARCH.path`.

Not simulated: the working directory (an empty folder, a relative name with a slash), `glibc-hwcaps` folders
that ldconfig does not know, DF_1_NODEFLIB, LD_PRELOAD, LD_AUDIT, and set-user-ID programs.
"""

import os
from collections.abc import Iterator, Mapping

from driftguard.binary import WantedVersion
from driftguard.environment.native import elf, ld_cache
from driftguard.environment.reading import head
from driftguard.record import NamedTuple

MOST = 4_000_000
"""Steps after which it is given up; an environment of a thousand libraries takes some 20,000."""
_TRIPLETS = {"x86_64": "x86_64-linux-gnu", "aarch64": "aarch64-linux-gnu", "i686": "i386-linux-gnu"}
_MUSL_DEFAULT = "/lib:/usr/local/lib:/usr/lib"
_MUSL_LIMIT = 16 * 1024


class SearchError(Exception):
    """There is no end to it; the message is a clause."""


class Library(NamedTuple):
    """What the loader looks at in a file; fields as in `binary.Image`."""

    path: str
    machine: str
    soname: str
    needed: tuple[str, ...]
    rpath: str
    runpath: str
    wants: tuple[WantedVersion, ...]
    defines: tuple[str, ...]


class Loaded(NamedTuple):
    """A library and what led to it: the file that needs it, or that opened it."""

    library: Library
    by: "Loaded | None"


def read(path: str) -> Library | None:
    """Read one file; None where there is none that could be loaded."""
    try:
        with elf.open(path) as it:
            return Library(path, it.machine, it.soname, it.needed, it.rpath, it.runpath, it.wants, it.defines)
    except (elf.ElfError, OSError, ValueError):
        return None


class Search:
    """The libraries that a process of one machine could find.

    `known` are files that were read before, by path. `consulted` are the other files that were looked at, and
    the folders in which something was not found, whether they are there or not.
    """

    def __init__(self, machine: str, variable: str, known: Mapping[str, Library], *, musl: bool) -> None:
        self.machine = machine
        self.musl = musl
        self.consulted: dict[str, None] = {}
        self._known = known
        self._variable = tuple(
            folder for folder in variable.replace(";", ":").split(":") if folder[:1] == "/"
        )
        self._read: dict[str, Library | None] = {}
        self._found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Library | None] = {}
        self._folders: dict[tuple[str, str], tuple[str, ...]] = {}
        self._is_folder: dict[str, bool] = {}
        self._defined: dict[str, frozenset[str]] = {}
        self._steps = 0
        self._cache: dict[str, tuple[str, ...]] = {}
        if not musl:
            self.consulted[ld_cache.PATH] = None
            self._cache = ld_cache.read()
        self._defaults = self._default_folders()

    def find(self, name: str, asking: Loaded) -> Library | None:
        """Return the library that `asking` gets for `name`. Raises SearchError."""
        if "/" in name:
            return self._at(name) if name.startswith("/") else None
        before, after = self.paths(asking)
        key = (name, before, after)
        if key not in self._found:
            self._found[key] = next(filter(None, self._candidates(name, before, after)), None)
        return self._found[key]

    def spend(self, steps: int) -> None:
        """Count steps, each of them short. Raises SearchError when there were too many."""
        self._steps += steps
        if self._steps > MOST:
            raise SearchError("the libraries there need so many others that this was given up")

    def defines(self, library: Library) -> frozenset[str]:
        """Return the versions that a library defines."""
        if library.path not in self._defined:
            self._defined[library.path] = frozenset(library.defines)
        return self._defined[library.path]

    def paths(self, asking: Loaded) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the folders that are looked through before LD_LIBRARY_PATH, and after it."""
        own = asking.library
        if own.runpath and not self.musl:
            return (), self._expanded(own.runpath, own.path)
        inherited: dict[str, None] = {}
        at: Loaded | None = asking
        while at:
            self.spend(1)
            given = at.library.runpath or at.library.rpath if self.musl else self._rpath(at.library)
            if given:
                inherited.update(dict.fromkeys(self._expanded(given, at.library.path)))
            at = at.by
        return ((), tuple(inherited)) if self.musl else (tuple(inherited), ())

    def _rpath(self, library: Library) -> str:
        return "" if library.runpath else library.rpath

    def _candidates(
        self, name: str, before: tuple[str, ...], after: tuple[str, ...]
    ) -> Iterator[Library | None]:
        for folder in (*before, *self._variable, *after):
            yield self._in(folder, name)
        for path in self._cache.get(name, ()):
            yield self._at(path)
        for folder in self._defaults:
            yield self._in(folder, name)

    def _in(self, folder: str, name: str) -> Library | None:
        if folder not in self._is_folder:
            self._is_folder[folder] = os.path.isdir(folder)  # noqa: PTH112 - thousands of them
        if self._is_folder[folder]:
            return self._at(f"{folder}/{name}")
        self.consulted[folder] = None
        return None

    def _at(self, path: str) -> Library | None:
        self.spend(1)
        if path in self._read:
            found = self._read[path]
        else:
            found = self._read[path] = self._known.get(path) or self._beyond(path)
        return found if found and found.machine == self.machine else None

    def _beyond(self, path: str) -> Library | None:
        if os.path.isfile(path):  # noqa: PTH113 - thousands of them
            self.consulted[path] = None
            return read(path)
        self.consulted[os.path.dirname(path)] = None  # noqa: PTH120
        return None

    def _expanded(self, text: str, path: str) -> tuple[str, ...]:
        """Return the folders of a DT_RPATH or DT_RUNPATH in the file `path`."""
        origin = os.path.dirname(path)  # noqa: PTH120 - as it was opened: no symlink is resolved
        key = (text, origin)
        if key not in self._folders:
            parts = [one for part in text.split(":") for one in self._substituted(part, origin)]
            self._folders[key] = tuple(os.path.normpath(part) for part in parts if part.startswith("/"))
        return self._folders[key]

    def _substituted(self, part: str, origin: str) -> Iterator[str]:
        part = part.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
        part = part.replace("${PLATFORM}", self.machine).replace("$PLATFORM", self.machine)
        if "$LIB" not in part and "${LIB}" not in part:
            yield part
            return
        for name in (f"lib/{_TRIPLETS.get(self.machine, '')}", "lib64", "lib"):  # Debian, Fedora, others
            yield part.replace("${LIB}", name).replace("$LIB", name)

    def _default_folders(self) -> tuple[str, ...]:
        if self.musl:
            path = f"/etc/ld-musl-{self.machine}.path"
            self.consulted[path] = None
            try:
                text = os.fsdecode(head(path, _MUSL_LIMIT))
            except OSError:
                text = _MUSL_DEFAULT
            return tuple(part for part in text.replace("\n", ":").split(":") if part.startswith("/"))
        names: tuple[str, ...] = (f"lib/{_TRIPLETS[self.machine]}",) if self.machine in _TRIPLETS else ()
        if self.machine not in ("i686", "armv7l"):
            names += ("lib64",)
        return tuple(f"{root}/{name}" for name in (*names, "lib") for root in ("", "/usr"))
