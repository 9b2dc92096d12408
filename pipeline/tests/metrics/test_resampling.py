"""Intervals by redrawn games: seeded, wide enough, and silent where games say too little."""

import math

import frames as made
import numpy as np
import pandas as pd
import pytest

from hawks_pipeline.metrics.resampling import chance, generator, intervals

NO_INTERVAL = pytest.approx((math.nan, math.nan), nan_ok=True)


def games(made_each: list[int], *, tried: int = 10) -> pd.DataFrame:
    return made.players([made.player_game(fgm=each, fga=tried) for each in made_each])


def test_a_seed_and_a_subject_are_an_interval() -> None:
    table = made.players([made.player_game(fgm=n % 5, fga=7 + n) for n in range(30)])
    same = [intervals(table, ["efg"], generator(7, 1, 2)) for _ in range(2)]

    assert same[0] == same[1]
    assert same[0] != intervals(table, ["efg"], generator(8, 1, 2))


def test_an_interval_lies_about_its_value() -> None:
    low, high = intervals(games([3, 5, 7, 4, 6]), ["efg"], generator(7))["efg"]

    assert 0.3 < low < 0.5 < high < 0.7


@pytest.mark.parametrize("few", [[5], [5, 7]], ids=["one game", "two games"])
def test_fewer_than_three_games_have_no_interval(few: list[int]) -> None:
    assert intervals(games(few), ["efg"], generator(7))["efg"] == NO_INTERVAL


def test_no_luck_seen_is_no_certainty() -> None:
    assert intervals(games([0, 0, 0, 0]), ["efg"], generator(7))["efg"] == NO_INTERVAL


def test_no_attempts_have_no_interval() -> None:
    assert intervals(games([0, 0, 0, 0], tried=0), ["efg", "ts"], generator(7))["ts"] == NO_INTERVAL


def test_games_without_attempts_do_not_disturb() -> None:
    table = pd.concat([games([5, 6, 4, 7, 3]), games([0, 0], tried=0)], ignore_index=True)
    low, high = intervals(table, ["efg"], generator(7))["efg"]

    assert 0.2 < low < 0.5 < high < 0.8


@pytest.mark.parametrize("count", [5, 10, 40])
def test_ninety_percent_intervals_hold_near_ninety_percent_even_of_five_games(count: int) -> None:
    random = np.random.default_rng(3)
    held = 0
    for trial in range(300):
        tried = random.integers(8, 16, count)
        rows = [made.player_game(fgm=int(random.binomial(n, 0.5)), fga=int(n)) for n in tried]
        table = pd.DataFrame(rows)[["min", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "tov", "pts"]]
        low, high = intervals(table, ["efg"], generator(7, trial))["efg"]
        held += low <= 0.5 <= high

    assert 0.85 < held / 300 < 0.96


def test_a_streak_out_of_line_is_rarely_luck() -> None:
    steady = games([4, 5] * 20 + [10] * 5)

    assert chance(steady, 5, ["efg"], generator(7))["efg"] < 0.01


def test_the_same_games_in_another_order_are_no_streak() -> None:
    mixed = games([10, 4, 5, 4, 5, 4, 5, 4] * 5)

    assert chance(mixed, 5, ["efg"], generator(7))["efg"] > 0.2


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(games([5] * 5), id="no season beside the window"),
        pytest.param(games([0] * 9, tried=0), id="no attempts"),
    ],
)
def test_nothing_to_compare_is_no_chance(table: pd.DataFrame) -> None:
    assert math.isnan(chance(table, 5, ["efg"], generator(7))["efg"])


def test_chances_are_even_when_there_is_nothing_but_luck() -> None:
    random = np.random.default_rng(5)
    found = []
    for trial in range(200):
        made_each = random.binomial(12, 0.5, 40).tolist()
        found.append(chance(games(made_each, tried=12), 10, ["efg"], generator(7, trial))["efg"] <= 0.1)

    assert np.mean(found) == pytest.approx(0.1, abs=0.06)
