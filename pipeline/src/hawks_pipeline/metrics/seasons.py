"""A season to date: every box metric of every player and team, with its luck and its place in the league."""

import numpy as np
import pandas as pd

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.frames import METRICS, MIN_N, typed
from hawks_pipeline.metrics.percentiles import percentile
from hawks_pipeline.metrics.resampling import generator, intervals
from hawks_pipeline.metrics.zones import latest_names

LEAGUE_USAGE = 0.2
"""One of five, by definition."""

PLAYER = ["team_id", "player_id"]


def with_team(player_game: pd.DataFrame, team_game: pd.DataFrame) -> pd.DataFrame:
    """Return `player_game` with `box.ON_TEAM`: his team's minutes and plays in the same game."""
    team = pd.DataFrame(
        {
            "game_id": team_game["game_id"],
            "team_id": team_game["team_id"],
            "tm_min": team_game["min"].astype(float),
            "tm_plays": box.plays(team_game),
        }
    )
    return player_game.merge(team, on=["game_id", "team_id"], how="left", validate="many_to_one")


def league_values(team_game: pd.DataFrame) -> pd.Series:
    """Return the league's value of each metric, by its name."""
    sums = team_game[list(box.SUMMED)].sum().to_frame().T
    values = {name: box.FORMULAS[name](sums).iloc[0] for name in METRICS if name != "usg"}
    return pd.Series(values | {"usg": LEAGUE_USAGE}, dtype=float)


def player_season(games: pd.DataFrame, league: pd.Series, *, seed: int) -> pd.DataFrame:
    """Return `Gold.player_season` of `with_team` rows. A traded player has a row per team."""
    rows = _figures(games, PLAYER, seed=seed)
    rows["player_name"] = rows["player_id"].map(latest_names(games))
    return _ranked(rows, league, "player_season")


def team_season(team_game: pd.DataFrame, league: pd.Series, *, seed: int) -> pd.DataFrame:
    """Return `Gold.team_season`."""
    games = with_team(team_game, team_game)
    rows = _figures(games, ["team_id"], seed=seed)
    rows["team"] = rows["team_id"].map(latest_tricodes(games))
    # A team's five together always use all of its plays.
    return _ranked(rows[rows["metric"] != "usg"], league, "team_season")


def latest_tricodes(team_game: pd.DataFrame) -> pd.Series:
    """Return each team's tricode by its id."""
    return team_game.sort_values("game_date", kind="stable").groupby("team_id")["team"].last()


def _figures(games: pd.DataFrame, keys: list[str], *, seed: int) -> pd.DataFrame:
    sums = games.groupby(keys)[[*box.SUMMED, *box.ON_TEAM]].sum()
    sums.insert(0, "gp", games.groupby(keys)["game_id"].nunique())
    luck = {
        key: intervals(rows, list(METRICS), generator(seed, *map(int, key)))
        for key, rows in games.groupby(keys)
    }
    parts = []
    for metric, formula in box.FORMULAS.items():
        low, high = np.array([luck[key][metric] for key in _keys(sums)]).reshape(-1, 2).T
        figures = {"metric": metric, "n": box.attempts(sums, metric), "value": formula(sums)}
        parts.append(sums.assign(**figures, low=low, high=high).reset_index())
    return pd.concat(parts).sort_values(keys, kind="stable", ignore_index=True)


def _keys(sums: pd.DataFrame) -> list[tuple[int, ...]]:
    return [key if isinstance(key, tuple) else (key,) for key in sums.index]


def _ranked(rows: pd.DataFrame, league: pd.Series, name: str) -> pd.DataFrame:
    rows = rows.assign(league=rows["metric"].map(league))
    rows["percentile"] = percentile(rows, by=["metric"], least=MIN_N["season"])
    return typed(name, rows)
