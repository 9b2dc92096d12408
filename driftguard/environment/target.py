"""Which environment is judged, as uv chooses it; nothing is run and no symlink resolved.

`--python` > (with `--active`) VIRTUAL_ENV > UV_PROJECT_ENVIRONMENT > `.venv` beside the lock > VIRTUAL_ENV
"""

import os
from collections.abc import Mapping
from pathlib import Path

from driftguard.environment.reading import head, is_file, is_folder
from driftguard.errors import NoTargetError, TargetError
from driftguard.record import NamedTuple

INTERPRETERS = ("bin/python", "bin/python3", "Scripts/python.exe", "bin/python.exe", "python.exe")
"""Where an environment keeps its interpreter: POSIX, Windows, MSYS2, and conda on Windows."""

_REDIRECT_LIMIT = 4_096
_FROM_OPTION = "from --python"
_FROM_ACTIVE = "from VIRTUAL_ENV"
_SYNC = "run `uv sync` to make it"
_SYNC_ANEW = "the Python it was made from is gone: run `uv sync` to make it anew"
_NAME_IT = "name an environment or an interpreter with `--python`"


class Target(NamedTuple):
    """The environment to judge.

    `root` is its folder, or the supposed prefix of an interpreter that was named itself; `python` the
    interpreter to ask; `given` how a user would name it in `--python`; `why` where the choice came from.
    """

    root: Path
    python: Path
    given: str
    why: str


def find(
    *,
    python: str | None,
    active: bool,
    project: Path,
    environ: Mapping[str, str],
    cwd: Path,
    own_prefix: Path,
) -> Target:
    """Return the environment that the user means. `project` is the folder of the lock.

    What is named must be there: only an absent `.venv` leads on, to VIRTUAL_ENV. A VIRTUAL_ENV that is
    `own_prefix`, as pre-commit sets it, says nothing. Raises TargetError.
    """
    try:
        if python is not None:
            return _named(python, cwd, environ)
        return _surrounding(active=active, project=project, environ=environ, cwd=cwd, own_prefix=own_prefix)
    except (OSError, ValueError, RecursionError) as error:  # a chain of a thousand links is the last of these
        reason = getattr(error, "strerror", None) or str(error)
        raise TargetError(f"the environment cannot be looked up: {reason}", hint=_NAME_IT) from None


def _surrounding(
    *, active: bool, project: Path, environ: Mapping[str, str], cwd: Path, own_prefix: Path
) -> Target:
    virtual = environ.get("VIRTUAL_ENV", "")
    inherited = bool(virtual) and os.path.realpath(cwd / virtual) == os.path.realpath(own_prefix)
    activated = "" if inherited else virtual
    if active and activated:
        return _environment(cwd / activated, cwd, why=_FROM_ACTIVE, hint=_NAME_IT)
    if chosen := environ.get("UV_PROJECT_ENVIRONMENT"):
        return _environment(project / chosen, cwd, why="from UV_PROJECT_ENVIRONMENT", hint=_SYNC)
    if os.path.lexists(project / ".venv"):
        return _environment(_redirected(project / ".venv"), cwd, why=".venv beside the lock", hint=_SYNC)
    if activated:
        return _environment(cwd / activated, cwd, why=_FROM_ACTIVE, hint=_NAME_IT)
    own = "is driftguard's own" if inherited else "is not set"
    raise NoTargetError(
        f"no environment to judge: no UV_PROJECT_ENVIRONMENT, no `.venv` in `{project}`, "
        f"and VIRTUAL_ENV {own}",
        hint="run `uv sync`, or name one with `--python`",
    )


def _redirected(venv: Path) -> Path:
    """Return the folder that a `.venv` file names (PEP 832); a `.venv` folder is itself."""
    if not is_file(venv):
        return venv
    target = os.fsdecode(head(str(venv), _REDIRECT_LIMIT)).strip()
    if not target or "\n" in target:
        raise TargetError(f"`{venv}` is a file that does not name an environment", hint=_SYNC)
    return venv.parent / target


def _named(text: str, cwd: Path, environ: Mapping[str, str]) -> Target:
    path = _tidied(cwd / text)
    bare = text not in ("", ".", "..") and not any(separator in text for separator in ("/", os.sep))
    if bare and not _interpreter(path) and (found := _on_path(text, environ)):
        return _interpreter_target(cwd / found, text)
    if text and is_folder(path):
        return _environment(path, cwd, why=_FROM_OPTION, hint=_NAME_IT, text=text)
    if text and is_file(path):
        return _interpreter_target(path, _shown(path, cwd, text))
    if text and path.is_symlink():
        raise TargetError(f"`{text}` ({_FROM_OPTION}) {_dangling(path)}", hint=_NAME_IT)
    looked = "no such file, and not on PATH" if bare else "no such file or folder"
    raise TargetError(
        f"`{text}` ({_FROM_OPTION}): {looked}",
        hint="give an interpreter, an environment folder, or a name on PATH such as `python3.12`",
    )


def _on_path(name: str, environ: Mapping[str, str]) -> str | None:
    from shutil import which  # which loads four compression libraries

    return which(name, path=environ.get("PATH", ""))


def _interpreter_target(python: Path, given: str) -> Target:
    folder = python.parent
    root = folder.parent if folder.name in ("bin", "Scripts") else folder
    return Target(root=root, python=python, given=given, why=_FROM_OPTION)


def _environment(root: Path, cwd: Path, *, why: str, hint: str, text: str = "") -> Target:
    root = _tidied(root)
    given = _shown(root, cwd, text or str(root))
    if python := _interpreter(root):
        return Target(root=root, python=python, given=given, why=why)
    for candidate in INTERPRETERS:
        if (root / candidate).is_symlink():
            told = f"the interpreter `{given}/{candidate}` ({why}) {_dangling(root / candidate)}"
            raise TargetError(told, hint=_anew(root, given) if hint == _NAME_IT else _SYNC_ANEW)
    if is_folder(root):
        state = "holds no interpreter"
    elif root.exists():
        state = "is not a folder"
    else:
        state = _dangling(root) if root.is_symlink() else "does not exist"
    raise TargetError(f"`{given}` ({why}) {state}", hint=hint)


def _anew(root: Path, given: str) -> str:
    from driftguard.environment import broken

    return broken.hint(root, given) or _NAME_IT


def _interpreter(root: Path) -> Path | None:
    for candidate in INTERPRETERS:
        if is_file(root / candidate):
            return root / candidate
    return None


def _dangling(link: Path) -> str:
    end = os.path.realpath(link)
    if os.path.lexists(end):
        return "is a symlink that leads back to itself"
    return f"points to `{end}`, which does not exist"


def _shown(path: Path, cwd: Path, text: str) -> str:
    """Return `path` relative to `cwd` if it lies below, else `text`."""
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else text


def _tidied(path: Path) -> Path:
    """Return `path` without `..`, unless that would lead elsewhere because of a symlink."""
    if ".." not in path.parts:
        return path
    short = os.path.normpath(path)
    return Path(short) if os.path.realpath(short) == os.path.realpath(path) else path
