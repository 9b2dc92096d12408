"""Write a report where it was asked for, and turn its verdict into an exit code."""

import sys
from collections.abc import Sequence
from pathlib import Path

from driftguard.errors import DriftguardError, UsageError
from driftguard.files import write_text
from driftguard.finding import Finding, Report, Verdict
from driftguard.reporters import SUFFIXES, render

EXIT = {Verdict.PASS: 0, Verdict.WARN: 0, Verdict.FAIL: 1, Verdict.UNKNOWN: 3}


def formats(files: Sequence[Path]) -> list[tuple[Path, str]]:
    """Pair each file with the format of its suffix. Raises UsageError before anything was judged."""
    for file in files:
        if file.suffix not in SUFFIXES:
            raise UsageError(f"no format for `{file.name}`", hint=f"suffixes are {', '.join(SUFFIXES)}")
    return [(file, SUFFIXES[file.suffix]) for file in files]


def _beside(finding: Finding, folder: Path) -> Finding:
    """Name a file below `folder` from there."""
    path = Path(finding.path)
    below = finding.path and path.is_relative_to(folder)
    return finding._replace(path=str(path.relative_to(folder))) if below else finding


def deliver(report: Report, format: str, files: Sequence[tuple[Path, str]]) -> None:  # noqa: A002
    """Write the files first, then standard output."""
    here = Path.cwd()
    ignored = tuple(entry._replace(finding=_beside(entry.finding, here)) for entry in report.ignored)
    findings = tuple(_beside(finding, here) for finding in report.findings)
    report = report._replace(findings=findings, ignored=ignored)
    for file, kind in files:
        write_text(file, render(report, kind))
    try:
        sys.stdout.write(render(report, format))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise DriftguardError(f"standard output cannot be written: {error.strerror}") from None
