"""The command line: arguments in, exit code out. Nothing heavy is imported before it is needed."""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TextIO, TypeVar

from hawks_pipeline import settings
from hawks_pipeline.errors import EX_BUG, PipelineError, UsageError
from hawks_pipeline.log import event

INTERRUPTED = 130

SHARED = ("team", "source", "seed", "out", "recording", "faults")

T = TypeVar("T")


def entry() -> int:
    """Run the command on `sys.argv` and return its exit code."""
    try:
        return main(sys.argv[1:])
    except PipelineError as error:
        event("failed", exit=error.exit_code, reason=str(error))
        sys.stderr.write(f"hawks-pipeline: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("hawks-pipeline: interrupted; the next run goes on from where this one was\n")
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - Python's own exit code for it, 1, means something else to the caller
        traceback.print_exc()
        return EX_BUG


def main(arguments: Sequence[str]) -> int:
    """Parse `arguments` and run. Raises PipelineError, or SystemExit from the parser."""
    options = _parser().parse_args(arguments)
    _prepare()
    asked = {name: getattr(options, name, None) for name in SHARED}
    asked["log_json"] = "yes" if options.log_json else None
    command: Callable[[argparse.Namespace, settings.Settings], int] = options.command
    return command(options, settings.read(asked, os.environ, Path(".env")))


def say(line: str) -> None:
    """Print a line of the result. That nobody listens, or not any more, is no reason to stop.

    Raises UsageError where it cannot be written.
    """
    stdout: TextIO | None = sys.stdout  # None where it was closed before we began
    if stdout is None:
        return
    try:
        stdout.write(f"{line}\n")
        stdout.flush()
    except OSError as error:
        # What is left in the buffer must not fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write to standard output: {error.strerror}") from None


def _run(options: argparse.Namespace, asked: settings.Settings) -> int:
    from hawks_pipeline import commands

    return commands.run(options, asked, say)


def _backfill(options: argparse.Namespace, asked: settings.Settings) -> int:
    from hawks_pipeline import commands

    return commands.backfill(options, asked, say)


def _verify(options: argparse.Namespace, asked: settings.Settings) -> int:
    from hawks_pipeline import commands

    return commands.verify(options, asked, say)


def _serve_stub(options: argparse.Namespace, asked: settings.Settings) -> int:
    from hawks_pipeline import commands

    return commands.serve_stub(options, asked, say)


def _prepare() -> None:
    # matplotlib refuses to be imported when this names a backend that it does not know.
    os.environ.pop("MPLBACKEND", None)
    for name, value in settings.dotenv(Path(".env")).items():
        if name in settings.FOR_NBA_API:
            os.environ.setdefault(name, value)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A cron job's locale may not know the letters of a player's name.
        sys.stdout.reconfigure(errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Leave with 64: argparse's own 2 means something else to the caller."""
        self.print_usage(sys.stderr)
        self.exit(os.EX_USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hawks-pipeline", description="A nightly shooting report of a basketball team.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    run = commands.add_parser("run", help="one night, from the games to the report and the dashboard")
    run.add_argument("--date", type=_typed(settings.day), metavar="DAY", help="(default: yesterday, Eastern)")
    run.add_argument(
        "--season", type=_typed(settings.season), metavar="2026-27", help="(default: the date's)"
    )
    _shared(run)
    run.add_argument(
        "--dry-run", action="store_true", help="compute everything, publish nothing, say what would change"
    )
    run.add_argument("--from-stage", default="", metavar="STAGE", help="do this stage and all after it again")
    run.add_argument("--force", action="store_true", help="do everything again, and fetch again what is kept")
    run.set_defaults(command=_run)

    backfill = commands.add_parser("backfill", help="fetch and keep the tables of a season")
    backfill.add_argument(
        "--season", type=_typed(settings.season), metavar="2026-27", help="(default: the current one)"
    )
    backfill.add_argument(
        "--until", type=_typed(settings.day), metavar="DAY", help="(default: yesterday, Eastern)"
    )
    _shared(backfill)
    backfill.set_defaults(command=_backfill)

    verify = commands.add_parser("verify", help="check the formulas against recorded figures of the league")
    verify.add_argument("--data", type=Path, required=True, metavar="DIR", help="where the recorded data are")
    _shared(verify)
    verify.set_defaults(command=_verify)

    stub = commands.add_parser(
        "serve-stub", help="serve a simulated league as stats.nba.com would, on this machine"
    )
    stub.add_argument("--port", type=int, default=0, help="(default: a free one)")
    _shared(stub)
    stub.set_defaults(command=_serve_stub)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    default = settings.DEFAULTS
    parser.add_argument("--team", metavar="ABC", help=f"(default: {default['team']})")
    parser.add_argument(
        "--source", metavar="|".join(settings.SOURCES), help=f"(default: {default['source']})"
    )
    parser.add_argument("--seed", metavar="N", help=f"of the simulated league (default: {default['seed']})")
    parser.add_argument("--recording", metavar="DIR", help="what `--source recorded` reads")
    parser.add_argument("--faults", metavar="PLAN", help="what the simulated upstream does wrong")
    parser.add_argument("--out", metavar="DIR", help=f"(default: {default['out']})")
    parser.add_argument("--log-json", action="store_true", help="log one JSON object a line")


def _typed(convert: Callable[[str], T]) -> Callable[[str], T]:
    """Let argparse show the message of a ValueError."""

    def typed(text: str) -> T:
        try:
            return convert(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return typed
