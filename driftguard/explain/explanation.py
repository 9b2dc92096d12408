"""Word what was found: the cause in one sentence, the evidence, what mends it, and how sure that is."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence

from driftguard.explain.confirming import Confirmation, confirmed
from driftguard.explain.lines import Log
from driftguard.explain.matching import Match, Unexplained, best, matched
from driftguard.explain.seen import Seen
from driftguard.explain.suited import suited
from driftguard.explain.texts import error_texts, pasted
from driftguard.record import NamedTuple

_FIELD = re.compile(r"\{(\w+)\}")
_INSTALL = "install "
_CHANGES = re.compile(r"(?:python3?|pipx?|uv)\b[^&|;]* (?:install|uninstall|sync|add|ensurepip)\b|\brm -r")
"""What changes the environment of the shell that it is run in, or of the project."""


class Explanation(NamedTuple):
    """One cause.

    `id` is the entry's; `line` and `said` the error text that stands for it, `times` how often the log has
    it; `sentence` the root cause; `evidence` what the judged environment says; `mend` commands, the best one
    first; `advice` what no command can do; `look` how a person confirms it; `certainty` one of CERTAINTIES.
    """

    id: str
    line: int
    said: str
    times: int
    sentence: str
    certainty: str
    evidence: tuple[str, ...]
    mend: tuple[str, ...]
    advice: str
    look: str


class Answer(NamedTuple):
    """What is known of a log, the newest first; `found` counts its error texts."""

    found: int
    explained: tuple[Explanation, ...]
    unknown: tuple[Unexplained, ...]


def read(log: str) -> tuple[int, list[Match], list[Unexplained]]:
    """Return how many error texts a log has, their causes, and those that have none."""
    lines = Log(log)
    texts = error_texts(lines)
    if not texts and (copied := pasted(lines)) and best(copied):
        texts = [copied]
    causes, unknown = matched(texts)
    return len(texts), causes, unknown


def explain(log: str, seen: Seen | None = None) -> Answer:
    """Explain the error texts of a log, with what was seen of an environment if one was looked at."""
    found, causes, unknown = read(log)
    return answer(found, causes, unknown, seen)


def answer(
    found: int, causes: Sequence[Match], unknown: Sequence[Unexplained], seen: Seen | None = None
) -> Answer:
    """Word the causes that were read."""
    return Answer(found, tuple(_worded(one, seen) for one in causes), tuple(unknown))


def _worded(match: Match, seen: Seen | None) -> Explanation:
    told = confirmed(match, seen) if seen else Confirmation()
    mend = told.mend or suited([*_commands(match, seen)], match.text)
    return Explanation(
        id=match.cause.id,
        line=match.text.line,
        said=match.said,
        times=match.times,
        sentence=told.sentence or filled(match.cause.cause, match.facts) or "",
        certainty=told.certainty or match.certainty,
        evidence=told.facts,
        mend=tuple(dict.fromkeys(mend)),
        advice="" if told.sentence else filled(match.cause.advice, match.facts) or "",
        look=filled(match.cause.look, match.facts) or "",
    )


def _commands(match: Match, seen: Seen | None) -> Iterator[str]:
    """Return the entry's commands; one that speaks of a value which the text did not have is left out."""
    packages = {
        name: value for name, value in match.facts.items() if name.endswith("_package") or name == "partners"
    }  # of the table
    quoted = {name: shlex.quote(value) for name, value in match.facts.items()} | packages
    for template in match.cause.mend:
        if not template.startswith(_INSTALL):
            command = filled(template, quoted)
        else:
            words = [filled(word, match.facts) for word in template.removeprefix(_INSTALL).split()]
            command = None if None in words else _install([word for word in words if word], seen)
        if command is not None and seen and seen.mender.shared and _CHANGES.search(command):
            command = str(seen.mender.create())
        if command is not None:
            yield command


def _install(requirements: Sequence[str], seen: Seen | None) -> str:
    """Word an installation for the judged environment, else for the Python of the reader's shell."""
    if seen and not any(one.startswith("-") for one in requirements):
        first, *rest = (seen.mender.change(one) for one in requirements)
        return " ".join(filter(None, [str(first), *(one.operand for one in rest)]))
    return shlex.join(["python", "-m", "pip", "install", *requirements])


def filled(template: str, facts: Mapping[str, str]) -> str | None:
    """Return a template with its values; None where one of them is not known."""
    if any(name not in facts for name in _FIELD.findall(template)):
        return None
    return _FIELD.sub(lambda found: facts[found[1]], template)
