"""The folder of the user's own packages, which Python searches before those of the environment (PEP 370)."""

import os
from collections.abc import Mapping
from pathlib import Path

from driftguard.host import UserSite
from driftguard.model import Interpreter

MOST_NAMES = 1_000


def read(interpreter: Interpreter, environ: Mapping[str, str]) -> UserSite | None:
    """Return it where it is in use and holds something. Only Linux and macOS are known."""
    if environ.get("PYTHONNOUSERSITE") or os.name != "posix" or os.geteuid() != os.getuid():
        return None
    base = environ.get("PYTHONUSERBASE") or _home(environ)
    if not base:
        return None
    minor = ".".join(interpreter.version.split(".")[:2])
    threads = "t" if interpreter.free_threaded else ""
    folder = Path(base, "lib", f"python{minor}{threads}", "site-packages")
    try:
        names = sorted(os.listdir(folder))[:MOST_NAMES]  # noqa: PTH208
    except OSError:
        return None
    there = tuple(
        name for name in names if name != "__pycache__" and not name.endswith((".dist-info", ".txt"))
    )
    return UserSite(folder, there) if there else None


def _home(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    return os.path.join(home, ".local") if home else ""  # noqa: PTH118
