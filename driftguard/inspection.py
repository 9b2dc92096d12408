"""What only some rules need to know of an environment, each part read where it is asked for."""

from collections.abc import Mapping

from driftguard.cache import Cache
from driftguard.compare import Comparison
from driftguard.environment.target import Target
from driftguard.model import LOCAL, Environment, Lock, SourceState, Unavailable
from driftguard.record import TYPE_CHECKING
from driftguard.subject import Request, Subject

if TYPE_CHECKING:
    from driftguard.binary import Binaries
    from driftguard.host import Host
    from driftguard.integrity import Integrity
    from driftguard.probes import Probes


def sources_of(joined: Comparison, request: Request) -> tuple[SourceState, ...]:
    """Say of each installed local package whether its source has changed since."""
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


def integrity_of(there: Environment, joined: Comparison, lock: Lock, request: Request) -> "Integrity":
    """Hold every installed file against its RECORD; with `request.anchor` against the locked wheel."""
    from driftguard.environment import integrity

    if not request.anchor:
        return integrity.read(there, request.environ, request.cache)
    from driftguard.environment.integrity.anchors import Anchors
    from driftguard.locks import wheels

    locked = {pair.installed.name: pair.locked for pair in joined.pairs}
    anchors = Anchors(locked, wheels.of(lock), request.wheelhouses)
    return integrity.read(there, request.environ, request.cache, anchors)


def host_of(there: Environment, what: Subject, request: Request) -> "Host":
    """Look at what surrounds the environment."""
    from driftguard.environment import host

    job = host.Job(
        cwd=request.cwd,
        environ=request.environ,
        lock=what.lock.path,
        wishes=what.config.host,
        path=request.path,
        command=request.command,
    )
    return host.read(there, job)


def probes_of(
    target: Target, there: Environment, joined: Comparison, what: Subject, request: Request
) -> "Probes | Unavailable":
    """Try what the configuration declares, in subprocesses of the judged interpreter."""
    if not request.execute:
        return Unavailable("probes are run by the interpreter, which is not to be run (`--no-exec`)")
    from driftguard.adapters import probes
    from driftguard.adapters.probes.plan import planned

    return probes.tried(
        planned(what.config.probes, what.lock, joined),
        there,
        python=target.python,
        environ=probes.variables(request.environ, request.path),
        cwd=request.cwd,
        cache=request.cache,
        fresh=request.fresh,
    )
