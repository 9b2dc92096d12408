"""Box-score metrics as ratios of sums: add up first, divide once, and never divide by nothing.

Every function takes sums, a frame or arrays by the names of `contracts.BOX`, and returns one float per row:
a proportion (0.5 is 50 %) or points per shot, NaN where there is no attempt (the official feeds print 0.0).
Definitions: the glossaries of Basketball-Reference and NBA.com.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Column = TypeVar("Column", pd.Series, NDArray[np.float64])
Sums = Mapping[str, Column]
"""Also a frame: one value per row either way."""

FREE_THROW_WEIGHT = 0.44
"""Free throws that use up a possession, per attempt: less than a half because of and-ones and technicals."""

SUMMED = ("min", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "tov", "pts")
ON_TEAM = ("tm_min", "tm_plays")
"""Of the team, in the games that the player appeared in: minutes (240 a game) and FGA + 0.44 FTA + TOV."""


def ratio(numerator: Column, denominator: Column) -> Column:
    """Return the quotient as float, NaN where the denominator is not above 0."""
    return numerator / np.where(denominator > 0, denominator, np.nan)


def effective_field_goal(sums: Sums[Column]) -> Column:
    """eFG% = (FGM + 0.5 * FG3M) / FGA."""
    return ratio(sums["fgm"] + 0.5 * sums["fg3m"], sums["fga"])


def shooting_attempts(sums: Sums[Column]) -> Column:
    """TSA = FGA + 0.44 * FTA."""
    return sums["fga"] + FREE_THROW_WEIGHT * sums["fta"]


def true_shooting(sums: Sums[Column]) -> Column:
    """TS% = PTS / (2 * TSA). It can exceed 1."""
    return ratio(sums["pts"], 2 * shooting_attempts(sums))


def three_point_rate(sums: Sums[Column]) -> Column:
    """3PAr = FG3A / FGA."""
    return ratio(sums["fg3a"], sums["fga"])


def free_throw_rate(sums: Sums[Column]) -> Column:
    """FTr = FTA / FGA, the variant of attempts (others use makes)."""
    return ratio(sums["fta"], sums["fga"])


def points_per_shot(sums: Sums[Column]) -> Column:
    """PPS (FG) = (2 * FGM + FG3M) / FGA: field goals only, so that an and-one counts its two or three."""
    return ratio(2 * sums["fgm"] + sums["fg3m"], sums["fga"])


def plays(sums: Sums[Column]) -> Column:
    """What a player or team ended: FGA + 0.44 * FTA + TOV."""
    return shooting_attempts(sums) + sums["tov"]


def usage(sums: Sums[Column]) -> Column:
    """USG% (est.) = plays * (team minutes / 5) / (minutes * team plays), ON_TEAM beside the sums.

    Basketball-Reference's estimate from whole games: the official one knows who was on the court.
    """
    return ratio(plays(sums) * sums["tm_min"] / 5, sums["min"] * sums["tm_plays"])


FORMULAS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "efg": effective_field_goal,
        "ts": true_shooting,
        "three_rate": three_point_rate,
        "ft_rate": free_throw_rate,
        "pps": points_per_shot,
        "usg": usage,
    }
)
"""By the names of `frames.METRICS`; each takes sums and returns as many values."""


def attempts(sums: Sums[Column], metric: str) -> Column:
    """Return what stands behind a figure: TSA for TS%, minutes for USG%, FGA for the others."""
    if metric == "ts":
        return shooting_attempts(sums)
    return sums["min" if metric == "usg" else "fga"].astype(float)
