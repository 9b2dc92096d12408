"""Tables that must agree: shots with box scores, players with teams, our percentages with the league's."""

import logging
from collections.abc import Iterator, Sequence

import pandas as pd

from hawks_pipeline.contracts import BOX, COUNTS, Silver
from hawks_pipeline.errors import ReconciliationError
from hawks_pipeline.metrics import box

_log = logging.getLogger(__name__)

TOLERANCE = 5e-4
"""The league prints three digits."""

ROUNDING = 1e-9
CORRECTED = 16
"""Counts in which shots and lines may differ: a basket moved changes up to four of each of two men."""

TOLD = 5
"""Rows named of each check; the others are counted."""

SUMMED = [name for name in BOX if name != "tov"]
"""What a team has as the sum of its players; turnovers are also charged to a team alone."""


def check(silver: Silver, *, complete: bool = True) -> None:
    """Raise ReconciliationError naming the rows that contradict each other, all checks in one.

    With `complete` the tables are to hold every game that the league's own totals count; without it, as of a
    window of days or a recording, those totals are left alone.
    """
    faults = [
        *_told("lines that do not add up", _identities(silver.player_game, ["game_id", "player_id"])),
        *_told("team lines that do not add up", _identities(silver.team_game, ["game_id", "team_id"])),
        *_told("players against teams", players_against_teams(silver.player_game, silver.team_game)),
        *_told("shots against box scores", _shots(silver)),
        *_told("log against box scores", log_against_box_scores(silver.player_game, silver.box_score)),
        *_told("scores against lines", scores_against_lines(silver.schedule, silver.team_game)),
    ]
    if complete:
        faults += _told("players against the league", official_players(silver))
        faults += _told("teams against the league", official_teams(silver))
    if faults:
        raise ReconciliationError("; ".join(faults))


def _identities(lines: pd.DataFrame, key: list[str]) -> Iterator[str]:
    rules = {
        "FG3M > FGM": lines["fg3m"] > lines["fgm"],
        "FGM > FGA": lines["fgm"] > lines["fga"],
        "FG3M > FG3A": lines["fg3m"] > lines["fg3a"],
        "FG3A > FGA": lines["fg3a"] > lines["fga"],
        "FTM > FTA": lines["ftm"] > lines["fta"],
        "PTS != 2 FGM + FG3M + FTM": lines["pts"] != 2 * lines["fgm"] + lines["fg3m"] + lines["ftm"],
    }
    for rule, broken in rules.items():
        for row in lines.loc[broken, key].itertuples(index=False):
            yield f"{_at(key, row)}: {rule}"


def players_against_teams(players: pd.DataFrame, teams: pd.DataFrame) -> Iterator[str]:
    """Yield where a team's line is not the sum of its players', or their turnovers are more than its own."""
    key = ["game_id", "team_id"]
    sums = players.groupby(key)[list(BOX)].sum().astype("int64")
    yield from _differences(sums, teams.set_index(key)[list(BOX)].astype("int64"), SUMMED, "players", "team")
    both = sums[["tov"]].join(teams.set_index(key)["tov"].rename("tov_team"), how="inner")
    for row in both[both["tov"] > both["tov_team"]].itertuples():
        yield f"{_at(key, row.Index)}: TOV players {row.tov}, team {row.tov_team}"


def _shots(silver: Silver) -> Iterator[str]:
    """Yield what `shots_against_lines` finds, but for a few shots whose shooter or worth was corrected late.

    In every season some stay so: the team's makes and attempts agree, one endpoint knows of no change.
    """
    found = list(shots_against_lines(silver.shot, silver.player_game))
    team = [*_team_shots(silver.shot, silver.player_game)]
    if found and not team and len(found) <= CORRECTED:
        _log.warning("shots against box scores, taken for late corrections: %s", " | ".join(found))
        return
    yield from team
    yield from found


def _team_shots(shots: pd.DataFrame, players: pd.DataFrame) -> Iterator[str]:
    key, names = ["game_id", "team_id"], ["fgm", "fga"]
    charted = shots.assign(fga=1, fgm=shots["made"]).groupby(key)[names].sum().astype("int64")
    lines = players[players["game_id"].isin(shots["game_id"].unique())]
    yield from _differences(charted, lines.groupby(key)[names].sum().astype("int64"), names, "shots", "lines")


def shots_against_lines(shots: pd.DataFrame, players: pd.DataFrame) -> Iterator[str]:
    """Yield where a player's shots in a game are not those of his line. Games without shots are left out."""
    key = ["game_id", "player_id"]
    three = shots["shot_type"] == 3
    counted = shots.assign(fga=1, fgm=shots["made"], fg3a=three, fg3m=three & shots["made"])
    names = ["fgm", "fga", "fg3m", "fg3a"]
    charted = counted.groupby(key)[names].sum().astype("int64")
    lines = players[players["game_id"].isin(shots["game_id"].unique())].set_index(key)[names].astype("int64")
    # Who took no shot is not on the chart.
    lines = lines[(lines["fga"] > 0) | lines.index.isin(charted.index)]
    yield from _differences(charted, lines, names, "shots", "line")


def log_against_box_scores(players: pd.DataFrame, listed: pd.DataFrame) -> Iterator[str]:
    """Yield where the league's log and a game's box score tell different counts of who played."""
    key = ["game_id", "player_id"]
    games = set(listed["game_id"]) & set(players["game_id"])
    names = list(BOX)
    log = players[players["game_id"].isin(games)].set_index(key)[names].astype("int64")
    box_score = listed[listed["game_id"].isin(games)].set_index(key)
    played = (box_score["minutes"] > 0) | (box_score[names] > 0).any(axis=1) | box_score.index.isin(log.index)
    yield from _differences(log, box_score.loc[played, names].astype("int64"), names, "log", "box score")


def scores_against_lines(schedule: pd.DataFrame, teams: pd.DataFrame) -> Iterator[str]:
    """Yield where a final score is not the points of the team's line."""
    final = schedule[schedule["status"] == 3]
    points = teams.set_index(["game_id", "team_id"])["pts"]
    for side in ("home", "away"):
        for row in final[["game_id", f"{side}_team_id", f"{side}_pts"]].itertuples(index=False):
            game, team, score = row
            line = points.get((game, team))
            if line is not None and line != score:
                yield f"game {game}, team {team}: score {score}, line {line}"


def official_players(silver: Silver) -> Iterator[str]:
    """Yield the players whose games, counts, eFG% or TS% are not the league's own."""
    yield from _official(silver.player_game, silver.official_player, "player_id", [*COUNTS, "pts"])


def official_teams(silver: Silver) -> Iterator[str]:
    """Yield the teams whose games, eFG% or TS% are not the league's own."""
    yield from _official(silver.team_game, silver.official_team, "team_id", [])


def percentage_gaps(sums: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """Return ours minus the league's `efg_pct` and `ts_pct` per row of the same index; NaN without attempts.

    Where there was no attempt the league prints 0.0 and we say nothing.
    """
    ours = pd.DataFrame(
        {"efg_pct": box.effective_field_goal(sums), "ts_pct": box.true_shooting(sums)}, index=sums.index
    )
    return ours - official[["efg_pct", "ts_pct"]].astype(float)


def _official(lines: pd.DataFrame, official: pd.DataFrame, key: str, names: list[str]) -> Iterator[str]:
    if official.empty:
        return
    # The league's totals are the regular season's.
    regular = lines[lines["season_type"] == "Regular Season"]
    sums = regular.groupby(key)[[*COUNTS, "pts"]].sum().astype("int64")
    sums.insert(0, "gp", regular.groupby(key)["game_id"].nunique())
    theirs = official.set_index(key)
    theirs = theirs[theirs["gp"] > 0]
    yield from _differences(sums, theirs, ["gp", *names], "ours", "the league's")
    both = sums.index.intersection(theirs.index)
    gaps = percentage_gaps(sums.loc[both], theirs.loc[both]).abs()
    for name in gaps.columns:
        for each in gaps.index[gaps[name] > TOLERANCE + ROUNDING]:
            yield f"{key} {each}: {name} is {gaps.loc[each, name]:.4f} off the league's"


def _differences(
    left: pd.DataFrame, right: pd.DataFrame, names: Sequence[str], of_left: str, of_right: str
) -> Iterator[str]:
    keys = list(left.index.names)
    for side, other, name in ((left, right, of_left), (right, left, of_right)):
        for lonely in side.index.difference(other.index):
            yield f"{_at(keys, lonely)}: only in {name}"
    both = left.index.intersection(right.index)
    for column in names:
        ours, theirs = left.loc[both, column], right.loc[both, column]
        for at in both[(ours != theirs).to_numpy()]:
            yield f"{_at(keys, at)}: {column.upper()} {of_left} {ours[at]}, {of_right} {theirs[at]}"


def _at(keys: Sequence[str], values: object) -> str:
    parts = values if isinstance(values, tuple) else (values,)
    return ", ".join(f"{key.removesuffix('_id')} {value}" for key, value in zip(keys, parts, strict=True))


def _told(check: str, rows: Iterator[str]) -> list[str]:
    found = list(rows)
    if not found:
        return []
    more = f" and {len(found) - TOLD} more" if len(found) > TOLD else ""
    return [f"{check}: {' | '.join(found[:TOLD])}{more}"]
