"""Ways to write a report: one module a format, listed here and nowhere else."""

from collections.abc import Mapping
from importlib import import_module

from driftguard.finding import Finding, Ignored, Mend, Report
from driftguard.untrusted import printable, runnable

FORMATS = ("text", "json", "markdown", "github")
SUFFIXES: Mapping[str, str] = {".txt": "text", ".json": "json", ".md": "markdown"}
"""Which format a file of this suffix gets."""


def render(report: Report, format: str) -> str:  # noqa: A002
    """Return the report in one of FORMATS, by the module of that name; nothing in it is unprintable."""
    module = import_module(f"driftguard.reporters.{format}")
    return str(module.render(_printable(report)))


def _printable(report: Report) -> Report:
    """Return the report with everything from outside made printable: no reporter can forget to."""
    return report._replace(
        findings=tuple(map(_shown, report.findings)),
        ignored=tuple(
            Ignored(
                finding=_shown(entry.finding),
                ignore=entry.ignore._replace(reason=printable(entry.ignore.reason)),
            )
            for entry in report.ignored
        ),
        facts=tuple((label, printable(value)) for label, value in report.facts),
        notes=tuple(map(printable, report.notes)),
    )


def _shown(finding: Finding) -> Finding:
    return finding._replace(
        subject=printable(finding.subject),
        message=printable(finding.message),
        why=printable(finding.why),
        detail=tuple(map(printable, finding.detail)),
        mend=_runnable(finding.mend) if finding.mend else None,
        path=printable(finding.path),
    )


def _runnable(mend: Mend) -> Mend | None:
    shown = Mend(runnable(mend.command), runnable(mend.operand))
    return shown if shown.command and bool(shown.operand) == bool(mend.operand) else None
