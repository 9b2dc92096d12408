"""What the native code of an environment says of itself, read from its files: nothing is loaded or run."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from driftguard.binary import Binaries, Image, NativeHost
from driftguard.cache import Cache
from driftguard.environment.native import files, host, outcome
from driftguard.environment.native.folders import Folders
from driftguard.environment.native.outcome import Seen
from driftguard.environment.native.running import Running, fingerprint
from driftguard.model import Installed, Interpreter, Unavailable

__all__ = ["read"]


def read(
    installed: Sequence[Installed], interpreter: Interpreter, environ: Mapping[str, str], cache: Cache
) -> Binaries:
    """Read the native code of `installed`, which may lie in different folders, for `interpreter`.

    `environ` is that in which the code would run, for LD_LIBRARY_PATH. What could not be looked at stands
    in `unread`; of an environment that is not on Linux nothing is read, which stands in `elsewhere`.
    """
    if (system := interpreter.markers.get("sys_platform", sys.platform)) != "linux":
        return _nothing(
            interpreter, f"native code is read on Linux only, and this environment is on {system}"
        )
    running, unread = Running(interpreter, environ), []
    exported = fingerprint(running, cache)
    if not exported:
        unread.append(f"what `{running.executable}` exports of Python's C API could not be read")
    folders = Folders(f"{interpreter.prefix} {exported}", cache)
    found = files.find(installed, interpreter, folders.listed)
    images, states = folders.seen(found.files, running if exported else None)
    folders.save()
    numpy = next((one for one in installed if one.name == "numpy"), None)
    seen = Seen(images, states, folders.names(), interpreter.extension_suffixes)
    if numpy:
        seen = seen._replace(numpy=str(numpy.path.parent / "numpy"), numpy_version=numpy.version or "")
    total = outcome.read(seen, running, cache)
    return Binaries(
        images=tuple(_settled(images, total.unresolved)),
        numpy=total.numpy,
        provided=total.provided,
        problems=total.problems,
        suffixes=interpreter.extension_suffixes,
        free_threaded=interpreter.free_threaded,
        host=host.read(total.machine or os.uname().machine, total.libraries),
        unread=(*unread, *found.unread, *total.unread),
    )


def _settled(images: Sequence[Image], unresolved: Mapping[str, tuple[str, ...]]) -> Iterator[Image]:
    for one in images:
        yield one._replace(unresolved=unresolved.get(one.path, ())) if one.unresolved else one


def _nothing(interpreter: Interpreter, why: str) -> Binaries:
    return Binaries(
        images=(),
        numpy=None,
        provided={},
        problems=(),
        suffixes=interpreter.extension_suffixes,
        free_threaded=interpreter.free_threaded,
        host=NativeHost("", "", "", "", Unavailable(why)),
        elsewhere=why,
    )
