"""Bring together what the chosen rules need, and nothing else."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from driftguard import answers, environment
from driftguard.cache import Cache
from driftguard.compare import Comparison, compare, seeds
from driftguard.environment.interpreter import Inquiry
from driftguard.environment.target import Target, find
from driftguard.errors import TargetError
from driftguard.evidence import Evidence
from driftguard.expect import expected
from driftguard.fit import placed
from driftguard.mend import Mender, as_arguments
from driftguard.model import LOCAL, Environment, Lock, LockFormat, Selection, SourceState, Unavailable
from driftguard.record import TYPE_CHECKING
from driftguard.rules import RuleModule
from driftguard.subject import Request, Subject

if TYPE_CHECKING:
    from driftguard.binary import Binaries


@contextmanager
def asking(request: Request, lock: Path) -> Iterator[Inquiry | None]:
    """Let the interpreter of the environment beside `lock` answer while we read the lock.

    Why there is none to be asked, `gather` will tell: what is wrong with the lock is told first.
    """
    try:
        inquiry = Inquiry(target_of(request, lock), request.cache) if request.execute else None
    except TargetError:
        inquiry = None
    with inquiry or nullcontext():
        yield inquiry


def gather(
    request: Request, what: Subject, rules: Iterable[RuleModule], inquiry: Inquiry | None = None
) -> tuple[Evidence, tuple[tuple[str, str], ...]]:
    """Return the facts that `rules` need, and labelled lines that say what was looked at.

    An `inquiry` that has begun is not begun again.
    """
    needs = {need for module in rules for need in module.RULE.needs}
    lock, selection = what.lock, what.selection
    labels = [("lock", _described(lock, selection, request.cwd))]
    evidence = Evidence(lock=lock, declarations=lock.unpinned)
    if needs & {"environment", "comparison", "mender", "binaries"}:
        target = inquiry.target if inquiry else target_of(request, lock.path)
        there = environment.read(target, execute=request.execute, cache=request.cache, inquiry=inquiry)
        answers.recall(there, request.cache)
        wanted = expected(lock, selection, there.interpreter.markers)
        joined = compare(wanted, there, what.config.allow | seeds(there))
        joined = placed(joined, lock, selection, there)
        mender = _mender(request, lock, selection, target, there)
        evidence = evidence._replace(environment=there, comparison=joined, mender=mender)
        labels.insert(0, ("environment", _environment_words(target, there)))
        if "sources" in needs:
            evidence = evidence._replace(sources=_sources(joined, request))
        if "binaries" in needs:
            evidence = evidence._replace(binaries=binaries_of(there, request.environ, request.cache))
    if needs & {"stale_lock", "pending", "vulnerabilities"}:
        evidence = _with_upstream(evidence, needs, lock, selection)
    return evidence, tuple(labels)


def _with_upstream(evidence: Evidence, needs: set[str], lock: Lock, selection: Selection) -> Evidence:
    from driftguard.adapters import pip_audit, uv

    if "vulnerabilities" in needs:
        pins = _pins(lock, selection)
        audited = pins if isinstance(pins, Unavailable) else pip_audit.audit(pins)
        evidence = evidence._replace(vulnerabilities=audited)
    if "stale_lock" in needs:
        evidence = evidence._replace(stale_lock=uv.stale_lock(lock.path) if _resolved(lock) else None)
    if "pending" in needs:
        evidence = evidence._replace(pending=uv.pending(lock.path) if _resolved(lock) else ())
    return evidence


def _sources(joined: Comparison, request: Request) -> tuple[SourceState, ...]:
    local = [pair for pair in joined.pairs if pair.locked.origin.kind in LOCAL]
    if not local:
        return ()
    from driftguard.environment import sources

    return sources.read([(pair.locked.origin, pair.installed) for pair in local], request.environ)


def binaries_of(there: Environment, environ: Mapping[str, str], cache: Cache) -> "Binaries":
    """Read the native code of all that the interpreter would find; what it inherits may be shadowed."""
    from driftguard.environment import native

    own = {one.name for one in there.installed}
    visible = (*there.installed, *(one for one in there.inherited if one.name not in own))
    return native.read(visible, there.interpreter, environ, cache)


def _resolved(lock: Lock) -> bool:
    """Say whether the lock is the outcome of a resolution that can be asked for again."""
    return lock.format is LockFormat.UV


def _pins(lock: Lock, selection: Selection) -> str | Unavailable:
    """Return what the lock pins, on any platform, as requirements."""
    if _resolved(lock):
        from driftguard.adapters import uv

        whole = selection._replace(
            no_install_project=False, no_install_workspace=False, no_install_packages=()
        )
        return uv.export(lock.path, as_arguments(whole))
    named = [one for one in lock.packages if one.name]
    return "".join(f"{one.name}=={one.version}\n" if one.version else f"{one.name}\n" for one in named)


def target_of(request: Request, lock: Path) -> Target:
    """Return the environment that the request means, beside `lock`. Raises TargetError."""
    return find(
        python=request.python,
        active=request.active,
        project=lock.parent,
        environ=request.environ,
        cwd=request.cwd,
        own_prefix=Path(sys.prefix),
    )


def _mender(request: Request, lock: Lock, selection: Selection, target: Target, there: Environment) -> Mender:
    project = lock.path.parent
    own = there.root == project / ".venv" and "UV_PROJECT_ENVIRONMENT" not in request.environ
    # uv syncs a `uv.lock` only: what another file locks is installed package by package.
    format = lock.format if lock.path.name == "uv.lock" else LockFormat.REQUIREMENTS  # noqa: A001
    here = os.path.realpath(project) == os.path.realpath(request.cwd)
    return Mender(
        format=format,
        python=target.given,
        interpreter=shown(target.python, request.cwd),
        environment="" if own else shown(there.root, request.cwd) if here else str(there.root),
        project="" if here else shown(project, request.cwd),
        selection=as_arguments(selection),
        pip=any(one.name == "pip" for one in there.installed),
        root=shown(there.root, request.cwd) if there.virtual else "",
        uv=_uv(request),
    )


def _uv(request: Request) -> str:
    """Return how the user can call uv: by its path where only our environment or `uv run` provides it."""
    own = Path(sys.prefix, "bin")
    path = [part for part in request.environ.get("PATH", "").split(os.pathsep) if Path(part) != own]
    name = "uv.exe" if os.name == "nt" else "uv"
    if any(os.access(os.path.join(folder, name), os.X_OK) for folder in path if folder):  # noqa: PTH118
        return "uv"
    provided = [Path(name) for name in (request.environ.get("UV", ""), str(own / "uv")) if name]
    return next((shown(one, request.cwd) for one in provided if one.is_file()), "uv")


def _described(lock: Lock, selection: Selection, cwd: Path) -> str:
    words = " ".join(as_arguments(selection))
    return f"{shown(lock.path, cwd)}{f' ({words})' if words else ''}"


def _environment_words(target: Target, there: Environment) -> str:
    interpreter = there.interpreter
    asked = "" if interpreter.asked else ", not asked"
    return f"{target.given} ({interpreter.implementation} {interpreter.version}{asked}), {target.why}"


def shown(path: Path, cwd: Path) -> str:
    """Return `path` as a user in `cwd` would write it."""
    try:
        return str(path.relative_to(cwd))
    except ValueError:
        return str(path)


def notes(what: Subject, evidence: Evidence) -> tuple[str, ...]:
    """Return remarks that are no findings."""
    said = list(what.lock.notes)
    if not _resolved(what.lock) and evidence.pending == ():
        said.append("whether newer releases wait is known of a uv.lock only")
    if isinstance(evidence.environment, Environment):
        said += evidence.environment.notes
    return tuple(said)
