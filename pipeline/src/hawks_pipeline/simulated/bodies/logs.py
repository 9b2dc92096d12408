"""`leaguegamelog`: a line for each player or team in each game."""

import numpy as np
import pandas as pd

from hawks_pipeline.simulated.bodies.envelope import (
    Body,
    Query,
    RefusedError,
    columns,
    old,
    share,
    table,
    window,
)
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import TEAMS

SUMS = ["FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "AST", "STL", "BLK", "TOV", "PF", "PTS"]


def answer(season: Season, query: Query) -> Body:
    """Return the log of players (PlayerOrTeam=P) or teams (T). Raises RefusedError."""
    who = query.get("PlayerOrTeam", "")
    if who not in ("P", "T"):
        raise RefusedError(400, "The PlayerOrTeam property is required.")
    lines = season.lines[window(season, query, season.lines["day"])]
    lines = lines if who == "P" else team_lines(season, lines)
    last = query.get("Direction", "ASC") == "DESC"
    lines = lines.sort_values(["day", "row"], ascending=not last, kind="stable")
    log = _head(season, lines, players=who == "P") | _figures(lines, nothing=None)
    if who == "P":
        log["FANTASY_PTS"] = fantasy(lines)
    log["VIDEO_AVAILABLE"] = 1
    return old("leaguegamelog", query, table("LeagueGameLog", list(log), columns(log)))


def team_lines(season: Season, lines: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each team in each game of `lines`; TOV includes the team's own."""
    keys = ["game", "day", "row", "team", "opponent"]
    sums = lines.groupby(keys, as_index=False)[[*SUMS, "BLKA", "PFD", "seconds"]].sum()
    sums["TOV"] += season.team_turnovers[sums["row"]]
    points = season.score.sum(axis=1)
    sums["PLUS_MINUS"] = points[sums["row"]] - points[sums["row"] ^ 1]
    return sums


def fantasy(lines: pd.DataFrame) -> list[float]:
    """Return the league's fantasy points."""
    rebounds = lines["OREB"] + lines["DREB"]
    points = lines["PTS"] + 1.2 * rebounds + 1.5 * lines["AST"] + 3 * (lines["STL"] + lines["BLK"])
    fantasy: list[float] = (points - lines["TOV"]).round(1).tolist()
    return fantasy


def matchup(season: Season, row: int) -> str:
    """Return "ATL vs. BOS" at home and "ATL @ BOS" away. On nobody's floor both teams are away."""
    home, away = season.schedule.home[row // 2], season.schedule.away[row // 2]
    own, other = (home, away) if row % 2 == 0 else (away, home)
    neutral = row // 2 in season.schedule.neutral
    sign = "@" if row % 2 or neutral else "vs."
    return f"{TEAMS[own].abbreviation} {sign} {TEAMS[other].abbreviation}"


def _head(season: Season, lines: pd.DataFrame, *, players: bool) -> dict[str, object]:
    team = [TEAMS[index] for index in lines["team"]]
    person: dict[str, object] = {}
    if players:
        person["PLAYER_ID"] = season.players.id[lines["player"]]
        person["PLAYER_NAME"] = [" ".join(season.players.name[index]) for index in lines["player"]]
    points = season.score.sum(axis=1)
    won = points[lines["row"]] > points[lines["row"] ^ 1]
    return {
        "SEASON_ID": f"2{season.year}",
        **person,
        "TEAM_ID": [each.id for each in team],
        "TEAM_ABBREVIATION": [each.abbreviation for each in team],
        "TEAM_NAME": [each.name for each in team],
        "GAME_ID": [season.game_id(game) for game in lines["game"]],
        "GAME_DATE": [season.date_of(day).isoformat() for day in lines["day"]],
        "MATCHUP": [matchup(season, row) for row in lines["row"]],
        "WL": np.where(won, "W", "L"),
        "MIN": np.rint(lines["seconds"] / 60).astype(int),
    }


def _figures(lines: pd.DataFrame, *, nothing: object) -> dict[str, object]:
    return {
        "FGM": lines["FGM"],
        "FGA": lines["FGA"],
        "FG_PCT": share(lines["FGM"], lines["FGA"], none=nothing),
        "FG3M": lines["FG3M"],
        "FG3A": lines["FG3A"],
        "FG3_PCT": share(lines["FG3M"], lines["FG3A"], none=nothing),
        "FTM": lines["FTM"],
        "FTA": lines["FTA"],
        "FT_PCT": share(lines["FTM"], lines["FTA"], none=nothing),
        "OREB": lines["OREB"],
        "DREB": lines["DREB"],
        "REB": lines["OREB"] + lines["DREB"],
        "AST": lines["AST"],
        "STL": lines["STL"],
        "BLK": lines["BLK"],
        "TOV": lines["TOV"],
        "PF": lines["PF"],
        "PTS": lines["PTS"],
        "PLUS_MINUS": lines["PLUS_MINUS"],
    }
