"""A league that nobody plays in, asked through the live code path over the loopback address."""

from collections.abc import Iterable
from datetime import date

from hawks_pipeline import clock
from hawks_pipeline.simulated.faults import Fault
from hawks_pipeline.simulated.server import Stub
from hawks_pipeline.sources.live import LiveSource
from hawks_pipeline.sources.pace import Pace, Policy
from hawks_pipeline.sources.request import RawResponse, Request
from hawks_pipeline.sources.transport import Transport


class SimulatedSource:
    """Starts a stub and asks it. It knows what was known on the evening of `as_of`, or all seasons if None.

    What it returns was fetched, so it says, on the morning after: the same for every run. `faults` are as in
    `simulated.faults`. Raises UsageError for a fault that is none.
    """

    simulated = True

    def __init__(
        self,
        seed: int,
        *,
        as_of: date | None = None,
        faults: Iterable[Fault | str] = (),
        pace: Pace | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._seed = seed
        self._stub = Stub(seed=seed, as_of=as_of, faults=faults).start()
        moment = clock.morning_after(as_of or date(2000, 1, 1))
        self._live = LiveSource(
            Transport(base=self._stub.url, pace=pace, policy=policy, now=lambda: moment, simulated=True)
        )

    @property
    def name(self) -> str:
        """Return what every output says about where its figures come from."""
        return f"simulated (seed {self._seed})"

    @property
    def requests(self) -> int:
        """Return how many requests have reached the stub."""
        return self._stub.requests

    def fetch(self, request: Request) -> RawResponse:
        """Return the answer. Raises UpstreamError or ContractError."""
        return self._live.fetch(request)

    def close(self) -> None:
        """Stop the stub."""
        self._live.close()
        self._stub.close()
