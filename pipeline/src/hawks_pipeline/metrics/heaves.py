"""Heaves: what is thrown from 36 feet or more in the last three seconds of quarters 1 to 3.

Since 2025-26 the league charges nobody with a heave that misses: no feed has it as an attempt, while one
that goes in counts as before. So a zone's FG% holds all heaves up to 2024-25 and the makes alone since
then: the two must not be compared. Whoever is judged by his shots is judged without heaves, in every season.
"""

import numpy as np
import pandas as pd

from hawks_pipeline.metrics import box

FEET, SECONDS, PERIODS = 36.0, 3, (1, 2, 3)

MISSES_FREE = 2025
"""The season that began in this year was the first in which a miss was not charged."""

OLDEST = 46
"""Two digits of the year in which the league's first season began."""


def are_heaves(feet: pd.Series, seconds: pd.Series, period: pd.Series) -> pd.Series:
    """Tell which shots are heaves, by distance, time left in the period, and period."""
    return (feet >= FEET) & (seconds <= SECONDS) & period.isin(PERIODS)


def misses_charged(game_id: pd.Series) -> pd.Series:
    """Tell in which games a missed heave is an attempt. A game's id has its season: 00224… is of 2024-25."""
    year = game_id.str[3:5].astype("int64")
    return year + np.where(year >= OLDEST, 1900, 2000) < MISSES_FREE


def without(shots: pd.DataFrame) -> pd.DataFrame:
    """Return the shots that are no heaves."""
    return shots[~shots["is_heave"]]


def counted(rows: pd.DataFrame, shots: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return goals per group with `heaves_made`, `heaves_missed` and `comparable`: FG% without heaves.

    `rows` has fgm and fga of each group of `shots`, which are one season's. `heaves_missed` is NaN since
    2025-26: those that were not charged are not known.
    """
    thrown = shots[shots["is_heave"]]
    keys = thrown[by].astype({name: "str" for name in by if thrown[name].dtype == "category"})
    sums = (
        keys.assign(heaves_made=thrown["made"].astype(float), heaves_missed=(~thrown["made"]).astype(float))
        .groupby(by)[["heaves_made", "heaves_missed"]]
        .sum()
    )
    found = rows.join(sums, on=by).fillna({"heaves_made": 0, "heaves_missed": 0})
    goals, misses = found["heaves_made"], found["heaves_missed"]
    return found.assign(
        comparable=box.ratio(found["fgm"] - goals, found["fga"] - goals - misses),
        heaves_missed=misses if misses_charged(shots["game_id"]).all() else np.nan,
    )
