"""`driftguard report`: everything that can have drifted since the lock was written, for a nightly job."""

import argparse

from driftguard.commands.check import add_arguments as add_check_arguments
from driftguard.commands.judging import judge_and_deliver

SELECT = ("DG1", "DG2", "DG3", "DG4", "DG7")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `report`, which are those of `check`."""
    add_check_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge, report, and return the exit code."""
    return judge_and_deliver("report", arguments, SELECT)
