"""Workflow commands for GitHub Actions: annotations beside the lines they are about."""

from driftguard.finding import Finding, Report, Severity

LIMIT = 10
"""Annotations of one kind that GitHub shows for a step; it drops the others without a word."""

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> str:
    """Return the worst findings as annotations, then the summary as plain text."""
    lines = []
    for severity in reversed(Severity):
        about = [finding for finding in report.findings if finding.severity is severity]
        lines += [_annotation(finding) for finding in about[:LIMIT]]
        if len(about) > LIMIT:
            lines.append(f"{len(about) - LIMIT} more of severity {severity.label} are not annotated")
    return "\n".join([*lines, _text(report.summary)]) + "\n"


def _annotation(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.line or ""),
        "col": str(finding.column or ""),
        "title": f"{finding.code} {finding.rule}",
    }
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    mend = f" Mend: {finding.mend}" if finding.mend else ""
    clauses = "; ".join(clause for clause in (finding.why, *finding.detail) if clause)
    why = f" ({clauses})" if clauses else ""
    unknown = "could not be judged: " if finding.unknown else ""
    message = _text(f"{unknown}{finding.subject}: {finding.message}{why}.{mend}")
    return f"::{COMMANDS[finding.severity]} {given}::{message}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
