"""The charts of the page as scalable drawings, coloured by the page's style so that they follow its theme.

The court of `report.court` is drawn as it is: its y runs down the page, as that of SVG does.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hawks_pipeline.report import court, hexes
from hawks_pipeline.report.court_charts import CELL_LIMIT, ZONE_LIMIT, zone_difference, zone_words

BINS = 9
"""Steps from far below the league (0) through the league (4) to far above it (8): classes b0 to b8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A path with the class that colours it."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Lines of text about a place; `turned` for the narrow corners."""

    kind: str
    x: float
    y: float
    lines: tuple[str, ...]
    turned: bool = False
    small: bool = False


def bin_of(difference: float, limit: float) -> str:
    """Return the class of a difference from the league; `none` where there is no difference to show."""
    if not math.isfinite(difference):
        return "none"
    return f"b{round((max(-1.0, min(1.0, difference / limit)) + 1) * (BINS - 1) / 2)}"


def court_lines(*, basket: bool) -> str:
    """Return the lines on the floor as one path, with or without what is about the basket."""
    lines = court.LINES + court.BASKET * basket
    return " ".join(_path(line, closed=False) for line in lines)


def zone_shapes(zones: pd.DataFrame) -> list[Shape]:
    """Return the zones from the back to the front, each with the class of its FG% against the league's."""
    differences = _differences(zones)
    return [
        Shape(
            kind=bin_of(differences.get(zone.name, math.nan), ZONE_LIMIT), path=_path(zone.ring, closed=True)
        )
        for zone in court.ZONES
    ]


def zone_labels(zones: pd.DataFrame) -> list[Label]:
    """Return per zone with a shot: FG%, difference in percentage points, goals of attempts."""
    differences, rows = _differences(zones), zones.set_index("zone")
    labels = []
    for zone in court.ZONES:
        if zone.name not in rows.index or not rows.loc[zone.name, "fga"]:
            continue
        row = rows.loc[zone.name]
        words = zone_words(row, narrow=zone.is_narrow)
        labels.append(
            Label(
                kind=bin_of(differences[zone.name], ZONE_LIMIT),
                x=zone.label[0],
                y=zone.label[1],
                lines=("  ".join(words),) if zone.is_narrow else words,
                turned=zone.is_narrow,
                small=zone.is_narrow or zone.name == court.RESTRICTED_AREA,
            )
        )
    return labels


def hex_shapes(cells: pd.DataFrame) -> list[Shape]:
    """Return one path per class with all its hexagons."""
    radii = hexes.RADIUS * 0.96 * hexes.scale(cells["n"])
    paths: dict[str, list[str]] = {}
    for x, y, radius, difference in zip(cells["x"], cells["y"], radii, cells["difference"], strict=True):
        paths.setdefault(bin_of(difference, CELL_LIMIT), []).append(
            _path(hexes.corners(x, y, radius), closed=True)
        )
    return [Shape(kind=kind, path="".join(paths[kind])) for kind in sorted(paths)]


def size_legend(cells: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Return what the sizes of the hexagons mean: path, label and where the label stands."""
    full = hexes.full(cells["n"])
    found = []
    for place, n in enumerate(sorted({1, max(2, round(full / 2)), full})):
        x, y = -104 + 66.0 * place, court.BOTTOM + 20
        radius = hexes.RADIUS * 0.96 * math.sqrt(n / full)
        found.append(
            (_path(hexes.corners(x, y, radius), closed=True), f"{n}+" if n == full else f"{n}", x + 17)
        )
    return found


def trend(rows: pd.DataFrame, league: float) -> dict[str, object]:
    """Return the team's rolling eFG% as a drawing 640 by 220: line, dots, grid, the league."""
    values = [value for value in (*rows["efg"], *rows["rolling"], league) if math.isfinite(value)] or [0.5]
    low, high = math.floor(min(values) * 20) / 20, math.ceil(max(values) * 20) / 20
    high = max(high, low + 0.1)
    count = max(2, len(rows))

    def x(game: float) -> float:
        return round(46 + (game - 1) * 580 / (count - 1), 1)

    def y(value: float) -> float:
        return float(round(190 - (value - low) * 178 / (high - low), 1))

    step = 0.05 if high - low <= 0.3 else 0.1
    ticks = np.arange(low, high + 1e-9, step)
    line = " ".join(f"{x(game)},{y(value)}" for game, value in _finite(rows, "rolling"))
    every = max(1, math.ceil(len(rows) / 10 / 5) * 5)
    return {
        "line": line,
        "dots": [(x(game), y(value)) for game, value in _finite(rows, "efg")],
        "grid": [(y(tick), f"{100 * tick:.0f}%") for tick in ticks],
        "games": [(x(game), game) for game in rows["game"] if game == 1 or game % every == 0],
        "league": y(league) if math.isfinite(league) else None,
    }


def _finite(rows: pd.DataFrame, name: str) -> list[tuple[int, float]]:
    return [
        (game, value) for game, value in zip(rows["game"], rows[name], strict=True) if math.isfinite(value)
    ]


def _differences(zones: pd.DataFrame) -> dict[str, float]:
    return {row["zone"]: zone_difference(row) for row in zones.to_dict("records")}


def _path(points: np.ndarray, *, closed: bool) -> str:
    places = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{places}{'Z' if closed else ''}"
