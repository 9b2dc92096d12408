"""Why an environment does not answer, where its `pyvenv.cfg` tells, and what makes it anew."""

import shlex
from pathlib import Path

from driftguard.environment import pyvenv
from driftguard.environment.reading import is_folder


def hint(root: Path, given: str) -> str | None:
    """Return it for the environment in `root`, named `given` by the user; None where nothing is known."""
    configuration = root / pyvenv.NAME
    keys = pyvenv.read(configuration)
    made = ".".join((keys.get("version_info") or keys.get("version", "")).split(".")[:2])
    home = keys.get("home", "")
    if not home:
        return None
    python = ["--python", made] if made else []
    anew = f"`{shlex.join(['uv', 'venv', '--clear', *python, given])}` makes it anew, empty"
    if not is_folder(home):
        return f"the Python it was made from, in `{home}`, is gone: {anew}"
    return f"it was made for Python {made}; if that was replaced, {anew}" if made else None
