"""From the command line to the exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from driftguard.errors import DriftguardError, UsageError
from driftguard.untrusted import printable

COMMANDS = {
    "check": "judge an environment against its lock",
    "lint": "find requirements that are not pinned exactly",
    "preflight": "judge, then run a command if it may run",
    "report": "judge all that can drift, network included, for a nightly job",
    "rule": "list the rules, or show the page of one",
}
COULD_NOT_JUDGE = 3
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """argparse, but a usage error is exit code 3: a deploy script goes on at 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and how it is used."""
        self.exit(COULD_NOT_JUDGE, f"{self.prog}: {printable(message)}\nhint: `{self.prog} --help`\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no exception leaves here."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        options, command = _split(words)
        arguments = _parser(options).parse_args(options)
        arguments.command = command
        module = import_module(f"driftguard.commands.{arguments.subcommand}")
        return int(module.run(arguments))
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else COULD_NOT_JUDGE
    except DriftguardError as error:
        _complain(error.message, error.hint)
    except KeyboardInterrupt:
        _complain("interrupted", None)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away; what we would still say to it must not become an error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _complain(f"{error.filename or 'the system'}: {error.strerror or error}", None)
    except Exception as error:
        if os.environ.get("DRIFTGUARD_TRACEBACK"):
            raise
        _complain(
            f"internal error: {type(error).__name__}: {error}",
            "this is a bug in driftguard; DRIFTGUARD_TRACEBACK=1 shows where",
        )
    return COULD_NOT_JUDGE


def entry() -> NoReturn:
    """Be the `driftguard` command."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")
    sys.exit(main())


def _parser(words: Sequence[str]) -> Parser:
    """Build the parser; only the named command's module is imported."""
    from driftguard import __version__

    parser = Parser(
        prog="driftguard",
        description="Is this environment what we locked, and will the job run tonight?",
        epilog="exit codes: 0 pass, 1 findings, 2 warnings (preflight), 3 could not judge",
    )
    parser.add_argument("--version", action="version", version=f"driftguard {__version__}")
    commands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    named = next((word for word in words if word in COMMANDS), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == named:
            import_module(f"driftguard.commands.{name}").add_arguments(command)
    return parser


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Part our own words from the command that `preflight` is to become."""
    if "preflight" not in words or "--" not in words:
        return words, []
    at = words.index("--")
    if not any(words[at + 1 :]):
        raise UsageError("no command stands behind `--`: nothing would be run")
    return words[:at], words[at + 1 :]


def _complain(message: str, hint: str | None) -> None:
    sys.stderr.write(f"driftguard: {printable(message)}\n")
    if hint:
        sys.stderr.write(f"hint: {printable(hint)}\n")
