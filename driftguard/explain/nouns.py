"""The nouns of error texts."""

from driftguard.record import NamedTuple


class Line(NamedTuple):
    """One line of a log.

    `number` is 1-based; `text` is without colours and stamps, with its indentation; `bare` also without
    indentation and drawings (`│`, `╰─▶`); `stamped` says whether it had a time stamp, and so begins an entry.
    """

    number: int
    text: str
    bare: str
    stamped: bool


class Raised(NamedTuple):
    """One message, on one line.

    It stands `aside` when another exception was raised while it was being handled, or when it is not told
    as an error.
    """

    text: str
    aside: bool = False


class ErrorText(NamedTuple):
    """One error text.

    `line` is that of the message which stands for it, 1-based; `shown` that message; `said` all its messages
    in order, `frames` the files of its innermost traceback in order, both bounded; `source` the line of a
    program that Python could not read.
    """

    line: int
    shown: str
    said: tuple[Raised, ...]
    frames: tuple[str, ...] = ()
    source: str = ""
