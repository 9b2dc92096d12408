"""A season to date: per player and team, traded players apart, nobody ranked on a handful of shots."""

import math

import frames as made
import pandas as pd
import pytest

from hawks_pipeline.metrics import frames, seasons

SILVER = made.silver()
LEAGUE = seasons.league_values(SILVER.team_game)


def table(player: pd.DataFrame, team: pd.DataFrame | None = None) -> pd.DataFrame:
    games = seasons.with_team(player, SILVER.team_game if team is None else team)
    return seasons.player_season(games, LEAGUE, seed=7)


def test_every_player_has_every_metric_with_its_sums() -> None:
    rows = table(SILVER.player_game)
    own = SILVER.player_game[SILVER.player_game["player_id"] == 1]
    efg = rows[(rows["player_id"] == 1) & (rows["metric"] == "efg")].iloc[0]

    assert rows.groupby("player_id")["metric"].agg(list).map(tuple).unique().tolist() == [
        tuple(frames.METRICS)
    ]
    assert (efg["gp"], efg["fga"], efg["n"]) == (len(own), own["fga"].sum(), own["fga"].sum())
    assert efg["value"] == pytest.approx((own["fgm"].sum() + own["fg3m"].sum() / 2) / own["fga"].sum())
    assert efg["low"] < efg["value"] < efg["high"]


def test_the_league_is_all_its_shots_and_not_the_mean_of_its_players() -> None:
    team = SILVER.team_game

    assert LEAGUE["ts"] == pytest.approx(
        team["pts"].sum() / (2 * (team["fga"].sum() + 0.44 * team["fta"].sum()))
    )
    assert LEAGUE["usg"] == 0.2


def test_who_took_no_shot_has_counts_and_no_percentages() -> None:
    idle = SILVER.player_game.groupby("player_id")["fga"].sum().eq(0).idxmax()
    rows = table(SILVER.player_game)
    rows = rows[(rows["player_id"] == idle) & (rows["metric"] != "usg")]

    assert (rows["fga"] == 0).all()
    assert rows[["value", "low", "high", "percentile"]].isna().all(axis=None)


def test_a_traded_player_has_a_row_per_team_and_uses_each_teams_plays() -> None:
    here = made.player_game(player_id=1, fga=9, min=24)
    there = made.player_game(player_id=1, fga=9, min=24, team_id=made.DEN, opp_team_id=made.CLE)
    there["game_id"] = "0022600002"
    player = made.players([here, there])
    rows = table(player)
    usage = rows[rows["metric"] == "usg"].set_index("team_id")["value"]
    team = SILVER.team_game.set_index(["game_id", "team_id"])
    plays = team["fga"] + 0.44 * team["fta"] + team["tov"]

    assert usage.to_dict() == pytest.approx(
        {
            side: 9 * 48 / (24 * plays[game, side])
            for side, game in ((made.ATL, "0022600001"), (made.DEN, "0022600002"))
        }
    )


def test_minutes_of_zero_are_a_game_and_no_divisor() -> None:
    rows = table(made.players([made.player_game(min=0, fga=2, fgm=1)]))
    usage = rows[rows["metric"] == "usg"].iloc[0]

    assert (usage["gp"], usage["n"]) == (1, 0)
    assert math.isnan(usage["value"])


def test_a_percentile_needs_a_hundred_attempts() -> None:
    def of(fga: int) -> list[float]:
        player = made.players(
            [made.player_game(player_id=n, fga=fga, fgm=10 + n, min=30) for n in range(1, 7)]
        )
        rows = table(player)
        return list(rows[rows["metric"] == "efg"]["percentile"])

    assert of(100) == pytest.approx([100 * (n - 0.5) / 6 for n in range(1, 7)])
    assert all(math.isnan(each) for each in of(99))


def test_a_team_has_no_usage_of_its_own() -> None:
    rows = seasons.team_season(SILVER.team_game, LEAGUE, seed=7)

    assert set(rows["metric"]) == set(frames.METRICS) - {"usg"}
    assert set(rows["team"]) == set(made.TEAMS.values())


def test_what_is_drawn_for_one_hangs_on_no_other() -> None:
    alone = SILVER.player_game[SILVER.player_game["player_id"] == 1].reset_index(drop=True)
    everybody = table(SILVER.player_game)

    pd.testing.assert_frame_equal(
        everybody[everybody["player_id"] == 1][["low", "high"]].reset_index(drop=True),
        table(alone)[["low", "high"]],
    )


def test_players_are_told_apart_by_id_and_never_by_name() -> None:
    rows = table(
        made.players(
            [
                made.player_game(player_id=1, player_name="Jalen Williams", fga=4),
                made.player_game(player_id=2, player_name="Jalen Williams", fga=6),
                made.player_game(player_id=3, player_name="Krejci", fga=1),
                made.player_game(
                    player_id=3,
                    player_name="Vít Krejčí Jr.",
                    fga=2,
                    game_id="0022600003",
                    game_date=pd.Timestamp("2026-10-23"),
                ),
            ]
        )
    )
    efg = rows[rows["metric"] == "efg"]

    assert efg[["player_name", "fga"]].to_numpy().tolist() == [
        ["Jalen Williams", 4],
        ["Jalen Williams", 6],
        ["Vít Krejčí Jr.", 3],
    ]
