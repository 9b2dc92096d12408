"""Answers of the league, made by hand: envelopes, headers and spellings of the real ones, a row or two."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import frames as made

from hawks_pipeline.sources.request import RawResponse, Request


def _words(text: str) -> list[str]:
    return text.split()


ATL, BOS = made.ATL, made.BOS
GAME = "0022600001"
LINE = _words(
    "SEASON_ID TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL MIN FGM FGA FG_PCT FG3M FG3A "
    "FG3_PCT FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PTS PLUS_MINUS VIDEO_AVAILABLE"
)
PLAYER_LINE = [LINE[0], "PLAYER_ID", "PLAYER_NAME", *LINE[1:-1], "FANTASY_PTS", LINE[-1]]
SHOT = _words(
    "GRID_TYPE GAME_ID GAME_EVENT_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_NAME PERIOD MINUTES_REMAINING "
    "SECONDS_REMAINING EVENT_TYPE ACTION_TYPE SHOT_TYPE SHOT_ZONE_BASIC SHOT_ZONE_AREA SHOT_ZONE_RANGE "
    "SHOT_DISTANCE LOC_X LOC_Y SHOT_ATTEMPTED_FLAG SHOT_MADE_FLAG GAME_DATE HTM VTM"
)
FIRST = datetime(2026, 10, 22, 9, tzinfo=UTC)


def response(endpoint: str, body: object, *, later: int = 0, **asked: object) -> RawResponse:
    """Return a body fetched `later` minutes after FIRST."""
    return RawResponse(
        request=Request.of(endpoint, asked),
        body=json.dumps(body).encode(),
        status=200,
        fetched_at=FIRST + timedelta(minutes=later),
        nba_api="1.12.0",
        simulated=True,
    )


def legacy(name: str, headers: Sequence[str], rows: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return the old envelope. What a row has and `headers` have not is left out."""
    values = [[row.get(header) for header in headers] for row in rows]
    return {
        "resource": name,
        "parameters": {},
        "resultSets": [{"name": name, "headers": list(headers), "rowSet": values}],
    }


def line(**fields: object) -> dict[str, object]:
    """Return a row of a game log, by its headers: five of nine, one of two threes, no free throws."""
    row = dict.fromkeys(PLAYER_LINE, 0) | {
        "SEASON_ID": "22026",
        "PLAYER_ID": 9,
        "PLAYER_NAME": "Vít Krejčí",
        "TEAM_ID": ATL,
        "TEAM_ABBREVIATION": "ATL",
        "TEAM_NAME": "Atlanta Hawks",
        "GAME_ID": GAME,
        "GAME_DATE": "2026-10-21",
        "MATCHUP": "ATL vs. BOS",
        "WL": "W",
        "MIN": 30,
        "FGM": 5,
        "FGA": 9,
        "FG_PCT": 0.556,
        "FG3M": 1,
        "FG3A": 2,
        "FG3_PCT": 0.5,
        "FT_PCT": None,
        "PTS": 11,
        "FANTASY_PTS": 20.5,
    }
    return row | fields


def away(**fields: object) -> dict[str, object]:
    """Return the row of the other side."""
    other = {"PLAYER_ID": 8, "TEAM_ID": BOS, "TEAM_ABBREVIATION": "BOS", "MATCHUP": "BOS @ ATL", "WL": "L"}
    return line(**(other | {"PLAYER_NAME": "Bo Ek"} | fields))


def player_log(*rows: dict[str, object], headers: Sequence[str] = PLAYER_LINE, later: int = 0) -> RawResponse:
    body = legacy("LeagueGameLog", headers, rows or (line(), away()))
    return response("leaguegamelog", body, later=later, PlayerOrTeam="P")


def team_log(*rows: dict[str, object], headers: Sequence[str] = LINE, later: int = 0) -> RawResponse:
    body = legacy("LeagueGameLog", headers, rows or (line(MIN=240, TOV=3), away(MIN=240)))
    return response("leaguegamelog", body, later=later, PlayerOrTeam="T")


def attempt(**fields: object) -> dict[str, object]:
    """Return a row of a shot chart, by its headers: a missed layup."""
    return {
        "GRID_TYPE": "Shot Chart Detail",
        "GAME_ID": GAME,
        "GAME_EVENT_ID": 7,
        "PLAYER_ID": 9,
        "PLAYER_NAME": "Vít Krejčí",
        "TEAM_ID": ATL,
        "TEAM_NAME": "Atlanta Hawks",
        "PERIOD": 1,
        "MINUTES_REMAINING": 11,
        "SECONDS_REMAINING": 30,
        "EVENT_TYPE": "Missed Shot",
        "ACTION_TYPE": "Driving Layup Shot",
        "SHOT_TYPE": "2PT Field Goal",
        "SHOT_ZONE_BASIC": "Restricted Area",
        "SHOT_ZONE_AREA": "Center(C)",
        "SHOT_ZONE_RANGE": "Less Than 8 ft.",
        "SHOT_DISTANCE": 1,
        "LOC_X": 10,
        "LOC_Y": 8,
        "SHOT_ATTEMPTED_FLAG": 1,
        "SHOT_MADE_FLAG": 0,
        "GAME_DATE": "20261021",
        "HTM": "ATL",
        "VTM": "BOS",
    } | fields


def shot_chart(*rows: dict[str, object], headers: Sequence[str] = SHOT, later: int = 0) -> RawResponse:
    body = legacy("Shot_Chart_Detail", headers, rows)
    return response("shotchartdetail", body, later=later, ContextMeasure="FGA")


def scoreboard(*, neutral: bool = False, status: int = 3, scores: tuple[int, int] = (11, 11)) -> RawResponse:
    game = {
        "gameId": GAME,
        "gameCode": "20261021/BOSATL",
        "gameStatus": status,
        "gameStatusText": "Final",
        "gameTimeUTC": "2026-10-22T00:30:00Z",
        "gameEt": "2026-10-21T20:30:00Z",
        "isNeutral": neutral,
        "homeTeam": {"teamId": ATL, "teamTricode": "ATL", "score": scores[0]},
        "awayTeam": {"teamId": BOS, "teamTricode": "BOS", "score": scores[1]},
    }
    return response(
        "scoreboardv3", {"meta": {"version": 1}, "scoreboard": {"gameDate": "2026-10-21", "games": [game]}}
    )


def box_score(*players: dict[str, Any]) -> RawResponse:
    """Return a box score: of each player what differs from five of nine."""
    done = {
        "minutes": "30:15",
        "fieldGoalsMade": 5,
        "fieldGoalsAttempted": 9,
        "fieldGoalsPercentage": 0.556,
        "threePointersMade": 1,
        "threePointersAttempted": 2,
        "threePointersPercentage": 0.5,
        "freeThrowsMade": 0,
        "freeThrowsAttempted": 0,
        "freeThrowsPercentage": 0.0,
        "points": 11,
        "plusMinusPoints": 0.0,
    } | dict.fromkeys(
        [
            "reboundsOffensive",
            "reboundsDefensive",
            "reboundsTotal",
            "assists",
            "steals",
            "blocks",
            "turnovers",
        ],
        0,
    )
    done["foulsPersonal"] = 0
    who = {
        "firstName": "Vít",
        "familyName": "Krejčí",
        "nameI": "V. Krejčí",
        "playerSlug": "vit-krejci",
        "jerseyNum": "",
    }
    rows = [
        who
        | {"personId": 9, "position": "F", "comment": ""}
        | player
        | {"statistics": done | player.get("statistics", {})}
        for player in players
    ]
    names = {"teamCity": "", "teamName": "", "teamSlug": ""}
    home = {
        "teamId": ATL,
        "teamTricode": "ATL",
        "players": rows,
        "statistics": done,
        "starters": done,
        "bench": done,
    }
    other = home | {"teamId": BOS, "teamTricode": "BOS", "players": []}
    body = {
        "gameId": GAME,
        "homeTeamId": ATL,
        "awayTeamId": BOS,
        "homeTeam": home | names,
        "awayTeam": other | names,
    }
    return response(
        "boxscoretraditionalv3", {"meta": {"version": 1}, "boxScoreTraditional": body}, GameID=GAME
    )
