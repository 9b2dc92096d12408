"""Is the answer whole, and to the question? The league cuts off or leaves out without a word."""

from datetime import datetime

from hawks_pipeline import fields
from hawks_pipeline.errors import ContractError
from hawks_pipeline.sources.parse import Table
from hawks_pipeline.sources.request import Request

MOST_SHOTS = 102_400
ENOUGH = 50
"""Shots of which no more than all can be made by chance: two teams try that many in half a game."""

SETS = {"shotchartdetail": "Shot_Chart_Detail", "leaguegamelog": "LeagueGameLog"}
"""The data set that is asked for by a window of days, for each endpoint that has one."""


def check(request: Request, sets: dict[str, Table]) -> None:
    """Raise ContractError for rows that were cut off, left out, or of days that were not asked for."""
    name = SETS.get(request.endpoint)
    if name is None or name not in sets:
        return
    if request.endpoint == "shotchartdetail":
        _check_shots(request, sets[name])
    _check_days(request, sets[name])


def _check_shots(request: Request, table: Table) -> None:
    headers, rows = table
    if len(rows) >= MOST_SHOTS:
        raise ContractError(
            f"{request}: cut off at {len(rows):,} shots; ask for fewer days, or for one team at a time"
        )
    makes = request.asked.get("ContextMeasure") in ("PTS", "FGM", "FG3M")
    if makes or len(rows) < ENOUGH or "SHOT_MADE_FLAG" not in headers:
        return
    at = headers.index("SHOT_MADE_FLAG")
    if all(row[at] == 1 for row in rows):
        raise ContractError(f"{request}: all of {len(rows):,} shots are makes, the misses were left out")


def _check_days(request: Request, table: Table) -> None:
    """Raise for rows outside of the window: a host that ignores it may ignore where it ends as well."""
    headers, rows = table
    ends = [request.asked.get(name) for name in ("DateFrom", "DateTo")]
    if "GAME_DATE" not in headers:
        return
    first, last = (datetime.strptime(end, "%m/%d/%Y").date() if end else None for end in ends)  # noqa: DTZ007
    at = headers.index("GAME_DATE")
    try:
        days = {text: fields.day(text) for text in {row[at] for row in rows}}
    except (ValueError, TypeError, IndexError):
        return  # for the contracts of the tables to tell
    outside = {text for text, day in days.items() if (first and day < first) or (last and day > last)}
    if outside:
        many = sum(row[at] in outside for row in rows)
        raise ContractError(f"{request}: {many:,} of {len(rows):,} rows are of days that were not asked for")
