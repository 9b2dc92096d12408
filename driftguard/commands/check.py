"""`driftguard check`: is this environment what is locked?"""

import argparse

from driftguard.commands import arguments as options
from driftguard.commands.judging import judge_and_deliver

SELECT = ("DG1", "DG201", "DG3", "DG5")
DEEP = (*SELECT, "DG4")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    options.add_target(parser)
    options.add_selection(parser)
    options.add_rules(parser)
    options.add_depth(parser)
    parser.add_argument("--deep", action="store_true", help="hold every installed file against its RECORD")
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge, report, and return the exit code."""
    deep = arguments.deep or arguments.anchor or arguments.wheelhouse
    return judge_and_deliver("check", arguments, DEEP if deep else SELECT)
