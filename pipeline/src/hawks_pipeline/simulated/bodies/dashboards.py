"""`leaguedashplayerstats` and `leaguedashteamstats`: the league's own sums and shares until a day."""

import pandas as pd

from hawks_pipeline.simulated.bodies.envelope import (
    Body,
    Query,
    RefusedError,
    columns,
    old,
    ranks,
    share,
    table,
    window,
)
from hawks_pipeline.simulated.bodies.logs import fantasy, team_lines
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import TEAMS

_SUMS = [
    *("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "TOV", "STL", "BLK"),
    *("BLKA", "PF", "PFD", "PTS", "PLUS_MINUS"),
]
_BASE = [
    *("GP", "W", "L", "W_PCT", "MIN", "FGM", "FGA", "FG_PCT", "FG3M", "FG3A", "FG3_PCT", "FTM", "FTA"),
    *("FT_PCT", "OREB", "DREB", "REB", "AST", "TOV", "STL", "BLK", "BLKA", "PF", "PFD", "PTS", "PLUS_MINUS"),
]
_EXTRA = ["NBA_FANTASY_PTS", "DD2", "TD3", "WNBA_FANTASY_PTS"]
_ADVANCED = [
    *("E_OFF_RATING", "OFF_RATING", "E_DEF_RATING", "DEF_RATING", "E_NET_RATING", "NET_RATING", "AST_PCT"),
    *("AST_TO", "AST_RATIO", "OREB_PCT", "DREB_PCT", "REB_PCT", "TM_TOV_PCT", "EFG_PCT", "TS_PCT"),
    *("E_PACE", "PACE", "PACE_PER40", "POSS", "PIE"),
]
_UNRANKED = frozenset({"E_OFF_RATING", "E_DEF_RATING", "E_NET_RATING", "E_PACE", "PACE_PER40", "POSS"})
_LOW = frozenset({"L", "TOV", "BLKA", "PF", "DEF_RATING", "TM_TOV_PCT"})


def players(season: Season, query: Query) -> Body:
    """Return every player's sums (PerMode=Totals) or means, under his last team. Raises RefusedError."""
    if query.get("MeasureType", "Base") != "Base":
        raise RefusedError(400, "The simulated league has the Base measure of players alone.")
    lines = _chosen(season, query, season.lines).sort_values("day", kind="stable")
    lines = _with_results(season, lines)
    rebounds = lines["REB"]
    tens = sum((lines[name] >= 10).astype(int) for name in ("PTS", "AST", "STL", "BLK")) + (rebounds >= 10)
    lines = lines.assign(
        NBA_FANTASY_PTS=fantasy(lines),
        DD2=(tens >= 2).astype(int),
        TD3=(tens >= 3).astype(int),
        WNBA_FANTASY_PTS=1.0 * lines["PTS"] + rebounds + lines["AST"] + 2 * (lines["STL"] + lines["BLK"]),
    )
    by = lines.groupby("player")
    sums = _finished(by[["GP", "W", "L", "seconds", *_SUMS, *_EXTRA]].sum(), query)
    sums[["NBA_FANTASY_PTS", "WNBA_FANTASY_PTS"]] = sums[["NBA_FANTASY_PTS", "WNBA_FANTASY_PTS"]].round(1)
    names = [season.players.name[index] for index in sums.index]
    team = [TEAMS[index] for index in by["team"].last()]
    ranked = [*_BASE, *_EXTRA]
    rows = {
        "PLAYER_ID": season.players.id[sums.index],
        "PLAYER_NAME": [" ".join(name) for name in names],
        "NICKNAME": [first for first, _ in names],
        "TEAM_ID": [each.id for each in team],
        "TEAM_ABBREVIATION": [each.abbreviation for each in team],
        "AGE": [float(age(season, index)) for index in sums.index],
        **{name: sums[name] for name in ranked},
        **ranks(sums, ranked, low=_LOW),
        "TEAM_COUNT": by["team"].nunique(),
    }
    ordered = sorted(columns(rows), key=lambda row: str(row[1]))
    return old("leaguedashplayerstats", query, table("LeagueDashPlayerStats", list(rows), ordered))


def teams(season: Season, query: Query) -> Body:
    """Return every team's Base or Advanced figures. Raises RefusedError."""
    measure = query.get("MeasureType", "Base")
    if measure not in ("Base", "Advanced"):
        raise RefusedError(400, "The simulated league has the Base and Advanced measures of teams alone.")
    lines = _with_results(season, team_lines(season, _chosen(season, query, season.lines)))
    by = lines.groupby("team")[["GP", "W", "L", "seconds", *_SUMS]].sum()
    by["seconds"] /= 5
    names = _BASE
    if measure == "Advanced":
        against = lines.groupby("opponent")[_SUMS].sum()
        advanced = _advanced(by, against)
        sums = _finished(by, {"PerMode": "Totals"}).assign(**advanced)
        names = [*_BASE[:5], *_ADVANCED]
    else:
        sums = _finished(by, query).astype({"TOV": float, "PLUS_MINUS": float})
    # The row of one team alone is ranked among one.
    if wanted := int(query.get("TeamID") or 0):
        sums = sums[[TEAMS[index].id == wanted for index in sums.index]]
    rows = {
        "TEAM_ID": [TEAMS[index].id for index in sums.index],
        "TEAM_NAME": [TEAMS[index].name for index in sums.index],
        **{name: sums[name] for name in names},
        **ranks(sums, [name for name in names if name not in _UNRANKED], low=_LOW),
    }
    ordered = sorted(columns(rows), key=lambda row: str(row[1]))
    return old("leaguedashteamstats", query, table("LeagueDashTeamStats", list(rows), ordered))


def age(season: Season, player: int) -> int:
    """Return a player's age on the last known day."""
    return (season.date_of(season.last) - season.players.born[player]).days * 100 // 36525


def _chosen(season: Season, query: Query, lines: pd.DataFrame) -> pd.DataFrame:
    return lines[window(season, query, lines["day"])]


def _with_results(season: Season, lines: pd.DataFrame) -> pd.DataFrame:
    points = season.score.sum(axis=1)
    won = points[lines["row"]] > points[lines["row"] ^ 1]
    return lines.assign(GP=1, W=won.astype(int), L=(~won).astype(int), REB=lines["OREB"] + lines["DREB"])


def _finished(sums: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Add the shares, and divide by the games for PerGame."""
    sums = sums.assign(
        MIN=sums["seconds"] / 60,
        W_PCT=share(sums["W"], sums["GP"]),
        FG_PCT=share(sums["FGM"], sums["FGA"]),
        FG3_PCT=share(sums["FG3M"], sums["FG3A"]),
        FT_PCT=share(sums["FTM"], sums["FTA"]),
    )
    if query.get("PerMode", "PerGame") == "PerGame":
        each = [name for name in ["MIN", *_SUMS, *_EXTRA[:1], *_EXTRA[3:]] if name in sums]
        sums[each] = sums[each].div(sums["GP"], axis=0).round(1)
    return sums


def _advanced(own: pd.DataFrame, other: pd.DataFrame) -> dict[str, object]:
    def possessions(team: pd.DataFrame) -> pd.Series:
        return (team["FGA"] + 0.44 * team["FTA"] - team["OREB"] + team["TOV"]).round()

    def worth(team: pd.DataFrame) -> pd.Series:
        good = team[["PTS", "FGM", "FTM", "DREB", "AST", "STL"]].sum(axis=1)
        bad = team[["FGA", "FTA", "PF", "TOV"]].sum(axis=1)
        return good + 0.5 * (team["OREB"] + team["BLK"]) - bad

    mine, theirs = possessions(own), possessions(other)
    offence, defence = 100 * own["PTS"] / mine, 100 * other["PTS"] / theirs
    pace = 48 * (mine + theirs) / 2 / (own["seconds"] / 60)
    shots = own["FGA"] + 0.44 * own["FTA"]
    return {
        "E_OFF_RATING": (offence - 1.9).round(1),
        "OFF_RATING": offence.round(1),
        "E_DEF_RATING": (defence - 1.9).round(1),
        "DEF_RATING": defence.round(1),
        "E_NET_RATING": (offence - defence).round(1),
        "NET_RATING": (offence - defence).round(1),
        "AST_PCT": (own["AST"] / own["FGM"]).round(3),
        "AST_TO": (own["AST"] / own["TOV"]).round(2),
        "AST_RATIO": (100 * own["AST"] / (shots + own["AST"] + own["TOV"])).round(1),
        "OREB_PCT": (own["OREB"] / (own["OREB"] + other["DREB"])).round(3),
        "DREB_PCT": (own["DREB"] / (own["DREB"] + other["OREB"])).round(3),
        "REB_PCT": (own["REB"] / (own["REB"] + other["REB"])).round(3),
        "TM_TOV_PCT": (own["TOV"] / mine).round(3),
        "EFG_PCT": ((own["FGM"] + 0.5 * own["FG3M"]) / own["FGA"]).round(3),
        "TS_PCT": (own["PTS"] / (2 * shots)).round(3),
        "E_PACE": (pace + 1.8).round(1),
        "PACE": pace.round(2),
        "PACE_PER40": (pace * 40 / 48).round(2),
        "POSS": mine.astype(int),
        "PIE": (worth(own) / (worth(own) + worth(other))).round(3),
    }
