"""The luck of a ratio of sums: games are drawn again with replacement, as one game's shots hang together."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.shrinkage import TAILS

Floats: TypeAlias = NDArray[np.float64]
DRAWS = 1000

FEWEST_GAMES = 3
"""Below, games drawn again show next to nothing of what other games would have been."""

COLUMNS = (*box.SUMMED, *box.ON_TEAM)


def generator(seed: int, *ids: int) -> np.random.Generator:
    """Return the generator of one subject: what it draws hangs on the seed and the ids, not on the others."""
    return np.random.default_rng([seed, *ids])


def intervals(
    games: pd.DataFrame, metrics: Sequence[str], random: np.random.Generator
) -> dict[str, tuple[float, float]]:
    """Return the 90 % interval of each metric over `games` (one row per game: `box.SUMMED`, ON_TEAM if any).

    The percentile bootstrap, its tails widened for few games as Student's t widens a mean's (Hesterberg,
    "What teachers should know about the bootstrap", section 5). NaN below FEWEST_GAMES, and
    where all games are alike.
    """
    count = len(games)
    if count < FEWEST_GAMES:
        return dict.fromkeys(metrics, (np.nan, np.nan))
    tails = stats.norm.cdf(np.sqrt(count / (count - 1)) * stats.t.ppf(TAILS, count - 1))
    sums = _sums(games, _drawn_again(count, random))
    return {metric: _quantiles(box.FORMULAS[metric](sums), tails) for metric in metrics}


def chance(
    games: pd.DataFrame, window: int, metrics: Sequence[str], random: np.random.Generator
) -> dict[str, float]:
    """Return how often as many games picked at random lie as far from the whole as the last `window` do.

    A permutation test: what a streak has to beat is the same player's season in another order. `games` are in
    order of play. NaN when the window is the whole season, and without attempts.
    """
    count = len(games)
    if count <= window:
        return dict.fromkeys(metrics, np.nan)
    picked = random.permuted(np.tile(np.arange(count) < window, (DRAWS, 1)), axis=1)
    picked[0] = np.arange(count) >= count - window
    sums, whole = _sums(games, picked.astype(float)), _sums(games, np.ones((1, count)))
    result = {}
    for metric in metrics:
        formula = box.FORMULAS[metric]
        away = np.abs(formula(sums) - formula(whole))
        # Equal but for rounding is equal. Nothing is not far from anything.
        result[metric] = float((away >= away[0] - 1e-12).mean()) if away[0] >= 0 else np.nan
    return result


def _drawn_again(count: int, random: np.random.Generator) -> Floats:
    """Return how often each of `count` games is in each of DRAWS draws of as many, with replacement."""
    chosen = random.integers(count, size=(DRAWS, count)) + count * np.arange(DRAWS)[:, None]
    return np.bincount(chosen.ravel(), minlength=DRAWS * count).reshape(DRAWS, count).astype(float)


def _sums(games: pd.DataFrame, weights: Floats) -> dict[str, Floats]:
    names = [name for name in COLUMNS if name in games]
    # Not by matrix multiplication: it adds in an order that hangs on the number of processors.
    added = np.einsum("dg,gn->nd", weights, games[names].to_numpy(dtype=float))
    return dict(zip(names, added, strict=True))


def _quantiles(values: Floats, tails: Floats) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(known, tails)
    # None of four, drawn again, is none of four: that shows no luck, but not that there is none.
    return (float(low), float(high)) if low < high else (np.nan, np.nan)
