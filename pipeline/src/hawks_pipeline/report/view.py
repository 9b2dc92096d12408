"""What the report and the dashboard show of a night: rows of Gold and Silver chosen and put in order."""

from dataclasses import dataclass, fields, replace

import pandas as pd

from hawks_pipeline.contracts import ZONES, Silver
from hawks_pipeline.errors import ContractError
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import METRICS, TEAM_ROW
from hawks_pipeline.report import hexes, stamp, text
from hawks_pipeline.report.statements import Statement, statements

WINDOW = 10
"""Games played that the form charts look back."""

LEAST_GAMES = 5
"""Games before which a rolling figure is a single night's luck and no line is drawn."""

FORM_PLAYERS = 10
FORM_SHOTS = 20
"""Shots in the window below which a player's form is not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One team's night.

    gold            all computed tables, with names that can be printed
    zones, allowed  rows of `team_zone` and `opponent_zone`, hoop outwards
    cells           hexagons of the team's shots (`hexes.cells`)
    players         one row per player, most shots first: name, gp, min and the sums, and per metric of
                    METRICS `efg`, `efg_low`, `efg_high`, `efg_league`, `efg_percentile` …; the same for
                    `making`; `profile` (name of his cluster, or empty); `left`: no longer on the roster
    form            rows of `player_form` for eFG% over WINDOW games, of the roster, most shots first
    trend           one row per team game: game (1, 2 …), game_date, efg (that game), rolling (last ten)
    team            value, low, high, league, percentile per metric of the team
    """

    gold: Gold
    team_id: int
    zones: pd.DataFrame
    allowed: pd.DataFrame
    cells: pd.DataFrame
    players: pd.DataFrame
    form: pd.DataFrame
    trend: pd.DataFrame
    team: pd.DataFrame
    statements: tuple[Statement, ...]
    last_game: str


def view(gold: Gold, silver: Silver, meta: Meta) -> View:
    """Choose what is shown of `meta.team`. Raises ContractError when the team has no rows at all."""
    gold, team_id = _readable(gold), _team_id(gold, meta.team)
    here = frozenset(silver.roster.loc[silver.roster["team_id"] == team_id, "player_id"])
    ours = _of_roster(gold, here)
    return View(
        gold=gold,
        team_id=team_id,
        zones=hoop_outwards(_of(gold.team_zone, team_id)),
        allowed=hoop_outwards(_of(gold.opponent_zone, team_id)),
        cells=hexes.cells(_valued_shots(gold, silver, team_id)),
        players=_players(gold, team_id, here),
        form=_form(ours, team_id),
        trend=_trend(gold, silver, team_id),
        team=_of(gold.team_season, team_id).set_index("metric"),
        statements=statements(ours, team_id),
        last_game=_last_game(silver, team_id, meta),
    )


def _readable(gold: Gold) -> Gold:
    """Return `gold` with names that can be set in type: the league's feed is not ours to trust."""
    tables = {}
    for each in fields(Gold):
        table = getattr(gold, each.name)
        names = [name for name in ("player_name", "name") if name in table]
        tables[each.name] = table.assign(**{name: table[name].map(text.printable) for name in names})
    return Gold(**tables)


def _of_roster(gold: Gold, here: frozenset[int]) -> Gold:
    """Return `gold` without the players who have left: nobody can be told to pass to them any more.

    Without a roster, everybody who has played for the team is taken to be there.
    """
    names = ("player_form", "player_zone", "shot_making")
    tables = {name: getattr(gold, name) for name in names}
    return replace(
        gold, **{name: table[table["player_id"].isin(here)] for name, table in tables.items() if here}
    )


def _team_id(gold: Gold, team: str) -> int:
    ids = gold.team_season.loc[gold.team_season["team"] == team, "team_id"]
    if ids.empty:
        raise ContractError(f"no season of team {team!r} among the computed tables")
    return int(ids.iloc[0])


def _of(table: pd.DataFrame, team_id: int) -> pd.DataFrame:
    return table[table["team_id"] == team_id].reset_index(drop=True)


def hoop_outwards(zones: pd.DataFrame) -> pd.DataFrame:
    """Return rows of zones in the order of the official geography; within a zone as they came."""
    return zones.sort_values(
        "zone", key=lambda names: names.map(ZONES.index), kind="stable", ignore_index=True
    )


def _valued_shots(gold: Gold, silver: Silver, team_id: int) -> pd.DataFrame:
    """Return the team's shots with what they brought and what the league makes from the same zone."""
    shots = _of(silver.shot, team_id)
    league = _of(gold.team_zone, team_id).set_index("zone")["league_pps"]
    return pd.DataFrame(
        {
            "loc_x": shots["loc_x"],
            "loc_y": shots["loc_y"],
            "points": shots["shot_type"].astype("int64").where(shots["made"], 0),
            "expected": shots["zone"].astype(str).map(league).astype(float),
        }
    )


def _players(gold: Gold, team_id: int, here: frozenset[int]) -> pd.DataFrame:
    """Lay the metrics of each player beside each other."""
    own = _of(gold.player_season, team_id)
    base = own.drop_duplicates("player_id").set_index("player_id")
    base = base[["player_name", "gp", "min", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "pts"]]
    tables = [base, *(_wide(own[own["metric"] == metric], metric) for metric in METRICS)]
    tables.append(_wide(_of(gold.shot_making, team_id), "making"))
    profile = _of(gold.clusters, team_id).set_index("player_id")["name"].rename("profile")
    rows = pd.concat([*tables, profile], axis="columns").loc[base.index]
    rows["profile"] = rows["profile"].fillna("").astype(str)
    rows["left"] = bool(here) & ~rows.index.isin(here)
    return (
        rows.rename_axis("player_id")
        .reset_index()
        .sort_values(["fga", "player_name", "player_id"], ascending=[False, True, True], ignore_index=True)
    )


def _wide(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    parts = {"value": metric} | {
        part: f"{metric}_{part}" for part in ("n", "low", "high", "league", "percentile")
    }
    return rows.set_index("player_id")[list(parts)].rename(columns=parts)


def _form(gold: Gold, team_id: int) -> pd.DataFrame:
    rows = _of(gold.player_form, team_id)
    chosen = rows[(rows["metric"] == "efg") & (rows["window"] == WINDOW) & (rows["n"] >= FORM_SHOTS)]
    ordered = chosen.sort_values(["n", "player_id"], ascending=[False, True], ignore_index=True)
    return ordered.head(FORM_PLAYERS)


def _trend(gold: Gold, silver: Silver, team_id: int) -> pd.DataFrame:
    lines = _of(gold.form_line, team_id)
    rolling = lines[(lines["player_id"] == TEAM_ROW) & (lines["metric"] == "efg")].set_index("game_id")
    settled = rolling["value"].where(rolling["games"] >= LEAST_GAMES)
    games = _of(silver.team_game, team_id).sort_values(["game_date", "game_id"], ignore_index=True)
    games = games[games["game_id"].isin(rolling.index)].reset_index(drop=True)
    shots = games["fga"].astype(float)
    return pd.DataFrame(
        {
            "game": range(1, len(games) + 1),
            "game_date": games["game_date"],
            "efg": (games["fgm"] + 0.5 * games["fg3m"]) / shots.where(shots > 0),
            "rolling": games["game_id"].map(settled).astype(float),
        }
    )


def _last_game(silver: Silver, team_id: int, meta: Meta) -> str:
    games = silver.team_game.sort_values(["game_date", "game_id"])
    own = games[games["team_id"] == team_id]
    if own.empty:
        return "no game yet"
    last = own.iloc[-1]
    other = games[(games["game_id"] == last["game_id"]) & (games["team_id"] != team_id)]
    against = f"{_AGAINST[last['venue']]} {other['team'].iloc[0]}" if len(other) else ""
    score = f"{last['pts']}-{other['pts'].iloc[0]}" if len(other) else f"{last['pts']} points"
    result = f"{last['wl']} {score}" if isinstance(last["wl"], str) else score
    when = last["game_date"].date()
    shooting = f", eFG {100 * (last['fgm'] + 0.5 * last['fg3m']) / last['fga']:.1f}%" if last["fga"] else ""
    told = f"{when:%a} {stamp.day(when)} {against}: {result}{shooting}"
    return (
        f"last game {told}" if when == meta.date else f"no game on {stamp.day(meta.date)}; last game {told}"
    )


_AGAINST = {"H": "vs", "A": "at", "N": "vs (neutral)"}
