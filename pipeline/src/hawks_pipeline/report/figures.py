"""The charts of the report, each drawn into axes that it is given; nothing here reads or writes."""

from collections.abc import Callable, Mapping
from math import nan

import pandas as pd
from matplotlib import rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import MaxNLocator, MultipleLocator, PercentFormatter

from hawks_pipeline.metrics.frames import MIN_N
from hawks_pipeline.report import colours, court, hexes, text
from hawks_pipeline.report.colours import BRAND, FAINT, INK, QUIET

ZONE_LIMIT = 0.08
"""Difference in FG% from which on a zone has its full colour: 8 percentage points."""

CELL_LIMIT = 0.30
"""Points per shot against the league from which on a hexagon has its full colour."""

LEGEND_STRIP = 34.0
"""Room below the court for what the sizes mean, in the units of the court."""

_STYLE = {
    "axes.facecolor": "none",  # the watermark lies below the charts, so that it does not tint them
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "axes.edgecolor": QUIET,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.labelsize": 7,
    "axes.labelcolor": QUIET,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "text.color": INK,
    "text.parse_math": False,  # names may hold a dollar sign
    "pdf.fonttype": 42,
}


def style() -> dict[str, object]:
    """Return the settings to draw under: matplotlib's defaults, whatever the machine says, and ours."""
    return {
        **{name: rcParamsDefault[name] for name in rcParamsDefault if name not in _OF_A_PROCESS},
        **_STYLE,
    }


def wrapped(words: str, *, width: float, size: float, weight: str = "normal", most: int = 3) -> list[str]:
    """Break `words` into at most so many lines that are no wider than `width`, both in points."""
    font = get_font(findfont(FontProperties(family=_STYLE["font.family"], weight=weight)))
    font.set_size(size, 72)

    def fits(line: str) -> bool:
        font.set_text(line)
        return bool(font.get_width_height()[0] / 64 <= width)

    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [line if fits(line) else _cut(line, fits) for line in lines if line]
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(f"{lines[most - 1]} …", fits)]


def _cut(line: str, fits: Callable[[str], bool]) -> str:
    while len(line) > 1 and not fits(f"{line}…"):
        line = line[:-1]
    return f"{line.rstrip(' …')}…"


def drawable(words: str) -> str:
    """Return `words` with a box for each letter that the font does not have, where it would warn."""
    font = get_font(findfont(_STYLE["font.family"]))
    return "".join(each if font.get_char_index(ord(each)) else "\N{WHITE SQUARE}" for each in words)


_OF_A_PROCESS = {"backend", "backend_fallback", "toolbar", "webagg.port", "interactive"}


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


def trend_chart(axes: Axes, trend: pd.DataFrame, *, league: float, window: int) -> None:
    """Draw the team's rolling eFG% over the season; `trend` as `view.View.trend`."""
    axes.axhline(league, color=QUIET, linewidth=0.9, linestyle="--", zorder=1)
    axes.scatter(trend["game"], trend["efg"], s=7, color="#b9bdc2", linewidths=0, zorder=2)
    axes.plot(trend["game"], trend["rolling"], color=BRAND, linewidth=1.8, zorder=3)
    axes.set_title(f"Form of the team: eFG%, last {window} games")
    axes.set_xlabel("game of the season   (dots: single games; dashed: league)")
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.yaxis.set_major_locator(MultipleLocator(0.05))
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    axes.update_datalim([(1, league - 0.06), (1, league + 0.06)])
    axes.autoscale_view(scalex=False)
    axes.set_xlim(0.5, max(2, len(trend)) + 0.5)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)


def form_chart(axes: Axes, form: pd.DataFrame, *, window: int) -> None:
    """Draw each player's eFG% of the last games with its interval beside his season; as `view.View.form`."""
    rows = range(len(form))
    axes.hlines(rows, form["low"], form["high"], color="#b9bdc2", linewidth=3.5, zorder=2)
    axes.scatter(form["season"], rows, s=46, marker="|", color=INK, linewidths=1.4, zorder=3)
    axes.scatter(form["value"], rows, s=24, color=[_FORM_COLOURS[each] for each in form["state"]], zorder=4)
    names = [short_name(drawable(name)) for name in form["player_name"]]
    axes.set_yticks(list(rows), names)
    axes.set_ylim(len(form) - 0.4, -0.6)
    for row, n in enumerate(form["n"]):
        axes.text(
            1.01, row, f"{n:,.0f}", transform=axes.get_yaxis_transform(), size=6.5, va="center", color=QUIET
        )
    axes.text(1.01, 1.02, "FGA", transform=axes.transAxes, size=6.5, va="bottom", color=QUIET)
    axes.set_title(f"Form of the players: eFG%, last {window} games")
    axes.set_xlabel(
        "dot: last games    bar: 90% interval    tick: season    red, blue: hot, cold beyond chance"
    )
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.xaxis.set_major_locator(MultipleLocator(0.1))
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)


def short_name(name: str, most: int = 22) -> str:
    """Return a name that fits: whole, else with an initial, else cut."""
    if len(name) > most and " " in name:
        first, rest = name.split(" ", 1)
        name = f"{first[:1]}. {rest}"
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


_FORM_COLOURS = {"hot": "#b8122b", "cold": "#174a7e", "": "#7c8288"}
