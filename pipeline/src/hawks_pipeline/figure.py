"""The picture of a team's shooting, drawn without a display."""

import io
import textwrap
from dataclasses import dataclass
from math import isfinite

import pandas as pd
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

# Each as it is, and faded for a player with few attempts.
TS_COLOURS = ("#c8102e", "#efb7c0")
EFG_COLOURS = ("#26282a", "#b4b5b6")
LINK_COLOURS = ("#a9acaf", "#dcdddf")
QUIET = "#6b7075"
FAINT = "#dfe1e3"
USUAL = (45, 65)
"""Percentages always in view, so that a single dot still stands on a scale."""

STYLE = {
    "axes.edgecolor": QUIET,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "text.parse_math": False,  # names may hold a dollar sign
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What the picture says in words, and the attempts (`few`) below which a player's row is faded."""

    title: str
    subtitle: str
    team: str
    team_ts: float
    few: int


def draw(players: pd.DataFrame, caption: Caption) -> bytes:
    """Return a PNG of `metrics.player_shooting`: TS% and eFG% in percent, one row per player, best on top."""
    # The default style first: a matplotlibrc on the machine must not change what the coaches see.
    with style.context(["default", STYLE]):
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
        figure = Figure(figsize=(9, 2 + 0.3 * len(players)), dpi=150, layout=layout)
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _head(figure, axes, caption)
        _percentages(axes, players, few=caption.few)
        _team_line(axes, caption.team_ts)
        _scale(axes, players)
        _sample_sizes(axes, players)
        figure.legend(handles=_legend(caption), loc="outside lower left", ncols=4, frameon=False)
        stream = io.BytesIO()
        figure.savefig(
            stream, format="png", metadata={"Title": caption.title, "Description": caption.subtitle}
        )
    return stream.getvalue()


def _head(figure: Figure, axes: Axes, caption: Caption) -> None:
    # The empty second line keeps room for the subtitle.
    title = figure.suptitle(f"{caption.title}\n", x=0.014, ha="left", fontsize=15, fontweight="bold")
    subtitle = textwrap.shorten(caption.subtitle, 115, placeholder=" …")
    axes.annotate(subtitle, (0, 0.05), xycoords=title, color=QUIET, fontsize=9.5).set_in_layout(False)


def _percentages(axes: Axes, players: pd.DataFrame, *, few: int) -> None:
    rows = players.index
    ts, efg = 100 * players["TS_PCT"], 100 * players["EFG_PCT"]
    faded = [attempts < few for attempts in players["FGA"]]

    def shades(colours: tuple[str, str]) -> list[str]:
        return [colours[each] for each in faded]

    axes.hlines(rows, efg, ts, colors=shades(LINK_COLOURS), linewidth=2, zorder=2)
    axes.scatter(ts, rows, s=84, color=shades(TS_COLOURS), edgecolor="white", zorder=3)
    axes.scatter(efg, rows, s=30, marker="D", color=shades(EFG_COLOURS), edgecolor="white", zorder=4)
    for row in rows[ts.isna()]:
        place = axes.get_yaxis_transform()
        box = {"color": "white", "pad": 2}
        axes.text(0.01, row, "no attempts", transform=place, color=QUIET, va="center", bbox=box)


def _team_line(axes: Axes, team_ts: float) -> None:
    if isfinite(team_ts):
        axes.axvline(100 * team_ts, color=TS_COLOURS[0], linestyle="--", linewidth=1, zorder=1)


def _scale(axes: Axes, players: pd.DataFrame) -> None:
    names = [textwrap.shorten(name, 28, placeholder=" …") for name in players["PLAYER_NAME"]]
    axes.set_yticks(players.index, names)
    axes.set_ylim(len(players) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.update_datalim([(USUAL[0], 0), (USUAL[1], 0)])
    axes.autoscale_view(scaley=False)
    axes.xaxis.set_major_formatter(PercentFormatter(decimals=0))
    axes.set_xlabel("shooting percentage (%): 50% is one point per shot")


def _sample_sizes(axes: Axes, players: pd.DataFrame) -> None:
    for place, name, head in ((1.07, "GP", "games"), (1.15, "FGA", "FGA")):
        axes.text(place, 1.02, head, transform=axes.transAxes, ha="right", va="bottom", color=QUIET)
        for row, value in players[name].items():
            axes.text(place, row, f"{value:,}", transform=axes.get_yaxis_transform(), ha="right", va="center")


def _legend(caption: Caption) -> list[Line2D]:
    ts = Line2D([], [], linestyle="", marker="o", color=TS_COLOURS[0], label="TS% (with free throws)")
    efg = Line2D(
        [], [], linestyle="", marker="D", markersize=5, color=EFG_COLOURS[0], label="eFG% (field goals)"
    )
    few = Line2D([], [], linestyle="", marker="o", color=TS_COLOURS[1])
    few.set_label(f"faded: under {caption.few} FGA")
    if not isfinite(caption.team_ts):
        return [ts, efg, few]
    team = Line2D([], [], linestyle="--", linewidth=1, color=TS_COLOURS[0])
    team.set_label(f"{caption.team} TS% {100 * caption.team_ts:.1f}%")
    return [ts, efg, team, few]
