"""`driftguard preflight [-- COMMAND…]`: may the job run? And if so, run it."""

import argparse
import sys

from driftguard.commands import arguments as options
from driftguard.commands.judging import judged
from driftguard.commands.output import deliver, formats
from driftguard.finding import Report, Verdict
from driftguard.process import become
from driftguard.untrusted import printable

SELECT = ("DG1", "DG201")
EXIT = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.WARN: 2, Verdict.UNKNOWN: 3}
WORDS = {
    Verdict.PASS: "pass: the job may run",
    Verdict.WARN: "warn: the job may run with caution",
    Verdict.FAIL: "fail: the job must not run",
    Verdict.UNKNOWN: "unknown: not everything could be judged, the job must not run",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `preflight`."""
    options.add_target(parser)
    options.add_selection(parser)
    options.add_rules(parser)
    parser.add_argument("--strict", action="store_true", help="warnings forbid the run as well")
    options.add_output(parser)
    parser.usage = "driftguard preflight [options] [-- COMMAND…]"
    parser.epilog = "COMMAND is run on exit code 0 or 2; its exit code is then the exit code."


def run(arguments: argparse.Namespace) -> int:
    """Judge, say the verdict first and last, and become the command if it may run."""
    files = formats(arguments.report)
    report = judged("preflight", arguments, SELECT)
    code = 1 if arguments.strict and report.verdict is Verdict.WARN else EXIT[report.verdict]
    verdict = _verdict_line(report, code)
    if arguments.format == "text":
        print(verdict)  # noqa: T201
        deliver(report, "text", files)
        print(verdict, flush=True)  # noqa: T201
    else:
        deliver(report, arguments.format, files)
        print(verdict, file=sys.stderr, flush=True)  # noqa: T201
    if arguments.command and code in {0, 2}:
        become(arguments.command)
    return code


def _verdict_line(report: Report, code: int) -> str:
    words = WORDS[Verdict.FAIL] if code == 1 else WORDS[report.verdict]
    return f"driftguard preflight: {printable(words)} ({printable(report.summary)})"
