"""The calls of a night, made by nba_api's own endpoint classes: they know the parameters, nothing is sent.

Bulk before per-game: a window of days of the whole league is one call each for players, teams and shots; only
the box scores of the team's own games are fetched one by one.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from nba_api.stats.endpoints import (
    BoxScoreTraditionalV3,
    CommonTeamRoster,
    LeagueDashPlayerStats,
    LeagueDashTeamStats,
    LeagueGameLog,
    ScoreboardV3,
    ShotChartDetail,
    ShotChartLeagueWide,
)

from hawks_pipeline.sources.request import Request

REGULAR = "Regular Season"

ENDPOINTS: dict[str, Callable[..., Any]] = {
    endpoint.endpoint: endpoint
    for endpoint in (
        BoxScoreTraditionalV3,
        CommonTeamRoster,
        LeagueDashPlayerStats,
        LeagueDashTeamStats,
        LeagueGameLog,
        ScoreboardV3,
        ShotChartDetail,
        ShotChartLeagueWide,
    )
}
"""Every endpoint that the pipeline asks, by its name on the wire."""


def scoreboard(day: date) -> Request:
    """Ask for the games of `day`, played or not."""
    return _request(ScoreboardV3, game_date=day.isoformat(), league_id="00")


def player_log(season: str, first: date, last: date) -> Request:
    """Ask for every player's line in every game from `first` to `last`."""
    return _log("P", season, first, last)


def team_log(season: str, first: date, last: date) -> Request:
    """Ask for both teams' lines in every game from `first` to `last`."""
    return _log("T", season, first, last)


def shots(season: str, first: date, last: date, *, team: int = 0) -> Request:
    """Ask for every attempt from `first` to `last`, of every team if `team` is 0.

    A window must not hold more than 102,400 attempts (a whole season of the league does): the league cuts
    them off without a word.
    """
    return _request(
        ShotChartDetail,
        team_id=team,
        player_id=0,
        # The default, PTS, answers with the makes alone.
        context_measure_simple="FGA",
        season_type_all_star=REGULAR,
        season_nullable=season,
        date_from_nullable=_american(first),
        date_to_nullable=_american(last),
    )


def box_score(game_id: str) -> Request:
    """Ask for one game's box score, with those who did not play."""
    return _request(BoxScoreTraditionalV3, game_id=game_id)


def roster(team: int, season: str) -> Request:
    """Ask for a team's players and coaches."""
    return _request(CommonTeamRoster, team_id=team, season=season)


def official_players(season: str, last: date) -> Request:
    """Ask for the league's own season totals of every player until `last`."""
    return _request(
        LeagueDashPlayerStats,
        per_mode_detailed="Totals",
        season=season,
        season_type_all_star=REGULAR,
        date_to_nullable=_american(last),
    )


def official_teams(season: str, last: date) -> Request:
    """Ask for the league's own eFG%, TS% and the like of every team until `last`."""
    return _request(
        LeagueDashTeamStats,
        measure_type_detailed_defense="Advanced",
        per_mode_detailed="Totals",
        season=season,
        season_type_all_star=REGULAR,
        date_to_nullable=_american(last),
    )


def league_zones(season: str) -> Request:
    """Ask for the whole league's attempts and makes by zone."""
    return _request(ShotChartLeagueWide, season=season)


def _log(who: str, season: str, first: date, last: date) -> Request:
    return _request(
        LeagueGameLog,
        player_or_team_abbreviation=who,
        season=season,
        season_type_all_star=REGULAR,
        date_from_nullable=_american(first),
        date_to_nullable=_american(last),
    )


def _request(endpoint: Callable[..., Any], **arguments: object) -> Request:
    made = endpoint(get_request=False, **arguments)
    return Request.of(made.endpoint, made.parameters)


def _american(day: date) -> str:
    return day.strftime("%m/%d/%Y")
