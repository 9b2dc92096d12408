"""Box metrics: the published formulas, on figures known to the last digit, and nothing out of nothing."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hawks_pipeline.metrics import box


def sums(**counts: object) -> pd.DataFrame:
    zero = dict.fromkeys((*box.SUMMED, *box.ON_TEAM), 0)
    return pd.DataFrame([zero | counts])


HAWKS = sums(fgm=3556, fga=7528, fg3m=1107, fg3a=3089, ftm=1472, fta=1900, pts=9691)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        pytest.param(box.effective_field_goal, 0.5459, id="eFG%"),
        pytest.param(box.true_shooting, 0.5793, id="TS%"),
        pytest.param(box.three_point_rate, 0.4103, id="3PAr"),
        pytest.param(box.free_throw_rate, 0.2524, id="FTr"),
        pytest.param(box.points_per_shot, 1.0918, id="PPS (FG)"),
    ],
)
def test_atlanta_2024_25(formula: Callable[[pd.DataFrame], pd.Series], value: float) -> None:
    assert formula(HAWKS).iloc[0] == pytest.approx(value, abs=5e-5)


def test_points_per_shot_is_twice_efg() -> None:
    assert box.points_per_shot(HAWKS).iloc[0] == pytest.approx(2 * box.effective_field_goal(HAWKS).iloc[0])


def test_an_and_one_counts_its_field_goal_alone_in_points_per_shot() -> None:
    one = sums(fgm=1, fga=1, ftm=1, fta=1, pts=3)

    assert box.points_per_shot(one).iloc[0] == 2
    assert box.true_shooting(one).iloc[0] == pytest.approx(3 / (2 * 1.44))


def test_true_shooting_can_exceed_one() -> None:
    assert box.true_shooting(sums(fgm=2, fga=2, fg3m=2, fg3a=2, pts=6)).iloc[0] == 1.5


@pytest.mark.parametrize("name", list(box.FORMULAS))
def test_nothing_to_divide_by_is_nothing_and_no_zero(name: str) -> None:
    value = box.FORMULAS[name](sums()).iloc[0]

    assert math.isnan(value)


def test_free_throws_alone_are_true_shooting_without_efg() -> None:
    line = sums(ftm=3, fta=4, pts=3)

    assert math.isnan(box.effective_field_goal(line).iloc[0])
    assert box.true_shooting(line).iloc[0] == pytest.approx(3 / (2 * 0.44 * 4))


def test_counts_are_divided_as_numbers_and_not_as_whole_ones() -> None:
    small = sums(fgm=1, fga=3).astype("int16")

    assert box.effective_field_goal(small).iloc[0] == pytest.approx(1 / 3)


def test_a_minute_that_is_none_is_not_divided_by() -> None:
    line = sums(min=0, fga=2, tm_min=240, tm_plays=100.0)

    assert math.isnan(box.usage(line).iloc[0])


def test_a_fifth_of_the_team_has_a_fifth_of_its_plays() -> None:
    line = sums(min=48, fga=16, fta=10, tov=3, tm_min=240, tm_plays=5 * (16 + 4.4 + 3))

    assert box.usage(line).iloc[0] == pytest.approx(0.2)


def test_overtime_is_in_the_minutes() -> None:
    line = sums(min=53, fga=20, tm_min=265, tm_plays=100.0)

    assert box.usage(line).iloc[0] == pytest.approx(0.2)


def test_what_stands_behind_a_figure() -> None:
    line = sums(min=30, fga=10, fta=10)

    assert {name: box.attempts(line, name).iloc[0] for name in ("efg", "ts", "usg")} == pytest.approx(
        {"efg": 10, "ts": 14.4, "usg": 30}
    )


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=1, max_size=20))
def test_games_are_added_up_before_they_are_divided(games: list[tuple[int, int]]) -> None:
    made = np.array([min(made, tried) for made, tried in games])
    tried = np.array([tried for _, tried in games])
    whole = box.effective_field_goal({"fgm": made.sum(), "fg3m": 0, "fga": tried.sum()})
    each = box.effective_field_goal({"fgm": made, "fg3m": 0 * made, "fga": tried})

    assert float(whole) == pytest.approx(float((each * tried).sum() / tried.sum()))
