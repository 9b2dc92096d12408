"""Start outside programs: the only module that does."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from driftguard.errors import ProcessError

TIMEOUT = 600.0
"""Seconds after which a program is taken to hang."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a program left behind."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def last_words(self) -> str:
        """The last line that was said, from standard error if it said anything."""
        lines = (self.stderr.strip() or self.stdout.strip()).splitlines()
        return lines[-1].strip() if lines else "no output"


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Completed:
    """Run `command` to its end without a shell and without standard input.

    `environment` is laid over our own. Raises ProcessError when the program cannot be started or
    takes longer than `timeout` seconds; a non-zero exit is the caller's to judge.
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"`{name}` did not finish within {timeout:g} s") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProcessError(f"`{name}` could not be started: {reason}") from None
    return Completed(
        returncode=done.returncode,
        stdout=done.stdout.decode("utf-8", "replace"),
        stderr=done.stderr.decode("utf-8", "replace"),
    )


def become(command: Sequence[str]) -> NoReturn:
    """Replace this process by `command`: its signals and exit code are then the command's own.

    Raises ProcessError when it cannot be started.
    """
    try:
        os.execvp(command[0], list(command))  # noqa: S606 - the user's own command, as an argument list
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProcessError(f"`{command[0]}` could not be started: {reason}") from None
