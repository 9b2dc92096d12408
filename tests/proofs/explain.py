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


def table(found: list[Row], first: dict[str, int]) -> str:
    """Return the score as Markdown; `first` is that of the held-out texts when they were judged for the first time."""
    lines = [
        "| texts | number | cause right | cause and fix right | not known | wrong, as a guess | wrong and sure |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, part in (
        ("seen", [row for row in found if not row.held]),
        ("held out, now", [row for row in found if row.held]),
    ):
        unknown = sum(not r.answered for r in part)
        sure = sum(r.wrong_and_sure for r in part)
        guessed = sum(bool(r.answered) and not r.cause and not r.wrong_and_sure for r in part)
        cause, both = sum(r.cause for r in part), sum(r.cause and r.fix for r in part)
        lines.append(
            f"| {title} | {len(part)} | {cause} ({_percent(cause, len(part))}) | {both} ({_percent(both, len(part))}) "
            f"| {unknown} | {guessed} | {sure} |"
        )
    of = first["texts"]
    lines.insert(
        3,
        f"| held out, judged for the first time | {of} | {first['cause']} ({_percent(first['cause'], of)}) "
        f"| {first['both']} ({_percent(first['both'], of)}) | {first['unknown']} "
        f"| {of - first['cause'] - first['unknown'] - first['sure']} | {first['sure']} |",
    )
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
