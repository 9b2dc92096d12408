"""Start outside programs: the only module that does."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import IO, NoReturn

from driftguard.errors import ProcessError
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Self

TIMEOUT = 600.0
"""Seconds after which a program is taken to hang."""

LIMIT = 16 * 1024 * 1024
"""Bytes of each stream beyond which a program is taken to babble."""

_CHUNK = 64 * 1024

_Said = tuple[IO[bytes] | None, bytes]
"""A stream, and all that came out of it."""


Program = subprocess.Popen[bytes]
"""A program that was started."""


class Completed(NamedTuple):
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

    `environment` is laid over our own. Raises ProcessError when the program cannot be started, prints
    more than LIMIT or takes longer than `timeout` seconds; a non-zero exit is the caller's to judge.
    """
    with Running(command, cwd=cwd, environment=environment, timeout=timeout) as running:
        return running.finish()


class Running:
    """A program that runs beside us, started as `run` does; who leaves it as a context ends it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._name = Path(command[0]).name
        self._timeout = timeout
        self._deadline = monotonic() + timeout
        variables = {**os.environ, **(environment or {})}
        self._started = _started(command, cwd, variables, stdin=subprocess.DEVNULL)
        self._said: SimpleQueue[_Said] = SimpleQueue()
        for stream in (self._started.stdout, self._started.stderr):
            # A thread each: pipes cannot be waited for together on Windows. They do not keep us from leaving.
            Thread(target=_listen, args=(stream, self._said), daemon=True).start()

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        end(self._started)

    def finish(self) -> Completed:
        """Wait for its end. Raises ProcessError as `run` does."""
        try:
            stdout, stderr = self._heard()
            returncode = self._started.wait(_left(self._deadline))
        except (Empty, subprocess.TimeoutExpired):
            raise ProcessError(f"`{self._name}` did not finish within {self._timeout:g} s") from None
        return Completed(
            returncode=returncode,
            stdout=stdout.decode("utf-8", "replace"),
            stderr=stderr.decode("utf-8", "replace"),
        )

    def _heard(self) -> tuple[bytes, bytes]:
        """Return what both streams said. Raises ProcessError, and Empty when it is not over in time."""
        found = {}
        for _ in range(2):
            stream, text = self._said.get(timeout=_left(self._deadline))
            if len(text) > LIMIT:
                raise ProcessError(f"`{self._name}` printed more than {LIMIT // 1024**2} MiB")
            found[stream] = text
        return found[self._started.stdout], found[self._started.stderr]


def spawn(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    descriptors: Sequence[int] = (),
) -> Program:
    """Start `command` beside us, `environment` its only variables, and return at once.

    Its standard input and standard error are pipes, its output goes nowhere, and it keeps `descriptors`.
    Whoever calls this calls `end` as well. Raises ProcessError when it cannot be started.
    """
    return _started(
        command,
        cwd,
        environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=tuple(descriptors),
    )


def _started(
    command: Sequence[str | Path],
    cwd: Path | None,
    environment: Mapping[str, str],
    *,
    stdin: int,
    stdout: int = subprocess.PIPE,
    pass_fds: Sequence[int] = (),
) -> Program:
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            bufsize=0,
            cwd=cwd,
            env=environment,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            pass_fds=pass_fds,
            start_new_session=True,  # it leads a group of its own, so that its children can be ended with it
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProcessError(f"`{Path(command[0]).name}` could not be started: {reason}") from None


def _listen(stream: IO[bytes], said: SimpleQueue[_Said]) -> None:
    text = bytearray()
    with stream:
        while len(text) <= LIMIT and (chunk := stream.read(_CHUNK)):
            text += chunk
    said.put((stream, bytes(text)))


def _left(deadline: float) -> float:
    return max(0.0, deadline - monotonic())


def end(started: Program) -> None:
    """Kill what has not finished, with all that it started. Until it is waited for, its number is its own."""
    if started.returncode is None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(started.pid, signal.SIGKILL)
            else:
                started.kill()
        started.wait()


def become(command: Sequence[str]) -> NoReturn:
    """Replace this process by `command`: its signals and exit code are then the command's own.

    Raises ProcessError when it cannot be started.
    """
    try:
        os.execvp(command[0], list(command))  # noqa: S606 - the user's own command, as an argument list
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProcessError(f"`{command[0]}` could not be started: {reason}") from None
