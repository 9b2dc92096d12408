"""`shotchartdetail` and `shotchartleaguewide`: attempts by place, and the league's shares by zone."""

import numpy as np
import pandas as pd

from hawks_pipeline.simulated.bodies.envelope import Body, Query, columns, old, share, table, window
from hawks_pipeline.simulated.court import ZONES
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import TEAMS

MOST_ROWS = 102_400
"""The host sends no more, and does not say that there are more."""

_BACK, _CENTRE = "Back Court(BC)", "Center(C)"
_LEFT, _LEFT_CENTRE, _RIGHT, _RIGHT_CENTRE = (
    *("Left Side(L)", "Left Side Center(LC)", "Right Side(R)", "Right Side Center(RC)"),
)
LEAGUE_ZONES = (
    ("Above the Break 3", _BACK, "Back Court Shot"),
    ("Above the Break 3", _CENTRE, "24+ ft."),
    ("Above the Break 3", _LEFT_CENTRE, "24+ ft."),
    ("Above the Break 3", _RIGHT_CENTRE, "24+ ft."),
    ("Backcourt", _BACK, "Back Court Shot"),
    ("In The Paint (Non-RA)", _CENTRE, "8-16 ft."),
    ("In The Paint (Non-RA)", _CENTRE, "Less Than 8 ft."),
    ("In The Paint (Non-RA)", _LEFT, "8-16 ft."),
    ("In The Paint (Non-RA)", _RIGHT, "8-16 ft."),
    ("Left Corner 3", _LEFT, "24+ ft."),
    ("Mid-Range", _CENTRE, "8-16 ft."),
    ("Mid-Range", _CENTRE, "16-24 ft."),
    ("Mid-Range", _LEFT_CENTRE, "16-24 ft."),
    ("Mid-Range", _LEFT, "16-24 ft."),
    ("Mid-Range", _LEFT, "8-16 ft."),
    ("Mid-Range", _RIGHT_CENTRE, "16-24 ft."),
    ("Mid-Range", _RIGHT, "8-16 ft."),
    ("Mid-Range", _RIGHT, "16-24 ft."),
    ("Restricted Area", _CENTRE, "Less Than 8 ft."),
    ("Right Corner 3", _RIGHT, "24+ ft."),
)
_NAMES = np.array(ZONES, object)


def detail(season: Season, query: Query) -> Body:
    """Return the attempts that the query chooses, in the order of the games."""
    shots = season.shots[window(season, query, season.shots["day"])]
    for name, column, ids in (
        ("TeamID", "team", np.array([team.id for team in TEAMS])),
        ("PlayerID", "player", season.players.id),
    ):
        if wanted := int(query.get(name) or 0):
            shots = shots[ids[shots[column]] == wanted]
    if game := query.get("GameID"):
        shots = shots[shots["game"] == int(game[-5:]) - 1]
    shots = measured(shots, query).sort_values(["day", "game"], kind="stable").head(MOST_ROWS)
    rows = _rows(season, shots)
    averages = _league("LeagueAverages", measured(season.shots, query))
    return old("shotchartdetail", query, table("Shot_Chart_Detail", list(rows), columns(rows)), averages)


def league_wide(season: Season, query: Query) -> Body:
    """Return attempts and makes of the whole league by zone."""
    return old("shotchartleaguewide", query, _league("League_Wide", season.shots))


def measured(shots: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Return the shots that count for the ContextMeasure: for PTS, the default, those that brought points."""
    measure = query.get("ContextMeasure") or "PTS"
    if measure in ("PTS", "FGM", "FG3M"):
        shots = shots[shots["made"]]
    return shots[shots["three"]] if measure in ("FG3A", "FG3M") else shots


def _rows(season: Season, shots: pd.DataFrame) -> dict[str, object]:
    team = [TEAMS[index] for index in shots["team"]]
    home, away = (
        np.array([TEAMS[index].abbreviation for index in teams], object)[shots["game"]]
        for teams in (season.schedule.home, season.schedule.away)
    )
    return {
        "GRID_TYPE": "Shot Chart Detail",
        "GAME_ID": [season.game_id(game) for game in shots["game"]],
        "GAME_EVENT_ID": shots["event"],
        "PLAYER_ID": season.players.id[shots["player"]],
        "PLAYER_NAME": [" ".join(season.players.name[index]) for index in shots["player"]],
        "TEAM_ID": [each.id for each in team],
        "TEAM_NAME": [each.name for each in team],
        "PERIOD": shots["period"],
        "MINUTES_REMAINING": shots["clock"] // 60,
        "SECONDS_REMAINING": shots["clock"] % 60,
        "EVENT_TYPE": np.where(shots["made"], "Made Shot", "Missed Shot"),
        "ACTION_TYPE": shots["action"],
        "SHOT_TYPE": np.where(shots["three"], "3PT Field Goal", "2PT Field Goal"),
        "SHOT_ZONE_BASIC": _NAMES[shots["zone"]],
        "SHOT_ZONE_AREA": shots["area"],
        "SHOT_ZONE_RANGE": shots["range"],
        "SHOT_DISTANCE": (np.hypot(shots["x"], shots["y"]) // 10).astype(int),
        "LOC_X": shots["x"],
        "LOC_Y": shots["y"],
        "SHOT_ATTEMPTED_FLAG": 1,
        "SHOT_MADE_FLAG": shots["made"].astype(int),
        "GAME_DATE": [season.date_of(day).strftime("%Y%m%d") for day in shots["day"]],
        "HTM": home,
        "VTM": away,
    }


def _league(name: str, shots: pd.DataFrame) -> Body:
    by = shots.groupby([_NAMES[shots["zone"]], shots["area"], shots["range"]])["made"].agg(["size", "sum"])
    by = by.reindex(pd.MultiIndex.from_tuples(LEAGUE_ZONES), fill_value=0)
    rows = {
        "GRID_TYPE": "League Averages",
        "SHOT_ZONE_BASIC": [zone for zone, _, _ in LEAGUE_ZONES],
        "SHOT_ZONE_AREA": [area for _, area, _ in LEAGUE_ZONES],
        "SHOT_ZONE_RANGE": [band for _, _, band in LEAGUE_ZONES],
        "FGA": by["size"],
        "FGM": by["sum"],
        "FG_PCT": share(by["sum"], by["size"]),
    }
    return table(name, list(rows), columns(rows))
