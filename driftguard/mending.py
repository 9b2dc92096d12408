"""How the environment that is judged is mended from where the user stands."""

import os
import sys
from pathlib import Path

from driftguard.environment import pyvenv
from driftguard.environment.target import Target
from driftguard.mend import Mender, as_arguments
from driftguard.model import Environment, Lock, LockFormat, Selection
from driftguard.subject import Request


def mender(request: Request, lock: Lock, selection: Selection, target: Target, there: Environment) -> Mender:
    """Return how what is judged is mended by the user where he stands."""
    project = lock.path.parent
    own = there.root == project / ".venv" and "UV_PROJECT_ENVIRONMENT" not in request.environ
    # uv syncs a `uv.lock` only: what another file locks is installed package by package.
    format = lock.format if lock.path.name == "uv.lock" else LockFormat.REQUIREMENTS  # noqa: A001
    here = os.path.realpath(project) == os.path.realpath(request.cwd)
    synced = shown(there.root, request.cwd) if here else str(there.root)
    return Mender(
        format=format,
        python=target.given,
        interpreter=shown(target.python, request.cwd),
        environment="" if own else synced if there.virtual else ".venv",
        project="" if here else shown(project, request.cwd),
        selection=as_arguments(selection),
        pip=any(one.name == "pip" for one in there.installed),
        root=shown(there.root, request.cwd) if there.virtual else "",
        uv=_uv(request),
        shared=not there.virtual,
        blocked="" if there.virtual else _blocked(project, request.cwd),
    )


def _blocked(project: Path, cwd: Path) -> str:
    """Return a `.venv` beside the lock that is no virtual environment, though uv would take it for one."""
    own = project / ".venv"
    is_none = os.path.lexists(own) and not os.path.isfile(own / pyvenv.NAME)  # noqa: PTH113
    return shown(own, cwd) if is_none else ""


def _uv(request: Request) -> str:
    """Return how the user can call uv: by its path where only our environment or `uv run` provides it."""
    own = Path(sys.prefix, "bin")
    path = [part for part in request.environ.get("PATH", "").split(os.pathsep) if Path(part) != own]
    name = "uv.exe" if os.name == "nt" else "uv"
    if any(os.access(os.path.join(folder, name), os.X_OK) for folder in path if folder):  # noqa: PTH118
        return "uv"
    provided = [Path(name) for name in (request.environ.get("UV", ""), str(own / "uv")) if name]
    return next((shown(one, request.cwd) for one in provided if one.is_file()), "uv")


def shown(path: Path, cwd: Path) -> str:
    """Return `path` as a user in `cwd` would write it."""
    try:
        return str(path.relative_to(cwd))
    except ValueError:
        return str(path)
