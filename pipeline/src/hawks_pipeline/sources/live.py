"""The league's own host, through nba_api: its addresses, headers, parameters and parsers."""

from hawks_pipeline.sources import checks
from hawks_pipeline.sources.parse import tables
from hawks_pipeline.sources.request import RawResponse, Request
from hawks_pipeline.sources.transport import Transport


class LiveSource:
    """Asks through `transport`. An answer that nba_api cannot read, or that is not whole, is not returned."""

    name = "stats.nba.com"
    simulated = False

    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport or Transport()

    def fetch(self, request: Request) -> RawResponse:
        """Return the answer. Raises UpstreamError or ContractError."""
        response = self._transport.get(request)
        checks.check(request, tables(response))
        return response

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
