"""Splits: by venue, opponent and rest, each against everybody's under the same key."""

import math

import frames as made
import pandas as pd
import pytest

from hawks_pipeline.metrics import splits

SILVER = made.silver(rounds=9)
TABLE = splits.splits(SILVER.player_game, SILVER.team_game, team_id=made.ATL, seed=7)


def cell(split: str, key: str, *, side: str = "own", player: int = 0, metric: str = "efg") -> pd.Series:
    rows = TABLE[
        (TABLE["split"] == split)
        & (TABLE["key"] == key)
        & (TABLE["side"] == side)
        & (TABLE["player_id"] == player)
        & (TABLE["metric"] == metric)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def efg(rows: pd.DataFrame) -> float:
    return float((rows["fgm"].sum() + rows["fg3m"].sum() / 2) / rows["fga"].sum())


def test_a_neutral_game_is_neither_home_nor_away() -> None:
    keys = TABLE[(TABLE["split"] == "venue") & (TABLE["player_id"] == 0)].groupby("key")["games"].first()

    assert keys.to_dict() == {"A": 2, "H": 6, "N": 1}


def test_own_shots_and_those_allowed_come_from_the_same_games() -> None:
    team = SILVER.team_game
    home = team[(team["team_id"] == made.ATL) & (team["venue"] == "H")]
    against = team[(team["opp_team_id"] == made.ATL) & team["game_id"].isin(home["game_id"])]

    assert cell("venue", "H")["value"] == pytest.approx(efg(home))
    assert cell("venue", "H", side="allowed")["value"] == pytest.approx(efg(against))


def test_the_league_at_home_is_held_against_what_visitors_make() -> None:
    team = SILVER.team_game

    assert cell("venue", "H")["league"] == pytest.approx(efg(team[team["venue"] == "H"]))
    assert cell("venue", "H", side="allowed")["league"] == pytest.approx(efg(team[team["venue"] == "A"]))


def test_an_opponent_is_held_against_what_he_allows_everybody() -> None:
    team = SILVER.team_game
    key = str(made.BOS)

    assert cell("opponent", key)["league"] == pytest.approx(efg(team[team["opp_team_id"] == made.BOS]))
    assert cell("opponent", key, side="allowed")["league"] == pytest.approx(
        efg(team[team["team_id"] == made.BOS])
    )


def test_a_players_splits_are_his_shots() -> None:
    own = SILVER.player_game[
        (SILVER.player_game["player_id"] == 1) & (SILVER.player_game["opp_team_id"] == made.BOS)
    ]
    found = cell("opponent", str(made.BOS), player=1)

    assert (found["games"], found["n"]) == (len(own), own["fga"].sum())
    assert found["value"] == pytest.approx(efg(own))


def test_rest_is_counted_in_days_off_and_the_opener_has_none() -> None:
    days = ["2026-10-21", "2026-10-22", "2026-10-24", "2026-10-27", "2026-11-05"]
    rows = [
        made.player_game(game_id=f"00226{n:05d}", game_date=pd.Timestamp(day))
        for n, day in enumerate(days, start=1)
    ]
    keyed = splits.with_keys(made.players(rows))

    assert [None if pd.isna(each) else each for each in keyed["rest"]] == [None, "0", "1", "2", "3+"]


def test_two_games_have_no_interval() -> None:
    few = TABLE[TABLE["games"] < 3]

    assert len(few)
    assert few[["low", "high"]].isna().all(axis=None)


def test_a_team_without_games_has_no_splits() -> None:
    assert len(splits.splits(SILVER.player_game, SILVER.team_game, team_id=1, seed=7)) == 0
    assert math.isfinite(cell("venue", "A", metric="ts")["value"])
