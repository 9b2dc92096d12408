"""JSON for programs. Its shape is docs/report.schema.json, version 0: it may still change."""

import json
from typing import Any

from driftguard.finding import Finding, Report, Severity

VERSION = 0


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    document: dict[str, Any] = {
        "schema": {"name": "driftguard-report", "version": VERSION},
        "command": report.command,
        "verdict": report.verdict.name.lower(),
        "facts": dict(report.facts),
        "notes": list(report.notes),
        "summary": {
            "judged": dict(report.judged),
            "seconds": round(report.seconds, 3),
            **{f"{severity.label}s": report.of_severity(severity) for severity in reversed(Severity)},
            "unknown": report.unjudged,
            "ignored": len(report.ignored),
        },
        "rules": list(report.rules),
        "findings": [_finding(finding) for finding in report.findings],
        "ignored": [
            {
                **_finding(entry.finding),
                "reason": entry.ignore.reason,
                "until": entry.ignore.until or None,
            }
            for entry in report.ignored
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.label,
        "unknown": finding.unknown,
        "subject": finding.subject,
        "message": finding.message,
        "why": finding.why,
        "detail": list(finding.detail),
        "mend": str(finding.mend) if finding.mend else None,
        "path": finding.path or None,
        "line": finding.line or None,
        "column": finding.column or None,
    }
