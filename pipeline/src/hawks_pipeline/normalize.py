"""From the bodies of a night to the cleaned tables. Pure: bodies in, `Silver` or ContractError out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hawks_pipeline import cleaning, contracts, datasets, wire
from hawks_pipeline.contracts import Silver
from hawks_pipeline.errors import ContractError
from hawks_pipeline.sources import parse
from hawks_pipeline.sources.request import RawResponse

ROW_CAP = 102_400
"""Shots at which the league stops answering, without a word."""

FEW_SHOTS = 50
"""Up to here it may happen that every shot went in."""


def tables(responses: Sequence[RawResponse]) -> Silver:
    """Return the tables of all `responses`, in any number and order; what nobody asked for is an empty table.

    Where two bodies tell of the same game, the one fetched later holds: the league corrects itself. Raises
    ContractError for a column missing, renamed or of another type, and for an answer that was cut short.
    """
    parts = _read(sorted(responses, key=lambda each: each.fetched_at))
    schedule = cleaning.schedule(parts["games"], parts["line_score"])
    opponents = cleaning.opponents(*(parts[name] for name in ("player_log", "team_log", "shots")))
    neutral = cleaning.neutral_games(parts["player_log"], parts["team_log"], schedule)
    player = cleaning.lines(parts["player_log"], opponents, neutral)
    team = cleaning.lines(parts["team_log"], opponents, neutral)
    silver = {
        "player_game": player,
        "box_score": cleaning.box_score(parts["box_score"]),
        "team_game": cleaning.with_team_turnovers(team, player),
        "shot": cleaning.shots(parts["shots"], opponents),
        "roster": cleaning.roster(parts["roster"]),
        "schedule": schedule,
        "official_player": parts["official_players"].assign(efg_pct=np.nan, ts_pct=np.nan),
        "official_team": parts["official_teams"],
        "league_zone": cleaning.league_zone(parts["league_zones"]),
    }
    return contracts.check(Silver(**{name: contracts.typed(name, rows) for name, rows in silver.items()}))


_SETS: dict[str, tuple[datasets.DataSet, list[str]]] = {
    "player_log": (datasets.PLAYER_LOG, ["game_id", "player_id"]),
    "team_log": (datasets.TEAM_LOG, ["game_id", "team_id"]),
    "shots": (datasets.SHOTS, ["game_id", "game_event_id"]),
    "games": (datasets.GAMES, ["game_id"]),
    "line_score": (datasets.LINE_SCORE, ["game_id", "team_id"]),
    "box_score": (datasets.BOX_SCORE, ["game_id", "player_id"]),
    "roster": (datasets.ROSTER, ["team_id", "player_id"]),
    "official_players": (datasets.OFFICIAL_PLAYERS, ["player_id"]),
    "official_teams": (datasets.OFFICIAL_TEAMS, ["team_id"]),
    "league_zones": (datasets.LEAGUE_ZONES, ["shot_zone_basic", "shot_zone_area", "shot_zone_range"]),
}
"""What is read, and the key by which a later body replaces an earlier one's row."""


def _parts_of(response: RawResponse) -> tuple[str, ...]:
    asked = response.request.asked
    match response.request.endpoint:
        case "leaguegamelog":
            return ("player_log",) if asked.get("PlayerOrTeam") == "P" else ("team_log",)
        case "leaguedashteamstats":
            return ("official_teams",) if asked.get("MeasureType") == "Advanced" else ()
        case "leaguedashplayerstats":
            return ("official_players",) if asked.get("PerMode") == "Totals" else ()
        case "scoreboardv3":
            return ("games", "line_score")
        case other:
            name = _OTHERS.get(other)
            return (name,) if name else ()


_OTHERS = {
    "shotchartdetail": "shots",
    "shotchartleaguewide": "league_zones",
    "commonteamroster": "roster",
    "boxscoretraditionalv3": "box_score",
}


def _read(responses: Sequence[RawResponse]) -> dict[str, pd.DataFrame]:
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in _SETS}
    for response in responses:
        if names := _parts_of(response):
            sets = parse.tables(response)
            for name in names:
                found[name].append(_part(sets, name, response))
    return {name: _latest(frames, *_SETS[name]) for name, frames in found.items()}


def _part(sets: dict[str, parse.Table], name: str, response: RawResponse) -> pd.DataFrame:
    endpoint = response.request.endpoint
    rows = wire.frame(sets, _SETS[name][0], endpoint=endpoint)
    key = _SETS[name][1]
    if len(twice := rows[rows.duplicated(key)]):
        raise ContractError(f"{endpoint}: {_told(twice[key].iloc[0])} is told twice")
    if name == "shots":
        _whole_answer(rows)
    return rows


def _whole_answer(shots: pd.DataFrame) -> None:
    if len(shots) >= ROW_CAP:
        raise ContractError(f"shotchartdetail: {len(shots):,} rows is where the league cuts an answer off")
    if len(shots) > FEW_SHOTS and shots["shot_made_flag"].all():
        raise ContractError(
            f"shotchartdetail: {len(shots):,} shots and all made: the misses were not asked for"
        )


def _latest(frames: list[pd.DataFrame], of: datasets.DataSet, key: list[str]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame(columns=list(of.read))
    # A later body speaks for its games whole: a line that it no longer has was taken back.
    kept: list[pd.DataFrame] = []
    for frame in filled:
        if "game_id" in key:
            kept = [before[~before["game_id"].isin(frame["game_id"])] for before in kept]
        kept.append(frame)
    return pd.concat(kept, ignore_index=True).drop_duplicates(key, keep="last", ignore_index=True)


def _told(key: pd.Series) -> str:
    return ", ".join(f"{name} {value}" for name, value in key.items())
