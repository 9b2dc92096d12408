"""What every artefact says of itself."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """The head of a report, a workbook or a page. Nothing here depends on the clock of the machine.

    `date` is the night in Eastern time; `as_of` is when the newest body was fetched, in UTC. `run_id` names
    the night's work: the same night from the same source has the same one, resumed or repeated. `source` is
    live, recorded or `simulated (seed 7)`. `stale` is empty, or the sentence of the stale banner.
    """

    team: str
    season: str
    date: date
    as_of: datetime
    run_id: str
    source: str
    simulated: bool
    stale: str = ""
