"""Make the lines of a log readable: without colours, time stamps and drawings, and none too long."""

import re
from collections.abc import Sequence

from driftguard.explain.nouns import Line

LONGEST = 2_000
"""Characters of a line that are read: its head, for what is longer is no message."""
MOST = 200_000
"""Lines that are read: the last ones."""
_CANDIDATES = 5_000
_NEAR = 6

_STEMS = (
    *("rror", "ailed", "found", "annot", "ersion", "ommand", "upported", "o such", " is not", " has "),
    *("Python", "equire", "nstall", "illed", "emory", "xec", "MKL", "config", "ocker", "nvironment"),
    *("Not", " not ", "ion", "com", "ter", "pac", "for", "ali", "code "),
)
"""Parts that many words have in common: to look for one of them is to look for all."""

_COLOUR = re.compile(
    r"\x1b(?:\[[0-9;:?]{0,40}[ -/]?[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|[()][0-9A-B]|[@-Z\\-_])"
)
_STAMP = re.compile(
    r"(?:[\w.-]{1,60} {0,20}\| ?)?"
    r"(?:<\d{1,3}>)?"
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\]?[:,]? ?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,80} [^\s:]{1,80}: ?"  # syslog, journalctl
    r"|\[\d\d:\d\d:\d\d\] )"
)
_COLUMN = re.compile(r"[\w.-]{1,60} {1,20}\| |#\d{1,4} (?:\d{1,5}\.\d{1,3} ?)?|\d{1,5}\.\d{2,3} ")
"""What docker compose and docker build put before each line."""
_DRAWING = re.compile(r"\A[\s│├╰└┃\u00d7✗─▶▸>|]{1,200}")
_PYTEST = re.compile(r"E {3,}")
_WORKFLOW = re.compile(r"(?:##\[error\]|::error(?: [^:]{0,200})?::)")


class Log:
    """A log whose lines are made readable when they are looked at: most never are."""

    def __init__(self, text: str) -> None:
        whole = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        self.raw = whole.rsplit("\n", MOST)[-MOST:]
        self.total = whole.count("\n") + 1
        self._skipped = self.total - len(self.raw)
        self._lines: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, at: int) -> Line:
        """Return a line by its place among those that are read, 0-based."""
        line = self._lines.get(at)
        if line is None:
            line = self._lines[at] = readable(self.raw[at], at + self._skipped + 1)
        return line

    def filled(self, at: int) -> int | None:
        """Return the place of the first line from `at` on that is not blank; None if none is near."""
        return next((here for here in range(at, min(at + _NEAR, len(self))) if self[here].bare), None)

    def with_any(self, words: Sequence[str]) -> list[int]:
        """Return the places of the lines that have one of `words`: of very many the last."""
        whole = "\n".join(self.raw)
        there = _present(words, whole)
        found = [at for at, raw in enumerate(self.raw) if any(word in raw for word in there)]
        return found[-_CANDIDATES:]


def _present(words: Sequence[str], whole: str) -> list[str]:
    """Return the words that are in a text; a stem that is not there answers for all words that have it."""
    stems: dict[str, bool] = {}
    there = []
    for word in words:
        stem = next((one for one in _STEMS if one in word), word)
        if stem not in stems:
            stems[stem] = stem in whole
        if stems[stem] and (stem == word or word in whole):
            there.append(word)
    return there


def readable(raw: str, number: int) -> Line:
    """Return one line made readable."""
    text = raw[:LONGEST]
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    text = text.replace("\0", "")
    stamp = _STAMP.match(text)
    column = stamp or _COLUMN.match(text)
    if column:
        text = text[column.end() :]
    if text.startswith("E  "):
        text = _PYTEST.sub("", text, count=1)
    if text.startswith(("##[", "::")):
        text = _WORKFLOW.sub("", text, count=1)
    text = text.rstrip()
    return Line(number, text, _DRAWING.sub("", text, count=1), stamped=stamp is not None)
