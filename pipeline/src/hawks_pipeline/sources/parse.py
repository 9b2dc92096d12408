"""A body as tables, read by nba_api's own parsers. What they cannot read is a broken contract."""

from typing import NamedTuple

from nba_api.stats.library.http import NBAStatsResponse

from hawks_pipeline.errors import ContractError
from hawks_pipeline.sources.request import RawResponse


class Table(NamedTuple):
    """One data set: column names and rows. Of shot locations, the headers are nested as they are sent."""

    headers: list[str]
    rows: list[list[object]]


def tables(response: RawResponse) -> dict[str, Table]:
    """Return the data sets of `response` by name. Raises ContractError."""
    endpoint = response.request.endpoint
    try:
        text = response.body.decode("utf-8")
        parser = NBAStatsResponse(response=text, status_code=response.status, url=endpoint)
        # The old envelope names its own sets; the new one, which begins with its meta, needs a parser.
        new = text.lstrip().startswith('{"meta"')
        sets = parser.get_data_sets(endpoint) if new else parser.get_data_sets()
        return {name: Table(each["headers"], each["data"]) for name, each in sets.items()}
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ContractError(f"{endpoint}: nba_api cannot read the answer ({reason})") from None
