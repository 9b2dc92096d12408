"""Heaves on both sides of the season in which their misses ceased to be attempts."""

from datetime import date
from functools import lru_cache

import frames as made
import numpy as np
import pandas as pd
import pytest
from simulated_night import answer

from hawks_pipeline import metrics, normalize
from hawks_pipeline.metrics import expected_points, heaves, making, zones
from hawks_pipeline.metrics.frames import CONTRACTS, Gold
from hawks_pipeline.metrics.shrinkage import Prior
from hawks_pipeline.simulated.league import League
from hawks_pipeline.sources import calls

TEAMS = pd.Series(made.TEAMS)
BEFORE, SINCE = "0022400001", "0022500001"
FAR = {"loc_x": 0, "loc_y": 400, "dist_ft": 40.0, "clock_s": 1, "is_heave": True}


def shots(game_id: str, *, missed: int) -> pd.DataFrame:
    """Return ten threes of which four go in, and a heave that does, with so many that do not."""
    near = [made.shot("Above the Break 3", game_event_id=n, made=n < 4) for n in range(10)]
    far = [
        made.shot("Above the Break 3", game_event_id=100 + n, made=n == 0, **FAR) for n in range(1 + missed)
    ]
    return made.shots([each | {"game_id": game_id} for each in near + far])


def above_the_break(table: pd.DataFrame) -> pd.Series:
    return table.set_index("zone").loc["Above the Break 3"]


@pytest.mark.parametrize(
    ("game", "charged"),
    [
        ("0029600001", True),
        ("0022400001", True),
        ("0062400001", True),
        ("0022500001", False),
        ("0042500001", False),
        ("0022600001", False),
    ],
)
def test_a_miss_is_charged_until_2024_25(game: str, *, charged: bool) -> None:
    assert heaves.misses_charged(pd.Series([game])).tolist() == [charged]


def test_before_the_rule_every_heave_is_an_attempt() -> None:
    row = above_the_break(zones.team_zones(shots(BEFORE, missed=5), TEAMS))

    assert (row["fgm"], row["fga"], row["raw"]) == (5, 16, 5 / 16)
    assert (row["heaves_made"], row["heaves_missed"], row["comparable"]) == (1, 5, 0.4)


def test_since_the_rule_only_what_goes_in_is_known() -> None:
    row = above_the_break(zones.team_zones(shots(SINCE, missed=0), TEAMS))

    assert (row["fgm"], row["fga"], row["raw"]) == (5, 11, 5 / 11)
    assert (row["heaves_made"], row["comparable"]) == (1, 0.4)
    assert np.isnan(row["heaves_missed"])


def test_a_miss_that_was_charged_all_the_same_is_left_out_too() -> None:
    """From far and late, but the play began in the frontcourt: the feed has it, and says no more of it."""
    row = above_the_break(zones.team_zones(shots(SINCE, missed=1), TEAMS))

    assert (row["fga"], row["comparable"]) == (12, 0.4)
    assert np.isnan(row["heaves_missed"])


def test_a_zone_of_heaves_alone_has_nothing_to_compare() -> None:
    alone = shots(BEFORE, missed=3).query("is_heave")
    row = above_the_break(zones.player_zones(alone, {}))

    assert (row["fga"], row["raw"], row["heaves_missed"]) == (4, 0.25, 3)
    assert np.isnan(row["comparable"])


def test_every_table_of_zones_carries_them() -> None:
    gold: Gold = metrics.gold(made.silver(), metrics.load(), team_id=made.ATL, as_of=date(2027, 6, 1), seed=7)

    for name in ("player_zone", "team_zone", "opponent_zone"):
        assert {"heaves_made", "heaves_missed", "comparable"} <= set(CONTRACTS[name].columns)
        assert getattr(gold, name)["heaves_missed"].isna().all()


@pytest.mark.parametrize(("game", "missed"), [(BEFORE, 40), (SINCE, 0)])
def test_the_league_s_prior_does_not_know_of_the_rule(game: str, missed: int) -> None:
    def league(*, thrown: bool) -> dict[str, Prior]:
        players = []
        for player in range(1, 41):
            own = shots(game, missed=missed // 40).assign(player_id=player)
            own["made"] = own["made"] & ((own["game_event_id"] != 3) | (player % 2 == 0))
            players.append(own if thrown else own.query("not is_heave"))
        return zones.priors(pd.concat(players, ignore_index=True), {})

    assert league(thrown=True) == league(thrown=False)


@pytest.mark.parametrize(("game", "missed"), [(BEFORE, 5), (SINCE, 0)])
def test_nobody_is_judged_by_them(game: str, missed: int) -> None:
    model = metrics.load().expected
    with_them, without = (
        making.shot_making(making.valued(table, model))
        for every in [shots(game, missed=missed)]
        for table in (every, heaves.without(every))
    )

    pd.testing.assert_frame_equal(with_them, without)
    assert with_them["n"].tolist() == [10]


class TestTheSimulatedLeague:
    """Ten weeks of the last season under the old rule and of the first under the new one."""

    @staticmethod
    @lru_cache(maxsize=2)
    def season(year: int) -> pd.DataFrame:
        name = f"{year}-{year % 100 + 1}"
        request = calls.shots(name, date(year, 10, 20), date(year, 12, 31))
        return normalize.tables([answer(League(7), request)]).shot

    def league(self, year: int, zone: str) -> pd.Series:
        """Return the sums of all teams' rows of a zone."""
        table = zones.team_zones(self.season(year), TEAMS)
        names = ["fgm", "fga", "heaves_made", "heaves_missed"]
        return table[table["zone"] == zone][names].sum(min_count=1)

    def test_the_old_rule_counts_all_that_are_thrown(self) -> None:
        back, far = self.league(2024, "Backcourt"), self.league(2024, "Above the Break 3")

        assert back["fgm"] / back["fga"] < 0.1
        assert min(back["heaves_missed"], far["heaves_missed"]) > 50
        assert back["heaves_made"] + far["heaves_made"] < 20

    def test_the_new_rule_counts_what_goes_in(self) -> None:
        back, far = self.league(2025, "Backcourt"), self.league(2025, "Above the Break 3")

        assert back["fga"] < self.league(2024, "Backcourt")["fga"] / 4
        assert back["heaves_made"] + far["heaves_made"] >= 1
        assert np.isnan([back["heaves_missed"], far["heaves_missed"]]).all()

    def test_without_heaves_the_two_are_one_league(self) -> None:
        def comparable(year: int) -> float:
            shots = self.season(year)
            row = zones.counts(heaves.without(shots), []).set_index("zone").loc["Above the Break 3"]
            return float(row["fgm"] / row["fga"])

        # Two standard errors of the difference of 26,000 threes each.
        assert comparable(2024) == pytest.approx(comparable(2025), abs=0.0084)

    @pytest.mark.parametrize("year", [2024, 2025])
    def test_the_model_is_asked_of_no_heave(self, year: int) -> None:
        shots = self.season(year)
        known = expected_points.modelled(shots)

        assert shots["is_heave"].any()
        assert not known["is_heave"].any()
        assert len(known) == (~shots["is_heave"] & (shots["zone"] != "Backcourt")).sum()
