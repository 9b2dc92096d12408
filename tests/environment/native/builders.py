"""Build environments with native code."""

import sys
from collections.abc import Iterable
from pathlib import Path

from driftguard.binary import Binaries
from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import distributions, native
from driftguard.model import Interpreter
from tests import builders
from tests.environment.builders import dist, tree
from tests.environment.native.shared_objects import shared_object

TAG = "cpython-311-x86_64-linux-gnu"
SUFFIXES = (f".{TAG}.so", ".abi3.so", ".so")
OBJECT = shared_object(needed=["libc.so.6"])


def interpreter(root: Path, **more: object) -> Interpreter:
    """Return an interpreter of the environment `root`, which is in truth our own."""
    known = builders.interpreter()._replace(
        executable=Path(sys.executable),
        prefix=root,
        site_packages=(site(root),),
        extension_suffixes=SUFFIXES,
    )
    return known._replace(**more)  # type: ignore[arg-type]


def site(root: Path) -> Path:
    return root / "lib/python3.11/site-packages"


def module(name: str) -> bytes:
    """Return the file of an extension module."""
    return shared_object(needed=["libc.so.6"], symbols=[f"PyInit_{name}"])


def install(
    root: Path, spec: str, files: dict[str, bytes | str], record: Iterable[str] | None = None
) -> Path:
    """Install a distribution with these files, all of them in its RECORD unless that is given."""
    name, _, version = spec.partition("==")
    itself = f"{name}-{version}.dist-info/RECORD"
    rows = [f"{one},," for one in (*files, itself)] if record is None else list(record)
    text = "".join(f"{row}\n" for row in rows)
    return tree(site(root), {**files, **dist(spec, RECORD=text, WHEEL="Tag: cp311-cp311-linux_x86_64\n")})


def read(root: Path, cache: Cache = NO_CACHE, **more: object) -> Binaries:
    """Read an environment as `gather` does."""
    found = distributions.read([site(root)], cache=NO_CACHE)
    return native.read(found.installed, interpreter(root, **more), {}, cache)
