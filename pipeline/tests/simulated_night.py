"""The simulated league's answers for a window of days, cleaned."""

from datetime import UTC, date, datetime

from hawks_pipeline import normalize
from hawks_pipeline.contracts import Silver
from hawks_pipeline.simulated.league import League
from hawks_pipeline.sources import calls
from hawks_pipeline.sources.request import RawResponse, Request

SEASON = "2026-27"
FETCHED = datetime(2027, 1, 11, 9, tzinfo=UTC)


def answer(league: League, request: Request) -> RawResponse:
    return RawResponse(
        request=request,
        body=league.answer(request.endpoint, dict(request.parameters)),
        status=200,
        fetched_at=FETCHED,
        nba_api="1.12.0",
        simulated=True,
    )


def night(league: League, first: date, last: date) -> Silver:
    """Return the tables of all games from `first` to `last`."""
    asked = [
        calls.scoreboard(last),
        calls.player_log(SEASON, first, last),
        calls.team_log(SEASON, first, last),
        calls.shots(SEASON, first, last),
        calls.roster(1610612737, SEASON),
        calls.official_players(SEASON, last),
        calls.official_teams(SEASON, last),
        calls.league_zones(SEASON),
    ]
    silver = normalize.tables([answer(league, request) for request in asked])
    own = silver.schedule[(silver.schedule["home"] == "ATL") | (silver.schedule["away"] == "ATL")]
    asked += [calls.box_score(game) for game in own.loc[own["status"] == 3, "game_id"]]
    return normalize.tables([answer(league, request) for request in asked])
