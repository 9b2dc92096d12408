"""What the rules share: the statement that they propose, how many shots are enough, rows and sums."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import pandas as pd

from hawks_pipeline.metrics import Gold
from hawks_pipeline.report.wording import Row

TEAM_SHOTS = 100
"""Field goals of a team from one zone before its accuracy there is worth a sentence."""

PLAYER_SHOTS = 60
SHARE_STEP = 0.015
"""Difference in the share of shots that a coach would notice: one or two shots a game."""

Z90 = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What to do, the numbers behind it, and how many points per game hang on it."""

    rule: str
    headline: str
    evidence: str
    n: int
    weight: float


Rule = Callable[[Gold, int], Iterator[Statement]]


def rows_of(table: pd.DataFrame, team_id: int) -> Iterator[Row]:
    """Yield a team's rows of a table of Gold."""
    yield from table[table["team_id"] == team_id].to_dict("records")


def games_of(gold: Gold, team_id: int) -> int:
    """Return how many games a team has played, at least 1."""
    rows = gold.team_season[gold.team_season["team_id"] == team_id]
    return max(1, int(rows["gp"].max())) if len(rows) else 1


def season_of(gold: Gold, team_id: int, metric: str) -> float:
    """Return a team's value of a metric over the season, NaN where there is none."""
    rows = gold.team_season
    chosen = rows[(rows["team_id"] == team_id) & (rows["metric"] == metric)]
    return float(chosen["value"].iloc[0]) if len(chosen) else float("nan")


def total_shots(row: Row) -> float:
    """Return from how many shots the share of a zone's row is."""
    return row["fga"] / row["frequency"] if row["frequency"] else 0.0


def share_differs(row: Row) -> bool:
    """Say whether the share of shots is off the league's by a coach's step and by more than chance."""
    total, usual = total_shots(row), row["league_frequency"]
    gap = abs(row["frequency"] - usual)
    return total > 0 and gap >= max(SHARE_STEP, Z90 * sqrt(max(0.0, usual * (1 - usual)) / total))
