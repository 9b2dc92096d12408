"""A copy of this checkout, for what would soil the tree, and the surroundings of a new machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_OURS = (
    "VIRTUAL_ENV",
    "DRIFTGUARD_",
    "UV_",
    "PIP_AUDIT_",
    "GITHUB_",
    "PYTHON",
    "FORCE_COLOR",
    "NO_COLOR",
    "DEPLOY_",
)


def copy_checkout(target: Path) -> Path:
    """Copy all files that git tracks or would track into `target` and return it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def fresh_environment(**variables: str) -> dict[str, str]:
    """Return the variables that a new machine has, with this Python and its uv first on PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **variables}
