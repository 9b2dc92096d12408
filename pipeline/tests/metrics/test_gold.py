"""A night's tables: under contract, the same for the same input, of the regular season until the day."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

import frames as made
import pandas as pd
import pytest
from simulated_night import night

from hawks_pipeline import metrics
from hawks_pipeline.contracts import Silver, typed
from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics import Gold, frames
from hawks_pipeline.simulated.league import League

SILVER = made.silver()
MODEL = metrics.load()
LATE = date(2027, 6, 1)


@lru_cache(maxsize=1)
def usual() -> Gold:
    return gold()


def gold(silver: Silver = SILVER, *, as_of: date = LATE, seed: int = 7) -> Gold:
    return metrics.gold(silver, MODEL, team_id=made.ATL, as_of=as_of, seed=seed)


def same(one: Gold, two: Gold) -> None:
    for name in Gold.__slots__:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), obj=name)


def test_every_table_is_under_contract_and_has_rows() -> None:
    tables = frames.check(usual())
    groups = {"clusters", "cluster_centres", "zone_prior"}

    assert {name for name in Gold.__slots__ if not len(getattr(tables, name))} <= groups


def test_the_same_night_is_the_same_figures() -> None:
    same(gold(), usual())


def test_another_seed_moves_the_intervals_alone() -> None:
    one, two = usual().player_season, gold(seed=8).player_season

    pd.testing.assert_series_equal(one["value"], two["value"])
    assert not one["low"].equals(two["low"])


def test_the_order_of_rows_is_of_no_account() -> None:
    mixed = replace(
        SILVER,
        player_game=SILVER.player_game.sample(frac=1, random_state=1).sort_index(ascending=False),
        shot=SILVER.shot.sample(frac=1, random_state=1),
    )

    same(gold(mixed), usual())


def test_an_empty_season_is_empty_tables() -> None:
    nothing = Silver(**{name: getattr(SILVER, name).iloc[:0] for name in SILVER.__slots__})
    tables = frames.check(gold(nothing))

    assert {
        name: len(getattr(tables, name)) for name in Gold.__slots__ if name != "zone_prior"
    } == dict.fromkeys([name for name in Gold.__slots__ if name != "zone_prior"], 0)


def test_games_after_the_day_are_unknown() -> None:
    day = date(2026, 10, 25)
    known = metrics.regular(SILVER, day)

    assert known.player_game["game_date"].max() == pd.Timestamp(day)
    same(gold(known), gold(as_of=day))


@pytest.mark.parametrize("kind", ["001", "003", "004", "005", "006"])
def test_only_the_regular_season_counts(kind: str) -> None:
    rows = [made.player_game(game_id=f"{kind}2600001", fga=90, fgm=90)]
    shots = [made.shot(game_id=f"{kind}2600001", game_event_id=n, made=True) for n in range(90)]
    more = replace(
        SILVER,
        player_game=pd.concat([SILVER.player_game, made.players(rows)], ignore_index=True),
        team_game=pd.concat(
            [SILVER.team_game, typed("team_game", made.players(rows).assign(tov_team=0))], ignore_index=True
        ),
        shot=pd.concat([SILVER.shot, made.shots(shots)], ignore_index=True),
    )

    same(gold(more), usual())


def test_a_model_does_not_judge_the_season_it_was_trained_on() -> None:
    with pytest.raises(ContractError, match="trained on 2026-27 itself"):
        metrics.gold(SILVER, replace(MODEL, seasons=("2026-27",)), team_id=made.ATL, as_of=LATE, seed=7)


def test_a_team_that_is_not_there_has_no_rows_of_its_own() -> None:
    tables = metrics.gold(SILVER, MODEL, team_id=1, as_of=LATE, seed=7)

    assert len(tables.player_form) == len(tables.form_line) == len(tables.splits) == 0
    assert len(tables.player_season)


def test_tables_given_are_not_touched() -> None:
    before = SILVER.shot.copy(), SILVER.player_game.copy()
    gold()

    pd.testing.assert_frame_equal(SILVER.shot, before[0])
    pd.testing.assert_frame_equal(SILVER.player_game, before[1])


def test_the_simulated_league_is_shrunk_by_priors_like_the_real_ones() -> None:
    silver = night(League(7, as_of=date(2026, 11, 12)), date(2026, 10, 20), date(2026, 11, 12))
    tables = frames.check(metrics.gold(silver, MODEL, team_id=made.ATL, as_of=LATE, seed=7))
    prior = tables.zone_prior.set_index("zone")

    assert prior.loc["Restricted Area", "mean"] == pytest.approx(0.66, abs=0.02)
    assert prior.loc["Above the Break 3", "mean"] == pytest.approx(0.355, abs=0.015)
    assert tables.shot_making["league"].iloc[0] == pytest.approx(0, abs=0.02)
    assert tables.player_zone["value"].dropna().between(0, 1).all()
