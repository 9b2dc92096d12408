"""Shot profiles: players grouped by where and how they shoot, under names that hold from night to night."""

import contextlib
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.vq import ClusterError, kmeans2
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import silhouette_samples, silhouette_score

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.frames import MIN_N, PROFILE, empty, typed
from hawks_pipeline.metrics.zones import (
    BREAK,
    LEFT_CORNER,
    MID,
    PAINT,
    RA,
    RIGHT_CORNER,
    counts,
    latest_names,
)

Floats: TypeAlias = NDArray[np.float64]

SIZES = range(5, 10)
FEWEST = 40
"""Players below which there are no groups to find."""

BETTER = 0.02
"""By how much another number of groups has to be better, in silhouette, than last night's."""

RANDOM_STATE = 7
STARTS = 10

SHARES = {
    "restricted": [RA],
    "paint": [PAINT],
    "mid": [MID],
    "corner3": [LEFT_CORNER, RIGHT_CORNER],
    "break3": [BREAK],
}

NAMES = {
    "restricted": "rim finishers",
    "paint": "paint scorers",
    "mid": "mid-range creators",
    "corner3": "corner spacers",
    "break3": "above-the-break shooters",
    "three_rate": "three-point specialists",
    "ft_rate": "foul drawers",
    "usg": "first options",
    "xpps": "shot selectors",
}
"""What a group may be called, by what it has more of than the others. As many as there can be groups."""


class _Grouping(NamedTuple):
    labels: NDArray[np.int_]
    score: float


def clusters(
    games: pd.DataFrame, values: pd.DataFrame, shots: pd.DataFrame, before: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `Gold.clusters` and `Gold.cluster_centres`, both empty with too few players.

    `games` are `seasons.with_team` rows, `values` `making.valued` shots, `before` last night's centres: a
    group keeps the name of the one nearest to it, and their number changes only for something clearly better.
    """
    players = profiles(games, values, shots)
    if len(players) < FEWEST:
        return empty("clusters"), empty("cluster_centres")
    plain = players[list(PROFILE)].to_numpy(dtype=float)
    space = _space(plain)
    middle, spread = space.mean(axis=0), space.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (space - middle) / spread
    found = _grouping(scaled, None if before is None or before.empty else len(before))
    if found is None:
        return empty("clusters"), empty("cluster_centres")
    groups = range(found.labels.max() + 1)
    centres = np.array([plain[found.labels == group].mean(axis=0) for group in groups])
    names = _names((_space(centres) - middle) / spread, before, middle, spread)
    order = np.argsort(names, kind="stable")
    number = np.argsort(order, kind="stable")
    players = players.assign(
        cluster=number[found.labels],
        name=[names[label] for label in found.labels],
        silhouette=silhouette_samples(scaled, found.labels).round(9),
    )
    table = pd.DataFrame(centres[order].round(9), columns=list(PROFILE)).assign(
        cluster=np.arange(len(names)),
        name=[names[group] for group in order],
        players=np.bincount(found.labels)[order],
    )
    return typed("clusters", players), typed("cluster_centres", table)


def profiles(games: pd.DataFrame, values: pd.DataFrame, shots: pd.DataFrame) -> pd.DataFrame:
    """Return one row per player with enough shots, over all his teams: PROFILE, last team, attempts `n`."""
    ordered = games.sort_values(["game_date", "game_id"], kind="stable").groupby("player_id")
    sums = ordered[[*box.SUMMED, *box.ON_TEAM]].sum()
    rates = pd.DataFrame(
        {
            "team_id": ordered["team_id"].last(),
            "n": sums["fga"].astype(float),
            "three_rate": box.three_point_rate(sums),
            "ft_rate": box.free_throw_rate(sums),
            "usg": box.usage(sums),
            "xpps": values.groupby("player_id")["xpts"].mean(),
        }
    )
    zones = counts(shots, ["player_id"]).pivot_table(index="player_id", columns="zone", values="fga")
    total = zones.sum(axis=1)
    for name, parts in SHARES.items():
        rates[name] = zones.reindex(columns=parts, fill_value=0).sum(axis=1) / total
    enough = rates[rates["n"] >= MIN_N["cluster"]].dropna()
    # To a table without rows pandas would add the names' rows.
    names = latest_names(games).reindex(enough.index)
    return enough.assign(player_name=names).reset_index().sort_values("player_id", ignore_index=True)


def _space(plain: Floats) -> Floats:
    """Shares as centred log ratios: they add up to one and would else be told twice. The rest as it is."""
    size = len(SHARES)
    logs = np.log(plain[:, :size] + 0.005)
    return np.column_stack([logs - logs.mean(axis=1, keepdims=True), plain[:, size:]])


def _grouping(scaled: Floats, usual: int | None) -> _Grouping | None:
    tried = {size: found for size in SIZES if (found := _group(scaled, size))}
    if not tried:
        return None
    best = max(tried, key=lambda size: (tried[size].score, -size))
    if usual in tried and tried[usual].score > tried[best].score - BETTER:
        return tried[usual]
    return tried[best]


def _group(scaled: Floats, size: int) -> _Grouping | None:
    """Return the tightest of a few k-means, None when there are not as many groups to be found.

    SciPy's: the sums of scikit-learn's hang on the number of processors.
    """
    if len(np.unique(scaled, axis=0)) <= size:
        return None
    best, spread = None, np.inf
    for start in range(STARTS):
        random = np.random.default_rng([RANDOM_STATE, size, start])
        with contextlib.suppress(ClusterError):
            centres, labels = kmeans2(scaled, size, iter=100, minit="++", missing="raise", seed=random)
            apart = float(np.square(scaled - centres[labels]).sum())
            if apart < spread:
                best, spread = labels, apart
    return None if best is None else _Grouping(best, float(silhouette_score(scaled, best)))


def _names(centres: Floats, before: pd.DataFrame | None, middle: Floats, spread: Floats) -> list[str]:
    """Name each group: as the nearest of last night, the others by what they have most of."""
    names: dict[int, str] = {}
    if before is not None and len(before):
        known = (_space(before[list(PROFILE)].to_numpy(dtype=float)) - middle) / spread
        distance = np.linalg.norm(centres[:, None] - known[None], axis=2)
        for now, then in zip(*linear_sum_assignment(distance), strict=True):
            names[int(now)] = str(before["name"].iloc[then])
    new = [group for group in range(len(centres)) if group not in names]
    free = [place for place, name in enumerate(PROFILE) if NAMES[name] not in names.values()]
    for row, column in zip(*linear_sum_assignment(-centres[np.ix_(new, free)]), strict=True):
        names[new[row]] = NAMES[PROFILE[free[column]]]
    return [names[group] for group in range(len(centres))]
