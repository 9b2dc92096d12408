"""The charts of the floor, each drawn into axes that it is given: FG% by zone, and shots by place."""

from collections.abc import Mapping
from math import nan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.patches import Polygon, Rectangle

from hawks_pipeline.metrics.frames import MIN_N
from hawks_pipeline.report import colours, court, hexes, text
from hawks_pipeline.report.colours import FAINT, QUIET

ZONE_LIMIT = 0.08
"""Difference in FG% from which on a zone has its full colour: 8 percentage points."""

CELL_LIMIT = 0.30
"""Points per shot against the league from which on a hexagon has its full colour."""

LEGEND_STRIP = 34.0
"""Room below the court for what the sizes mean, in the units of the court."""


def zone_chart(axes: Axes, zones: pd.DataFrame) -> None:
    """Paint the zones by their FG% against the league's; `zones` as `view.View.zones`."""
    rows = zones.set_index("zone")
    for zone in court.ZONES:
        row = rows.loc[zone.name] if zone.name in rows.index else None
        difference = nan if row is None else zone_difference(row)
        colour = colours.shade(difference, ZONE_LIMIT)
        axes.add_patch(Polygon(zone.ring, facecolor=colour, edgecolor="white", linewidth=1.2, zorder=1))
        if row is not None and row["fga"]:
            _zone_label(axes, zone, row, colours.ink_on(colour))
    _court_lines(axes, court.LINES, colour="#ffffff", width=0.7)
    _half_court(axes)
    axes.set_title("Where we make them: FG% by zone")
    _colour_bar(axes, limit=ZONE_LIMIT, label="FG% against the league's, percentage points", percent=True)


def zone_difference(row: Mapping[str, float]) -> float:
    """Return a zone's FG% less the league's; NaN on too few shots to be coloured."""
    return row["value"] - row["league"] if row["fga"] >= MIN_N["zone"] else nan


def zone_words(row: Mapping[str, float], *, narrow: bool) -> tuple[str, str, str]:
    """Return what stands in a zone: FG%, the difference from the league, goals of attempts."""
    share = text.percent(row["value"], digits=0 if narrow else 1)
    gap = text.gap(row["value"] - row["league"])
    return share, gap if narrow else f"{gap} pp", f"{text.whole(row['fgm'])}/{text.whole(row['fga'])}"


def _zone_label(axes: Axes, zone: court.Zone, row: pd.Series, ink: str) -> None:
    x, y = zone.label
    words = zone_words(row, narrow=zone.is_narrow)
    look = {"ha": "center", "va": "center", "color": ink, "zorder": 4}
    if zone.is_narrow:
        axes.text(x, y, "  ".join(words), rotation=90, size=5.8, **look)
        return
    step, large, small = (16, 8.0, 5.0) if zone.name == court.RESTRICTED_AREA else (22, 11.0, 7.5)
    axes.text(x, y - step, words[0], size=large, weight="bold", **look)
    axes.text(x, y, words[1], size=small, **look)
    axes.text(x, y + 0.8 * step, words[2], size=small, **look)


def hex_chart(axes: Axes, cells: pd.DataFrame) -> None:
    """Draw the shots as hexagons: size is how many, colour what they bring; `cells` as `hexes.cells`."""
    sizes = hexes.RADIUS * 0.96 * hexes.scale(cells["n"])
    shapes = [hexes.corners(x, y, radius) for x, y, radius in zip(cells["x"], cells["y"], sizes, strict=True)]
    drawn = axes.add_collection(
        PolyCollection(
            shapes,
            array=cells["difference"].to_numpy(float),
            cmap=colours.DIVERGING,
            norm=colours.symmetric(CELL_LIMIT),
            edgecolors="#00000026",
            linewidths=0.3,
            zorder=2,
        )
    )
    floor = (court.LEFT, court.BASELINE)
    size = (court.RIGHT - court.LEFT, court.BOTTOM - court.BASELINE)
    drawn.set_clip_path(Rectangle(floor, *size, transform=axes.transData))
    _court_lines(axes, court.LINES + court.BASKET, colour="#8b9096", width=0.8)
    _half_court(axes)
    _size_legend(axes, hexes.full(cells["n"]))
    axes.set_title("Where we shoot from, and what it brings")
    _colour_bar(axes, limit=CELL_LIMIT, label="points per shot against the league from there", percent=False)


def _size_legend(axes: Axes, full: int) -> None:
    y = court.BOTTOM + 0.55 * LEGEND_STRIP
    axes.text(-240, y, "shots from a spot:", size=6, color=QUIET, va="center", zorder=4)
    for place, n in enumerate(sorted({1, max(2, round(full / 2)), full})):
        x = -112 + 62 * place
        radius = float(hexes.RADIUS * 0.96 * (min(1, n / full)) ** 0.5)
        axes.add_patch(Polygon(hexes.corners(x, y, radius), facecolor=QUIET, edgecolor="none", zorder=4))
        label = f"{n}+" if n == full else f"{n}"
        axes.text(x + 15, y, label, size=6, color=QUIET, va="center", zorder=4)


def _court_lines(axes: Axes, lines: tuple[court.Line, ...], *, colour: str, width: float) -> None:
    for line in lines:
        axes.plot(line[:, 0], line[:, 1], color=colour, linewidth=width, zorder=3, solid_capstyle="round")


def _half_court(axes: Axes) -> None:
    axes.set_xlim(court.LEFT - 4, court.RIGHT + 4)
    # Downwards: see the module `court`.
    axes.set_ylim(court.BOTTOM + LEGEND_STRIP, court.BASELINE - 4)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _colour_bar(axes: Axes, *, limit: float, label: str, percent: bool) -> None:
    inset = axes.inset_axes((0.16, -0.045, 0.68, 0.03))
    bar = axes.figure.colorbar(
        ScalarMappable(norm=colours.symmetric(limit), cmap=colours.DIVERGING),
        cax=inset,
        orientation="horizontal",
        ticks=[-limit, -limit / 2, 0, limit / 2, limit],
    )
    factor, pattern = (100, "+.0f") if percent else (1, "+.2f")
    texts = [f"{factor * tick:{pattern}}" if tick else "league" for tick in bar.get_ticks()]
    texts[0], texts[-1] = f"≤ {texts[0]}", f"≥ {texts[-1]}"
    bar.set_ticklabels(texts)
    bar.outline.set_visible(False)
    bar.set_label(label, size=6.5)
    inset.tick_params(length=2, labelsize=6, color=FAINT)
