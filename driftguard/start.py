"""Where the `driftguard` command begins: the job's modules are put out of the way before ours are loaded.

PYTHONPATH and, under `python -m`, the working directory are the job's. What lies there is judged and never
loaded: a `csv.py` of theirs would be ours as well.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def entry() -> "NoReturn":
    """Be the command."""
    sys.path[:] = ours(sys.path, os.environ.get("PYTHONPATH", ""), _here() if _is_module() else "")
    from driftguard.cli import entry as begin

    begin()


def ours(path: list[str], python_path: str, here: str) -> list[str]:
    """Return the entries of `path` that are neither from `python_path` nor the first where that is `here`.

    The folder that we were loaded from stays in any case.
    """
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    theirs = {*python_path.split(os.pathsep)} - {""} if python_path else set()
    return [
        entry
        for number, entry in enumerate(path)
        if os.path.abspath(entry) == home or not (entry in theirs or (number == 0 and entry == here))  # noqa: PTH100
    ]


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109
    except OSError:  # it is gone, which is told later
        return ""


def _is_module() -> bool:
    return os.path.basename(sys.argv[0]) == "__main__.py"  # noqa: PTH119
