"""`driftguard preflight [-- COMMAND…]`: may the job run? And if so, run it."""

import argparse
import sys

from driftguard.commands import arguments as options
from driftguard.commands.judging import judged
from driftguard.commands.output import deliver, formats
from driftguard.finding import Severity, Verdict
from driftguard.process import become
from driftguard.reporters.text import verdict

SELECT = ("DG1", "DG201", "DG3", "DG4", "DG5", "DG6")
EXIT = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.WARN: 2, Verdict.UNKNOWN: 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `preflight`."""
    options.add_target(parser)
    options.add_selection(parser)
    options.add_rules(parser)
    options.add_depth(parser)
    parser.add_argument("--fresh", action="store_true", help="run every probe, though nothing has changed")
    parser.add_argument("--strict", action="store_true", help="warnings forbid the run as well")
    options.add_output(parser)
    parser.usage = "driftguard preflight [options] [-- COMMAND…]"
    parser.epilog = "COMMAND is run on exit code 0 or 2; its exit code is then the exit code."


def run(arguments: argparse.Namespace) -> int:
    """Judge, say the verdict first and last, and become the command if it may run."""
    files = formats(arguments.report)
    report = judged("preflight", arguments, SELECT)
    if arguments.strict:
        report = report._replace(fail_on=min(report.fail_on, Severity.WARNING))
    deliver(report, arguments.format, files)
    if arguments.format != "text":
        sys.stderr.write(verdict(report) + "\n")
    code = EXIT[report.verdict]
    if arguments.command and code in {0, 2}:
        become(arguments.command)
    return code
