"""What a probe's process left behind, taken for what it may be: the words of a stranger."""

import json
import re
import signal

from driftguard.attended import Ended
from driftguard.probes import Outcome, Probe, Result, Warned
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

LONGEST = 2_000
MOST = 50
_FRAME = re.compile(r'^  File "([^"\n<]{1,4096})", line (\d{1,9}) in ', re.MULTILINE)
_OVER = (signal.SIGXCPU, signal.SIGALRM)
"""By what a process ends whose time is over and that nobody ended."""
_STARVED = ("MemoryError", "std::bad_alloc", "Cannot allocate memory")


class Trial(NamedTuple):
    """An outcome, the frames that a failure came through, and what a success rests on: files, folders.

    Where those are too many, or other programs were started, it is not traced. `started` is when it was, in
    nanoseconds of the clock.
    """

    outcome: Outcome
    frames: tuple[tuple[str, int], ...] = ()
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    is_traced: bool = False
    started: int = 0


def read(probe: Probe, ended: Ended, token: str) -> Trial:
    """Return what came of a probe."""
    outcome = Outcome(probe, Result.UNTRIED, seconds=ended.seconds, last_words=_last(ended.last_words))
    if ended.fault:
        return Trial(outcome._replace(error=ended.fault))
    for line in ended.answer.split(b"\n"):
        try:
            said = json.loads(line)
            if isinstance(said, dict) and said.get("token") == token:
                return _answered(outcome, said)._replace(started=ended.started)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            continue
    return _unanswered(outcome, ended)


def _answered(outcome: Outcome, said: "dict[str, Any]") -> Trial:
    outcome = outcome._replace(
        warnings=tuple(Warned(_text(c), _text(t), _text(p), int(n)) for c, t, p, n in said["warned"][:MOST]),
        refused=tuple(map(_text, said["refused"][:MOST])),
        spoke=_text(said["spoke"]),
    )
    failure = said["failure"]
    if failure is None:
        passed = outcome._replace(result=Result.PASSED)
        if said["traced"] is None:
            return Trial(passed)
        files, folders = (tuple(map(_path, paths)) for paths in said["traced"])
        return Trial(passed, files=files, folders=folders, is_traced=True)
    return Trial(
        outcome._replace(
            result=Result.STARVED if failure["memory"] is True else Result.RAISED,
            error=_text(failure["error"]),
            root=_text(failure["root"]),
            module=_text(failure["module"]),
        ),
        frames=tuple((_path(path), int(line)) for path, line in failure["frames"][:MOST]),
    )


def _unanswered(outcome: Outcome, ended: Ended) -> Trial:
    frames = tuple((path, int(line)) for path, line in reversed(_FRAME.findall(ended.last_words)))[-MOST:]
    code = ended.returncode
    if code is None or -code in _OVER:
        return Trial(outcome._replace(result=Result.HUNG), frames)
    if any(word in ended.last_words for word in _STARVED):
        return Trial(outcome._replace(result=Result.STARVED), frames)
    if code < 0:
        return Trial(outcome._replace(result=Result.CRASHED, signal=_name(-code)), frames)
    return Trial(outcome._replace(result=Result.LEFT, code=code), frames)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _last(words: str) -> str:
    """Return the last line that was said before Python's fault handler spoke."""
    lines = words.partition("Fatal Python error: ")[0].strip().splitlines()
    return lines[-1].strip()[:LONGEST] if lines else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value[:LONGEST]


def _path(value: object) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > 4096:
        raise TypeError
    return value
