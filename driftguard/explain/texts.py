"""Find the error texts in a log: tracebacks, exceptions in one line, complaints of installers and loaders.

What an error text is does not depend on whether its cause is known: only so can be said what is not known.
"""

from collections.abc import Iterator

from driftguard.explain.complaints import complaint
from driftguard.explain.lines import Log
from driftguard.explain.nouns import ErrorText, Raised
from driftguard.explain.signs import CANDIDATES, FRAME, TRACEBACK, begins_complaint, is_talk, raised_alone
from driftguard.explain.tracebacks import after_frames, raised, traceback

MOST = 200
"""Error texts of a log that are looked at: the last ones."""
_SHORT = 60
"""Lines of what may have been copied by hand."""


def error_texts(log: Log) -> list[ErrorText]:
    """Return the error texts of a log in order; the last ones, where there are very many."""
    return list(_found(log))[-MOST:]


def pasted(log: Log) -> ErrorText | None:
    """Return a short text that tells of no error: a message may have been copied without its head."""
    if log.total > _SHORT:
        return None
    told = [log[at] for at in range(len(log)) if log[at].bare and not is_talk(log[at])]
    said = tuple(Raised(line.bare, aside=True) for line in told)
    return ErrorText(line=told[-1].number, shown=told[-1].bare, said=said) if told else None


def _found(log: Log) -> Iterator[ErrorText]:
    done = 0
    for at in log.with_any(CANDIDATES):
        if at < done:
            continue
        done, found = _read(log, at)
        if found:
            yield found


def _read(log: Log, at: int) -> tuple[int, ErrorText | None]:
    """Return where what begins at `at` ends, and what it is; None where no error text begins."""
    line = log[at]
    if TRACEBACK in line.text:
        return traceback(log, at)
    if begins_complaint(line):
        return complaint(log, at)
    if FRAME.match(line.bare):
        return after_frames(log, at)
    return raised(log, at) if raised_alone(line) else (at + 1, None)
