"""Plain text for a terminal or a log: grouped, aligned, 80 columns, legible without colour."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from driftguard.finding import Finding, Report, Verdict, mending

WIDTH = 80
WIDEST_SUBJECT = 24
LONGEST_SUBJECT = 40


VERDICTS = {
    Verdict.PASS: "pass: the job may run",
    Verdict.WARN: "warn: the job may run with caution",
    Verdict.FAIL: "fail: the job must not run",
    Verdict.UNKNOWN: "unknown: not everything could be judged, the job must not run",
}


def render(report: Report) -> str:
    """Return the report; it ends with what was judged, a preflight also begins with the verdict."""
    if report.command == "preflight":
        lines = [verdict(report), *_body(report), verdict(report)]
    else:
        lines = [*([f"driftguard {report.command}"] if report.facts else []), *_body(report), report.summary]
    return "\n".join(lines) + "\n"


def verdict(report: Report) -> str:
    """Return the verdict of a preflight in one line."""
    return f"driftguard preflight: {VERDICTS[report.verdict]} ({report.summary})"


def _body(report: Report) -> Iterator[str]:
    yield from _facts(report)
    declared = [f"{finding.where}: {finding}" for finding in report.findings if finding.column]
    yield from ([""] if declared and report.facts else [])
    yield from declared
    others = [finding for finding in report.findings if not finding.column]
    for _, group in groupby(others, key=lambda finding: finding.code):
        yield ""
        yield from _group(tuple(group))
    if report.ignored:
        yield from ("", "ignored", *_ignored_lines(report))
    if report.facts or others or report.ignored:
        yield ""


def _facts(report: Report) -> Iterator[str]:
    widest = max((len(label) for label, _ in report.facts), default=0)
    for label, value in report.facts:
        yield from wrapped(value, f"  {label:<{widest}}  ", " " * (widest + 4))
    for note in report.notes:
        yield from wrapped(note, "  note: ", "        ")


def _group(findings: tuple[Finding, ...]) -> Iterator[str]:
    widest = min(max(len(finding.subject) for finding in findings), WIDEST_SUBJECT)
    shared = len(findings) > 1 and len({finding.where for finding in findings}) == 1
    yield f"{findings[0].code} {findings[0].rule.replace('-', ' ')}"
    for finding in findings:
        head = f"  {finding.label:<7} {shortened(finding.subject, LONGEST_SUBJECT):<{widest}}  "
        rest = " " * (widest + 12)
        yield from wrapped(finding.message, head, rest)
        yield from wrapped(_reason(finding, "" if shared else finding.where), rest, rest)
        for clause in finding.detail:
            yield from wrapped(clause, rest, rest)
    for command in mending(findings):
        yield f"  mend: {command}"


def _reason(finding: Finding, where: str) -> str:
    return " ".join(part for part in (finding.why, f"({where})" if where else "") if part)


def _ignored_lines(report: Report) -> Iterable[str]:
    for entry in report.ignored:
        until = f", until {entry.ignore.until}" if entry.ignore.until else ""
        yield from wrapped(f"{entry.finding} — {entry.ignore.reason}{until}", "  ", "    ")


def wrapped(text: str, first: str, rest: str) -> list[str]:
    """Fold at `WIDTH`; a long name is shortened. Paths and commands are whole, since they are copied."""
    import textwrap

    room = WIDTH - len(rest)
    words = (word if {*"/\\`"} & {*word} else shortened(word, room) for word in text.split(" "))
    return textwrap.wrap(
        " ".join(words),
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def shortened(name: str, longest: int) -> str:
    """Return a name of at most `longest` characters, its middle left out."""
    if len(name) <= longest:
        return name
    return f"{name[: longest // 2]}…{name[len(name) - (longest - 1) // 2 :]}"
