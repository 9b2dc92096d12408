"""What people declare in requirements and hook configurations, with the pins that would settle it."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from driftguard import locks
from driftguard.cache import of_user
from driftguard.errors import DriftguardError, UsageError
from driftguard.files import read_text
from driftguard.markers import holds
from driftguard.model import Declaration, Excuse, Locked, normalized
from driftguard.record import NamedTuple
from driftguard.tables import import_names

_EXTRAS = re.compile(r"\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[^\]]*\])")
_YAML = {".yaml", ".yml"}


class Declared(NamedTuple):
    """What several files declare, and the excuses that stand in their lines."""

    declarations: tuple[Declaration, ...]
    excuses: tuple[Excuse, ...]


def read(
    files: Sequence[Path], environ: Mapping[str, str], *, lock: Path | None, python: str | None
) -> Declared:
    """Read `files`, each once; the pins come from `lock` and `python`, else from what lies near the file.

    Raises InputError and UsageError.
    """
    found: dict[tuple[str, int, int, str], Declaration] = {}
    excuses: dict[Excuse, None] = {}
    for file in dict.fromkeys(files):
        declared = _read(file, environ, files)
        for one in declared.declarations:
            found.setdefault((str(one.path), one.line, one.column, one.problem), one)
        excuses.update(dict.fromkeys(declared.excuses))
    pins = _Pins(environ, lock, python)
    return Declared(tuple(_pinned(one, pins) for one in found.values()), tuple(excuses))


def _read(file: Path, environ: Mapping[str, str], named: Sequence[Path]) -> Declared:
    if file.suffix in _YAML:
        from driftguard.manifests.pre_commit import additional_dependencies

        return Declared(*additional_dependencies(read_text(file), file))
    if file.suffix == ".toml" or file.name == "uv.lock":
        raise UsageError(f"`{file}` is not linted", hint="requirements files and .pre-commit-config.yaml are")
    from driftguard.locks import requirements

    lock = requirements.read(file, environ, named=named)
    return Declared(lock.unpinned, lock.excuses)


def _pinned(one: Declaration, pins: "_Pins") -> Declaration:
    """Name the pin; a requirement under an import name is pinned under the distribution's."""
    name = import_names().get(one.name, one.name)
    version = pins.near(one.path).get(name) if name else None
    extras = match[1] if (match := _EXTRAS.match(one.text)) else ""
    problem = one.problem if name == one.name else f"is what `{name}` is imported as, and {one.problem}"
    pin = f"{name}{extras}=={version}" if version and one.loose else ""
    return one._replace(problem=problem, pin=pin)


def _version_here(packages: Sequence[Locked]) -> str | None:
    """Return the version of a package; of several forks, that of the one the running interpreter takes."""
    if len(packages) > 1:
        from packaging.markers import default_environment

        here = {key: str(value) for key, value in default_environment().items()}
        try:
            packages = [one for one in packages if any(holds(marker, here) is True for marker in one.markers)]
        except DriftguardError:  # a marker that is none
            return None
    return packages[0].version if len(packages) == 1 else None


class _Pins:
    """Versions by name, from the lock and the environment that belong to a file; each folder asked once."""

    def __init__(self, environ: Mapping[str, str], lock: Path | None, python: str | None) -> None:
        self.environ = environ
        self.cache = of_user(environ)
        self.lock = lock
        self.python = python
        self.known: dict[Path, Mapping[str, str]] = {}

    def near(self, file: Path) -> Mapping[str, str]:
        """Return what the lock, else the environment, near `file` gives; what is unreadable, nothing."""
        folder = file.parent
        if folder not in self.known:
            self.known[folder] = self._locked(folder) or self._installed(folder)
        return self.known[folder]

    def _locked(self, folder: Path) -> dict[str, str]:
        try:
            path = self.lock or locks.find_uv(folder, self.cache)
            if path is None:
                return {}
            packages = locks.read(path, self.environ, self.cache).packages
        except DriftguardError:
            return {}
        versions: dict[str, list[Locked]] = {}
        for package in packages:
            versions.setdefault(package.name, []).append(package)
        pins = {name: _version_here(found) for name, found in versions.items()}
        return {name: version for name, version in pins.items() if version}

    def _installed(self, folder: Path) -> dict[str, str]:
        from driftguard import environment
        from driftguard.environment.target import find

        try:
            target = find(
                python=self.python,
                active=False,
                project=Path(os.path.abspath(folder)),  # noqa: PTH100 - a link's own folder is meant
                # No variable names an environment here; only a `python` without a path is looked up in PATH.
                environ=self.environ if self.python else {},
                cwd=Path.cwd(),
                own_prefix=Path(sys.prefix),
            )
            there = environment.read(target, execute=False, cache=self.cache)
        except DriftguardError:
            return {}
        return {normalized(one.name): one.version for one in there.installed if one.version}
