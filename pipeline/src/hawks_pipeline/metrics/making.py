"""Shot making: what was scored above what the places are worth, and how much of that is noise."""

import numpy as np
import pandas as pd
from scipy import stats

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.expected_points import ExpectedPoints, modelled
from hawks_pipeline.metrics.frames import MIN_N, typed
from hawks_pipeline.metrics.percentiles import percentile
from hawks_pipeline.metrics.shrinkage import TAILS
from hawks_pipeline.metrics.zones import latest_names

SIDES = (("team_id", "own"), ("opp_team_id", "allowed"))


def valued(shots: pd.DataFrame, model: ExpectedPoints) -> pd.DataFrame:
    """Return the modelled shots with `pts`, `xpts` and `variance`, field goals only: no and-one in them."""
    known = modelled(shots)
    chance, worth = model.make_probability(known), known["shot_type"].to_numpy(dtype=float)
    return known.assign(
        pts=worth * known["made"].to_numpy(),
        xpts=worth * chance,
        variance=worth**2 * chance * (1 - chance),
    )


def shot_making(values: pd.DataFrame) -> pd.DataFrame:
    """Return `Gold.shot_making` of `valued` shots."""
    rows = _figures(values, ["team_id", "player_id"])
    rows["player_name"] = rows["player_id"].map(latest_names(values))
    rows["percentile"] = percentile(rows, by=[], least=MIN_N["making"])
    return typed("shot_making", rows)


def team_making(values: pd.DataFrame, teams: pd.Series) -> pd.DataFrame:
    """Return `Gold.team_making`: own shots and those allowed; `teams` are tricodes by id."""
    parts = [
        _figures(values, [side]).rename(columns={side: "team_id"}).assign(side=name) for side, name in SIDES
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["team"] = rows["team_id"].map(teams)
    rows["percentile"] = percentile(rows, by=["side"], least=MIN_N["making"])
    return typed("team_making", rows)


def _figures(values: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = values.groupby(by).agg(
        n=("pts", "size"), pts=("pts", "sum"), xpts=("xpts", "sum"), variance=("variance", "sum")
    )
    value = box.ratio(sums["pts"] - sums["xpts"], sums["n"])
    se = np.sqrt(sums["variance"]) / sums["n"]
    total = values[["pts", "xpts"]].sum() / max(len(values), 1)
    return sums.assign(
        pps=box.ratio(sums["pts"], sums["n"]),
        xpps=box.ratio(sums["xpts"], sums["n"]),
        league_xpps=total["xpts"],
        se=se,
        points_added=sums["pts"] - sums["xpts"],
        value=value,
        low=value + stats.norm.ppf(TAILS[0]) * se,
        high=value + stats.norm.ppf(TAILS[1]) * se,
        league=total["pts"] - total["xpts"],
    ).reset_index()
