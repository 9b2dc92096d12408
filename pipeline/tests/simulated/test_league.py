"""The simulated league is like the real one where it counts, and its tables never contradict each other."""

import time
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from hawks_pipeline.simulated import court
from hawks_pipeline.simulated import season as seasons
from hawks_pipeline.simulated.bodies import logs
from hawks_pipeline.simulated.league import League
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.sources import calls

SEEDS = [7, 11]
BEFORE = 2024  # the last season in which every heave was charged


@pytest.fixture(scope="module", params=SEEDS)
def season(request: pytest.FixtureRequest) -> Season:
    return seasons.season(request.param, BEFORE)


@pytest.fixture(scope="module")
def teams(season: Season) -> pd.DataFrame:
    return logs.team_lines(season, season.lines)


# The real season 2024-25: share of the attempts and share made.
@pytest.mark.parametrize(
    ("zone", "share", "made"),
    [
        pytest.param("Restricted Area", 0.279, 0.664, id="restricted area"),
        pytest.param("In The Paint (Non-RA)", 0.203, 0.444, id="paint"),
        pytest.param("Mid-Range", 0.097, 0.417, id="mid-range"),
        pytest.param("Left Corner 3", 0.056, 0.386, id="left corner"),
        pytest.param("Right Corner 3", 0.052, 0.390, id="right corner"),
        pytest.param("Above the Break 3", 0.311, 0.353, id="above the break"),
        pytest.param("Backcourt", 0.0024, 0.023, id="backcourt"),
    ],
)
def test_the_league_shoots_as_the_real_one_does(season: Season, zone: str, share: float, made: float) -> None:
    shots = season.shots[season.shots["zone"] == court.ZONES.index(zone)]

    assert len(shots) / len(season.shots) == pytest.approx(share, abs=0.008)
    assert shots["made"].mean() == pytest.approx(made, abs=0.015)


@pytest.mark.parametrize(
    ("figure", "mean", "tolerance", "spread"),
    [
        ("FGA", 89.2, 0.8, 7.3),
        ("FG3A", 37.6, 1.2, 7.0),
        ("FTA", 21.7, 0.7, 6.9),
        ("FGM", 41.7, 0.7, 5.3),
        ("OREB", 11.1, 0.4, 4.0),
        ("AST", 26.5, 0.6, 5.3),
        ("PTS", 113.8, 1.8, 12.7),
    ],
)
def test_teams_do_as_much_in_a_game(
    teams: pd.DataFrame, figure: str, mean: float, tolerance: float, spread: float
) -> None:
    assert teams[figure].mean() == pytest.approx(mean, abs=tolerance)
    assert teams[figure].std() == pytest.approx(spread, rel=0.25)


def test_free_throws_turnovers_and_overtime(season: Season, teams: pd.DataFrame) -> None:
    assert teams["FTM"].sum() / teams["FTA"].sum() == pytest.approx(0.78, abs=0.012)
    assert season.lines["TOV"].sum() / len(teams) == pytest.approx(13.5, abs=0.4)
    assert (season.periods > 4).mean() == pytest.approx(0.049, abs=0.018)
    assert season.lines.groupby("row").size().mean() == pytest.approx(10.7, abs=0.2)


def test_players_spread_their_shots_as_widely(season: Season) -> None:
    players = season.lines.groupby("player")[["FGA", "FG3A", "FTA"]].sum().query("FGA >= 200")
    threes, fouls = players["FG3A"] / players["FGA"], players["FTA"] / players["FGA"]

    assert 270 < len(players) < 380
    assert threes.mean() == pytest.approx(0.427, abs=0.04)
    assert 0.15 < threes.std() < 0.28
    assert fouls.mean() == pytest.approx(0.235, abs=0.03)


def test_a_shot_is_worth_less_from_farther_out(season: Season) -> None:
    shots = season.shots.assign(far=np.hypot(season.shots["x"], season.shots["y"]))
    rim, three = shots[shots["zone"] == court.RESTRICTED], shots[shots["zone"] == court.ABOVE]

    assert rim[rim["far"] < 10]["made"].mean() - rim[rim["far"] > 30]["made"].mean() > 0.1
    assert three[three["far"] < 250]["made"].mean() - three[three["far"] > 290]["made"].mean() > 0.03


def test_shots_add_up_to_every_line(season: Season) -> None:
    shots = season.shots
    of = shots.assign(
        FGA=1,
        FGM=shots["made"].astype(int),
        FG3A=shots["three"].astype(int),
        FG3M=(shots["made"] & shots["three"]).astype(int),
    )
    sums = of.groupby(["row", "player"])[["FGM", "FGA", "FG3M", "FG3A"]].sum()
    lines = season.lines.set_index(["row", "player"])[["FGM", "FGA", "FG3M", "FG3A"]]

    assert lines[lines["FGA"] > 0].sort_index().equals(sums.sort_index())


def test_every_identity_of_a_box_score_holds(season: Season, teams: pd.DataFrame) -> None:
    lines, points = season.lines, season.score.sum(axis=1)

    assert (lines["PTS"] == 2 * lines["FGM"] + lines["FG3M"] + lines["FTM"]).all()
    assert (lines["FG3M"] <= lines["FG3A"]).all()
    assert (lines["FG3A"] <= lines["FGA"]).all()
    assert (lines["FG3M"] <= lines["FGM"]).all()
    assert (lines["FGM"] <= lines["FGA"]).all()
    assert (lines["FTM"] <= lines["FTA"]).all()
    assert (lines["PF"] <= 6).all()
    assert (lines[[*logs.SUMS, "seconds"]] >= 0).all(axis=None)
    assert (teams["PTS"] == points[teams["row"]]).all()
    assert (points[::2] != points[1::2]).all()
    assert (lines.groupby("row")["PLUS_MINUS"].sum() == 5 * teams.set_index("row")["PLUS_MINUS"]).all()
    assert (teams["BLK"].to_numpy() == teams["BLKA"].to_numpy()[teams["row"] ^ 1]).all()


def test_five_men_are_on_the_floor(season: Season) -> None:
    minutes = season.lines.groupby("row")["seconds"].sum() / 60
    long = np.repeat(season.periods - 4, 2)

    assert (minutes == 240 + 25 * long[minutes.index]).all()
    assert (season.lines.groupby("row")["starter"].sum() == 5).all()
    assert (season.lines.groupby("row").size() >= 8).all()
    assert not season.lines.duplicated(["row", "player"]).any()


def test_places_lie_in_their_zones(season: Season) -> None:
    shots = season.shots

    assert (court.zones(shots["x"].to_numpy(), shots["y"].to_numpy()) == shots["zone"]).all()
    assert shots["x"].between(-250, 250).all()
    assert shots["y"].between(-52, 887).all()
    assert not shots.duplicated(["game", "event"]).any()
    # The scorer's three and the place disagree now and then, as they do in the real league.
    assert 12 <= (shots["three"] != shots["zone"].isin(court.THREES)).sum() <= 147


def test_a_schedule_is_a_season(season: Season) -> None:
    games = season.schedule
    both = np.stack([games.home, games.away], axis=1)
    days = pd.DataFrame({"team": both.ravel(), "day": np.repeat(games.day, 2)})

    assert len(games.day) == 1230
    assert (np.bincount(both.ravel()) == 82).all()
    assert (np.bincount(games.home) == 41).all()
    assert not days.duplicated().any()
    assert (games.home != games.away).all()
    assert games.first.strftime("%A %B") == "Tuesday October"


def test_a_seed_is_a_league() -> None:
    seasons.season.cache_clear()
    one = seasons.season(3, 2026)
    seasons.season.cache_clear()
    again, other = seasons.season(3, 2026), seasons.season(4, 2026)

    pd.testing.assert_frame_equal(one.lines, again.lines)
    pd.testing.assert_frame_equal(one.shots, again.shots)
    assert not one.lines.equals(other.lines)
    assert one.players.name != other.players.name


def test_a_season_is_made_in_seconds() -> None:
    seasons.season.cache_clear()
    # Of this process: what else the machine does is not our doing.
    start = time.process_time()
    seasons.season(5, 2026)

    assert time.process_time() - start < 15


def test_a_night_is_answered_within_a_second() -> None:
    seasons.season(7, 2026)
    last = date(2027, 3, 1)
    first = last - timedelta(days=6)
    start = time.process_time()
    league = League(7, as_of=last)
    for request in (
        calls.scoreboard(last),
        calls.player_log("2026-27", first, last),
        calls.team_log("2026-27", first, last),
        calls.shots("2026-27", first, last),
        calls.box_score("0022600800"),
        calls.roster(1610612737, "2026-27"),
        calls.official_players("2026-27", last),
        calls.official_teams("2026-27", last),
        calls.league_zones("2026-27"),
    ):
        league.answer(request.endpoint, dict(request.parameters))

    assert time.process_time() - start < 1
