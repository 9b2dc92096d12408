"""What the simulated league sends has the headers, nulls and types that the real one sends."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hawks_pipeline.simulated.bodies import roster
from hawks_pipeline.simulated.league import ENDPOINTS, League
from hawks_pipeline.sources import RawResponse, Request, calls
from hawks_pipeline.sources.recorded import RecordedSource

REAL = Path(__file__).parents[3] / ".." / "shared/nba/raw_json/nba_api_cassettes"
GAMES = REAL.parents[1] / "gamelogs/leaguegamelog_P_2024-25.parquet"
real = pytest.mark.skipif(not REAL.exists(), reason="no recorded bodies in ../shared beside the repository")

SEASON = "2026-27"
DAY = date(2027, 1, 15)
HAWKS = 1610612737
LEAGUE = League(7, as_of=DAY)

# The real bodies are of other days, teams and games: what is compared is their shape.
REQUESTS = {
    "boxscoretraditionalv3": calls.box_score("0022600300"),
    "commonteamroster": calls.roster(HAWKS, SEASON),
    "leaguedashplayerstats": calls.official_players(SEASON, DAY),
    "leaguedashteamstats Base": Request.of(
        "leaguedashteamstats", {"MeasureType": "Base", "PerMode": "Totals", "Season": SEASON}
    ),
    "leaguedashteamstats Advanced": calls.official_teams(SEASON, DAY),
    "leaguegamelog": calls.team_log(SEASON, date(2027, 1, 1), DAY),
    "scoreboardv3": calls.scoreboard(DAY),
    "shotchartdetail": calls.shots(SEASON, DAY, DAY),
    "shotchartleaguewide": calls.league_zones(SEASON),
}


def simulated(request: Request) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(LEAGUE.answer(request.endpoint, dict(request.parameters)))


def recorded(name: str) -> list[Any]:
    source = RecordedSource(REAL)
    endpoint, _, measure = name.partition(" ")
    found: list[RawResponse] = [
        source.fetch(request)
        for request in source.requests
        if request.endpoint == endpoint
        and request.asked.get("MeasureType", measure or "Base") == (measure or "Base")
        and request.asked.get("PerMode", "Totals") in ("Totals", "PerGame" if measure == "Advanced" else "")
    ]
    assert found
    return [json.loads(each.body) for each in found]


def shape(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """Yield each place of a body with the type that stands there: columns by name, lists by what is in."""
    if isinstance(value, dict) and "rowSet" in value:
        for row in value["rowSet"]:
            for name, cell in zip(value["headers"], row, strict=True):
                yield from shape(cell, f"{path}/{value['name']}/{name}")
    elif isinstance(value, dict):
        yield path, "object"
        for name, inner in value.items():
            if name != "parameters":
                yield from shape(inner, f"{path}/{name}")
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            yield from shape(inner, path)
    else:
        yield path, type(value).__name__


def headers(body: Any) -> Any:  # noqa: ANN401 - any JSON
    return {each["name"]: each["headers"] for each in body.get("resultSets", [])}


def test_every_endpoint_is_compared() -> None:
    assert {name.split()[0] for name in REQUESTS} == ENDPOINTS == set(calls.ENDPOINTS)


@real
@pytest.mark.parametrize("name", REQUESTS)
def test_headers_are_the_recorded_ones(name: str) -> None:
    assert headers(simulated(REQUESTS[name])) in [headers(body) for body in recorded(name)]


@real
@pytest.mark.parametrize("name", REQUESTS)
def test_types_are_among_the_recorded_ones(name: str) -> None:
    ours = set(shape(simulated(REQUESTS[name])))
    theirs = {each for body in recorded(name) for each in shape(body)}

    assert ours <= theirs


@real
@pytest.mark.parametrize("name", ["boxscoretraditionalv3", "scoreboardv3"])
def test_the_new_envelope_has_all_the_keys_in_their_order(name: str) -> None:
    def keys(value: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            yield path, list(value)
            for key, inner in value.items():
                yield from keys(inner, f"{path}/{key}")
        elif isinstance(value, list) and "Broadcasters" not in path:
            for inner in value:
                yield from keys(inner, path)

    assert dict(keys(simulated(REQUESTS[name]))) == dict(keys(recorded(name)[0]))


PLAYER_LOG = """
SEASON_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL MIN FGM
FGA FG_PCT FG3M FG3A FG3_PCT FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PTS PLUS_MINUS FANTASY_PTS
VIDEO_AVAILABLE
"""


def test_the_log_of_players_has_its_32_columns() -> None:
    log = simulated(calls.player_log(SEASON, DAY, DAY))["resultSets"][0]

    assert log["headers"] == PLAYER_LOG.split()
    kinds: dict[str, set[str]] = {place.rpartition("/")[2]: set() for place, _ in shape(log)}
    for place, kind in shape(log):
        kinds[place.rpartition("/")[2]].add(kind)
    assert kinds["MIN"] == kinds["PLUS_MINUS"] == kinds["PTS"] == {"int"}
    assert kinds["FT_PCT"] == {"float", "NoneType"}
    assert kinds["GAME_ID"] == kinds["GAME_DATE"] == kinds["SEASON_ID"] == {"str"}
    assert kinds["FANTASY_PTS"] == {"float"}


@pytest.mark.skipif(not GAMES.exists(), reason="no recorded season in ../shared beside the repository")
def test_the_log_of_players_has_the_columns_and_types_of_a_real_season() -> None:
    log = simulated(calls.player_log(SEASON, date(2026, 12, 1), DAY))["resultSets"][0]
    ours, theirs = pd.DataFrame(log["rowSet"], columns=log["headers"]), pd.read_parquet(GAMES)

    assert ours.dtypes.to_dict() == theirs[PLAYER_LOG.split()].dtypes.to_dict()
    assert set(theirs) == set(ours)


@real
def test_a_league_table_by_zone_has_the_same_twenty_rows_as_the_real_one() -> None:
    def zones(body: Any) -> list[Any]:  # noqa: ANN401 - any JSON
        return [row[1:4] for row in body["resultSets"][0]["rowSet"]]

    assert zones(simulated(REQUESTS["shotchartleaguewide"])) == zones(recorded("shotchartleaguewide")[0])


def test_no_attempts_are_null_in_the_logs_and_zero_in_box_scores() -> None:
    log = simulated(calls.player_log(SEASON, date(2026, 10, 20), DAY))["resultSets"][0]
    rows = [dict(zip(log["headers"], row, strict=True)) for row in log["rowSet"]]
    idle = [row for row in rows if row["FGA"] == 0]
    team = simulated(calls.box_score(idle[0]["GAME_ID"]))["boxScoreTraditional"]
    players = [player for side in ("homeTeam", "awayTeam") for player in team[side]["players"]]
    player = next(each for each in players if each["personId"] == idle[0]["PLAYER_ID"])

    assert {row["FG_PCT"] for row in idle} == {None}
    assert None not in {row["FG_PCT"] for row in rows if row["FGA"]}
    assert player["statistics"]["fieldGoalsPercentage"] == 0.0


def test_dates_are_written_in_the_ways_of_each_endpoint() -> None:
    def first(request: Request, column: str) -> object:
        table = simulated(request)["resultSets"][0]
        return table["rowSet"][0][table["headers"].index(column)]

    game = simulated(calls.scoreboard(DAY))["scoreboard"]["games"][0]

    assert first(REQUESTS["shotchartdetail"], "GAME_DATE") == "20270115"
    assert first(calls.team_log(SEASON, DAY, DAY), "GAME_DATE") == "2027-01-15"
    assert str(first(REQUESTS["commonteamroster"], "BIRTH_DATE"))[3] == " "
    assert game["gameEt"].startswith("2027-01-15T")
    assert game["gameCode"].startswith("20270115/")


def test_the_roster_declares_what_it_sends() -> None:
    sent = simulated(REQUESTS["commonteamroster"])["resultSets"][0]["rowSet"]

    assert {len(row) for row in sent} == {len(roster.HEADERS)}
