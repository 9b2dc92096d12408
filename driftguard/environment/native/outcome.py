"""What the files of an environment come to together, on this machine: kept as one, under all it rests on."""

import json
from collections.abc import Mapping, Sequence

from driftguard.binary import Image, LoadProblem, NumpyRuntime, ProvidedType
from driftguard.cache import Cache, digest
from driftguard.environment import stamps
from driftguard.environment.native.running import Running, consulted, is_unchanged
from driftguard.environment.stamps import Stamp
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

_KIND = "loading"


class Seen(NamedTuple):
    """The images of some `folders` with the states of their files, and what else the outcome depends on.

    `suffixes` are those of the interpreter; `numpy` is the folder of that package, empty without one.
    """

    images: Sequence[Image]
    states: Sequence[Stamp]
    folders: Sequence[str]
    suffixes: Sequence[str]
    numpy: str = ""
    numpy_version: str = ""

    def digest(self) -> str:
        """Return what stands for all this: what a file says is in its state, what it is taken for is not."""
        states = [
            (one.path, state, one.module, one.replaced)
            for one, state in zip(self.images, self.states, strict=True)
        ]
        text = repr([states, self.suffixes, self.numpy, self.numpy_version])
        return digest(text.encode("utf-8", "surrogateescape"))


class Outcome(NamedTuple):
    """The parts of `Binaries` that no single file tells. `libraries` as from `host.versions`.

    `unresolved` are, by path, the names of an image that no library offers which is loaded with it.
    """

    numpy: NumpyRuntime | None
    provided: Mapping[str, tuple[ProvidedType, ...]]
    machine: str = ""
    libraries: tuple[str, str, str] = ("", "", "")
    problems: tuple[LoadProblem, ...] = ()
    unread: tuple[str, ...] = ()
    unresolved: Mapping[str, tuple[str, ...]] = {}


def read(seen: Seen, running: Running, cache: Cache) -> Outcome:
    """Work out what is `seen` comes to, or know it."""
    key = json.dumps([*running.key, *seen.folders])
    rests = seen.digest()
    entry = cache.get(_KIND, key) or {}
    known = _load(entry.get("outcome")) if entry.get("rests") == rests else None
    if known and is_unchanged(entry.get("consulted")):
        return known
    from driftguard.environment.native import together  # which loads all that reads files

    found = together.read(seen, running)
    if looked := running.search:
        states = consulted((*looked.consulted, *together.headers(seen)))
        if stamps.are_settled([*states.values(), *seen.states]):
            cache.put(_KIND, key, {"rests": rests, "consulted": states, "outcome": found})
    return found


def _load(row: "Any") -> Outcome | None:  # noqa: ANN401 - JSON
    """Return what was kept; None for what is of another shape."""
    try:
        numpy, provided, machine, (glibc, glibcxx, cxxabi), problems, unread, unresolved = row
        return Outcome(
            numpy=None if numpy is None else _numpy(*numpy),
            machine=_text(machine),
            libraries=(_text(glibc), _text(glibcxx), _text(cxxabi)),
            problems=tuple(LoadProblem(*map(_text, one)) for one in _list(problems)),
            provided={name: tuple(_type(*one) for one in types) for name, types in provided.items()},
            unread=tuple(map(_text, _list(unread))),
            unresolved={path: tuple(map(_text, _list(names))) for path, names in unresolved.items()},
        )
    except (AttributeError, TypeError, ValueError):
        return None


def _list(value: "list[Any]") -> "list[Any]":
    if type(value) is not list:
        raise TypeError
    return value


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _numpy(version: str, abi: int, api: int, path: str) -> NumpyRuntime:
    if (type(abi), type(api)) != (int, int):
        raise TypeError
    return NumpyRuntime(_text(version), abi, api, _text(path))


def _type(basicsize: int, itemsize: int, path: str) -> ProvidedType:
    if (type(basicsize), type(itemsize)) != (int, int):
        raise TypeError
    return ProvidedType(basicsize, itemsize, _text(path))
