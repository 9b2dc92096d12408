"""What PYTHONPATH puts before the modules of the environment and of Python itself."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from driftguard.environment.reading import is_file, is_folder, resolved
from driftguard.host import PathEntry, Shadow
from driftguard.model import Interpreter

MOST_ENTRIES = 100
MOST_NAMES = 10_000

_FROZEN = frozenset(
    (
        "_collections_abc",
        "_sitebuiltins",
        "abc",
        "codecs",
        "genericpath",
        "io",
        "ntpath",
        "os",
        "posixpath",
        "runpy",
        "site",
        "stat",
        "zipimport",
    )
)
"""Modules that are part of the program itself from Python 3.11 on (Programs/_freeze_module)."""
_AT_START = ("sitecustomize", "usercustomize")
_NO_MODULE = ("", "__pycache__", "__main__", "bin", "setup", "conftest")


def read(text: str, cwd: Path, interpreter: Interpreter, library: Path | None) -> tuple[PathEntry, ...]:
    """Return the entries of PYTHONPATH; `library` is the folder of the standard library."""
    folders = [folder for folder in (library, *interpreter.site_packages) if folder]
    hidden = {name: path for folder in reversed(folders) for name, path in _modules(folder, interpreter)}
    own = {resolved(str(folder)) for folder in folders}
    entries = text.split(os.pathsep)[:MOST_ENTRIES]
    return tuple(_entry(one, cwd, hidden, own, interpreter) for one in entries)


def library(home: str, interpreter: Interpreter) -> Path | None:
    """Return the folder of the standard library of the interpreter whose program lies in `home`."""
    base = Path(home or os.path.dirname(resolved(str(interpreter.executable)))).parent  # noqa: PTH120
    minor = ".".join(interpreter.version.split(".")[:2])
    for name in (f"lib/python{minor}", f"lib/python{minor}t", "Lib"):
        if is_folder(base / name):
            return base / name
    return None


def _entry(
    text: str, cwd: Path, hidden: dict[str, Path], own: set[str], interpreter: Interpreter
) -> PathEntry:
    folder = cwd / text
    if resolved(str(folder)) in own:  # what is searched anyway
        return PathEntry(text, folder, there=True)
    modules = list(_modules(folder, interpreter))
    start_up = next((path for name, path in modules if name in _AT_START), None)
    shadows = tuple(_shadows(modules, hidden, interpreter))
    return PathEntry(text, folder, os.path.lexists(folder), shadows, start_up)


def _shadows(
    modules: Iterable[tuple[str, Path]], hidden: dict[str, Path], interpreter: Interpreter
) -> Iterator[Shadow]:
    frozen = _FROZEN if _minor(interpreter) >= (3, 11) else frozenset()
    for name, path in modules:
        if name in hidden and name not in frozen and resolved(str(path)) != resolved(str(hidden[name])):
            yield Shadow(name, path, hidden[name])


def _minor(interpreter: Interpreter) -> tuple[int, ...]:
    return tuple(int(part) for part in interpreter.version.split(".")[:2] if part.isdigit())


def _modules(folder: Path, interpreter: Interpreter) -> Iterator[tuple[str, Path]]:
    """Yield what can be imported from a folder: modules, and packages with code of their own."""
    suffixes = (*interpreter.extension_suffixes, ".py", ".pyc")
    try:
        names = sorted(os.listdir(folder))[:MOST_NAMES]  # noqa: PTH208
    except OSError:
        return
    for name in names:
        suffix = next((one for one in suffixes if name.endswith(one)), "")
        module = name.removesuffix(suffix)
        if module in _NO_MODULE or not module.isidentifier():
            continue
        path = folder / name
        if suffix or any(is_file(path / f"__init__{one}") for one in suffixes):
            yield module, path
