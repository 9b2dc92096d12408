"""Priors are found again where they were put; intervals cover what they promise; few findings are false."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hawks_pipeline.metrics import shrinkage
from hawks_pipeline.metrics.shrinkage import Prior

RANDOM = np.random.default_rng(11)


def shooters(prior: Prior, *, many: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    skill = random.beta(prior.alpha, prior.beta, many)
    tried = random.integers(20, 400, many)
    return skill, random.binomial(tried, skill), tried


@pytest.mark.parametrize("prior", [Prior(0.656, 70), Prior(0.418, 180), Prior(0.36, 340)])
def test_a_prior_is_found_again(prior: Prior) -> None:
    _, made, tried = shooters(prior)
    found = shrinkage.fit(made, tried)

    assert found
    assert found.mean == pytest.approx(prior.mean, abs=0.01)
    assert found.kappa == pytest.approx(prior.kappa, rel=0.3)


def test_shooters_who_do_not_differ_are_held_to_the_bound() -> None:
    tried = np.full(300, 200)
    found = shrinkage.fit(np.full(300, 80), tried)

    assert found
    assert found.kappa == pytest.approx(shrinkage.KAPPA[1], rel=1e-6)


def test_too_few_shooters_take_the_floor() -> None:
    floor = Prior(0.36, 300)

    assert shrinkage.fit([3] * 19, [10] * 19, floor=floor) is floor
    assert shrinkage.fit([3] * 19, [10] * 19) is None
    assert shrinkage.fit([3] * 20, [10] * 20) is not None


def test_nobody_making_anything_is_no_prior() -> None:
    assert shrinkage.fit([0] * 50, [20] * 50) is None


def test_ninety_percent_intervals_hold_ninety_percent() -> None:
    prior = Prior(0.36, 340)
    skill, made, tried = shooters(prior, many=3000)
    _, low, high = shrinkage.shrunk(made, tried, prior)

    assert ((low <= skill) & (skill <= high)).mean() == pytest.approx(0.9, abs=0.02)


def test_shrunk_shares_are_nearer_to_the_truth_than_raw_ones() -> None:
    prior = Prior(0.36, 340)
    skill, made, tried = shooters(prior)
    shrunk, _, _ = shrinkage.shrunk(made, tried, prior)

    assert np.square(shrunk - skill).mean() < 0.6 * np.square(made / tried - skill).mean()


def test_wilson_at_five_of_ten() -> None:
    share, low, high = shrinkage.wilson([5], [10])

    assert share[0] == 0.5
    assert (low[0], high[0]) == pytest.approx((0.2693, 0.7307), abs=1e-4)


def test_wilson_of_nothing_is_nothing() -> None:
    assert all(math.isnan(each[0]) for each in shrinkage.wilson([0], [0]))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_stays_within_what_can_be(counts: tuple[int, int]) -> None:
    share, low, high = (each[0] for each in shrinkage.wilson([counts[0]], [counts[1]]))

    assert 0 <= low <= share <= high <= 1
    assert low < high


def test_benjamini_and_hochberg_of_their_own_kind() -> None:
    q = shrinkage.benjamini_hochberg([0.01, 0.04, np.nan, 0.03, 0.5])

    assert q.tolist() == pytest.approx([0.04, 0.0533333, np.nan, 0.0533333, 0.5], nan_ok=True)


def test_few_of_the_findings_are_false() -> None:
    random = np.random.default_rng(2)
    found = [(shrinkage.benjamini_hochberg(random.uniform(size=15)) <= 0.1).any() for _ in range(2000)]

    assert np.mean(found) < 0.12
