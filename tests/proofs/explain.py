"""Lay what `explain` answers beside the causes and fixes that real error texts are known to have.

    scripts/prove explain [--corpus FOLDER] [--write] [--seen]

The corpus is a folder of texts (`NAME.txt`), which is not part of the repository. A third of it, by the hash of the name,
was not read before the table of causes was finished; `explain_expected.toml` says of each text which entries are right
and which words the answer must have. Of the texts nothing is printed. Exit 1 when a score is below what is promised.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import tomli

from driftguard.explain.explanation import Answer, explain
from tests.checkout import ROOT

EXPECTED = Path(__file__).with_name("explain_expected.toml")
THREADS = Path(__file__).with_name("explain_threads.toml")
DOCUMENT = ROOT / "docs" / "explain.md"
PROMISED = {"seen": 0.9, "held out": 0.8}
"""The least part of each set that has to be right, in cause and fix."""
BEGIN, END = "<!-- score: written by `scripts/prove explain --write` -->", "<!-- end of score -->"


class Row(NamedTuple):
    """What was answered to one text; `cause` and `fix` say whether that is right."""

    name: str
    held: bool
    answered: str
    certainty: str
    cause: bool
    fix: bool

    @property
    def wrong_and_sure(self) -> bool:
        """Say whether a wrong cause was told as if it were known."""
        return bool(self.answered) and not self.cause and self.certainty != "guess"


def is_held_out(name: str) -> bool:
    """Say whether a text was set aside before the table was written."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def rows(corpus: Path, expected: dict[str, dict[str, list[str]]]) -> Iterator[Row]:
    """Return the verdict on each text of the corpus."""
    for path in sorted(corpus.glob("*.txt")):
        answer = explain(path.read_text(encoding="utf-8", errors="replace"))
        yield _row(path.stem, answer, expected.get(path.stem))


def _row(name: str, answer: Answer, wanted: dict[str, list[str]] | None) -> Row:
    """Judge the first explanation: it is the one that people read."""
    first = answer.explained[0] if answer.explained else None
    told = " ".join((*first.mend, first.advice)) if first else ""
    return Row(
        name=name,
        held=is_held_out(name),
        answered=first.id if first else "",
        certainty=first.certainty if first else "",
        cause=bool(first and wanted and first.id in wanted["causes"]),
        fix=bool(first and wanted and all(re.search(one, told) for one in wanted["fix"])),
    )


class Count(NamedTuple):
    """How a set of texts was judged: a line of the table."""

    title: str
    texts: int
    cause: int
    both: int
    unknown: int
    sure: int

    def line(self) -> str:
        """Return it as Markdown."""
        cause, both = (f"{number} ({_percent(number, self.texts)})" for number in (self.cause, self.both))
        guessed = self.texts - self.cause - self.unknown - self.sure
        return (
            f"| {self.title} | {self.texts} | {cause} | {both} | {self.unknown} | {guessed} | {self.sure} |"
        )


def _counted(title: str, part: list[Row]) -> Count:
    cause, both = sum(row.cause for row in part), sum(row.cause and row.fix for row in part)
    unknown = sum(not row.answered for row in part)
    return Count(title, len(part), cause, both, unknown, sum(row.wrong_and_sure for row in part))


def threads() -> list[Count]:
    """Return how the texts of public threads were judged, which no entry was written for."""
    found = []
    for name, known in tomli.loads(THREADS.read_text(encoding="utf-8")).items():
        said = [verdict for _, verdict in known["threads"]]
        right = said.count("right")
        cause, unknown, sure = right + said.count("cause"), said.count("unknown"), said.count("sure")
        title = f"{name} set, judged for the first time"
        found.append(Count(title, len(said), cause, right, unknown, sure))
    return found


def table(found: list[Row], first: dict[str, int]) -> str:
    """Return the score as Markdown; `first` is that of the held-out texts when they were judged for the first time."""
    lines = [
        "| texts | number | cause right | cause and fix right | not known | wrong, as a guess | wrong and sure |",
        "|---|---|---|---|---|---|---|",
        _counted("seen", [row for row in found if not row.held]).line(),
        Count("held out, judged for the first time", **first).line(),
        _counted("held out, now", [row for row in found if row.held]).line(),
        *(count.line() for count in threads()),
    ]
    return "\n".join(lines) + "\n"


def _percent(number: int, of: int) -> str:
    return f"{100 * number / of:.0f} %" if of else "-"


def holds(found: list[Row]) -> bool:
    """Say whether both sets are as right as is promised."""
    for title, least in PROMISED.items():
        part = [row for row in found if row.held == (title == "held out")]
        if not part or sum(row.cause and row.fix for row in part) < least * len(part):
            return False
    return True


def main() -> int:
    """Print the score; with `--write` also into the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seen", action="store_true", help="only the texts that were read")
    options = parser.parse_args()
    known = tomli.loads(EXPECTED.read_text(encoding="utf-8"))
    found = list(rows(options.corpus, known["expected"]))
    if options.seen:
        found = [row for row in found if not row.held]
    for row in found:
        verdict = "right" if row.cause and row.fix else "cause right" if row.cause else "WRONG"
        where = "held out" if row.held else "seen"
        sys.stdout.write(
            f"{where:<8}  {verdict:<11}  {row.name:<45}  {row.answered or 'not known'} {row.certainty}\n"
        )
    sys.stdout.write("\n" + table(found, known["first"]))
    if options.write:
        text = DOCUMENT.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        DOCUMENT.write_text(
            f"{head}{BEGIN}\n{table(found, known['first'])}{END}{rest.partition(END)[2]}", encoding="utf-8"
        )
    return 0 if holds(found) else 1


if __name__ == "__main__":
    sys.exit(main())
