"""How fast and how often to ask: a rate limit for each host, a breaker for a host that is down."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hawks_pipeline.errors import UpstreamError


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a host wants to be treated. All times are in seconds.

    `interval` lies between the starts of two requests, and up to `jitter` more. What can heal is tried
    `attempts` times in all; the waits between double from `first_wait` up to `longest_wait`. A host that asks
    for more patience than `longest_wait` is left alone.
    """

    interval: float
    jitter: float
    connect: float = 5.0
    read: float = 30.0
    whole: float = 120.0
    """What a body may take in all, however steadily it trickles."""
    attempts: int = 5
    first_wait: float = 2.0
    longest_wait: float = 60.0


LEAGUE = Policy(interval=1.0, jitter=0.3)
LOOPBACK = Policy(interval=0.0, jitter=0.0, first_wait=0.05, longest_wait=2.0)


def policy_of(host: str) -> Policy:
    """Return how to treat `host`: only this machine itself may be asked as often as we like."""
    return LOOPBACK if host in ("127.0.0.1", "::1", "localhost") else LEAGUE


@dataclass(slots=True, kw_only=True)
class Pace:
    """Clock, sleep and chance of a run; tests bring their own."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    _last: float | None = field(default=None, init=False)

    def take_turn(self, policy: Policy) -> None:
        """Wait until the next request may start."""
        if self._last is not None and policy.interval:
            rest = self._last + policy.interval + policy.jitter * self.chance() - self.clock()
            if rest > 0:
                self.sleep(rest)
        self._last = self.clock()

    def wait_for(self, policy: Policy, attempt: int) -> float:
        """Return how long to wait after the `attempt`-th failure in a row: half of it is chance."""
        longest = min(policy.longest_wait, policy.first_wait * 2.0 ** (attempt - 1))
        return longest * (0.5 + 0.5 * self.chance())


@dataclass(slots=True)
class Breaker:
    """Opens after `most` calls in a row have failed, and stays open for the rest of the night."""

    most: int = 3
    failures: int = field(default=0, init=False)

    def check(self) -> None:
        """Raise UpstreamError if it is open."""
        if self.failures >= self.most:
            raise UpstreamError(f"not asked any more: {self.failures} calls in a row have failed")

    def record(self, *, good: bool) -> None:
        """Count a call."""
        self.failures = 0 if good else self.failures + 1
