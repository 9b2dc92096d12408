"""Write a report where it was asked for, and turn its verdict into an exit code."""

import sys
from collections.abc import Callable, Sequence
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
    detail = tuple(clause.replace(f": {folder}/", ": ") for clause in finding.detail)
    below = finding.path and path.is_relative_to(folder)
    return finding._replace(path=str(path.relative_to(folder)) if below else finding.path, detail=detail)


def beside(report: Report) -> Report:
    """Name files below the working directory from there."""
    here = Path.cwd()
    ignored = tuple(entry._replace(finding=_beside(entry.finding, here)) for entry in report.ignored)
    findings = tuple(_beside(finding, here) for finding in report.findings)
    return report._replace(findings=findings, ignored=ignored)


def deliver(report: Report, format: str, files: Sequence[tuple[Path, str]]) -> None:  # noqa: A002
    """Write a report: the files first, then standard output."""
    report = beside(report)
    write(lambda kind: render(report, kind), format, files)


def write(rendered: Callable[[str], str], format: str, files: Sequence[tuple[Path, str]]) -> None:  # noqa: A002
    """Write what is `rendered` in each format: the files first, then standard output."""
    for file, kind in files:
        write_text(file, rendered(kind))
    try:
        sys.stdout.write(rendered(format))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise DriftguardError(f"standard output cannot be written: {error.strerror}") from None
