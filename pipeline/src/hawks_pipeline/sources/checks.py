"""Is the answer whole? The league cuts off or leaves out without a word."""

from hawks_pipeline.errors import ContractError
from hawks_pipeline.sources.parse import Table
from hawks_pipeline.sources.request import Request

MOST_SHOTS = 102_400
ENOUGH = 50
"""Shots of which no more than all can be made by chance: two teams try that many in half a game."""


def check_shots(request: Request, sets: dict[str, Table]) -> None:
    """Raise ContractError for shots that were cut off, or that are the makes alone."""
    if request.endpoint != "shotchartdetail" or "Shot_Chart_Detail" not in sets:
        return
    headers, rows = sets["Shot_Chart_Detail"]
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
