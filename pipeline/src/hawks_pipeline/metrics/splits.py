"""Splits of one team: by venue, opponent and rest; for itself, its opponents against it, and its players."""

import zlib

import numpy as np
import pandas as pd

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.form import played
from hawks_pipeline.metrics.frames import SHOOTING, TEAM_ROW, typed
from hawks_pipeline.metrics.resampling import generator, intervals
from hawks_pipeline.metrics.zones import latest_names

SPLITS = ("venue", "opponent", "rest")
MOST_REST = 3


def splits(player_game: pd.DataFrame, team_game: pd.DataFrame, *, team_id: int, seed: int) -> pd.DataFrame:
    """Return `Gold.splits` of a whole league's games for `team_id`.

    The league's value is everybody's under the same key: of a venue, all teams there; of an opponent, what he
    allows them. For the side "allowed" it is what all teams allow so, or what the opponent makes of them all.
    """
    own = with_keys(team_game)
    allowed = _against(own)
    sides = {"own": own[own["team_id"] == team_id], "allowed": allowed[allowed["opp_team_id"] == team_id]}
    context = sides["own"][["game_id", *SPLITS]]
    name = str(sides["own"]["team"].iloc[-1]) if len(context) else str(team_id)
    players = (
        player_game[player_game["team_id"] == team_id].drop(columns="venue").merge(context, on="game_id")
    )
    names = latest_names(players)
    league = pd.concat([_league(own, "own"), _league(allowed, "allowed")])
    team = [rows.assign(player_id=TEAM_ROW, player_name=name, side=side) for side, rows in sides.items()]
    his = played(players).assign(side="own")
    his["player_name"] = his["player_id"].map(names)
    cells = _cells(pd.concat([*team, his]), seed=seed)
    table = cells.merge(league, on=["side", "split", "key", "metric"], how="left")
    return typed("splits", table.assign(team_id=team_id, percentile=np.nan))


def with_keys(team_game: pd.DataFrame) -> pd.DataFrame:
    """Return `team_game` with `opponent` (id as text) and `rest` (days off before, None at first).

    0 is the second night of a back-to-back, "3+" three days or more.
    """
    rows = team_game.sort_values(["game_date", "game_id"], kind="stable", ignore_index=True)
    off = rows.groupby("team_id")["game_date"].diff().dt.days - 1
    text = off.clip(0, MOST_REST).map(lambda days: None if pd.isna(days) else f"{days:.0f}", na_action=None)
    rest = text.where(text != str(MOST_REST), f"{MOST_REST}+")
    return rows.assign(opponent=rows["opp_team_id"].astype("str"), rest=rest)


def _cells(lines: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return a row per player, side, split, key and metric of lines with those of SPLITS."""
    parts = []
    for split in SPLITS:
        cells = lines.groupby(["player_id", "player_name", "side", split])
        sums = cells[list(box.SUMMED)].sum().rename_axis(index={split: "key"})
        luck = {cell: intervals(games, SHOOTING, _generator(seed, split, *cell)) for cell, games in cells}
        for metric in SHOOTING:
            low, high = np.array([luck[cell][metric] for cell in sums.index]).reshape(-1, 2).T
            figures = {"n": box.attempts(sums, metric), "value": box.FORMULAS[metric](sums)}
            parts.append(
                sums.assign(split=split, games=cells.size(), metric=metric, low=low, high=high, **figures)
            )
    table = pd.concat(parts).reset_index().astype({"key": "str"})
    return table.sort_values(["player_id", "side"], ascending=[True, False], kind="stable", ignore_index=True)


def _generator(seed: int, split: str, player: int, _name: str, side: str, key: str) -> np.random.Generator:
    return generator(seed, int(player), zlib.crc32(f"{side}{split}{key}".encode()))


def _against(own: pd.DataFrame) -> pd.DataFrame:
    """Return the same lines under the splits of the team that allowed them."""
    keys = own[["game_id", "team_id", *SPLITS]].rename(columns={"team_id": "opp_team_id"})
    return own.drop(columns=list(SPLITS)).merge(keys, on=["game_id", "opp_team_id"])


def _league(keyed: pd.DataFrame, side: str) -> pd.DataFrame:
    parts = []
    for split in SPLITS:
        sums = keyed.groupby(split)[list(box.SUMMED)].sum()
        for metric in SHOOTING:
            values = box.FORMULAS[metric](sums)
            figures = {"metric": metric, "league": values.to_numpy()}
            parts.append(pd.DataFrame({"side": side, "split": split, "key": sums.index, **figures}))
    return pd.concat(parts, ignore_index=True).astype({"key": "str"})
