"""Run programs beside each other, each within limits, with a channel of its own for its answer.

None holds the others: one that takes long no longer counts among those that fill the cores. What they start
is ended with them, and all of it with us: they lead groups of their own, to which no terminal's, no
scheduler's signal goes.
"""

import os
import selectors
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import current_thread, main_thread
from time import monotonic, sleep, time_ns

from driftguard.errors import ProcessError
from driftguard.process import Program, end, spawn
from driftguard.record import NamedTuple

PATIENCE = 5.0
"""Seconds after which a program that still runs leaves its place to another."""
LONGEST_ANSWER = 4 * 1024 * 1024
LONGEST_WORDS = 8 * 1024
"""Bytes that are kept of an answer, and of the end of standard error."""
_ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What a scheduler or a closed terminal sends."""
_CHUNK = 64 * 1024
_TICK = 0.05
_LAST_WORDS = 0.5
"""Seconds in which a program whose time is over may say where it was."""
_GRACE = 5
"""Seconds of processor time beyond what the limit of time allows all cores; only what got away needs them."""


class Job(NamedTuple):
    """A program to run. `message` is its standard input, of at most 60 KiB: a pipe takes that at once.

    The number of the descriptor for its answer is added to the `command` as a last word. `seconds` are
    of wall time, `memory` is in bytes of what each of its processes may write to.
    """

    command: Sequence[str | Path]
    message: bytes
    seconds: float
    memory: int


class Ended(NamedTuple):
    """What a program left behind. `returncode` is None where its time was over or it could not be started.

    `fault` is why it could not be started; `started` is when it was, in nanoseconds of the clock.
    """

    returncode: int | None
    answer: bytes = b""
    last_words: str = ""
    seconds: float = 0.0
    fault: str = ""
    started: int = 0


def attend(
    jobs: Iterable[Job], *, cwd: Path, environment: Mapping[str, str], places: int
) -> Iterator[tuple[int, Ended]]:
    """Run all jobs, `places` at a time, and yield each by its number as it ends."""
    waiting = deque(enumerate(jobs))
    running: dict[int, _Running] = {}
    with _leaving_in_order(), selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                busy = sum(one.is_young for one in running.values())
                while waiting and busy < places:
                    number, job = waiting.popleft()
                    try:
                        running[number] = _Running(job, cwd, environment, selector)
                    except ProcessError as error:
                        yield number, Ended(None, fault=error.message)
                    busy = sum(one.is_young for one in running.values())
                for key, _ in selector.select(_TICK):
                    key.data.hear(key.fd)
                for number in [number for number, one in running.items() if one.is_over]:
                    yield number, running.pop(number).ended()
        finally:
            for one in running.values():
                one.ended()


@contextmanager
def _leaving_in_order() -> Iterator[None]:
    """Let a signal that would end us at once wait until what runs was ended; what is ignored stays so."""
    received: list[int] = []

    def leave(number: int, _: object) -> None:
        received.append(number)
        raise SystemExit(128 + number)

    ours = current_thread() is main_thread()
    heeded = [one for one in _ENDS if ours and signal.getsignal(one) is signal.SIG_DFL]
    for one in heeded:
        signal.signal(one, leave)
    try:
        yield
    finally:
        for one in heeded:
            signal.signal(one, signal.SIG_DFL)
        if received:
            os.kill(os.getpid(), received[0])


def cores() -> int:
    """Return how many processors we may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class _Running:
    """A program that runs, and what it has said so far."""

    def __init__(
        self, job: Job, cwd: Path, environment: Mapping[str, str], selector: selectors.BaseSelector
    ) -> None:
        self._selector = selector
        self._started, self._started_at = monotonic(), time_ns()
        self._seconds = job.seconds
        answer, answering = os.pipe()
        try:
            self._program = spawn(
                [*job.command, str(answering)], cwd=cwd, environment=environment, descriptors=(answering,)
            )
        except ProcessError:
            os.close(answer)
            raise
        finally:
            os.close(answering)
        _limit(self._program, job)
        assert self._program.stdin and self._program.stderr  # noqa: S101, PT018 - both are pipes
        with suppress(OSError), self._program.stdin as stream:
            stream.write(job.message)
        self._answer, self._errors = answer, self._program.stderr.fileno()
        self._heard = {answer: bytearray(), self._errors: bytearray()}
        for descriptor in self._heard:
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ, self)

    @property
    def is_young(self) -> bool:
        """Whether it still counts among those that fill the cores."""
        return monotonic() - self._started < PATIENCE

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or its time has."""
        return self._has_left or monotonic() - self._started > self._seconds

    @property
    def _has_left(self) -> bool:
        """Whether it has ended; it is not waited for, so that its number stays its own and its group's."""
        return os.waitid(os.P_PID, self._program.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def hear(self, descriptor: int) -> bool:
        """Take what was said on a descriptor; say whether there may be more."""
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if not chunk:
            with suppress(KeyError):
                self._selector.unregister(descriptor)
            return False
        heard = self._heard[descriptor]
        if descriptor == self._errors:
            heard += chunk
            del heard[:-LONGEST_WORDS]
        elif len(heard) <= LONGEST_ANSWER:
            heard += chunk
        return True

    def ended(self) -> Ended:
        """End it with all that it started, and return what it left behind."""
        left, seconds = self._has_left, monotonic() - self._started
        if not left:
            self._ask_where()
        end(self._program)
        for descriptor in self._heard:
            for _ in range(LONGEST_ANSWER // _CHUNK):
                if not self.hear(descriptor):
                    break
            with suppress(KeyError):
                self._selector.unregister(descriptor)
        os.close(self._answer)
        assert self._program.stderr  # noqa: S101 - a pipe
        self._program.stderr.close()
        words = bytes(self._heard[self._errors]).decode("utf-8", "replace")
        returncode = self._program.returncode if left else None
        answer = bytes(self._heard[self._answer])
        return Ended(returncode, answer, words, seconds, started=self._started_at)

    def _ask_where(self) -> None:
        """Let it say where it is, as Python's fault handler does when its process is aborted."""
        until = monotonic() + _LAST_WORDS
        with suppress(OSError):
            os.kill(self._program.pid, signal.SIGABRT)
        while not self._has_left and monotonic() < until:
            self.hear(self._errors)
            sleep(_TICK / 10)


def _limit(program: Program, job: Job) -> None:
    """Set limits on what has just been started, where the system lets us; its children inherit them."""
    try:
        from resource import RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, prlimit
    except ImportError:  # not Linux
        return
    processor = int(job.seconds * cores()) + _GRACE
    for which, most in ((RLIMIT_DATA, job.memory), (RLIMIT_CPU, processor), (RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):
            _, hard = prlimit(program.pid, which)
            allowed = most if hard < 0 else min(most, hard)
            prlimit(program.pid, which, (allowed, allowed))
