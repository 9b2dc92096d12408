"""The dashboard: one page that carries its style, script, drawings and data, and asks for nothing else."""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from math import isfinite, nan
from typing import Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from hawks_pipeline.contracts import Silver
from hawks_pipeline.dashboard import svg
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import METRICS
from hawks_pipeline.report import stamp, text
from hawks_pipeline.report.court import SHORT_NAMES
from hawks_pipeline.report.figures import CELL_LIMIT, ZONE_LIMIT, zone_difference
from hawks_pipeline.report.view import WINDOW, View, hoop_outwards, view

Row = Mapping[str, Any]

TONE_LIMITS = {"efg": 0.08, "ts": 0.08, "pps": 0.16, "making": 0.2}
"""Differences from the league from which on a cell of the table has its full colour."""


def page(gold: Gold, silver: Silver, meta: Meta) -> str:
    """Return the whole page as HTML. Raises ContractError when the team has no rows at all."""
    shown = view(gold, silver, meta)
    style, script = _own("style.css"), _own("script.js")
    template = _environment().get_template("page.html.j2")
    written: str = template.render(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
        data=_embedded(_details(shown)),
        meta=meta,
        title=stamp.title(meta),
        as_of=stamp.data_as_of(meta),
        shown=shown,
        window=WINDOW,
        cards=_cards(shown),
        rows=_rows(shown),
        columns=COLUMNS,
        league=_league_row(shown),
        zones=_zone_rows(shown.zones),
        allowed=_zone_rows(shown.allowed),
        drawings=_drawings(shown),
        zone_limit=f"{100 * ZONE_LIMIT:.0f}",
        cell_limit=f"{CELL_LIMIT:.2f}",
        bins=svg.BINS,
    )
    return written


def _environment() -> Environment:
    def readable(value: object) -> object:
        return text.printable(value, most=None) if type(value) is str else value

    return Environment(
        autoescape=True,
        finalize=readable,
        loader=FunctionLoader(_own),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _own(name: str) -> str:
    return files("hawks_pipeline.dashboard").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return a policy by which the browser itself refuses all but this style and this script."""
    return (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src {_hash(style)}; script-src {_hash(script)}"
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _embedded(data: object) -> Markup:
    """Return JSON that stays data inside a script element, whatever stands in its strings."""
    dumped = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for letter in "<>&":
        dumped = dumped.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(dumped)  # noqa: S704 - nothing is left in it that HTML would read


def _cards(shown: View) -> list[dict[str, str]]:
    """Return the team's figures, each with its interval, the league and its place among the teams."""
    cards = []
    for metric in ("efg", "ts", "pps", "three_rate", "ft_rate"):
        if metric not in shown.team.index:
            continue
        row, show = shown.team.loc[metric], _SHOW[metric]
        cards.append(
            {
                "name": METRICS[metric],
                "value": show(row["value"]),
                "league": show(row["league"]),
                "span": text.span(row["low"], row["high"], **_SCALES[metric]),
                "rank": _rank(shown, metric),
                "tone": svg.bin_of(row["value"] - row["league"], TONE_LIMITS[metric])
                if metric in TONE_LIMITS
                else "none",
            }
        )
    return cards


def _rank(shown: View, metric: str) -> str:
    rows = shown.gold.team_season
    values = rows[rows["metric"] == metric].set_index("team_id")["value"].dropna()
    if shown.team_id not in values.index:
        return ""
    return f"{int((values > values[shown.team_id]).sum()) + 1} of {len(values)}"


def _plain(value: float) -> str:
    return text.percent(value)


_SHOW = {metric: (text.points if metric == "pps" else _plain) for metric in METRICS}
_SCALES: dict[str, dict[str, int]] = {
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


def _rows(shown: View) -> list[dict[str, object]]:
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
        shown = _SHOW[key](value)
        limit = TONE_LIMITS.get(key)
        tone = svg.bin_of(value - row[f"{key}_league"], limit) if limit else ""
    else:
        shown, tone = text.whole(value), ""
    few = key in TONE_LIMITS and not isfinite(row[f"{key}_percentile"])
    return {"show": shown, "value": _sorted_by(value), "tone": "few" if few else tone}


def _sorted_by(value: float) -> str:
    return f"{value:.6f}" if isfinite(value) else ""


def _league_row(shown: View) -> list[str]:
    """Return the league's figures under the columns that have one."""
    league = {metric: _SHOW[metric](row["league"]) for metric, row in shown.team.iterrows()}
    return [{"player_name": "League", "making": "0.00"}.get(key, league.get(key, "")) for key, *_ in COLUMNS]


def _zone_rows(zones: pd.DataFrame) -> list[dict[str, str]]:
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


def _details(shown: View) -> dict[str, object]:
    """Return per player what opens when his name is pressed: his figures and his zones, ready to read."""
    zones = shown.gold.player_zone
    own = hoop_outwards(zones[zones["team_id"] == shown.team_id])
    return {
        str(row["player_id"]): {
            "name": row["player_name"],
            "figures": [_figure(row, metric) for metric in METRICS],
            "zones": [
                [each[key] for key in ("zone", "goals", "value", "span", "league", "share", "league_share")]
                for each in _zone_rows(own[own["player_id"] == row["player_id"]])
            ],
        }
        for row in shown.players.to_dict("records")
    }


def _figure(row: Row, metric: str) -> list[str]:
    percentile = row[f"{metric}_percentile"]
    return [
        METRICS[metric],
        _SHOW[metric](row[metric]),
        text.span(row[f"{metric}_low"], row[f"{metric}_high"], **_SCALES[metric]),
        _SHOW[metric](row[f"{metric}_league"]),
        text.whole(percentile),
        text.whole(row[f"{metric}_n"]),
    ]


def _drawings(shown: View) -> dict[str, object]:
    league = float(shown.team.loc["efg", "league"]) if "efg" in shown.team.index else nan
    return {
        "lines": svg.court_lines(basket=False),
        "lines_and_basket": svg.court_lines(basket=True),
        "zones": svg.zone_shapes(shown.zones),
        "labels": svg.zone_labels(shown.zones),
        "hexes": svg.hex_shapes(shown.cells),
        "sizes": svg.size_legend(shown.cells),
        "trend": svg.trend(shown.trend, league),
    }
