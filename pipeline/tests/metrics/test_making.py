"""Shot making: points above what the places are worth, with the noise that belongs to them."""

import frames as made
import numpy as np
import pandas as pd
import pytest

from hawks_pipeline import metrics
from hawks_pipeline.metrics import making

MODEL = metrics.load().expected


def rows(zone: str, many: int, *, hits: int, player: int = 1) -> list[dict[str, object]]:
    return [
        made.shot(zone, game_event_id=1000 * player + n, player_id=player, made=n < hits) for n in range(many)
    ]


def table(shots: list[dict[str, object]]) -> pd.DataFrame:
    return making.shot_making(making.valued(made.shots(shots), MODEL))


def test_a_maker_is_held_against_his_own_shots() -> None:
    shots = rows("Mid-Range", 100, hits=60)
    worth = float(MODEL.points(made.shots(shots[:1]))[0])
    found = table(shots).iloc[0]

    assert (found["n"], found["pps"]) == (100, 1.2)
    assert found["xpps"] == pytest.approx(worth)
    assert found["value"] == pytest.approx(1.2 - worth)
    assert found["points_added"] == pytest.approx(100 * (1.2 - worth))


def test_the_noise_of_three_hundred_shots_is_about_seven_hundredths() -> None:
    zones = {"Restricted Area": 84, "In The Paint (Non-RA)": 61, "Mid-Range": 30, "Above the Break 3": 125}
    mixed = [
        made.shot(zone, game_event_id=1000 * k + n)
        for k, (zone, many) in enumerate(zones.items())
        for n in range(many)
    ]
    found = table(mixed).iloc[0]

    assert found["se"] == pytest.approx(0.069, abs=0.006)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.645 * found["se"], rel=1e-3)


def test_nobody_is_ranked_under_a_hundred_shots() -> None:
    many = [row for player in range(1, 7) for row in rows("Mid-Range", 100, hits=player, player=player)]
    few = rows("Mid-Range", 99, hits=50, player=9)
    found = table([*many, *few]).set_index("player_id")["percentile"]

    assert found.drop(9).tolist() == pytest.approx([100 * (n - 0.5) / 6 for n in range(1, 7)])
    assert np.isnan(found[9])


def test_a_heave_from_the_backcourt_is_nobodys_merit() -> None:
    found = table([*rows("Mid-Range", 10, hits=5), made.shot("Backcourt", game_event_id=99, made=True)]).iloc[
        0
    ]

    assert found["n"] == 10


def test_what_a_team_makes_its_opponents_allow() -> None:
    silver = made.silver()
    teams = silver.team_game.groupby("team_id")["team"].first()
    found = making.team_making(making.valued(silver.shot, MODEL), teams).set_index(["side", "team"])
    total = found.groupby("side")[["points_added", "n"]].sum()

    assert total.loc["own"].tolist() == pytest.approx(total.loc["allowed"].tolist())
    assert len(found) == 8


def test_no_shots_are_no_rows() -> None:
    assert len(table([])) == 0
