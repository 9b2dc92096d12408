"""The judged interpreter as a process: what it is linked with, and what of Python it exports."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property

from driftguard.cache import Cache, digest
from driftguard.environment import stamps
from driftguard.environment.reading import resolved
from driftguard.environment.stamps import Stamp
from driftguard.model import Interpreter
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from driftguard.environment.native.loader import Process
    from driftguard.environment.native.search import Library, Search

_KIND = "exports"
VARIABLE = "LD_LIBRARY_PATH"


class Running:
    """One interpreter; it is looked at when first somebody asks, and not at all where all answers are kept.

    `known` are files that were read before, by path; whoever reads some puts them there.
    """

    def __init__(self, interpreter: Interpreter, environ: Mapping[str, str]) -> None:
        self.executable = resolved(str(interpreter.executable))
        self.variable = environ.get(VARIABLE, "")
        self.known: dict[str, Library] = {}

    @property
    def key(self) -> list[str]:
        """What stands for it in keys."""
        return [self.executable, self.variable]

    @cached_property
    def _library(self) -> "Library | None":
        from driftguard.environment.native import search

        return search.read(self.executable)

    @cached_property
    def search(self) -> "Search | None":
        """Where its loader looks; None when the interpreter is no program that could be read."""
        from driftguard.environment import header
        from driftguard.environment.native.search import Search

        if self._library is None:
            return None
        found = header.read(self.executable)
        musl = found is not None and "/ld-musl-" in found.loader
        one = Search(self._library.machine, self.variable, self.known, musl=musl)
        one.consulted[self.executable] = None
        return one

    @cached_property
    def process(self) -> "Process | None":
        """The process it becomes; None as for `search`. Raises SearchError."""
        from driftguard.environment.native import loader

        if self._library is None or self.search is None:
            return None
        return loader.start(self._library, self.search)

    @cached_property
    def exports(self) -> frozenset[str] | None:
        """What it exports of Python's C API, None where that cannot be told."""
        from driftguard.environment.native import exports
        from driftguard.environment.native.search import SearchError

        try:
            return exports.read(self.process) if self.process else None
        except SearchError:  # `together` comes upon it again, and says so
            return None

    @property
    def why_not(self) -> str:
        """Say why there is no process."""
        return f"the interpreter `{self.executable}` is not an ELF file that could be read"


def fingerprint(running: Running, cache: Cache) -> str:
    """Return what stands for the exported names in keys; empty where they cannot be told.

    It is kept without the names, which only files need that are read anew.
    """
    key = json.dumps(running.key)
    entry = cache.get(_KIND, key) or {}
    kept = entry.get("fingerprint")
    if isinstance(kept, str) and kept and is_unchanged(entry.get("consulted")):
        return kept
    if not running.exports or running.search is None:
        return ""
    found = digest("\n".join(sorted(running.exports)).encode())
    states = consulted(running.search.consulted)
    if stamps.are_settled(states.values()):
        cache.put(_KIND, key, {"consulted": states, "fingerprint": found})
    return found


def consulted(paths: Iterable[str]) -> dict[str, Stamp | None]:
    """Return the state of all that something rests on, None for what is not there."""
    return {path: stamps.of(path) for path in sorted(paths)}


def is_unchanged(states: object) -> bool:
    """Say whether all is as it was; not for what is no table of states."""
    if not isinstance(states, dict) or not states:
        return False
    return all(stamps.of(path) == state for path, state in states.items())
