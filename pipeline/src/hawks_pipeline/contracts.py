"""What the cleaned tables ("silver") are: columns, dtypes, units, keys.

Ids are the NBA's: games as ten digits, players and teams as int64. Dates are the Eastern game day at
midnight, without a zone. Counts are whole numbers; percentages are never stored, only computed
(`metrics.box`), except what the league itself says (`official_*`), which serves to check ours. Lengths on the
court are tenths of a foot with the hoop at (0, 0), the baseline at y = -52.5 and LOC_X < 0 on the shooter's
left as he faces it.
"""

from dataclasses import dataclass, fields
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pa

from hawks_pipeline.errors import ContractError

ZONES = (
    "Restricted Area",
    "In The Paint (Non-RA)",
    "Mid-Range",
    "Left Corner 3",
    "Right Corner 3",
    "Above the Break 3",
    "Backcourt",
)
"""The official geography, hoop outwards."""

VENUES = ("H", "A", "N")
"""Home, away, neutral: both teams of a neutral game are `N`."""

COUNTS = ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta")
BOX = (*COUNTS, "oreb", "dreb", "ast", "stl", "blk", "tov", "pf", "pts")
"""The counts of a box score: goals made and attempted (all, threes, free throws), and the rest."""

SHORT = 2**15 - 1
"""Whole numbers kept in 16 bits, which would wrap around in silence."""

GAME_ID = r"^00[1-6]\d{7}$"
SEASON = r"^\d{4}-\d{2}$"
DATE = "datetime64[us]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silver:
    """The cleaned tables of a season to date, each under its contract in CONTRACTS.

    player_game      one row per player and game of the league's log, also with no minutes
    box_score        one row per player listed in the box scores that were fetched, also who did not play
    team_game        one row per team and game; `tov` includes team turnovers, `tov_team` is those alone
    shot             one row per field goal attempt
    roster           one row per player of the team
    schedule         one row per game known, played or not
    official_player  the league's own season totals; `efg_pct`, `ts_pct` NaN where it does not say
    official_team    the league's own season values per team
    league_zone      the league's own goals and attempts per zone, area and range
    """

    player_game: pd.DataFrame
    box_score: pd.DataFrame
    team_game: pd.DataFrame
    shot: pd.DataFrame
    roster: pd.DataFrame
    schedule: pd.DataFrame
    official_player: pd.DataFrame
    official_team: pd.DataFrame
    league_zone: pd.DataFrame


def _count(most: int = 400) -> pa.Column:
    return pa.Column("int16", pa.Check.in_range(0, most))


def _text(pattern: str = r"\S") -> pa.Column:
    return pa.Column("str", pa.Check.str_matches(pattern))


def _of(*values: str) -> pa.Column:
    return pa.Column("str", pa.Check.isin(values))


def _id() -> pa.Column:
    return pa.Column("int64", pa.Check.gt(0))


def _contract(columns: dict[str, pa.Column], *key: str) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, unique=list(key))


_GAME = {
    "game_id": _text(GAME_ID),
    "game_date": pa.Column(DATE),
    "season": _text(SEASON),
    "season_type": _text(),
    "team_id": _id(),
    "team": _text(),
    "opp_team_id": _id(),
    "venue": _of(*VENUES),
    "wl": pa.Column("str", pa.Check.isin(["W", "L"]), nullable=True),
    "min": _count(),
    **{name: _count() for name in BOX},
    "plus_minus": pa.Column("int16"),
}
_PLAYER = {"player_id": _id(), "player_name": _text()}
_TOTALS = {"gp": pa.Column("int64", pa.Check.ge(0))} | {
    name: pa.Column("int64", pa.Check.ge(0)) for name in (*COUNTS, "pts")
}
_PERCENTAGES = {name: pa.Column("float64", nullable=True) for name in ("efg_pct", "ts_pct")}

CONTRACTS = MappingProxyType(
    {
        "player_game": _contract(_PLAYER | _GAME, "game_id", "player_id"),
        "box_score": _contract(
            {
                "game_id": _text(GAME_ID),
                "team_id": _id(),
                **_PLAYER,
                "starter": pa.Column("bool"),
                "comment": pa.Column("str"),  # why he did not play, empty for who did
                "minutes": pa.Column("float64", pa.Check.ge(0)),
                **{name: _count() for name in BOX},
            },
            "game_id",
            "player_id",
        ),
        "team_game": _contract(_GAME | {"tov_team": _count()}, "game_id", "team_id"),
        "shot": _contract(
            {
                "game_id": _text(GAME_ID),
                "game_event_id": pa.Column("int64"),
                "game_date": pa.Column(DATE),
                **_PLAYER,
                "team_id": _id(),
                "opp_team_id": _id(),
                "period": pa.Column("int8", pa.Check.in_range(1, 10)),
                "clock_s": pa.Column("int16", pa.Check.in_range(0, 720)),  # left in the period
                "loc_x": pa.Column("int16", pa.Check.in_range(-260, 260)),
                "loc_y": pa.Column("int16", pa.Check.in_range(-60, 900)),
                "dist_ft": pa.Column("float32", pa.Check.ge(0)),  # from the centre of the hoop, not floored
                "shot_type": pa.Column(
                    "int8", pa.Check.isin([2, 3])
                ),  # what a goal counts: SHOT_TYPE, not zone
                "zone": pa.Column(pd.CategoricalDtype(list(ZONES))),
                "action_type": _text(),
                "made": pa.Column("bool"),
                "is_heave": pa.Column("bool"),  # 36 ft or more in the last 3 s of quarters 1 to 3
            },
            "game_id",
            "game_event_id",
        ),
        "roster": _contract(
            {
                "team_id": _id(),
                "season": _text(SEASON),
                **_PLAYER,
                "number": pa.Column("str", nullable=True),
                "position": pa.Column("str", nullable=True),
                "height": pa.Column("str", nullable=True),  # feet-inches
                "age": pa.Column("float64", nullable=True),  # years
                "experience": pa.Column("str", nullable=True),  # seasons, R for a rookie
            },
            "team_id",
            "player_id",
        ),
        "schedule": _contract(
            {
                "game_id": _text(GAME_ID),
                "game_date": pa.Column(DATE),
                "status": pa.Column("int8", pa.Check.in_range(1, 3)),  # 1 to come, 2 on, 3 final
                "status_text": pa.Column("str"),
                "home_team_id": _id(),
                "away_team_id": _id(),
                "home": _text(),
                "away": _text(),
                "home_pts": _count(),
                "away_pts": _count(),
                "is_neutral": pa.Column("bool"),
            },
            "game_id",
        ),
        "official_player": _contract(_PLAYER | {"team_id": _id()} | _TOTALS | _PERCENTAGES, "player_id"),
        "official_team": _contract(
            {"team_id": _id(), "gp": pa.Column("int64", pa.Check.ge(0))} | _PERCENTAGES, "team_id"
        ),
        "league_zone": _contract(
            {
                "zone": _of(*ZONES),
                "area": _text(),
                "range": _text(),
                "fgm": pa.Column("int64", pa.Check.ge(0)),
                "fga": pa.Column("int64", pa.Check.ge(0)),
            },
            "zone",
            "area",
            "range",
        ),
    }
)


def empty(name: str) -> pd.DataFrame:
    """Return the table `name` of Silver with its columns and dtypes and no rows."""
    return typed(name, pd.DataFrame())


def typed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` as the table `name` of Silver: its columns in order, its dtypes, a fresh index.

    Raises ContractError for what does not fit, such as a count of 40,000.
    """
    columns = CONTRACTS[name].columns
    table = rows.reset_index(drop=True) if len(rows) else rows.reindex(columns=list(columns))
    short = [each for each, column in columns.items() if str(column.dtype) == "int16"]
    for each in short if len(table) else ():
        if not table[each].astype("int64").between(-SHORT, SHORT).all():
            raise ContractError(f"{name}.{each}: {table[each].abs().max()} is out of all bounds")
    return table[list(columns)].astype({each: column.dtype.type for each, column in columns.items()})


def check(silver: Silver) -> Silver:
    """Return `silver` when every table is what it promises to be. Raises ContractError, all faults in one."""
    faults = [
        fault
        for field in fields(Silver)
        for fault in faults_of(getattr(silver, field.name), CONTRACTS[field.name], name=field.name)
    ]
    if faults:
        raise ContractError("; ".join(faults))
    return silver


def faults_of(table: pd.DataFrame, contract: pa.DataFrameSchema, *, name: str) -> list[str]:
    """Say in one line per column and rule what breaks `contract`, with the first value that does."""
    try:
        # A repeated index label makes pandera stumble over repeated keys.
        contract.validate(table.reset_index(drop=True), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        grouped = cases.groupby(["column", "check"], dropna=False, sort=False)
        return [_fault(name, column, rule, rows) for (column, rule), rows in grouped]
    return []


def _fault(name: str, column: object, rule: object, rows: pd.DataFrame) -> str:
    case = rows["failure_case"].iloc[0]
    where = name if pd.isna(column) else f"{name}.{column}"
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    return f"{where}: {rule} fails for {case!r}{more}"
