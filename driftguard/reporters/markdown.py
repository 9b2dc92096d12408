"""Markdown for a step summary, an issue or a merge request."""

import re
from collections.abc import Iterator

from driftguard.finding import Finding, Ignored, Report, Verdict, mending

LIMIT = 200
"""Findings in the table; a step summary holds 1 MiB."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@$])")
TITLES = {
    Verdict.PASS: "passed",
    Verdict.WARN: "passed with warnings",
    Verdict.UNKNOWN: "could not judge everything",
    Verdict.FAIL: "failed",
}


def render(report: Report) -> str:
    """Return the report as a heading, the facts, a table and the commands that mend."""
    lines = [
        f"## driftguard {report.command}: {TITLES[report.verdict]}",
        "",
        escaped(report.summary),
        "",
    ]
    lines += [f"* {escaped(label)}: {code(value)}" for label, value in report.facts]
    lines += [f"* note: {escaped(note)}" for note in report.notes]
    if report.findings:
        lines += ["", "| | rule | about | what | why |", "|---|---|---|---|---|"]
        lines += [_row(finding) for finding in report.findings[:LIMIT]]
    if len(report.findings) > LIMIT:
        lines += ["", f"{len(report.findings) - LIMIT} more are not shown here."]
    lines += _mends(report)
    if report.ignored:
        lines += ["", "Ignored:", "", *(f"* {_ignored(entry)}" for entry in report.ignored)]
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    where = f" ({code(finding.where)})" if finding.path else ""
    cells = (
        finding.label,
        finding.code,
        code(finding.subject),
        escaped(finding.message) + where,
        "; ".join(escaped(clause) for clause in (finding.why, *finding.detail) if clause),
    )
    return f"| {' | '.join(cells)} |"


def _ignored(entry: Ignored) -> str:
    until = f", until {entry.ignore.until}" if entry.ignore.until else ""
    return f"{escaped(str(entry.finding))}: {escaped(entry.ignore.reason)}{until}"


def _mends(report: Report) -> Iterator[str]:
    commands = mending(report.findings)
    if commands:
        fence = "`" * (
            max((len(run) for command in commands for run in re.findall("`+", command)), default=2) + 1
        )
        fence = max(fence, "```", key=len)
        yield from ("", "To mend:", "", f"{fence}sh", *commands, fence)


def escaped(text: str) -> str:
    """Keep Markdown, HTML, mentions and links in `text` from meaning anything."""
    return _SPECIAL.sub(r"\\\1", text).replace("://", ":\u200b//")


def code(text: str) -> str:
    """Return a code span; a `|` would end the table's cell even in one."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    inside = text.replace("|", "\\|")
    return f"{fence}{space}{inside}{space}{fence}"
