"""The interpreter of the judged environment: asked one question, or only looked at (`--no-exec`)."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from driftguard.cache import Cache, digest
from driftguard.environment import pyvenv
from driftguard.environment.facts import Facts, checked
from driftguard.environment.reading import is_folder, resolved
from driftguard.environment.script import SCRIPT
from driftguard.environment.target import Target
from driftguard.errors import TargetError
from driftguard.model import Interpreter, Unavailable
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from driftguard.process import Running

_Told = tuple[Facts, frozenset[str] | Unavailable]
"""What the interpreter says of itself, and the wheel tags that follow from it."""

_KIND = "interpreter"
_NOT_ASKED = Unavailable("the interpreter was not run (`--no-exec`), and only it can tell its wheel tags")


def ask(target: Target, cache: Cache) -> Interpreter:
    """Ask the interpreter, unless it was asked before and nothing has changed since. Raises TargetError."""
    with Inquiry(target, cache) as inquiry:
        return inquiry.answer()


class Inquiry:
    """The question to an interpreter, which it answers beside us, unless the cache has the answer already.

    An interpreter that has not answered is ended when the context is left. Raises TargetError.
    """

    def __init__(self, target: Target, cache: Cache) -> None:
        self.target = target
        self._cache = cache
        self._key = key(target.python)
        self._told: _Told | Running = _known(cache, self._key) or _begun(target)

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *exit_: object) -> None:
        if not isinstance(self._told, tuple):
            self._told.__exit__(*exit_)

    def answer(self) -> Interpreter:
        """Return the interpreter as it describes itself. Raises TargetError when it does not."""
        target, told = self.target, self._told
        facts, tags = told if isinstance(told, tuple) else self._heard(told)
        keys = pyvenv.read(pyvenv.find(Path(facts.executable)))
        return Interpreter(
            executable=Path(facts.executable) if facts.executable else target.python,
            prefix=Path(facts.prefix),
            version=facts.markers["python_full_version"],
            implementation=facts.markers["platform_python_implementation"],
            markers=facts.markers,
            tags=tags,
            site_packages=_own(target, map(Path, facts.site_packages), Path(facts.prefix)),
            inherited_site_packages=(
                _there(map(Path, facts.base_site_packages)) if pyvenv.shares_system_site(keys) else ()
            ),
            extension_suffixes=facts.extension_suffixes,
            free_threaded=facts.free_threaded,
        )

    def _heard(self, asked: "Running") -> "_Told":
        # Both load slowly: a run that the cache can serve does without them.
        from driftguard.environment import question
        from driftguard.environment.tags import accepted

        facts = question.answer(self.target, asked)
        tags = accepted(facts)
        if _is_itself(self.target.python, facts):
            told = tags.reason if isinstance(tags, Unavailable) else sorted(tags)
            self._cache.put(_KIND, self._key, {"facts": facts._asdict(), "tags": told})
        return facts, tags


def read(target: Target) -> Interpreter:
    """Tell what can be told without running it. Raises TargetError when that is not even the version."""
    from driftguard.environment import glance

    seen = glance.at(target)
    shared = pyvenv.shares_system_site(pyvenv.read(pyvenv.find(target.python)))
    return Interpreter(
        executable=target.python,
        prefix=seen.prefix,
        version=seen.full_version or seen.version,
        implementation=seen.implementation,
        markers=seen.markers,
        tags=_NOT_ASKED,
        site_packages=_own(target, seen.site_packages, seen.prefix),
        inherited_site_packages=_there(seen.base_site_packages) if shared else (),
        asked=False,
    )


def _known(cache: Cache, key: str) -> _Told | None:
    if (entry := cache.get(_KIND, key)) is not None:
        facts, tags = checked(entry.get("facts")), _checked_tags(entry.get("tags"))
        if facts and tags is not None:
            return facts, tags
    return None


def _begun(target: Target) -> "Running":
    from driftguard.environment import question

    return question.begin(target)


def key(python: Path) -> str:
    """Return all that an answer hangs on: interpreter, environment, host, question and tag library."""
    from packaging import __version__ as packaging_version

    binary = os.path.realpath(python)
    configuration = pyvenv.find(python)
    parts: list[object] = [
        str(python),
        binary,
        str(configuration),
        *_stamp(binary),
        *_stamp(str(configuration)),
    ]
    parts += [sorted(pyvenv.read(configuration).items()), *_host()]
    parts += [digest(SCRIPT.encode()), packaging_version]
    return json.dumps(parts)


def _stamp(path: str) -> tuple[int, ...]:
    try:
        status = os.stat(path)  # noqa: PTH116 - of a text, on the path that every run takes
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def _host() -> tuple[str, ...]:
    uname = getattr(os, "uname", None)
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        libc = ""
    return (*(uname() if uname else ()), libc)


def _is_itself(python: Path, facts: Facts) -> bool:
    """Say whether `python` is what answered; a shim (pyenv) may lead elsewhere the next time."""
    try:
        return python.samefile(facts.executable)
    except OSError:
        return False


def _checked_tags(value: object) -> frozenset[str] | Unavailable | None:
    if isinstance(value, str) and value:
        return Unavailable(value)
    if not isinstance(value, list) or not value or not all(isinstance(tag, str) for tag in value):
        return None
    return frozenset(value)


def _own(target: Target, folders: Iterable[Path], prefix: Path) -> tuple[Path, ...]:
    """Return the folders that are there, without `prefix`, which `site` also names on Windows.

    Raises TargetError: an environment without any is not empty, it is broken.
    """
    candidates = [folder for folder in folders if folder != prefix]
    found = _there(candidates)
    for folder in found or candidates[:1]:
        if not is_folder(folder):
            raise TargetError(f"`{target.given}` has no site-packages: `{folder}` is not a folder")
    return found


def _there(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return what is there under these names, each once under its first: `lib64` is often a symlink to `lib`.

    What is no folder, or a link to nothing, is there too: it must not be taken for an empty one.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        if os.path.lexists(folder):
            found.setdefault(resolved(str(folder)), folder)
    return tuple(found.values())
