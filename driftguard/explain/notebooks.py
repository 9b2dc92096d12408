"""Read the frames of a traceback as notebooks (IPython) write them: files and source, without quotes."""

import re

from driftguard.explain.lines import Log
from driftguard.explain.signs import TRACEBACK

HEADING = re.compile(
    r"\s{0,20}(?P<type>(?:[A-Za-z_]\w{0,80}\.){0,8}[A-Za-z_]\w{0,80}) {2,80}Traceback \(most "
)
"""`ValueError                 Traceback (most recent call last)`."""
_FRAME = re.compile(
    r"(?:File )?(?P<file>(?:~|/|\.|[A-Za-z]:[\\/]|<ipython)[^\s:()]{1,400})"
    r"(?::\d{1,7})?(?:\([^)]{0,80}\))?(?:,)? in [\w<]"
)
_MOST = 600


def frames(log: Log, at: int, raised: str) -> tuple[int, bool, list[str]]:
    """Return where the frames below a heading end, whether the exception stands there, and their files."""
    files: list[str] = []
    name = raised.rpartition(".")[2]
    head = re.compile(rf"(?:[A-Za-z_]\w{{0,80}}\.){{0,8}}{re.escape(name)}(?::|\Z)")
    for here in range(at + 1, min(at + _MOST, len(log))):
        line = log[here]
        if TRACEBACK in line.text:
            return here, False, files
        if head.match(line.text):
            return here, True, files
        if found := _FRAME.match(line.text.lstrip()):
            files.append(found["file"])
    return min(at + 1, len(log)), False, []
