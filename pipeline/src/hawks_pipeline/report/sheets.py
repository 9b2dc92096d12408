"""What stands in the workbook: which tables, their columns, how each is to be read."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import METRICS, TEAM_ROW
from hawks_pipeline.report.view import View, hoop_outwards

PERCENT, POINTS, SIGNED, WHOLE, PLAIN = "0.0%", "0.00", "+0.00;-0.00;0.00", "#,##0", "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet: its heading, its number format, and whether colours run along it."""

    name: str
    heading: str
    form: str = PLAIN
    coloured: bool = False
    width: float = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a frame with its columns, frozen below the heading and beside `fixed` columns."""

    title: str
    columns: Sequence[Column]
    rows: pd.DataFrame
    fixed: int = 1


def sheets(shown: View) -> Sequence[Sheet]:
    """Return the tables of the workbook in their order."""
    gold, own = shown.gold, shown.team_id
    codes = {str(row.team_id): row.team for row in gold.team_season.itertuples()}
    players = shown.players.assign(here=shown.players["left"].map({True: "no", False: "yes"}))
    form = _own(gold.player_form, own, "player_name", "player_id", "metric", "window")
    zones = hoop_outwards(gold.player_zone[gold.player_zone["team_id"] == own])
    zones = zones.sort_values(["player_name", "player_id"], kind="stable")
    splits = _own(gold.splits, own, "player_name", "player_id", "side", "split", "key", "metric")
    splits = splits.assign(key=splits["key"].replace(codes)).sort_values(
        "player_id", key=lambda ids: ids != TEAM_ROW, kind="stable"
    )
    making = _own(gold.shot_making, own, "n", "player_id").iloc[::-1]
    return (
        Sheet(title="Players", columns=_PLAYERS, rows=players),
        Sheet(title="Shot making", columns=_MAKING, rows=making),
        Sheet(title="Form", columns=_FORM, rows=form, fixed=3),
        Sheet(title="Player zones", columns=(_NAME, *_ZONE), rows=zones, fixed=2),
        Sheet(title="Our zones", columns=_ZONE, rows=shown.zones),
        Sheet(title="Opponents' zones", columns=_ZONE, rows=shown.allowed),
        Sheet(title="Splits", columns=_SPLITS, rows=splits),
        Sheet(title="League", columns=_LEAGUE, rows=_league(gold)),
    )


def _own(table: pd.DataFrame, team_id: int, *order: str) -> pd.DataFrame:
    """Return a team's rows in a fixed order, with its figures named as they are shown."""
    rows = table[table["team_id"] == team_id].sort_values(list(order))
    return rows.assign(metric=rows["metric"].map(METRICS)) if "metric" in rows else rows


def _league(gold: Gold) -> pd.DataFrame:
    """Return one row per team, best eFG% first, with its metrics beside each other."""
    values = gold.team_season.pivot(index="team", columns="metric", values="value")
    games = gold.team_season.drop_duplicates("team").set_index("team")[["gp", "fga"]]
    rows = games.join(values.reindex(columns=list(METRICS))).reset_index()
    return rows.sort_values(["efg", "team"], ascending=[False, True])


_NAME = Column(name="player_name", heading="player", width=26)
_INTERVAL = (
    Column(name="low", heading="low", form=PERCENT),
    Column(name="high", heading="high", form=PERCENT),
)
_LEAGUE_VALUE = Column(name="league", heading="league", form=PERCENT)
_PERCENTILE = Column(name="percentile", heading="percentile", form="0", coloured=True)

_PLAYERS = (
    _NAME,
    Column(name="gp", heading="games", form=WHOLE),
    Column(name="min", heading="minutes", form=WHOLE),
    *(Column(name=name, heading=name.upper(), form=WHOLE) for name in ("fgm", "fga", "fg3m", "fg3a")),
    *(Column(name=name, heading=name.upper(), form=WHOLE) for name in ("ftm", "fta", "pts")),
    Column(name="efg", heading="eFG%", form=PERCENT, coloured=True),
    Column(name="efg_low", heading="eFG% low", form=PERCENT),
    Column(name="efg_high", heading="eFG% high", form=PERCENT),
    Column(name="efg_league", heading="eFG% league", form=PERCENT, width=12),
    Column(name="efg_percentile", heading="eFG% percentile", form="0", width=15),
    Column(name="ts", heading="TS%", form=PERCENT, coloured=True),
    Column(name="ts_low", heading="TS% low", form=PERCENT),
    Column(name="ts_high", heading="TS% high", form=PERCENT),
    Column(name="ts_percentile", heading="TS% percentile", form="0", width=15),
    Column(name="pps", heading="PPS (FG)", form=POINTS, coloured=True),
    Column(name="three_rate", heading="3PAr", form=PERCENT),
    Column(name="ft_rate", heading="FTr", form=PERCENT),
    Column(name="usg", heading="USG% (est.)", form=PERCENT, width=12),
    Column(name="making", heading="making (points per shot)", form=SIGNED, coloured=True, width=23),
    Column(name="profile", heading="shot profile", width=24),
    Column(name="here", heading="on the roster", width=14),
)
_ZONE = (
    Column(name="zone", heading="zone", width=24),
    Column(name="fgm", heading="FGM", form=WHOLE),
    Column(name="fga", heading="FGA", form=WHOLE),
    Column(name="raw", heading="FG%", form=PERCENT),
    Column(name="value", heading="FG% (estimate)", form=PERCENT, coloured=True, width=15),
    *_INTERVAL,
    _LEAGUE_VALUE,
    _PERCENTILE,
    Column(name="frequency", heading="share of shots", form=PERCENT, width=15),
    Column(name="league_frequency", heading="league share", form=PERCENT, width=13),
    Column(name="pps", heading="points per shot", form=POINTS, width=15),
    Column(name="league_pps", heading="league points per shot", form=POINTS, width=21),
    Column(name="heaves_made", heading="heaves made", form=WHOLE, width=12),
    Column(name="heaves_missed", heading="heaves missed", form=WHOLE, width=13),
    Column(name="comparable", heading="FG% without heaves", form=PERCENT, width=18),
)
_MAKING = (
    _NAME,
    Column(name="n", heading="FGA", form=WHOLE),
    Column(name="pps", heading="PPS (FG)", form=POINTS),
    Column(name="xpps", heading="xPPS (location)", form=POINTS, width=15),
    Column(name="value", heading="making", form=SIGNED, coloured=True),
    Column(name="low", heading="low", form=SIGNED),
    Column(name="high", heading="high", form=SIGNED),
    Column(name="se", heading="standard error", form=POINTS, width=15),
    Column(name="points_added", heading="points added", form="+0.0;-0.0;0.0", width=13),
    _PERCENTILE,
)
_FORM = (
    _NAME,
    Column(name="metric", heading="figure"),
    Column(name="window", heading="games asked", form=WHOLE, width=12),
    Column(name="games", heading="games", form=WHOLE),
    Column(name="n", heading="attempts", form=WHOLE),
    Column(name="value", heading="last games", form="0.000", coloured=True, width=11),
    Column(name="low", heading="low", form="0.000"),
    Column(name="high", heading="high", form="0.000"),
    Column(name="season", heading="season", form="0.000"),
    Column(name="ewma", heading="weighted", form="0.000"),
    Column(name="q", heading="q (adjusted p)", form="0.000", width=14),
    Column(name="state", heading="state"),
)
_SPLITS = (
    Column(name="player_name", heading="player or team", width=26),
    Column(name="side", heading="side"),
    Column(name="split", heading="split"),
    Column(name="key", heading="of", width=13),
    Column(name="games", heading="games", form=WHOLE),
    Column(name="metric", heading="figure"),
    Column(name="n", heading="attempts", form=WHOLE),
    Column(name="value", heading="value", form="0.000", coloured=True),
    Column(name="low", heading="low", form="0.000"),
    Column(name="high", heading="high", form="0.000"),
    Column(name="league", heading="league", form="0.000"),
)
_LEAGUE = (
    Column(name="team", heading="team"),
    Column(name="gp", heading="games", form=WHOLE),
    Column(name="fga", heading="FGA", form=WHOLE),
    Column(name="efg", heading="eFG%", form=PERCENT, coloured=True),
    Column(name="ts", heading="TS%", form=PERCENT, coloured=True),
    Column(name="pps", heading="PPS (FG)", form=POINTS, coloured=True),
    Column(name="three_rate", heading="3PAr", form=PERCENT, coloured=True),
    Column(name="ft_rate", heading="FTr", form=PERCENT, coloured=True),
)
