"""The league's data sets as we take them: the columns that are read, how, and those that are known."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hawks_pipeline import fields

Reader = Callable[[object], object]


class DataSet(NamedTuple):
    """The columns we read, under our names, each with how a value is read; and those known and not read."""

    name: str
    read: Mapping[str, Reader]
    known: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _words(value: object) -> str:
    return fields.maybe_text(value) or ""


_LINE: dict[str, Reader] = dict.fromkeys(
    ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "ast", "stl", "blk", "tov", "pf", "pts"),
    fields.whole,
)
_PERCENTAGES = {"fg_pct", "fg3_pct", "ft_pct"}
_LOG: dict[str, Reader] = {
    "season_id": fields.season,
    "team_id": fields.whole,
    "team_abbreviation": fields.text,
    "game_id": fields.game_id,
    "game_date": fields.day,
    "matchup": fields.text,
    "wl": fields.maybe_text,
    "min": fields.minutes,
    **_LINE,
    "plus_minus": fields.whole,
}
_LOG_KNOWN = frozenset({"team_name", "reb", "video_available", *_PERCENTAGES})
_WHO: dict[str, Reader] = {"player_id": fields.whole, "player_name": fields.text}
_TOTALS: dict[str, Reader] = dict.fromkeys(
    ("gp", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "pts"), fields.whole
)
_DASH = _names(
    "nickname team_abbreviation team_name team_count age gp w l w_pct min fgm fga fg_pct fg3m fg3a "
    "fg3_pct ftm fta ft_pct oreb dreb reb ast tov stl blk blka pf pfd pts plus_minus nba_fantasy_pts "
    "wnba_fantasy_pts dd2 td3 e_off_rating off_rating e_def_rating def_rating e_net_rating net_rating "
    "ast_pct ast_to ast_ratio oreb_pct dreb_pct reb_pct tm_tov_pct e_tov_pct efg_pct ts_pct usg_pct "
    "e_usg_pct e_pace pace pace_per40 sp_work_off_rating sp_work_def_rating sp_work_net_rating "
    "sp_work_pace poss pie fgm_pg fga_pg"
)
_DASH_KNOWN = frozenset([*_DASH, *(f"{name}_rank" for name in _DASH)])

PLAYER_LOG = DataSet("LeagueGameLog", _WHO | _LOG, _LOG_KNOWN | {"fantasy_pts"})
TEAM_LOG = DataSet("LeagueGameLog", _LOG, _LOG_KNOWN)
SHOTS = DataSet(
    "Shot_Chart_Detail",
    {
        "game_id": fields.game_id,
        "game_event_id": fields.whole,
        "game_date": fields.day,
        **_WHO,
        "team_id": fields.whole,
        "period": fields.whole,
        "minutes_remaining": fields.whole,
        "seconds_remaining": fields.whole,
        "action_type": fields.text,
        "shot_type": fields.text,
        "shot_zone_basic": fields.text,
        "loc_x": fields.whole,
        "loc_y": fields.whole,
        "shot_attempted_flag": fields.flag,
        "shot_made_flag": fields.flag,
        "htm": fields.text,
        "vtm": fields.text,
    },
    frozenset({"grid_type", "team_name", "event_type", "shot_zone_area", "shot_zone_range", "shot_distance"}),
)
LEAGUE_ZONES = DataSet(
    "League_Wide",
    {
        "shot_zone_basic": fields.text,
        "shot_zone_area": fields.text,
        "shot_zone_range": fields.text,
        "fgm": fields.whole,
        "fga": fields.whole,
    },
    frozenset({"grid_type", "fg_pct"}),
)
ROSTER = DataSet(
    "CommonTeamRoster",
    {
        "team_id": fields.whole,
        "season": fields.text,
        "player_id": fields.whole,
        "player": fields.text,
        "num": fields.maybe_text,
        "position": fields.maybe_text,
        "height": fields.maybe_text,
        "age": fields.maybe_number,
        "exp": fields.maybe_text,
    },
    frozenset({"league_id", "nickname", "player_slug", "weight", "birth_date", "school", "how_acquired"}),
)
GAMES = DataSet(
    "GameHeader",
    {
        "game_id": fields.game_id,
        "game_status": fields.whole,
        "game_status_text": fields.text,
        "game_et": fields.day,
        "is_neutral": fields.flag,
    },
    _names(
        "game_code period game_clock game_time_utc regulation_periods series_game_number game_label "
        "game_sub_label series_text if_necessary series_conference po_round_desc game_subtype"
    ),
)
LINE_SCORE = DataSet(
    "LineScore",
    {
        "game_id": fields.game_id,
        "team_id": fields.whole,
        "team_tricode": fields.text,
        "score": fields.whole,
    },
    frozenset(
        ["team_city", "team_name", "team_slug", "wins", "losses", "seed", "in_bonus", "timeouts_remaining"]
    ),
)
BOX_SCORE = DataSet(
    "PlayerStats",
    {
        "game_id": fields.game_id,
        "team_id": fields.whole,
        "player_id": fields.whole,
        "first_name": _words,
        "family_name": _words,
        "position": _words,
        "comment": _words,
        "minutes": fields.minutes,
        "field_goals_made": fields.whole,
        "field_goals_attempted": fields.whole,
        "three_pointers_made": fields.whole,
        "three_pointers_attempted": fields.whole,
        "free_throws_made": fields.whole,
        "free_throws_attempted": fields.whole,
        "rebounds_offensive": fields.whole,
        "rebounds_defensive": fields.whole,
        "assists": fields.whole,
        "steals": fields.whole,
        "blocks": fields.whole,
        "turnovers": fields.whole,
        "fouls_personal": fields.whole,
        "points": fields.whole,
    },
    _names(
        "team_city team_name team_tricode team_slug name_i player_slug jersey_num "
        "field_goals_percentage three_pointers_percentage free_throws_percentage rebounds_total "
        "plus_minus_points home_team_id away_team_id"
    ),
)
OFFICIAL_PLAYERS = DataSet("LeagueDashPlayerStats", {**_WHO, "team_id": fields.whole, **_TOTALS}, _DASH_KNOWN)
OFFICIAL_TEAMS = DataSet(
    "LeagueDashTeamStats",
    {
        "team_id": fields.whole,
        "gp": fields.whole,
        "efg_pct": fields.maybe_number,
        "ts_pct": fields.maybe_number,
    },
    _DASH_KNOWN,
)
