"""Rolling form: games played, ratios of sums, and no streak called that another order would show as well."""

import math

import frames as made
import pandas as pd
import pytest

from hawks_pipeline.metrics import form, seasons

LEAGUE = seasons.league_values(made.silver(rounds=1).team_game)


def log(made_each: list[int], *, tried: int = 10, player: int = 1) -> list[dict[str, object]]:
    return [
        made.player_game(
            player_id=player,
            fgm=each,
            fga=tried,
            game_id=f"00226{n + 1:05d}",
            game_date=pd.Timestamp("2026-10-21") + pd.Timedelta(days=n),
        )
        for n, each in enumerate(made_each)
    ]


def table(rows: list[dict[str, object]]) -> pd.DataFrame:
    found = form.player_form(made.players(rows), LEAGUE, seed=7)
    return found[found["metric"] == "efg"].set_index(["player_id", "window"])


def test_a_form_is_points_over_shots_of_the_last_games() -> None:
    rows = [
        *log([0] * 10),
        made.player_game(fgm=9, fga=9, game_id="0022600090", game_date=pd.Timestamp("2027-01-01")),
    ]
    last = table(rows).loc[(1, 5)]

    # The mean of the five games' own shares would be 0.2.
    assert last["value"] == pytest.approx(9 / 49)
    assert last["season"] == pytest.approx(9 / 109)
    assert (last["games"], last["n"]) == (5, 49)


def test_nights_off_are_no_games() -> None:
    rows = log([5] * 6)
    off = [
        made.player_game(min=0, game_id=f"00226{90 + n:05d}", game_date=pd.Timestamp("2027-01-01"))
        for n in range(9)
    ]

    assert table([*rows, *off]).loc[(1, 5), "n"] == 50


def test_a_shot_in_no_minutes_is_a_game() -> None:
    rows = log([5] * 4)
    rows.append(made.player_game(min=0, fga=1, game_id="0022600090", game_date=pd.Timestamp("2027-01-01")))

    assert table(rows).loc[(1, 5), "n"] == 41


@pytest.mark.parametrize(
    ("last", "state"), [(9, "hot"), (1, "cold"), (5, "")], ids=["far above", "far below", "as ever"]
)
def test_far_from_his_season_is_hot_or_cold(last: int, state: str) -> None:
    steady = [4, 5, 6, 5, 4, 6] * 10

    assert table(log([*steady, last, last + 1, last, last - 1, last])).loc[(1, 5), "state"] == state


def test_a_hot_hand_among_many_has_to_be_hotter() -> None:
    streak = [4, 5, 6, 5, 4, 6, 3, 7] * 5 + [7, 8, 6, 7, 7]
    others = [row for player in range(2, 40) for row in log([4, 5, 6, 5, 4, 6, 3, 7] * 5, player=player)]
    alone, among = table(log(streak)).loc[(1, 5)], table([*log(streak), *others]).loc[(1, 5)]

    assert among["p"] == alone["p"] < 0.05
    assert among["q"] > alone["q"]


def test_a_season_no_longer_than_the_window_is_no_streak() -> None:
    short = table(log([9] * 5)).loc[(1, 5)]

    assert math.isnan(short["p"])
    assert short["state"] == ""


def test_no_attempts_have_no_form() -> None:
    nothing = table(log([0] * 20, tried=0))

    assert nothing[["value", "low", "high", "q", "ewma"]].isna().all(axis=None)
    assert (nothing["state"] == "").all()


def test_the_faded_mean_leans_to_the_latest() -> None:
    rising = table(log([2] * 20 + [8] * 20)).loc[(1, 5)]

    assert rising["season"] == pytest.approx(0.5)
    assert 0.6 < rising["ewma"] < rising["value"] == 0.8


def test_a_line_has_a_point_per_game_of_its_last_ten() -> None:
    silver = made.silver(rounds=12)
    own = [table[table["team_id"] == made.ATL] for table in (silver.player_game, silver.team_game)]
    lines = form.form_line(*own)
    team = lines[(lines["player_id"] == 0) & (lines["metric"] == "pps")]
    sums = own[1].sort_values("game_date")[["fgm", "fg3m", "fga"]]

    assert team["games"].tolist() == [*range(1, 11), 10, 10]
    assert team["value"].iloc[-1] == pytest.approx(
        (2 * sums["fgm"].tail(10).sum() + sums["fg3m"].tail(10).sum()) / sums["fga"].tail(10).sum()
    )
    assert set(lines["player_id"]) > {0}
