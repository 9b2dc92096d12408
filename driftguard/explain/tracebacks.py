"""Read tracebacks with those that led to them, and exceptions that are told without one."""

from collections.abc import Sequence

from driftguard.explain import notebooks
from driftguard.explain.lines import Log
from driftguard.explain.nouns import ErrorText, Line, Raised
from driftguard.explain.signs import (
    ALONE,
    DIRECT,
    FRAME,
    HANDLING,
    NAMED,
    PROMPT,
    RAISED,
    TRACEBACK,
    begins,
    exception,
    raised_alone,
)

LONGEST_SAID = 8_000
"""Characters of a message that are looked at."""
_LONGEST_MESSAGE = 14
_MOST_FRAMES = 40
_MOST_SAID = 20
_IMPORTS = ("ImportError:", "ModuleNotFoundError:")
_SYNTAX = ("SyntaxError:", "IndentationError:")
_MARKS = ("^", "~")
_INDENTED = (" ", "\t", "│")
_PROMPTS = ("$ ", PROMPT, "% ", "PS ")


def traceback(log: Log, at: int) -> tuple[int, ErrorText]:
    """Read the traceback that begins at `at` and those it leads to; return where it ends, too."""
    said: list[Raised] = []
    shown = ErrorText(line=log[at].number, shown=f"{TRACEBACK}: …", said=())
    while True:
        end, whole, frames = _framed(log, at)
        if not whole:
            return end, shown
        after, message = _message(log, end)
        said = [*said[-_MOST_SAID:], Raised(message)]
        shown = _text(log[end].number, said, frames, _quoted_by(message, log, end))
        next_one, direct = _link(log, after)
        if next_one is None or TRACEBACK not in log[next_one].text:
            return after, shown
        at = next_one
        if not direct:
            said = [one._replace(aside=True) for one in said]


def after_frames(log: Log, at: int) -> tuple[int, ErrorText | None]:
    """Read frames whose heading is missing, with the exception that they lead to."""
    end, whole = _end_of_frames(log, at)
    return raised(log, end, _files(log, at, end)) if whole else (max(end, at + 1), None)


def raised(log: Log, at: int, frames: tuple[str, ...] = ()) -> tuple[int, ErrorText]:
    """Read an exception that stands alone, with failed imports below it, and what they lead to."""
    said: list[Raised] = []
    place, start = log[at].number, at
    while at < len(log) and (not said or (_leads_on(said[-1].text, log[at]) and len(said) < _MOST_SAID)):
        place = log[at].number
        at, message = _message(log, at)
        said.append(Raised(message))
    after, direct = _link(log, at)
    if after is not None and TRACEBACK in log[after].text:
        end, rest = traceback(log, after)
    elif after is not None and raised_alone(log[after]):
        end, last = _message(log, after)
        rest = ErrorText(line=log[after].number, shown=last, said=(Raised(last),))
        further, more_direct = _link(log, end)
        if further is not None and TRACEBACK in log[further].text:
            end, following = traceback(log, further)
            first = rest.said[0]._replace(aside=not more_direct)
            rest = following._replace(said=(first, *following.said))
    else:
        return at, _text(place, said, frames, _quoted_by(said[-1].text, log, start))
    return end, rest._replace(said=(*(one._replace(aside=not direct) for one in said), *rest.said))


def _link(log: Log, at: int) -> tuple[int | None, bool]:
    """Return where the exception or traceback begins that followed, and whether this one caused it."""
    sentence = log.filled(at)
    if sentence is None or not (DIRECT in log[sentence].text or HANDLING in log[sentence].text):
        return None, False
    return log.filled(sentence + 1), DIRECT in log[sentence].text


def _leads_on(message: str, line: Line) -> bool:
    """Say whether one failed import, told without its traceback, led to the next."""
    return message.startswith(_IMPORTS) and line.bare.startswith(_IMPORTS)


def _text(line: int, said: Sequence[Raised], frames: tuple[str, ...], source: str = "") -> ErrorText:
    return ErrorText(line=line, shown=said[-1].text, said=tuple(said), frames=frames, source=source)


def _quoted_by(message: str, log: Log, at: int) -> str:
    """Return the line of the program that Python could not read; empty where it read all."""
    if not message.startswith(_SYNTAX):
        return ""
    above = (log[here].bare for here in range(at - 1, max(at - 4, -1), -1))
    return next((bare for bare in above if bare and not bare.startswith(_MARKS)), "")


def _framed(log: Log, at: int) -> tuple[int, bool, tuple[str, ...]]:
    """Return where the frames under a heading end, whether the exception stands there, and their files."""
    if heading := notebooks.HEADING.match(log[at].text):
        end, whole, files = notebooks.frames(log, at, heading["type"])
        return end, whole, tuple(files[-_MOST_FRAMES:])
    end, whole = _end_of_frames(log, at + 1)
    return end, whole, _files(log, at, end)


def _end_of_frames(log: Log, at: int) -> tuple[int, bool]:
    """Return where the frames from `at` on end, and whether the exception stands there."""
    source_may_follow = False
    for here in range(at, len(log)):
        line = log[here]
        if FRAME.match(line.bare):
            source_may_follow = True
        elif not line.bare:
            if not _go_on(log, here):
                return here, False
        elif TRACEBACK in line.text:
            return here, False
        elif RAISED.match(line.bare) and not _is_source(line, log[here - 1]):
            return here, True
        elif line.bare.startswith(("[Previous line repeated", *_MARKS)) or source_may_follow:
            source_may_follow = line.bare.startswith(_MARKS) or line.text.startswith(_INDENTED)
        elif not line.text.startswith(_INDENTED):
            return here, False
    return len(log), False


def _go_on(log: Log, at: int) -> bool:
    """Say whether a blank line is one within a traceback: before the exception, or between frames."""
    after = log.filled(at)
    if after is None or after - at > 2:
        return False
    return bool(FRAME.match(log[after].bare) or NAMED.match(log[after].bare))


def _is_source(line: Line, before: Line) -> bool:
    """Say whether a line is that of a program which a frame quotes: it is indented further."""
    if not FRAME.match(before.text):
        return False
    return _depth(line) > _depth(before) or not (NAMED.match(line.bare) or ALONE.match(line.bare))


def _depth(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _files(log: Log, start: int, end: int) -> tuple[str, ...]:
    files: list[str] = []
    for at in range(end - 1, start - 1, -1):
        if found := FRAME.match(log[at].bare):
            files.append(found["file"])
            if len(files) == _MOST_FRAMES:
                break
    return tuple(reversed(files))


def _message(log: Log, at: int) -> tuple[int, str]:
    """Return where the message of the exception at `at` ends, and the message on one line."""
    parts = [exception(log[at])]
    untold = parts[0].endswith((":", "Error"))  # the message begins further down, and may have blank lines
    here = at + 1
    while here < len(log) and here - at < _LONGEST_MESSAGE:
        line = log[here]
        if (not line.bare and not untold) or line.stamped or begins(line):
            break
        if HANDLING in line.text or DIRECT in line.text or line.text.startswith(_PROMPTS):
            break
        parts += [line.bare] if line.bare else []
        here += 1
    return here, " ".join(parts)[:LONGEST_SAID]
