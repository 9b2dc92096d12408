"""The tables of the page, as they are read: the team's players, its zones, and what opens for a player."""

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any

import pandas as pd

from hawks_pipeline.dashboard import svg
from hawks_pipeline.metrics.frames import METRICS
from hawks_pipeline.report import text
from hawks_pipeline.report.court import SHORT_NAMES
from hawks_pipeline.report.court_charts import ZONE_LIMIT, zone_difference
from hawks_pipeline.report.view import WINDOW, View, hoop_outwards

Row = Mapping[str, Any]

TONE_LIMITS = {"efg": 0.08, "ts": 0.08, "pps": 0.16, "making": 0.2}
"""Differences from the league from which on a cell of the table has its full colour."""


def _plain(value: float) -> str:
    return text.percent(value)


SHOW = {metric: (text.points if metric == "pps" else _plain) for metric in METRICS}
SCALES: dict[str, dict[str, int]] = {
    metric: {"scale": 1, "digits": 2} if metric == "pps" else {"scale": 100, "digits": 0}
    for metric in METRICS
}

COLUMNS = (
    ("player_name", "Player", "text", ""),
    ("gp", "GP", "wide", "games played"),
    ("fga", "FGA", "", "field goal attempts"),
    ("pts", "PTS", "wide", "points"),
    ("efg", "eFG%", "", "effective field goal percentage"),
    ("ts", "TS%", "", "true shooting percentage, with free throws"),
    ("pps", "PPS", "wide", "points per field goal attempt"),
    ("three_rate", "3PAr", "wide", "share of attempts that are threes"),
    ("ft_rate", "FTr", "wide", "free throw attempts per field goal attempt"),
    ("usg", "USG%", "wide", "share of the team's possessions used, estimated"),
    ("making", "Making", "", "points per shot above what the league makes from the same places"),
    ("form", f"Last {WINDOW}", "wide", f"eFG% of the last {WINDOW} games played"),
    ("profile", "Profile", "wide text", "cluster of players who shoot alike"),
)
"""Key, heading, classes (`wide` columns are left to the details on a phone), what it means."""


def player_rows(shown: View) -> list[dict[str, object]]:
    """Return the rows of the team's players, each with a cell per column of COLUMNS."""
    form = shown.gold.player_form
    last = form[
        (form["team_id"] == shown.team_id) & (form["metric"] == "efg") & (form["window"] == WINDOW)
    ].set_index("player_id")
    return [
        {
            "id": str(row["player_id"]),
            "left": row["left"],
            "cells": [_cell(row, key, last) for key, *_ in COLUMNS],
        }
        for row in shown.players.to_dict("records")
    ]


def _cell(row: Row, key: str, last: pd.DataFrame) -> dict[str, str]:
    """Return what a cell shows, what it is sorted by (empty: at the end) and the class of its colour."""
    if key in {"player_name", "profile"}:
        return {"show": row[key] or text.MISSING, "value": row[key].casefold(), "tone": ""}
    if key == "form":
        one = last.loc[row["player_id"]] if row["player_id"] in last.index else None
        value, state = (nan, "") if one is None else (one["value"], one["state"])
        mark = {"hot": " ▲ hot", "cold": " ▼ cold"}.get(state, "")
        return {"show": text.percent(value) + mark, "value": _sorted_by(value), "tone": state}
    value = float(row[key])
    if key == "making":
        shown, tone = text.gap(value, scale=1, digits=2), svg.bin_of(value, TONE_LIMITS[key])
    elif key in METRICS:
        shown = SHOW[key](value)
        limit = TONE_LIMITS.get(key)
        tone = svg.bin_of(value - row[f"{key}_league"], limit) if limit else ""
    else:
        shown, tone = text.whole(value), ""
    few = key in TONE_LIMITS and not isfinite(row[f"{key}_percentile"])
    return {"show": shown, "value": _sorted_by(value), "tone": "few" if few else tone}


def _sorted_by(value: float) -> str:
    return f"{value:.6f}" if isfinite(value) else ""


def league_row(shown: View) -> list[str]:
    """Return the league's figures under the columns that have one."""
    league = {metric: SHOW[metric](row["league"]) for metric, row in shown.team.iterrows()}
    return [{"player_name": "League", "making": "0.00"}.get(key, league.get(key, "")) for key, *_ in COLUMNS]


def zone_rows(zones: pd.DataFrame) -> list[dict[str, str]]:
    """Return rows of zones; `zones` as `view.View.zones`."""
    return [
        {
            "zone": SHORT_NAMES[row["zone"]],
            "goals": f"{text.whole(row['fgm'])}/{text.whole(row['fga'])}",
            "value": text.percent(row["value"]),
            "span": text.span(row["low"], row["high"]),
            "league": text.percent(row["league"]),
            "share": text.percent(row["frequency"]),
            "league_share": text.percent(row["league_frequency"]),
            "pps": text.points(row["pps"]),
            "league_pps": text.points(row["league_pps"]),
            "tone": svg.bin_of(zone_difference(row), ZONE_LIMIT),
        }
        for row in zones.to_dict("records")
    ]


def details(shown: View) -> dict[str, object]:
    """Return per player what opens when his name is pressed: his figures and his zones, ready to read."""
    zones = shown.gold.player_zone
    own = hoop_outwards(zones[zones["team_id"] == shown.team_id])
    return {
        str(row["player_id"]): {
            "name": row["player_name"],
            "figures": [_figure(row, metric) for metric in METRICS],
            "zones": [
                [each[key] for key in ("zone", "goals", "value", "span", "league", "share", "league_share")]
                for each in zone_rows(own[own["player_id"] == row["player_id"]])
            ],
        }
        for row in shown.players.to_dict("records")
    }


def _figure(row: Row, metric: str) -> list[str]:
    percentile = row[f"{metric}_percentile"]
    return [
        METRICS[metric],
        SHOW[metric](row[metric]),
        text.span(row[f"{metric}_low"], row[f"{metric}_high"], **SCALES[metric]),
        SHOW[metric](row[f"{metric}_league"]),
        text.whole(percentile),
        text.whole(row[f"{metric}_n"]),
    ]
