"""Say of an error text which entry of the table fits it best.

The first entry that fits wins: the table goes from the particular to the general. What stands aside is at
most a guess, and counts only where nothing else fits.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from driftguard.explain.facts import CONDITIONS, derived, distribution_of
from driftguard.explain.nouns import ErrorText, Raised
from driftguard.explain.signs import NAMED
from driftguard.record import NamedTuple
from driftguard.tables import Cause, causes

_INSTALLED = re.compile(r"(?:site|dist)-packages[/\\]([A-Za-z_]\w{0,80})")
_DOTTED = re.compile(r"(?:[A-Za-z_]\w{0,80}\.){1,8}[A-Z]\w{0,80}: ")
PROGRAM = "program"
"""What stands in `by` for all that is no exception of Python: installers, loaders, shells, kernels."""
_SUBPROCESS = re.compile(r"python3?[\d.]{0,6}[/\\](?:lib[/\\])?subprocess\.py\Z", re.IGNORECASE)
CERTAINTIES = ("guess", "likely", "certain")
"""How sure an explanation is, ascending."""


class Match(NamedTuple):
    """An entry that fits an error text; `facts` are the values that its sentences speak of."""

    text: ErrorText
    cause: Cause
    said: str
    facts: Mapping[str, str]
    certainty: str
    times: int = 1

    @property
    def about(self) -> tuple[str, ...]:
        """What tells one occurrence of a cause from another."""
        return (self.cause.id, *(self.facts.get(name, "") for name in self.cause.each))


class Unexplained(NamedTuple):
    """An error text that no entry fits."""

    text: ErrorText
    times: int = 1


def matched(texts: Sequence[ErrorText]) -> tuple[list[Match], list[Unexplained]]:
    """Return the causes and what has none, the newest first, each once."""
    found: dict[tuple[str, ...], Match] = {}
    unknown: dict[str, Unexplained] = {}
    known: dict[tuple[object, ...], Match | None] = {}
    for text in reversed(texts):
        key = (text.said, text.frames[-1:])
        match = known[key] if key in known else known.setdefault(key, best(text))
        if match is None:
            there = unknown.get(text.shown)
            unknown[text.shown] = there._replace(times=there.times + 1) if there else Unexplained(text)
            continue
        same = found.get(match.about)
        if same is None:
            found[match.about] = match
        else:
            surer = max(same.certainty, match.certainty, key=CERTAINTIES.index)
            found[match.about] = same._replace(times=same.times + 1, certainty=surer)
    return list(found.values()), list(unknown.values())


def best(text: ErrorText) -> Match | None:
    """Return what fits best, None where nothing does."""
    final = [one for one in text.said if not one.aside]
    rest = [one for one in text.said if one.aside]
    return _first(text, final) or _first(text, rest, most="guess")


def _first(text: ErrorText, said: Iterable[Raised], most: str = "certain") -> Match | None:
    messages = [one.text for one in said]
    whole = " ".join(messages)
    for cause in causes():
        if cause.words and not any(word in whole for word in cause.words):
            continue
        for message in messages:
            if (facts := _facts(cause, message, text)) is not None:
                said_so = most if _in_its_form(cause, message) else "guess"
                certainty = min(cause.certainty, said_so, key=CERTAINTIES.index)
                return Match(text=text, cause=cause, said=message, facts=facts, certainty=certainty)
    return None


def _in_its_form(cause: Cause, message: str) -> bool:
    """Say whether a message comes as the exception, or from the program, that says such a thing."""
    if not cause.by:
        return True
    head = NAMED.match(message) or _DOTTED.match(message)
    if head is None:
        return PROGRAM in cause.by
    return head[0].split(":")[0].split("(")[0].rpartition(".")[2].rstrip("]") in cause.by


def _facts(cause: Cause, message: str, text: ErrorText) -> dict[str, str] | None:
    """Return the values in a message, with those that follow from them; None if the entry does not fit."""
    if cause.unless and compiled(cause.unless).search(message):
        return None
    if cause.written and not compiled(cause.written).search(text.source):
        return None
    raised_in: dict[str, str] = {}
    if cause.frame:
        place = compiled(cause.frame).search(text.frames[-1]) if text.frames else None
        if place is None:
            return None
        raised_in = {name: value for name, value in place.groupdict().items() if value}
    elif caller := _caller(text.frames):
        raised_in = {"caller": caller}
    for pattern in cause.patterns:
        if found := compiled(pattern).search(message):
            told = {name: value.strip() for name, value in found.groupdict().items() if value}
            told = told | raised_in if cause.frame else raised_in | told
            facts = {**derived(told), **told}
            if not cause.only or CONDITIONS[cause.only](facts):
                return facts
    return None


def _caller(frames: Sequence[str]) -> str:
    """Return the distribution in whose file the exception was raised, as far as its folder tells.

    What `subprocess` raises, those raise that call it.
    """
    own = [frame for frame in frames if not _SUBPROCESS.search(frame)]
    found = _INSTALLED.search(own[-1]) if own else None
    return distribution_of(found[1]) if found else ""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the table, compiled once and only if it is needed."""
    return re.compile(pattern)
