"""What surrounds an environment on this machine, for a job with these variables. Nothing is run or imported.

Host facts are never kept: they are looked at in every run. What only some runs need is loaded by them.
"""

from collections.abc import Mapping
from pathlib import Path

from driftguard.environment.host import base, charset, clock, folders, versions, zones
from driftguard.environment.reading import is_folder, resolved
from driftguard.errors import UsageError
from driftguard.host import (
    Backend,
    Base,
    BytecodeFolder,
    Command,
    Host,
    HostWishes,
    JobPath,
    LibraryFolder,
    PathEntry,
    Preload,
    UserSite,
)
from driftguard.model import Environment
from driftguard.record import NamedTuple

__all__ = ["Job", "read"]

PUBLIC = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "KMP_DUPLICATE_LIB_OK",
    "PYTHONUTF8",
    "PYTHONCOERCECLOCALE",
    "PYTHONIOENCODING",
    "PYTHONINSPECT",
    "PYTHONOPTIMIZE",
    "PYTHONSAFEPATH",
    "PYTHONWARNINGS",
)
"""Variables whose values may be shown. Of others only the names are known, and that they are set."""


LOADING = ("LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "LD_LIBRARY_PATH", "PYTHONPYCACHEPREFIX")
"""Variables by which code comes from elsewhere; their values are paths."""


class Job(NamedTuple):
    """The job that is going to run: where, with which variables, from whose lock, by which command.

    `path` is its PATH where that is another than ours.
    """

    cwd: Path
    environ: Mapping[str, str]
    lock: Path
    wishes: HostWishes
    path: str | None = None
    command: tuple[str, ...] = ()


def read(there: Environment, job: Job) -> Host:
    """Look at everything around the environment `there`. Raises UsageError for an empty PATH."""
    environ, wishes, python = job.environ, job.wishes, there.interpreter.executable
    told = base.read(python)
    home = told.home if told else ""
    path, command = _programs(python, job)
    preloads, library_path, bytecode = _loading(there, job)
    return Host(
        bin=python.parent.absolute(),
        wishes=wishes,
        variables={name: environ[name] for name in PUBLIC if environ.get(name)},
        base=told,
        path=path,
        command=command,
        pythons=versions.read(job.lock.parent),
        python_path=_python_path(home, there, job),
        python_home=environ.get("PYTHONHOME", ""),
        python_home_is_base=_is_base(environ.get("PYTHONHOME", ""), home),
        preloads=preloads,
        library_path=library_path,
        bytecode=bytecode,
        user_site=_user_site(there, environ, told),
        backend=_backend(there, environ, job.cwd),
        locale=charset.read(environ),
        zones=zones.read(there, environ),
        volumes=tuple(folders.volumes(wishes.writable, environ, job.cwd)),
        unwritable=tuple(folders.unwritable(wishes.writable, environ, job.cwd)),
        missing=tuple(name for name in wishes.variables if name not in environ),
        empty=tuple(name for name in wishes.variables if environ.get(name) == ""),
        future=tuple(clock.future(_dated(there, job, told))),
    )


def _programs(python: Path, job: Job) -> tuple[JobPath | None, Command | None]:
    if job.path is None and not job.command:
        return None, None
    if job.path == "":
        raise UsageError("`--path` is empty", hint="is it a variable that is not set?")
    from driftguard.environment.host import programs

    path = None if job.path is None else programs.Finder(job.path, job.cwd, python).first()
    return path, programs.command(job.command, job.environ, job.cwd, python)


def _python_path(home: str, there: Environment, job: Job) -> tuple[PathEntry, ...]:
    text = job.environ.get("PYTHONPATH", "")
    if not text:
        return ()
    from driftguard.environment.host import python_path

    library = python_path.library(home, there.interpreter)
    return python_path.read(text, job.cwd, there.interpreter, library)


def _loading(
    there: Environment, job: Job
) -> tuple[tuple[Preload, ...], tuple[LibraryFolder, ...], BytecodeFolder | None]:
    if not any(job.environ.get(name) for name in LOADING):
        return (), (), None
    from driftguard.environment.host import loading

    system = there.interpreter.markers.get("sys_platform", "")
    return (
        tuple(loading.preloads(job.environ, job.cwd, system)),
        tuple(loading.library_path(job.environ.get("LD_LIBRARY_PATH", ""), job.cwd, system)),
        loading.bytecode(job.environ.get("PYTHONPYCACHEPREFIX", ""), job.cwd),
    )


def _is_base(text: str, home: str) -> bool:
    """Say whether PYTHONHOME only repeats what the environment was made from."""
    return bool(text and home) and resolved(text) == resolved(str(Path(home).parent))


def _user_site(there: Environment, environ: Mapping[str, str], told: Base | None) -> UserSite | None:
    if told and not there.interpreter.inherited_site_packages:
        return None
    from driftguard.environment.host import user_site

    return user_site.read(there.interpreter, environ)


def _backend(there: Environment, environ: Mapping[str, str], cwd: Path) -> Backend | None:
    matplotlib = next((one for one in (*there.installed, *there.inherited) if one.name == "matplotlib"), None)
    if matplotlib is None or there.interpreter.markers.get("sys_platform") != "linux":
        return None
    from driftguard.environment.host import backend

    return backend.read(matplotlib, there, environ, cwd)


def _dated(there: Environment, job: Job, told: Base | None) -> list[Path]:
    configured = [job.wishes.place.path] if job.wishes.place else []
    own = [told.configuration] if told else []
    return [job.lock, *configured, *own, *filter(is_folder, there.interpreter.site_packages)]
