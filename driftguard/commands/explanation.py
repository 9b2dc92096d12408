"""How `driftguard explain` writes what it knows: text for people, JSON for programs."""

import re
from collections.abc import Callable, Iterator, Mapping

from driftguard.explain.explanation import Answer, Explanation
from driftguard.explain.matching import Unexplained
from driftguard.finding import counted
from driftguard.record import NamedTuple
from driftguard.reporters.text import WIDTH, wrapped
from driftguard.untrusted import printable

SHOWN = 200
"""Characters of a message that are shown; its line number leads to the rest."""
MOST_UNKNOWN = 20
_NOTE = "   # "
_COMMAND = re.compile(r"`[^`]{1,200}`")
_HELD = "\0"
"""Stands for a blank at which a line is not folded; no printable text has it."""


class Looked(NamedTuple):
    """The environment that was looked at, as `--python` names it; empty for none, and `words` say why."""

    given: str
    words: str
    lock: str = ""


class Told(NamedTuple):
    """What is written: the log and how much of it was read, the environment, the answer.

    `cut` is the number of bytes that were read of a longer log, 0 when it was read whole.
    """

    source: str
    lines: int
    cut: int
    looked: Looked
    answer: Answer


def text(told: Told) -> str:
    """Return the answer for people: the newest cause first."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Told) -> Iterator[str]:
    read = f", the last {told.cut // 1024 // 1024} MiB of it" if told.cut else ""
    yield "driftguard explain"
    yield f"  log          {printable(told.source)} ({counted(told.lines, 'line')}{read})"
    yield f"  environment  {printable(told.looked.words)}"
    if told.looked.lock:
        yield f"  lock         {printable(told.looked.lock)}"
    for one in told.answer.explained:
        yield from _explained(one)
    for unknown in told.answer.unknown[:MOST_UNKNOWN]:
        yield ""
        yield f"not known{_place(unknown.text.line, unknown.times)}"
        yield from wrapped(_shown(unknown.text.shown), "  ", "  ")
    if len(told.answer.unknown) > MOST_UNKNOWN:
        yield f"and {len(told.answer.unknown) - MOST_UNKNOWN} more that are not known"
    yield ""
    yield _summary(told.answer)


def _explained(one: Explanation) -> Iterator[str]:
    yield ""
    yield f"{one.certainty}: {one.id.replace('-', ' ')}{_place(one.line, one.times)}"
    yield from _folded(_shown(one.said), "  ", "  ")
    yield from _folded(printable(one.sentence), "  cause: ", "         ")
    for fact in one.evidence:
        yield from _folded(printable(fact), "  seen:  ", "         ")
    for number, command in enumerate(one.mend):
        yield from _command(printable(command), "  or:    " if number else "  mend:  ")
    if one.advice:
        yield from _folded(printable(one.advice), "  also:  " if one.mend else "  mend:  ", "         ")
    if not one.evidence:
        yield from _folded(printable(one.look), "  look:  ", "         ")


def _command(command: str, label: str) -> Iterator[str]:
    """Write a command on one line, however long: it is copied. What is noted behind it goes below."""
    whole = label + command
    line, mark, note = whole.partition(_NOTE)
    if not mark or len(whole) <= WIDTH:
        yield whole
        return
    yield line
    yield from wrapped(note, f"{' ' * len(label)}# ", f"{' ' * len(label)}# ")


def _folded(text: str, first: str, rest: str) -> list[str]:
    """Fold at the width of a terminal, and no command between backticks: it is copied."""
    kept = _COMMAND.sub(lambda found: found[0].replace(" ", _HELD), text)
    return [line.replace(_HELD, " ") for line in wrapped(kept, first, rest)]


def _summary(answer: Answer) -> str:
    if not answer.found:
        return "no error text was found"
    causes, unknown = len(answer.explained), len(answer.unknown)
    rest = f", {unknown} not known" if unknown else ""
    return f"{counted(answer.found, 'error text')}: {counted(causes, 'cause')}{rest}"


def _place(line: int, times: int) -> str:
    return f" (line {line}{f', {times} times' if times > 1 else ''})"


def _shown(message: str) -> str:
    shown = printable(message)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def as_json(told: Told) -> str:
    """Return the answer as `docs/explain.schema.json` has it."""
    import json

    answer = told.answer
    value = {
        "version": 0,
        "log": {"source": printable(told.source), "lines": told.lines, "bytes_read_of_more": told.cut},
        "environment": printable(told.looked.given) or None,
        "looked": printable(told.looked.words),
        "error_texts": answer.found,
        "causes": [_cause(one) for one in answer.explained],
        "unknown": [_unknown(one) for one in answer.unknown],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _cause(one: Explanation) -> dict[str, object]:
    return {
        "id": one.id,
        "certainty": one.certainty,
        "line": one.line,
        "times": one.times,
        "said": printable(one.said),
        "cause": printable(one.sentence),
        "evidence": [printable(fact) for fact in one.evidence],
        "mend": [printable(command) for command in one.mend],
        "advice": printable(one.advice),
        "look": printable(one.look),
    }


def _unknown(one: Unexplained) -> dict[str, object]:
    return {"line": one.text.line, "times": one.times, "said": printable(one.text.shown)}


FORMATS: Mapping[str, Callable[[Told], str]] = {"text": text, "json": as_json}
"""Ways to write the answer."""
