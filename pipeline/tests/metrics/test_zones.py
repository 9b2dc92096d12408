"""The official geography, place by place, and what is said of each zone."""

import math

import frames as made
import numpy as np
import pandas as pd
import pytest

from hawks_pipeline.contracts import ZONES
from hawks_pipeline.metrics import zones
from hawks_pipeline.metrics.shrinkage import Prior

TEAMS = made.silver(rounds=1).team_game.groupby("team_id")["team"].first()


@pytest.mark.parametrize(
    ("x", "y", "zone"),
    [
        pytest.param(0, 0, "Restricted Area", id="at the hoop"),
        pytest.param(0, -39, "Restricted Area", id="behind it"),
        pytest.param(0, 40, "In The Paint (Non-RA)", id="at four feet"),
        pytest.param(24, 31, "Restricted Area", id="just within four feet"),
        pytest.param(80, 138, "In The Paint (Non-RA)", id="the paint's corner"),
        pytest.param(81, 138, "Mid-Range", id="one step beside"),
        pytest.param(80, 139, "Mid-Range", id="one step above"),
        pytest.param(219, 0, "Mid-Range", id="a foot on the corner's line"),
        pytest.param(220, 0, "Right Corner 3", id="the right corner"),
        pytest.param(-220, 0, "Left Corner 3", id="the left corner"),
        pytest.param(-220, 87, "Left Corner 3", id="where the corner ends"),
        pytest.param(-220, 88, "Mid-Range", id="inside of the arc above the corner"),
        pytest.param(-222, 88, "Above the Break 3", id="beyond the arc above the corner"),
        pytest.param(0, 237, "Mid-Range", id="a toe on the arc"),
        pytest.param(0, 238, "Above the Break 3", id="beyond the arc"),
        pytest.param(0, 419, "Above the Break 3", id="from the logo"),
        pytest.param(0, 420, "Backcourt", id="beyond half court"),
        pytest.param(-240, 800, "Backcourt", id="from the other side"),
    ],
)
def test_a_place_has_its_zone(x: int, y: int, zone: str) -> None:
    assert zones.classify([x], [y]).tolist() == [zone]


def test_small_integers_do_not_wrap_around() -> None:
    far = np.array([250], dtype="int16")

    assert zones.classify(far, far).tolist() == ["Above the Break 3"]


def test_left_is_the_shooters_left_and_negative() -> None:
    assert zones.classify([-230, 230], [0, 0]).tolist() == ["Left Corner 3", "Right Corner 3"]


def shots(*zone: str, **fields: object) -> pd.DataFrame:
    return made.shots([made.shot(each, game_event_id=n, **fields) for n, each in enumerate(zone, start=1)])


def test_every_zone_has_a_row_and_an_empty_one_says_nothing() -> None:
    table = zones.player_zones(shots("Mid-Range"), {"Mid-Range": Prior(0.4, 100)}).set_index("zone")

    assert table["fga"].to_dict() == dict.fromkeys(ZONES, 0) | {"Mid-Range": 1}
    assert table.loc["Restricted Area", ["value", "low", "high", "raw", "pps"]].isna().all()
    assert table.loc["Restricted Area", "frequency"] == 0


def test_a_player_is_shrunk_to_the_league_as_far_as_his_sample_is_small() -> None:
    prior = {"Mid-Range": Prior(0.4, 100)}
    few, many = (
        zones.player_zones(shots(*["Mid-Range"] * n, made=True), prior).set_index("zone").loc["Mid-Range"]
        for n in (10, 900)
    )

    assert few["value"] == pytest.approx((10 + 40) / 110)
    assert many["value"] == pytest.approx((900 + 40) / 1000)
    assert few["high"] - few["low"] > many["high"] - many["low"]
    assert few["low"] < few["value"] < few["high"] < few["raw"] == 1


def test_the_backcourt_has_no_prior() -> None:
    league = shots(*["Backcourt"] * 400)
    league["player_id"] = np.arange(400) // 10

    assert "Backcourt" not in zones.priors(league, {zone: Prior(0.4, 100) for zone in ZONES})


def test_a_season_of_few_shots_takes_last_seasons_prior() -> None:
    floor = {"Mid-Range": Prior(0.41, 150)}

    assert zones.priors(shots("Mid-Range"), floor) == floor


def test_points_go_by_the_type_of_the_shot() -> None:
    toe = shots("Left Corner 3", made=True, shot_type=2)
    row = zones.team_zones(toe, TEAMS).set_index("zone").loc["Left Corner 3"]

    assert (row["pps"], row["raw"]) == (2, 1)


def test_frequency_is_a_share_of_all_shots_against_the_leagues() -> None:
    both = made.shots(
        [made.shot("Mid-Range", game_event_id=n) for n in range(3)]
        + [made.shot("Restricted Area", game_event_id=9)]
        + [
            made.shot("Mid-Range", game_event_id=10 + n, team_id=made.BOS, opp_team_id=made.ATL)
            for n in range(4)
        ]
    )
    row = zones.team_zones(both, TEAMS).set_index(["team", "zone"]).loc[("ATL", "Mid-Range")]

    assert (row["frequency"], row["league_frequency"]) == (0.75, 0.875)


def test_what_a_team_allows_is_what_is_shot_against_it() -> None:
    silver = made.silver()
    allowed = zones.opponent_zones(silver.shot, TEAMS).groupby("team")["fga"].sum()
    against = silver.shot.groupby("opp_team_id").size()

    assert allowed.to_dict() == {name: against[team] for team, name in made.TEAMS.items()}


def test_a_percentile_needs_twenty_five_attempts_and_five_to_stand_among() -> None:
    def league(players: int, *, each: int) -> pd.Series:
        rows = [
            made.shot("Mid-Range", game_event_id=100 * player + n, player_id=player, made=n < player)
            for player in range(1, players + 1)
            for n in range(each)
        ]
        table = zones.player_zones(made.shots(rows), {"Mid-Range": Prior(0.4, 100)})
        return table[table["zone"] == "Mid-Range"]["percentile"]

    assert league(5, each=25).tolist() == [10, 30, 50, 70, 90]
    assert league(5, each=24).isna().all()
    assert league(4, each=25).isna().all()


def test_a_traded_player_has_a_row_per_team() -> None:
    both = made.shots(
        [
            made.shot(),
            made.shot(game_event_id=2, team_id=made.DEN, opp_team_id=made.CLE, game_id="0022600002"),
        ]
    )
    table = zones.player_zones(both, {})

    assert table[table["fga"] > 0]["team_id"].tolist() == [made.ATL, made.DEN]
    assert table["player_id"].unique().tolist() == [1]


def test_a_name_is_the_newest_spelling() -> None:
    later = pd.Timestamp("2026-12-01")
    both = made.shots(
        [made.shot(player_name="Krejci"), made.shot(game_event_id=2, player_name="Krejčí", game_date=later)]
    )

    assert zones.latest_names(both).to_dict() == {1: "Krejčí"}


def test_no_shots_are_no_rows() -> None:
    none = made.shots([])

    assert len(zones.player_zones(none, {})) == len(zones.team_zones(none, TEAMS)) == 0
    assert math.isnan(zones.counts(none, [])["fga"].sum() or math.nan)
