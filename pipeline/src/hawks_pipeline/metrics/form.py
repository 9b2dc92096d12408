"""Rolling form: the last 5, 10 and 15 games played, as ratios of sums, against the player's own season."""

import numpy as np
import pandas as pd

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.frames import CONTRACTS, LINE_WINDOW, SHOOTING, TEAM_ROW, WINDOWS, typed
from hawks_pipeline.metrics.resampling import chance, generator, intervals
from hawks_pipeline.metrics.shrinkage import benjamini_hochberg
from hawks_pipeline.metrics.zones import latest_names

HALF_LIFE = 8
"""Games after which a game counts half in `ewma`."""

DISCOVERIES = 0.10
"""Of the players called hot or cold, the share that may be luck."""


def player_form(games: pd.DataFrame, league: pd.Series, *, seed: int) -> pd.DataFrame:
    """Return `Gold.player_form` of one team's `player_game` rows.

    `hot` and `cold` are said only when the 90 % interval leaves out the season's value and, over all players
    of the same metric and window, the chance of it being luck holds after Benjamini and Hochberg.
    """
    names = latest_names(games)
    rows = [
        {"team_id": team, "player_id": player, "player_name": names[player], **row}
        for (team, player), own in played(games).groupby(["team_id", "player_id"])
        for row in _windows(own, league, seed=seed, ids=(int(team), int(player)))
    ]
    columns = list(CONTRACTS["player_form"].columns)
    form = pd.DataFrame(rows, columns=[name for name in columns if name not in ("q", "state")])
    form["q"] = np.nan
    for _, part in form.groupby(["metric", "window"]):
        form.loc[part.index, "q"] = benjamini_hochberg(part["p"])
    form["state"] = _states(form)
    return typed("player_form", form)


def form_line(player_game: pd.DataFrame, team_game: pd.DataFrame) -> pd.DataFrame:
    """Return `Gold.form_line` of one team's rows: its players, and itself under TEAM_ROW."""
    team = team_game.assign(player_id=TEAM_ROW, player_name=team_game["team"])
    names = latest_names(player_game)
    players = played(player_game)
    players = players.assign(player_name=players["player_id"].map(names))
    return pd.concat([_lines(players), _lines(played(team))], ignore_index=True)


def played(games: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with minutes or attempts, in order of play: a form has no place for nights off."""
    some = (games["min"] > 0) | (games["fga"] > 0) | (games["fta"] > 0)
    return games[some].sort_values(["game_date", "game_id"], kind="stable", ignore_index=True)


def _windows(
    own: pd.DataFrame, league: pd.Series, *, seed: int, ids: tuple[int, int]
) -> list[dict[str, object]]:
    weights = 0.5 ** (np.arange(len(own))[::-1] / HALF_LIFE)
    season, faded = _sums(own), _sums(own[list(box.SUMMED)].mul(weights, axis=0))
    rows = []
    for window in WINDOWS:
        last = own.tail(window)
        sums = _sums(last)
        luck = intervals(last, SHOOTING, generator(seed, *ids, window))
        p = chance(own, window, SHOOTING, generator(seed, *ids, window, 1))
        for metric in SHOOTING:
            low, high = luck[metric]
            rows.append(
                {
                    "metric": metric,
                    "window": window,
                    "games": len(last),
                    "n": float(box.attempts(sums, metric).iloc[0]),
                    "value": _value(sums, metric),
                    "low": low,
                    "high": high,
                    "league": league[metric],
                    "percentile": np.nan,
                    "season": _value(season, metric),
                    "p": p[metric],
                    "ewma": _value(faded, metric),
                }
            )
    return rows


def _states(form: pd.DataFrame) -> pd.Series:
    sure = (form["q"] <= DISCOVERIES) & (form["games"] == form["window"])
    hot, cold = sure & (form["low"] > form["season"]), sure & (form["high"] < form["season"])
    return pd.Series(np.select([hot, cold], ["hot", "cold"], default=""), index=form.index, dtype="str")


def _sums(games: pd.DataFrame) -> pd.DataFrame:
    return games[list(box.SUMMED)].sum().to_frame().T


def _value(sums: pd.DataFrame, metric: str) -> float:
    return float(box.FORMULAS[metric](sums).iloc[0])


def _lines(games: pd.DataFrame) -> pd.DataFrame:
    who = games.groupby("player_id")
    rolling = who[list(box.SUMMED)].rolling(LINE_WINDOW, min_periods=1).sum().droplevel(0).sort_index()
    season = who[list(box.SUMMED)].transform("sum")
    parts = [
        games.assign(
            games=(who.cumcount() + 1).clip(upper=LINE_WINDOW),
            metric=metric,
            n=box.attempts(rolling, metric),
            value=box.FORMULAS[metric](rolling),
            season=box.FORMULAS[metric](season),
        )
        for metric in SHOOTING
    ]
    return typed("form_line", pd.concat(parts))
