"""Read what installers, loaders and shells complain of: a paragraph, with what hangs below it."""

import re

from driftguard.explain.lines import Log
from driftguard.explain.nouns import ErrorText, Line, Raised
from driftguard.explain.signs import CROSS, PROMPT, TRACEBACK, begins_complaint

LONGEST_SAID = 8_000
"""Characters of a complaint that are looked at as a whole."""
_LONGEST = 160
_GAP = 3
_FOLLOWS = re.compile(
    r"(?:note|hint|help|error|ERROR|WARNING|Caused by|Because|And because|So,|The conflict|To fix|Consider"
    r"|If you"
    r"|\d{1,2}\. |---|\[end of output\])"
)
_ANEW = (TRACEBACK, "$ ", PROMPT, "+ ", "Collecting ")


def complaint(log: Log, at: int) -> tuple[int, ErrorText]:
    """Read the complaint that begins at `at`; return where it goes on to something else, too."""
    here = at + 1
    while here < len(log) and here - at < _LONGEST and _belongs(log, here):
        here += 1
    told = [log[one].bare for one in range(at, here) if log[one].bare]
    said = tuple(Raised(text) for text in (*told, " ".join(told)[:LONGEST_SAID]))
    return here, ErrorText(line=log[at].number, shown=told[0], said=said)


def _belongs(log: Log, at: int) -> bool:
    line = log[at]
    if line.text:  # a line of which only a drawing is left belongs to it, too
        return not line.text.startswith(_ANEW) and (not line.stamped or begins_complaint(line))
    after = log.filled(at)
    return after is not None and after - at <= _GAP and _continues(log[after])


def _continues(line: Line) -> bool:
    return line.text.startswith((" ", "\t", "│", CROSS, "╰", "├")) or bool(
        _FOLLOWS.match(line.bare) or begins_complaint(line)
    )
