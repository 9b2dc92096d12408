"""The formulas against tables worked out by hand."""

import pandas as pd
import pytest

from hawks_pipeline import metrics

COLUMNS = ["PLAYER_ID", "PLAYER_NAME", "GAME_ID", "GAME_DATE", *metrics.COUNTS]


def log(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Build a game log from (player, day of October, FGM, FGA, FG3M, FTM, FTA, PTS)."""
    table = [
        (player, f"P{player}", f"00{day:08d}", f"2024-10-{day:02d}", *counts) for player, day, *counts in rows
    ]
    return pd.DataFrame(table, columns=COLUMNS)


def one(*counts: int) -> pd.Series:
    return metrics.player_shooting(log((1, 1, *counts))).iloc[0]


@pytest.mark.parametrize(
    ("counts", "ts", "efg"),
    [
        pytest.param((5, 10, 0, 0, 0, 10), 0.5, 0.5, id="half of the twos"),
        pytest.param((5, 10, 5, 0, 0, 15), 0.75, 0.75, id="a three counts for half as much again"),
        # 20 / (2 * (10 + 0.44 * 10)) = 20 / 28.8
        pytest.param((5, 10, 0, 10, 10, 20), 20 / 28.8, 0.5, id="free throws count in TS only"),
        pytest.param((1, 1, 1, 0, 0, 3), 1.5, 1.5, id="more than all"),
        pytest.param((0, 7, 0, 0, 2, 0), 0.0, 0.0, id="nothing made is zero, not undefined"),
    ],
)
def test_formulas(counts: tuple[int, ...], ts: float, efg: float) -> None:
    player = one(*counts)

    assert player["TS_PCT"] == pytest.approx(ts, abs=1e-12)
    assert player["EFG_PCT"] == pytest.approx(efg, abs=1e-12)


def test_no_attempts_is_undefined() -> None:
    player = one(0, 0, 0, 0, 0, 0)

    assert pd.isna(player["TS_PCT"])
    assert pd.isna(player["EFG_PCT"])


def test_only_free_throws() -> None:
    player = one(0, 0, 0, 3, 4, 3)

    assert player["TS_PCT"] == pytest.approx(3 / (2 * 0.44 * 4))
    assert pd.isna(player["EFG_PCT"])


def test_a_rate_is_the_ratio_of_sums() -> None:
    players = metrics.player_shooting(log((1, 1, 1, 1, 0, 0, 0, 2), (1, 2, 0, 9, 0, 0, 0, 0)))

    # The mean of the two games' rates would be 0.5.
    assert players["EFG_PCT"].tolist() == [0.1]
    assert players[["GP", "FGA"]].to_numpy().tolist() == [[2, 10]]


def test_best_first_and_undefined_last() -> None:
    games = log((1, 1, 0, 0, 0, 0, 0, 0), (2, 1, 4, 10, 0, 0, 0, 8), (3, 1, 6, 10, 0, 0, 0, 12))

    assert metrics.player_shooting(games)["PLAYER_ID"].tolist() == [3, 2, 1]


def test_a_player_is_his_id_under_his_latest_name() -> None:
    games = log((1, 2, 1, 2, 0, 0, 0, 2), (1, 1, 1, 2, 0, 0, 0, 2)).assign(PLAYER_NAME=["new", "old"])

    assert metrics.player_shooting(games)["PLAYER_NAME"].tolist() == ["new"]


def test_the_team_is_one_ratio_too() -> None:
    games = log((1, 1, 1, 1, 1, 0, 0, 3), (2, 1, 0, 4, 0, 1, 2, 1), (2, 2, 2, 5, 0, 0, 0, 4))
    team = metrics.team_shooting(games).iloc[0]

    assert team["GP"] == 2
    assert team["TS_PCT"] == pytest.approx(8 / (2 * (10 + 0.44 * 2)))
    assert team["EFG_PCT"] == pytest.approx((3 + 0.5) / 10)


def test_the_input_is_left_alone() -> None:
    games = log((1, 2, 1, 2, 0, 0, 0, 2), (1, 1, 1, 2, 0, 0, 0, 2))
    before = games.copy()
    metrics.player_shooting(games)
    metrics.team_shooting(games)

    pd.testing.assert_frame_equal(games, before)
