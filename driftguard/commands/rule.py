"""`driftguard rule [CODE]`: the list of rules, or a rule's page."""

import argparse
import sys

from driftguard.errors import UsageError
from driftguard.rules import MODULES, every, load
from driftguard.rules.page import page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the one argument of `rule`."""
    parser.add_argument("code", nargs="?", help="a rule's code, such as DG102")


def run(arguments: argparse.Namespace) -> int:
    """Print the page of one rule, or one line for each."""
    if arguments.code is None:
        for rule in (module.RULE for module in every()):
            sys.stdout.write(f"{rule.code}  {rule.severity.label:<8} {rule.summary}\n")
        return 0
    code = arguments.code.upper()
    if code not in MODULES:
        raise UsageError(f"no rule has the code `{arguments.code}`", hint="`driftguard rule` lists them")
    sys.stdout.write(page(load(code)))
    return 0
