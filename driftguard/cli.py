"""From the command line to the exit code."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from driftguard.errors import DriftguardError, UsageError
from driftguard.record import TYPE_CHECKING
from driftguard.untrusted import printable

if TYPE_CHECKING:
    from typing import NoReturn

    from _typeshed import SupportsWrite

COMMANDS = {
    "abi": "say what native code asks for, and what would break with other wheels",
    "check": "judge an environment against its lock",
    "expect": "say what should be installed, and why",
    "explain": "say what an error text means, and what mends it",
    "lint": "find requirements that are not pinned exactly",
    "preflight": "judge, then run a command if it may run",
    "report": "judge all that can drift, network included, for a nightly job",
    "rule": "list the rules, or show the page of one",
}
# We speak English alone, and to look for argparse's words in another language takes longer than to parse.
vars(argparse)["_"] = str

COULD_NOT_JUDGE = 3
INTERRUPTED = 130


class Formatter(argparse.HelpFormatter):
    """argparse's, but without loading `shutil`, and compression libraries with it, to learn the width."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=max(columns - 2, 20))


class Parser(argparse.ArgumentParser):
    """argparse, but a usage error is exit code 3: a deploy script goes on at 2."""

    def __init__(self, *, prog: str, description: str = "", epilog: str = "") -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, formatter_class=Formatter)

    def error(self, message: str) -> "NoReturn":
        """Say what is wrong with the command line, and how it is used."""
        self.exit(COULD_NOT_JUDGE, f"{self.prog}: {printable(message)}\nhint: `{self.prog} --help`\n")

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        """Print help, version or error; argparse's own says nothing of a disk that is full."""
        (file or sys.stderr).write(message)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no exception leaves here."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        options, command = _split(words)
        name = _command(options)
        module = import_module(f"driftguard.commands.{name}")
        parser = _parser(name)
        module.add_arguments(parser)
        arguments = parser.parse_args(options[1:])
        arguments.command = command
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


def entry() -> "NoReturn":
    """Be the `driftguard` command."""
    gc.disable()  # a short run makes many values and hardly a cycle: looking for some takes a tenth of it
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")
    code = _flushed(main())
    os._exit(code)  # nothing is left to do, and taking a run apart value by value takes another tenth of it


def _flushed(code: int) -> int:
    """Write out what is buffered, and return the exit code: `code` if nothing that it speaks of was lost.

    A reader that has gone misses nothing that it could still take.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        if code < COULD_NOT_JUDGE:
            _complain(f"standard output cannot be written: {error.strerror}", None)
            code = COULD_NOT_JUDGE
    with suppress(OSError):
        sys.stderr.flush()
    return code


def _command(words: Sequence[str]) -> str:
    """Return the command; explain, and leave, where the words do not begin with one."""
    if words and words[0] in COMMANDS:
        return words[0]
    explains = bool(words) and words[0] in {"-h", "--help", "--version"}
    if not explains and not COMMANDS.keys().isdisjoint(words):
        raise UsageError("the command has to come first", hint="`driftguard --help`")
    _overview().parse_args(words)
    raise UsageError("no command is named", hint="`driftguard --help`")


def _parser(command: str) -> Parser:
    """Return the parser of one command, without its arguments yet."""
    summary = COMMANDS[command]
    return Parser(prog=f"driftguard {command}", description=f"{summary[0].upper()}{summary[1:]}.")


def _overview() -> Parser:
    """Return the parser for a command line that does not begin with a command: it only explains."""
    from driftguard import __version__

    parser = Parser(
        prog="driftguard",
        description="Is this environment what we locked, and will the job run tonight?",
        epilog="exit codes: 0 pass, 1 findings, 2 warnings (preflight), 3 could not judge",
    )
    parser.add_argument("--version", action="version", version=f"driftguard {__version__}")
    commands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary)
    return parser


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Part our own words from the command that `preflight` is to become."""
    if words[:1] != ["preflight"] or "--" not in words:
        return words, []
    at = words.index("--")
    if not any(words[at + 1 :]):
        raise UsageError("no command stands behind `--`: nothing would be run")
    return words[:at], words[at + 1 :]


def _complain(message: str, hint: str | None) -> None:
    try:
        sys.stderr.write(f"driftguard: {printable(message)}\n")
        if hint:
            sys.stderr.write(f"hint: {printable(hint)}\n")
        sys.stderr.flush()
    except OSError:  # a full disk: the exit code still tells, and nothing must be said of it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
