"""`driftguard lint FILES`: requirements that are not pinned exactly."""

import argparse
import os
import time
from pathlib import Path

from driftguard import config, declarations
from driftguard.cache import of_user
from driftguard.commands import arguments as options
from driftguard.commands.output import EXIT, deliver, formats
from driftguard.errors import UsageError
from driftguard.evidence import Evidence
from driftguard.finding import Report
from driftguard.judge import chosen, inline_ignores, judge
from driftguard.rules import RuleModule

SELECT = ("DG201",)
FACTS = frozenset({"declarations"})
"""What is gathered here; a rule that needs more is left to the other commands."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `lint`."""
    parser.add_argument(
        "files",
        nargs="+",
        type=options.a_path,
        metavar="FILE",
        help="requirements or .pre-commit-config.yaml",
    )
    group = parser.add_argument_group("where pins come from")
    group.add_argument(
        "--lock", type=options.a_path, metavar="FILE", help="this lock (default: uv.lock near the file)"
    )
    group.add_argument("--python", metavar="PATH", help="this environment (default: .venv near the file)")
    options.add_rules(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Lint, report, and return the exit code."""
    start = time.perf_counter()
    files = formats(arguments.report)
    configured = config.find([Path.cwd()], of_user(os.environ))
    rules = _rules(arguments)
    found = declarations.read(arguments.files, os.environ, lock=arguments.lock, python=arguments.python)
    judgement = judge(
        Evidence(declarations=found.declarations),
        rules,
        ignores=(*configured.ignores, *inline_ignores(found.excuses)),
        today=time.strftime("%Y-%m-%d"),
    )
    report = Report(
        command="lint",
        findings=judgement.findings,
        ignored=judgement.ignored,
        rules=judgement.rules,
        judged=(("file", len(set(arguments.files))),),
        seconds=time.perf_counter() - start,
        fail_on=options.fail_on(arguments, configured),
    )
    deliver(report, arguments.format, files)
    return EXIT[report.verdict]


def _rules(arguments: argparse.Namespace) -> tuple[RuleModule, ...]:
    """Return the chosen rules that judge requirements. Raises UsageError when there is none."""
    select = arguments.select or SELECT
    rules = tuple(one for one in chosen(select, arguments.ignore) if FACTS.issuperset(one.RULE.needs))
    if not rules:
        named = ", ".join(f"`{prefix}…`" for prefix in select)
        hint = "`driftguard check` judges an environment"
        raise UsageError(f"`lint` judges requirements only: none of {named} applies", hint=hint)
    return rules
