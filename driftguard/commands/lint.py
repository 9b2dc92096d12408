"""`driftguard lint FILES`: requirements that are not pinned exactly."""

import argparse
import os
import time
from datetime import datetime
from pathlib import Path

from driftguard import config, declarations
from driftguard.commands import arguments as options
from driftguard.commands.output import EXIT, deliver, formats
from driftguard.evidence import Evidence
from driftguard.finding import Report
from driftguard.judge import chosen, inline_ignores, judge

SELECT = ("DG201",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `lint`."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="requirements or .pre-commit-config.yaml"
    )
    group = parser.add_argument_group("where pins come from")
    group.add_argument("--lock", type=Path, metavar="FILE", help="this lock (default: uv.lock near the file)")
    group.add_argument("--python", metavar="PATH", help="this environment (default: .venv near the file)")
    options.add_rules(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Lint, report, and return the exit code."""
    start = time.perf_counter()
    files = formats(arguments.report)
    configured = config.find([Path.cwd()])
    rules = chosen(arguments.select or SELECT, arguments.ignore)
    found = declarations.read(arguments.files, os.environ, lock=arguments.lock, python=arguments.python)
    judgement = judge(
        Evidence(declarations=found),
        rules,
        ignores=(*configured.ignores, *inline_ignores(found)),
        today=datetime.now().astimezone().date(),
    )
    report = Report(
        command="lint",
        findings=judgement.findings,
        ignored=judgement.ignored,
        rules=judgement.rules,
        judged=(("file", len(arguments.files)),),
        seconds=time.perf_counter() - start,
        fail_on=options.fail_on(arguments, configured),
    )
    deliver(report, arguments.format, files)
    return EXIT[report.verdict]
