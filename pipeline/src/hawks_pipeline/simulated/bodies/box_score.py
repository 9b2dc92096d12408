"""`boxscoretraditionalv3`: one game, with those who sat on the bench and never came on."""

from datetime import datetime

import numpy as np
import pandas as pd

from hawks_pipeline.simulated.bodies.envelope import Body, Query, RefusedError, new
from hawks_pipeline.simulated.names import slug
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import TEAMS

ON_THE_BENCH = 15
INJURED, NOT_CHOSEN = "DNP - Injury/Illness", "DNP - Coach's Decision"
_WORDS = {
    "FGM": "fieldGoalsMade",
    "FGA": "fieldGoalsAttempted",
    "FG_PCT": "fieldGoalsPercentage",
    "FG3M": "threePointersMade",
    "FG3A": "threePointersAttempted",
    "FG3_PCT": "threePointersPercentage",
    "FTM": "freeThrowsMade",
    "FTA": "freeThrowsAttempted",
    "FT_PCT": "freeThrowsPercentage",
    "OREB": "reboundsOffensive",
    "DREB": "reboundsDefensive",
    "REB": "reboundsTotal",
    "AST": "assists",
    "STL": "steals",
    "BLK": "blocks",
    "TOV": "turnovers",
    "PF": "foulsPersonal",
    "PTS": "points",
}
_COUNTS = [name for name in _WORDS if not name.endswith("_PCT") and name != "REB"]


def answer(season: Season, query: Query, moment: datetime) -> Body:
    """Return the box score of GameID. Raises RefusedError for a game that is not known."""
    game_id = query.get("GameID", "")
    game = game_of(season, game_id)
    if not season.played[game]:
        raise RefusedError(404, f"No box score of {game_id}.")
    lines = season.lines[season.lines["game"] == game]
    home, away = season.schedule.home[game], season.schedule.away[game]
    content = {
        "gameId": game_id,
        "awayTeamId": TEAMS[away].id,
        "homeTeamId": TEAMS[home].id,
        "homeTeam": _team(season, lines, 2 * game),
        "awayTeam": _team(season, lines, 2 * game + 1),
    }
    return new(f"games/{game_id}/boxscoretraditional", moment, "boxScoreTraditional", content)


def game_of(season: Season, game_id: str) -> int:
    """Return the index of a game of this season's. Raises RefusedError."""
    game = int(game_id[5:]) - 1 if game_id.isdecimal() and len(game_id) == 10 else -1
    if not 0 <= game < len(season.schedule.day) or season.game_id(game) != game_id:
        raise RefusedError(404, f"No such game: {game_id}.")
    return game


def _team(season: Season, lines: pd.DataFrame, row: int) -> Body:
    both = season.schedule.home if row % 2 == 0 else season.schedule.away
    team = TEAMS[both[row // 2]]
    own = lines[lines["row"] == row].sort_values(["starter", "seconds"], ascending=False)
    total = own[[*_COUNTS, "seconds"]].sum()
    total["TOV"] += season.team_turnovers[row]
    points = season.score.sum(axis=1)
    positions = iter("FFCGG")
    return {
        "teamId": team.id,
        "teamCity": team.city,
        "teamName": team.nickname,
        "teamTricode": team.abbreviation,
        "teamSlug": team.slug,
        "players": [
            *(_player(season, line, next(positions, "")) for line in own.to_dict("records")),
            *_idle(season, row, ON_THE_BENCH - len(own)),
        ],
        "statistics": _statistics(total.to_dict(), int(points[row] - points[row ^ 1])),
        "starters": _statistics(own[own["starter"]][[*_COUNTS, "seconds"]].sum().to_dict(), None),
        "bench": _statistics(own[~own["starter"]][[*_COUNTS, "seconds"]].sum().to_dict(), None),
    }


def _player(season: Season, line: dict[str, int], position: str) -> Body:
    who = _person(season, line["player"], position=position, comment="")
    return who | {"statistics": _statistics(line, line["PLUS_MINUS"])}


def _idle(season: Season, row: int, room: int) -> list[Body]:
    benches = season.benches
    idle = np.flatnonzero(benches.here[row] & ~benches.plays[row])[: max(room, 0)]
    nothing = dict.fromkeys([*_COUNTS, "seconds"], 0)
    return [
        _person(
            season,
            int(benches.player[row, column]),
            position="",
            comment=NOT_CHOSEN if benches.healthy[row, column] else INJURED,
        )
        | {"statistics": _statistics(nothing, 0)}
        for column in idle
    ]


def _person(season: Season, player: int, *, position: str, comment: str) -> Body:
    first, family = season.players.name[player]
    return {
        "personId": int(season.players.id[player]),
        "firstName": first,
        "familyName": family,
        "nameI": f"{first[0]}. {family}",
        "playerSlug": slug(f"{first} {family}"),
        "position": position,
        "comment": comment,
        "jerseyNum": "",
        "statistics": {},
    }


def _statistics(counts: dict[str, int], plus_minus: int | None) -> Body:
    def percentage(kind: str) -> float:
        made, attempts = counts[f"{kind}M"], counts[f"{kind}A"]
        # No attempts are 0.0 here, and null in the logs.
        return round(made / attempts, 3) if attempts else 0.0

    seconds = int(counts["seconds"])
    body: Body = {"minutes": f"{seconds // 60}:{seconds % 60:02d}" if seconds else ""}
    for name, word in _WORDS.items():
        if name.endswith("_PCT"):
            body[word] = percentage(name.removesuffix("_PCT"))
        else:
            body[word] = int(counts["OREB"] + counts["DREB"] if name == "REB" else counts[name])
    return body if plus_minus is None else body | {"plusMinusPoints": float(plus_minus)}
