"""Where shots are taken: the official geography, and how often and how well per zone."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from hawks_pipeline.contracts import ZONES
from hawks_pipeline.metrics import box, heaves
from hawks_pipeline.metrics.frames import MIN_N, typed
from hawks_pipeline.metrics.percentiles import percentile
from hawks_pipeline.metrics.shrinkage import Prior, fit, shrunk, wilson

RA, PAINT, MID, LEFT_CORNER, RIGHT_CORNER, BREAK, BACKCOURT = ZONES

THREES = (LEFT_CORNER, RIGHT_CORNER, BREAK, BACKCOURT)


def classify(loc_x: ArrayLike, loc_y: ArrayLike) -> NDArray[np.str_]:
    """Return the official zone of each place (tenths of a foot). The first rule that holds decides.

    Found from three seasons of official labels, 655,448 of 655,448 alike.
    """
    # The squares of int16 would overflow.
    x, y = np.asarray(loc_x, dtype=float), np.asarray(loc_y, dtype=float)
    far = np.hypot(x, y)
    rules = [
        (y >= 420, BACKCOURT),
        ((y <= 87) & (x <= -220), LEFT_CORNER),
        ((y <= 87) & (x >= 220), RIGHT_CORNER),
        ((y > 87) & (far >= 237.5), BREAK),
        (far < 40, RA),
        ((np.abs(x) <= 80) & (y <= 138), PAINT),
    ]
    return np.select([rule for rule, _ in rules], [zone for _, zone in rules], default=MID)


def counts(shots: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return fgm, fga, pts per group and zone, a row for each zone, also without a shot.

    `pts` goes by SHOT_TYPE, which agrees with box scores, and not by the zone, which sometimes does not.
    """
    scored = shots.assign(zone=shots["zone"].astype("str"), pts=shots["shot_type"] * shots["made"])
    sums = scored.groupby([*by, "zone"]).agg(fgm=("made", "sum"), fga=("made", "count"), pts=("pts", "sum"))
    groups = sums.index.droplevel("zone").unique() if by else pd.Index([])
    index = (
        pd.MultiIndex.from_tuples(
            [(*(group if len(by) > 1 else (group,)), zone) for group in groups for zone in ZONES],
            names=[*by, "zone"],
        )
        if by
        else pd.Index(ZONES, name="zone")
    )
    return sums.reindex(index, fill_value=0).reset_index().astype({"zone": "str"})


def priors(shots: pd.DataFrame, floor: Mapping[str, Prior]) -> dict[str, Prior]:
    """Return the league's prior per zone from players' season to date, `floor` where that is too young.

    None for the backcourt, and without heaves elsewhere: they are luck, and since 2025-26 the missed ones are
    not even counted.
    """
    players = counts(heaves.without(shots), ["player_id"])
    found = {}
    for zone in ZONES[:-1]:
        rows = players[players["zone"] == zone]
        if prior := fit(rows["fgm"], rows["fga"], floor=floor.get(zone)):
            found[zone] = prior
    return found


def player_zones(shots: pd.DataFrame, prior: Mapping[str, Prior]) -> pd.DataFrame:
    """Return `Gold.player_zone`: FG% shrunk to the league's prior, Wilson where there is none."""
    rows = _with_rates(counts(shots, ["team_id", "player_id"]), shots)
    rows["player_name"] = rows["player_id"].map(latest_names(shots))
    for name in ("value", "low", "high"):
        rows[name] = np.nan
    for zone, part in rows.groupby("zone"):
        of = prior.get(str(zone))
        figures = shrunk(part["fgm"], part["fga"], of) if of else wilson(part["fgm"], part["fga"])
        known = np.column_stack(figures)
        # The prior alone is no figure of a player's.
        known[part["fga"] == 0] = np.nan
        rows.loc[part.index, ["value", "low", "high"]] = known
    return _ranked(rows, "player_zone")


def team_zones(shots: pd.DataFrame, teams: pd.Series) -> pd.DataFrame:
    """Return `Gold.team_zone`; `teams` are tricodes by team id. FG% as it is, with Wilson's interval."""
    return _team(shots, "team_id", teams, "team_zone")


def opponent_zones(shots: pd.DataFrame, teams: pd.Series) -> pd.DataFrame:
    """Return `Gold.opponent_zone`: what each team allows."""
    return _team(shots, "opp_team_id", teams, "opponent_zone")


def latest_names(rows: pd.DataFrame) -> pd.Series:
    """Return the newest spelling of each player's name by his id."""
    ordered = rows.sort_values(["game_date", "game_id"], kind="stable")
    return ordered.groupby("player_id")["player_name"].last()


def _team(shots: pd.DataFrame, side: str, teams: pd.Series, name: str) -> pd.DataFrame:
    rows = _with_rates(counts(shots, [side]), shots).rename(columns={side: "team_id"})
    rows["team"] = rows["team_id"].map(teams)
    rows["value"], rows["low"], rows["high"] = wilson(rows["fgm"], rows["fga"])
    return _ranked(rows, name)


def _with_rates(rows: pd.DataFrame, shots: pd.DataFrame) -> pd.DataFrame:
    """Add raw FG%, frequency, points per shot, the league's, and the heaves among the shots."""
    groups = [name for name in rows.columns if name.endswith("_id")]
    everybody = counts(shots, []).set_index("zone")
    league = pd.DataFrame(
        {
            "league": box.ratio(everybody["fgm"], everybody["fga"]),
            "league_frequency": everybody["fga"] / max(len(shots), 1),
            "league_pps": box.ratio(everybody["pts"], everybody["fga"]),
        }
    )
    rows = heaves.counted(rows, shots, [*groups, "zone"])
    return rows.assign(
        n=rows["fga"].astype(float),
        raw=box.ratio(rows["fgm"], rows["fga"]),
        frequency=box.ratio(rows["fga"], rows.groupby(groups)["fga"].transform("sum")),
        pps=box.ratio(rows["pts"], rows["fga"]),
    ).join(league, on="zone")


def _ranked(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    rows["percentile"] = percentile(rows, by=["zone"], least=MIN_N["zone"])
    return typed(name, rows)
