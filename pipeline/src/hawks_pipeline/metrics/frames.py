"""What the computed tables ("gold") are.

Every figure stands in the columns of FIGURE:

n           attempts behind it (FGA, for TS% FGA + 0.44 FTA, for USG% minutes), never games
value       the figure; a proportion (0.5 is 50 %) or points per shot; NaN when there is nothing to divide by
low, high   the 90 % interval of `value`
league      the same figure for the whole league in the same span
percentile  0 to 100 among those with enough attempts (`MIN_N`); NaN for the others. Higher is always more of
            the figure; in `opponent_zone` and where `side` is "allowed" more is worse for the team.

`team_id` is the team the shots were taken for: a traded player has a row per team. Ids join, names only show.
"""

from dataclasses import dataclass, fields
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pa

from hawks_pipeline.contracts import DATE, ZONES, faults_of
from hawks_pipeline.errors import ContractError

METRICS = MappingProxyType(
    {
        "efg": "eFG%",
        "ts": "TS%",
        "three_rate": "3PAr",
        "ft_rate": "FTr",
        "pps": "PPS (FG)",
        "usg": "USG% (est.)",
    }
)
"""The name of a figure in a `metric` column, and how it is shown."""

SHOOTING = ("efg", "ts", "pps")
"""The figures whose luck is judged: with bootstrap intervals, in form and in splits."""

WINDOWS = (5, 10, 15)
"""Games played, of a rolling form."""

LINE_WINDOW = 10
TEAM_ROW = 0
"""The `player_id` of a team's own rows in `splits` and `form_line`, as 0 is everybody at the NBA."""

MIN_N = MappingProxyType({"zone": 25, "season": 100, "making": 100, "cluster": 200})
"""Attempts from which a percentile is given: in a zone, over a season, of shot making; and for a profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """The computed tables of a night. "All" is all teams, "own" the team asked for.

    player_season    all; per player and metric, with his games, minutes and the sums
    team_season      all; per team and metric, with its games
    player_form      own; per player, metric and window: FIGURE of the last `window` games, `season` value,
                     `p` (two-sided) and `q` (over all players, Benjamini-Hochberg), `state`, `ewma`
    form_line        own; per player (and TEAM_ROW), metric and game: the ratio of sums of the last ten games
    player_zone      all; per player and zone: FIGURE of FG%, shrunk; `raw` FG%; `frequency`, `pps`, league's;
                     `heaves_made`, `heaves_missed` among the shots, and `comparable`
    team_zone        all; per team and zone: FIGURE of FG% as it is
    opponent_zone    all; the same, of what the team's opponents shot against it
    shot_making      all; per player: FIGURE of PPS - xPPS (location), `se`, `points_added`; no backcourt
    team_making      all; per team and side ("own", "allowed"): the same
    splits           own; per player (and TEAM_ROW), split, key and metric; for TEAM_ROW also side "allowed"
    clusters         all players with enough shots: the profile each belongs to
    cluster_centres  the profiles, in plain units, so that the next night finds the same names
    zone_prior       the league's beta prior per zone: `mean` and `kappa` (worth how many attempts)
    """

    player_season: pd.DataFrame
    team_season: pd.DataFrame
    player_form: pd.DataFrame
    form_line: pd.DataFrame
    player_zone: pd.DataFrame
    team_zone: pd.DataFrame
    opponent_zone: pd.DataFrame
    shot_making: pd.DataFrame
    team_making: pd.DataFrame
    splits: pd.DataFrame
    clusters: pd.DataFrame
    cluster_centres: pd.DataFrame
    zone_prior: pd.DataFrame


def _number() -> pa.Column:
    return pa.Column("float64", nullable=True)


def _whole() -> pa.Column:
    return pa.Column("int64")


def _of(*values: str) -> pa.Column:
    return pa.Column("str", pa.Check.isin(values))


FIGURE = ("n", "value", "low", "high", "league", "percentile")
PROFILE = ("restricted", "paint", "mid", "corner3", "break3", "three_rate", "ft_rate", "usg", "xpps")
"""What a shot profile is made of: five shares of the shots, three rates, and xPPS (location)."""

_FIGURE = {name: _number() for name in FIGURE}
_PLAYER = {"team_id": _whole(), "player_id": _whole(), "player_name": pa.Column("str")}
_TEAM = {"team_id": _whole(), "team": pa.Column("str")}
_METRIC = {"metric": _of(*METRICS)}
_SHOOTING = {"metric": _of(*SHOOTING)}
_SUMS = {name: _whole() for name in ("gp", "min", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "tov", "pts")}
_ZONE = {
    "zone": _of(*ZONES),
    "fgm": _whole(),
    "fga": _whole(),
    "raw": _number(),  # FG%
    "frequency": _number(),  # of all the player's or team's shots
    "league_frequency": _number(),
    "pps": _number(),
    "league_pps": _number(),
    "heaves_made": _whole(),
    "heaves_missed": _number(),  # NaN since 2025-26: most are not charged, nobody tells how many
    "comparable": _number(),  # FG% without heaves, to be held against another season's
    **_FIGURE,
}
_MAKING = {"pps": _number(), "xpps": _number(), "league_xpps": _number(), "se": _number()} | {
    "points_added": _number(),
    **_FIGURE,
}

CONTRACTS = MappingProxyType(
    {
        name: pa.DataFrameSchema(columns, strict=True, ordered=True)
        for name, columns in {
            "player_season": _PLAYER | _SUMS | _METRIC | _FIGURE,
            "team_season": _TEAM | _SUMS | _METRIC | _FIGURE,
            "player_form": _PLAYER
            | {**_SHOOTING, "window": _whole(), "games": _whole()}
            | _FIGURE
            | {"season": _number(), "p": _number(), "q": _number()}
            | {"state": _of("hot", "cold", ""), "ewma": _number()},
            "form_line": _PLAYER
            | {"game_id": pa.Column("str"), "game_date": pa.Column(DATE), "games": _whole()}
            | {**_SHOOTING, "n": _number(), "value": _number(), "season": _number()},
            "player_zone": _PLAYER | _ZONE,
            "team_zone": _TEAM | _ZONE,
            "opponent_zone": _TEAM | _ZONE,
            "shot_making": _PLAYER | _MAKING,
            "team_making": _TEAM | {"side": _of("own", "allowed")} | _MAKING,
            "splits": _PLAYER
            | {"side": _of("own", "allowed"), "split": _of("venue", "opponent", "rest")}
            | {"key": pa.Column("str"), "games": _whole(), **_SHOOTING, **_FIGURE},
            "clusters": _PLAYER
            | {"cluster": _whole(), "name": pa.Column("str"), "n": _number(), "silhouette": _number()}
            | {name: _number() for name in PROFILE},
            "cluster_centres": {"cluster": _whole(), "name": pa.Column("str"), "players": _whole()}
            | {name: _number() for name in PROFILE},
            "zone_prior": {"zone": _of(*ZONES), "mean": _number(), "kappa": _number()},
        }.items()
    }
)
"""Columns in their order. `key` of a split: H, A or N; the opponent's team id; days of rest, "3+" at most."""


def check(gold: Gold) -> Gold:
    """Return `gold` when every table is as documented. Raises ContractError."""
    faults = [
        fault
        for field in fields(Gold)
        for fault in faults_of(getattr(gold, field.name), CONTRACTS[field.name], name=field.name)
    ]
    if faults:
        raise ContractError("; ".join(faults))
    return gold


def empty(name: str) -> pd.DataFrame:
    """Return the table `name` of Gold with its columns and dtypes and no rows."""
    return typed(name, pd.DataFrame())


def typed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` as the table `name` of Gold: its columns in order, its dtypes, a fresh index."""
    columns = CONTRACTS[name].columns
    table = rows.reset_index(drop=True) if len(rows) else rows.reindex(columns=list(columns))
    return table[list(columns)].astype({each: column.dtype.type for each, column in columns.items()})
