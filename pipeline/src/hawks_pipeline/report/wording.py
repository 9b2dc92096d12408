"""The phrases that statements are made of."""

from collections.abc import Mapping
from typing import Any

from hawks_pipeline.report.court import (
    ABOVE_THE_BREAK,
    BACKCOURT,
    LEFT_CORNER,
    MID_RANGE,
    RIGHT_CORNER,
    SHORT_NAMES,
)

Row = Mapping[str, Any]

CORNERS = "Corner 3"
"""The two corners as one, as the league's own tables of shot locations have them beside the two."""

THREES = (LEFT_CORNER, RIGHT_CORNER, CORNERS, ABOVE_THE_BREAK)


def points(zone: str) -> int:
    """Return the points of a goal from a zone."""
    return 3 if zone in THREES else 2


def where(zone: str) -> str:
    """Say from where, as it goes on after *shots*."""
    return f"from {_PLACES[zone]}" if zone in _PLACES else SHORT_NAMES[zone]


_PLACES = {
    MID_RANGE: "mid-range",
    LEFT_CORNER: "the left corner",
    RIGHT_CORNER: "the right corner",
    CORNERS: "the corners",
    ABOVE_THE_BREAK: "above the break",
    BACKCOURT: "the backcourt",
}


def percent(proportion: float) -> str:
    """Return a proportion in percent."""
    return f"{100 * proportion:.1f}%"


def interval(row: Row) -> str:
    """Return a figure with its interval."""
    return f"{percent(row['value'])} (90% interval {100 * row['low']:.0f} to {100 * row['high']:.0f})"


def against_league(row: Row) -> str:
    """Return a figure with its interval and the league's."""
    return f"{interval(row)}; league {percent(row['league'])}"


def share(row: Row, of: str) -> str:
    """Say what share of the shots come from a zone, here and in the league."""
    return f"{percent(row['frequency'])} of {of}, league {percent(row['league_frequency'])}"


def attempts(n: float) -> str:
    """Say how many attempts stand behind it."""
    return f"{n:,.0f} shots"
