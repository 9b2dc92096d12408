"""The dashboard: one page that carries its style, script, drawings and data, and asks for nothing else."""

import base64
import hashlib
import json
from importlib.resources import files
from math import nan

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from hawks_pipeline.contracts import Silver
from hawks_pipeline.dashboard import svg, tables
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import METRICS
from hawks_pipeline.report import stamp, text
from hawks_pipeline.report.court_charts import CELL_LIMIT, ZONE_LIMIT
from hawks_pipeline.report.view import WINDOW, View, view


def page(gold: Gold, silver: Silver, meta: Meta) -> str:
    """Return the whole page as HTML. Raises ContractError when the team has no rows at all."""
    shown = view(gold, silver, meta)
    style, script = _own("style.css"), _own("script.js")
    template = _environment().get_template("page.html.j2")
    written: str = template.render(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
        data=_embedded(tables.details(shown)),
        meta=meta,
        title=stamp.title(meta),
        as_of=stamp.data_as_of(meta),
        shown=shown,
        window=WINDOW,
        cards=_cards(shown),
        rows=tables.player_rows(shown),
        columns=tables.COLUMNS,
        league=tables.league_row(shown),
        zones=tables.zone_rows(shown.zones),
        allowed=tables.zone_rows(shown.allowed),
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
        row, show = shown.team.loc[metric], tables.SHOW[metric]
        cards.append(
            {
                "name": METRICS[metric],
                "value": show(row["value"]),
                "league": show(row["league"]),
                "span": text.span(row["low"], row["high"], **tables.SCALES[metric]),
                "rank": _rank(shown, metric),
                "tone": svg.bin_of(row["value"] - row["league"], tables.TONE_LIMITS[metric])
                if metric in tables.TONE_LIMITS
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
