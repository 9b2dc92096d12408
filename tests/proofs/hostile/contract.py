"""What every answer must be like, whatever was asked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.proofs.hostile.row import SECRET, Row
from tests.proofs.hostile.stage import MEMORY, PATIENCE, Answer, Stage

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_CRASH = re.compile(r"Traceback|internal error|Exception ignored|Fatal Python error|File \"")


def run(row: Row, place: Path) -> Answer:
    """Run one row in a fresh project at `place`."""
    stage = Stage(place)
    stage.set_up()
    if row.warm:
        stage.run(replace(row, files={}))
    stage.spoil(row)
    return stage.run(row)


def broken(row: Row, answer: Answer) -> Iterator[str]:
    """Yield each clause of the contract that the answer breaks."""
    if answer.exit not in ((0, 1, 3) if row.exit is None else (row.exit,)):
        yield f"exit {answer.exit}, not {row.exit}"
    if _CRASH.search(answer.out + answer.err):
        yield "shows a crash"
    if row.says not in answer.out + answer.err + answer.written:
        yield f"does not say {row.says!r}"
    yield from _lines(row, answer)
    if SECRET.lower() in (answer.out + answer.err + answer.written).lower():  # names are normalised
        yield "shows the secret"
    if control := _CONTROL.search(answer.out + answer.err):
        yield f"shows the control character {control[0]!r}"
    if answer.cpu > row.seconds or answer.seconds > max(PATIENCE, row.seconds):
        yield f"takes {answer.cpu:.2f} s of CPU time, {answer.seconds:.2f} s by the clock"
    if answer.memory > MEMORY:
        yield f"takes {answer.memory // 1024**2} MiB"
    named = {Path(word).name for word in row.words if row.words[row.words.index(word) - 1] == "--report"}
    if left := [path for path in answer.left if not {*Path(path).parts} & {*named, row.makes}]:
        yield f"leaves {', '.join(left)}"


def _lines(row: Row, answer: Answer) -> Iterator[str]:
    said = answer.err.splitlines()
    if row.quiet and said:
        yield f"is not quiet: {said[0]}"
    if len(said) > 2 or (len(said) == 2 and not said[1].startswith("hint: ")):
        yield f"says {len(said)} lines"
    if row.exit == 3 and not said and not answer.out and not row.silent:
        yield "says nothing"
