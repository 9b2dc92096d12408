"""The command line: arguments in, exit code out."""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from hawks_pipeline.errors import EX_BUG, PipelineError

INTERRUPTED = 130


def entry() -> int:
    """Run the command on `sys.argv` and return its exit code."""
    try:
        return main(sys.argv[1:])
    except PipelineError as error:
        sys.stderr.write(f"hawks-pipeline: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - Python's own exit code for it, 1, means something else to the caller
        traceback.print_exc()
        return EX_BUG


def main(arguments: Sequence[str]) -> int:
    """Parse `arguments` and run. Raises PipelineError, or SystemExit from the parser."""
    options = _parser().parse_args(arguments)
    # matplotlib refuses to be imported when this names a backend that it does not know.
    os.environ.pop("MPLBACKEND", None)
    # Here, so that a broken numpy or pandas is reported with the exit code of `entry`.
    from hawks_pipeline import nightly

    if isinstance(sys.stdout, io.TextIOWrapper):
        # A cron job's locale may not know the letters of a player's name.
        sys.stdout.reconfigure(errors="backslashreplace")
    nightly.run(
        path=options.games,
        seed=options.seed,
        team=options.team,
        out=options.out,
        dry_run=options.dry_run,
        say=_say,
    )
    return os.EX_OK


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Leave with 64: argparse's own 2 means something else to the caller."""
        self.print_usage(sys.stderr)
        self.exit(os.EX_USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hawks-pipeline", description="Nightly shooting metrics of a basketball team.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="compute TS% and eFG% per player; write a table and a picture")
    source = run.add_mutually_exclusive_group()
    source.add_argument("--games", type=Path, metavar="FILE", help="player game log, CSV or Parquet")
    source.add_argument(
        "--seed", type=_seed, default=7, metavar="N", help="make a game log instead (default: 7)"
    )
    run.add_argument("--team", type=str.upper, default="ATL", metavar="ABC", help="(default: ATL)")
    run.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="(default: out)")
    run.add_argument("--dry-run", action="store_true", help="compute everything, write nothing")
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"not a whole number: {text!r}")
    return int(text)


def _say(line: str) -> None:
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # That nobody listens any more is no reason to go without tonight's outputs.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
