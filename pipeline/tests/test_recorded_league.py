"""The real league's recorded answers under our contracts; skipped where the recordings are not."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hawks_pipeline import cleaning, contracts, datasets, normalize, reconcile, wire
from hawks_pipeline.contracts import Silver
from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics import box, form, seasons
from hawks_pipeline.sources.parse import Table
from hawks_pipeline.sources.recorded import RecordedSource
from hawks_pipeline.sources.request import RawResponse

REAL = Path(__file__).parents[3] / "shared" / "nba"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real data in {REAL}")


def answers(endpoint: str, **asked: str) -> list[RawResponse]:
    source = RecordedSource(REAL / "raw_json" / "nba_api_cassettes")
    found = [each for each in source.requests if each.endpoint == endpoint]
    return [source.fetch(each) for each in found if asked.items() <= each.asked.items()]


def player_log(season: str) -> pd.DataFrame:
    """Return a real season's player log as if it came over the wire: JSON's own numbers, and null for NaN."""
    table = pd.read_parquet(REAL / "gamelogs" / f"leaguegamelog_P_{season}.parquet")
    rows = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    return wire.frame(
        {"LeagueGameLog": Table(list(table.columns), rows)}, datasets.PLAYER_LOG, endpoint="log"
    )


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return player_log("2025-26")


@pytest.mark.parametrize(
    ("endpoint", "table", "rows"),
    [
        ("leaguegamelog", "team_game", 1688),
        ("shotchartleaguewide", "league_zone", 20),
        ("commonteamroster", "roster", 19),
        ("boxscoretraditionalv3", "box_score", 23),
        ("leaguedashplayerstats", "official_player", 535),
        ("scoreboardv3", "schedule", 11),
    ],
)
def test_a_recorded_answer_is_cleaned_without_a_warning(
    endpoint: str, table: str, rows: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        silver = normalize.tables(answers(endpoint))

    assert caplog.messages == []
    assert len(getattr(silver, table)) == rows


def test_the_shot_chart_that_was_asked_for_points_has_makes_alone() -> None:
    with pytest.raises(ContractError, match="532 shots and all made"):
        normalize.tables(answers("shotchartdetail"))


def test_a_real_season_of_players_adds_up_to_its_teams(log: pd.DataFrame) -> None:
    teams = normalize.tables(answers("leaguegamelog", PlayerOrTeam="T")).team_game
    teams = teams[teams["game_id"].isin(log["game_id"])]
    players = lines(log)
    nothing = {name: contracts.empty(name) for name in Silver.__slots__}
    silver = Silver(**(nothing | {"player_game": players, "team_game": teams}))

    assert len(players) > 14_000
    reconcile.check(silver)


def test_real_neutral_games_say_at_on_both_sides() -> None:
    players = lines(player_log("2024-25"))
    neutral = players[players["venue"] == "N"]["game_id"].unique()

    assert len(neutral) == 5


def test_minutes_of_zero_are_real(log: pd.DataFrame) -> None:
    players = lines(log)
    idle = players[players["min"] == 0]

    assert len(idle) > 50
    assert len(form.played(idle)) < len(idle)


def test_usage_of_a_real_season_is_a_fifth_on_average(log: pd.DataFrame) -> None:
    teams = normalize.tables(answers("leaguegamelog", PlayerOrTeam="T")).team_game
    games = seasons.with_team(lines(log), teams)
    sums = games.groupby("player_id")[["fga", "fta", "tov", "min", "tm_min", "tm_plays"]].sum()
    usage = box.usage(sums)

    assert np.average(usage.dropna(), weights=sums.loc[usage.notna(), "min"]) == pytest.approx(0.2, abs=0.01)


def lines(log: pd.DataFrame) -> pd.DataFrame:
    opponents = cleaning.opponents(log)
    neutral = cleaning.neutral_games(log, log.iloc[:0], contracts.empty("schedule"))
    return contracts.typed("player_game", cleaning.lines(log, opponents, neutral))
