"""Plain text for a terminal or a log: grouped, aligned, 80 columns, legible without colour."""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from driftguard.finding import Finding, Report, mending

WIDTH = 80
WIDEST_SUBJECT = 24


def render(report: Report) -> str:
    """Return the report; its last line says how much was judged and what came of it."""
    lines = [f"driftguard {report.command}"] if report.facts else []
    lines += _facts(report)
    declared = [finding for finding in report.findings if finding.column]
    lines += [_declared(finding) for finding in declared]
    others = [finding for finding in report.findings if not finding.column]
    for _, group in groupby(others, key=lambda finding: finding.code):
        lines += ["", *_group(tuple(group))]
    if report.ignored:
        lines += ["", "ignored", *(_ignored_lines(report))]
    lines += [] if not lines else [""] if report.facts or others or report.ignored else []
    return "\n".join([*lines, report.summary]) + "\n"


def _facts(report: Report) -> Iterator[str]:
    widest = max((len(label) for label, _ in report.facts), default=0)
    for label, value in report.facts:
        yield f"  {label:<{widest}}  {value}"
    for note in report.notes:
        yield from _wrapped(note, "  note: ", "        ")


def _declared(finding: Finding) -> str:
    return f"{finding.where}: {finding}"


def _group(findings: tuple[Finding, ...]) -> Iterator[str]:
    widest = min(max(len(finding.subject) for finding in findings), WIDEST_SUBJECT)
    shared = len(findings) > 1 and len({finding.where for finding in findings}) == 1
    yield f"{findings[0].code} {findings[0].rule.replace('-', ' ')}"
    for finding in findings:
        head = f"  {finding.label:<7} {finding.subject:<{widest}}  "
        rest = " " * (widest + 12)
        yield from _wrapped(finding.message, head, rest)
        yield from _wrapped(_reason(finding, "" if shared else finding.where), rest, rest)
    for command in mending(findings):
        yield f"  mend: {command}"


def _reason(finding: Finding, where: str) -> str:
    return " ".join(part for part in (finding.why, f"({where})" if where else "") if part)


def _ignored_lines(report: Report) -> Iterable[str]:
    for entry in report.ignored:
        until = f", until {entry.ignore.until}" if entry.ignore.until else ""
        yield from _wrapped(f"{entry.finding} — {entry.ignore.reason}{until}", "  ", "    ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """Fold at `WIDTH`; paths and commands are never broken, since they are copied."""
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
