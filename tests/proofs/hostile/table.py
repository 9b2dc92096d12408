"""All rows, group by group."""

from collections.abc import Iterator
from importlib import import_module

from tests.proofs.hostile.row import Row

MODULES = ("uv_lock", "requirements", "manifests", "installed", "environments", "commands", "credentials")


def rows() -> Iterator[Row]:
    """Yield every row."""
    for name in MODULES:
        yield from import_module(f"tests.proofs.hostile.{name}").rows()
