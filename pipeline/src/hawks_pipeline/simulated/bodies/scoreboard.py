"""`scoreboardv3`: the games of a day: over, still to come, or put off."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from hawks_pipeline.simulated.bodies.envelope import Body, new
from hawks_pipeline.simulated.names import slug
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import HAWKS, TEAMS

EASTERN = ZoneInfo("America/New_York")
SCHEDULED, LIVE, FINAL = 1, 2, 3
CUP_FINAL = 56
"""The day, a Tuesday in December, of a game that counts for no team's season; its number begins with 006."""


def answer(season: Season, day: date, moment: datetime) -> Body:
    """Return the games of `day`, and those that were announced for it and put off."""
    number = season.day_of(day)
    games = [int(game) for game in np.flatnonzero(season.schedule.day == number)]
    off = [game for game, left in season.schedule.postponed.items() if left == number]
    content: Body = {
        "gameDate": day.isoformat(),
        "leagueId": "00",
        "leagueName": "National Basketball Association",
        "games": [_game(season, game, day, off=game in off) for game in sorted([*games, *off])],
    }
    if number == CUP_FINAL:
        content["games"].append(_cup_final(season, day))
    return new(f"league/00/{day:%Y/%m/%d}/scoreboard", moment, "scoreboard", content)


def _game(season: Season, game: int, day: date, *, off: bool) -> Body:
    over = bool(season.played[game]) and not off
    sides = (season.schedule.home[game], season.schedule.away[game])
    tip = datetime.combine(day, datetime.min.time()) + timedelta(hours=19, minutes=30 * (game % 7))
    if off:
        text = "PPD"
    elif over:
        text = "Final" + {4: "", 5: "/OT"}.get(int(season.periods[game]), f"/OT{season.periods[game] - 4}")
    else:
        text = f"{tip:%I:%M} pm ET".lstrip("0")
    home, away = (_leader(season, 2 * game + side) if over else None for side in (0, 1))
    return {
        "gameId": season.game_id(game),
        "gameCode": f"{day:%Y%m%d}/{TEAMS[sides[1]].abbreviation}{TEAMS[sides[0]].abbreviation}",
        "gameStatus": FINAL if over else SCHEDULED,
        "gameStatusText": text,
        "period": int(season.periods[game]) if over else 0,
        "gameClock": "",
        "gameTimeUTC": f"{tip.replace(tzinfo=EASTERN).astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}",
        # The host writes a Z here too, though it is Eastern time.
        "gameEt": f"{tip:%Y-%m-%dT%H:%M:%SZ}",
        "regulationPeriods": 4,
        "seriesGameNumber": "",
        "gameLabel": "",
        "gameSubLabel": "",
        "seriesText": "",
        "ifNecessary": False,
        "seriesConference": "",
        "poRoundDesc": "",
        "gameSubtype": "",
        "isNeutral": game in season.schedule.neutral,
        "gameLeaders": {"homeLeaders": home or _nobody(0), "awayLeaders": away or _nobody(0)},
        "teamLeaders": {
            "homeLeaders": _season_leader(season, sides[0], season.schedule.day[game]),
            "awayLeaders": _season_leader(season, sides[1], season.schedule.day[game]),
            "seasonLeadersFlag": 0,
        },
        "broadcasters": _broadcasters(),
        "homeTeam": _team(season, sides[0], 2 * game, over=over),
        "awayTeam": _team(season, sides[1], 2 * game + 1, over=over),
    }


def _team(season: Season, index: int, row: int, *, over: bool) -> Body:
    team, day = TEAMS[index], season.schedule.day[row // 2]
    points = season.score.sum(axis=1)
    both = np.stack([season.schedule.home, season.schedule.away], axis=1).ravel()
    until = np.repeat((season.schedule.day <= day) & season.played, 2) & (both == index)
    won = points > points[np.arange(len(points)) ^ 1]
    periods = range(int(season.periods[row // 2])) if over else range(0)
    return {
        "teamId": team.id,
        "teamName": team.nickname,
        "teamCity": team.city,
        "teamTricode": team.abbreviation,
        "teamSlug": team.slug,
        "wins": int((until & won).sum()),
        "losses": int((until & ~won).sum()),
        "score": int(points[row]) if over else 0,
        "seed": 0,
        "inBonus": None,
        "timeoutsRemaining": row % 3 if over else 0,
        "periods": [
            {
                "period": period + 1,
                "periodType": "REGULAR" if period < 4 else "OVERTIME",
                "score": int(season.score[row, period]),
            }
            for period in periods
        ],
    }


def _leader(season: Season, row: int) -> Body:
    line = season.lines[season.lines["row"] == row].sort_values("PTS", kind="stable").iloc[-1]
    rebounds = int(line["OREB"] + line["DREB"])
    return _person(season, line, points=int(line["PTS"]), rebounds=rebounds, assists=int(line["AST"]))


def _season_leader(season: Season, team: int, day: int) -> Body:
    lines = season.lines
    own = lines[(lines["team"] == team) & (lines["day"] <= day)]
    if own.empty:
        return _nobody(0.0)
    means = own.groupby("player")[["PTS", "OREB", "DREB", "AST"]].mean().sort_values("PTS", kind="stable")
    line = means.iloc[-1]
    best = pd.Series({"player": means.index[-1], "team": team})
    rebounds = round(float(line["OREB"] + line["DREB"]), 1)
    points, assists = round(float(line["PTS"]), 1), round(float(line["AST"]), 1)
    return _person(season, best, points=points, rebounds=rebounds, assists=assists)


def _person(season: Season, line: pd.Series, *, points: float, rebounds: float, assists: float) -> Body:
    player = int(line["player"])
    name = " ".join(season.players.name[player])
    return {
        "personId": int(season.players.id[player]),
        "name": name,
        "playerSlug": slug(name),
        "jerseyNum": str(player % 100),
        "position": season.players.position[player],
        "teamTricode": TEAMS[int(line["team"])].abbreviation,
        "points": points,
        "rebounds": rebounds,
        "assists": assists,
    }


def _nobody(none: float) -> Body:
    words = dict.fromkeys(("name", "playerSlug", "jerseyNum", "position", "teamTricode"), "")
    return {"personId": 0, **words, "points": none, "rebounds": none, "assists": none}


def _broadcasters() -> Body:
    kinds = ("national", "nationalRadio", "nationalOtt", "homeTv", "homeRadio", "homeOtt", "awayTv")
    return {f"{kind}Broadcasters": [] for kind in (*kinds, "awayRadio", "awayOtt")}


def _cup_final(season: Season, day: date) -> Body:
    playing = {*season.schedule.home[season.schedule.day == CUP_FINAL], HAWKS}
    playing |= {*season.schedule.away[season.schedule.day == CUP_FINAL]}
    one, other = [index for index in range(len(TEAMS)) if index not in playing][:2]
    over = season.last >= CUP_FINAL
    # Like a game that these two played, with nothing of it in anybody's season.
    like = int(np.flatnonzero(season.schedule.home == one)[0])
    game = _game(season, like, day, off=False)
    score = season.score[2 * like : 2 * like + 2].sum(axis=1)
    for side, index, points in (("homeTeam", one, score[0]), ("awayTeam", other, score[1])):
        game[side] = _team(season, index, 2 * like, over=False) | {"score": int(points) if over else 0}
    return game | {
        "gameId": f"006{season.year % 100:02d}00001",
        "gameCode": f"{day:%Y%m%d}/{TEAMS[other].abbreviation}{TEAMS[one].abbreviation}",
        "gameStatus": FINAL if over else SCHEDULED,
        "gameStatusText": "Final" if over else "8:30 pm ET",
        "period": 4 if over else 0,
        "gameLabel": "NBA Cup",
        "gameSubLabel": "Championship",
        "isNeutral": True,
        "gameLeaders": {"homeLeaders": _nobody(0), "awayLeaders": _nobody(0)},
    }
