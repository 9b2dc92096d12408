"""Half a court and its zones as plain geometry, for every chart of the report and the dashboard.

Units are those of the shot data: tenths of a foot, the hoop at (0, 0), the baseline at y = -52.5, y growing
towards half court. LOC_X is below zero on the *shooter's* left, as he faces the hoop. All charts therefore
have the hoop at the top and y running down the page: then the shooter's left is the reader's left and x is
drawn as it comes. A chart with the hoop at the bottom would have to mirror x.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Line: TypeAlias = NDArray[np.float64]
"""Points of one polyline or ring, shape (n, 2)."""

LEFT, RIGHT = -250.0, 250.0
BASELINE = -52.5
HALF_COURT = 417.5
BOTTOM = 330.0
"""How far from the hoop the charts go; heaves from beyond are counted, not drawn."""

RIM_RADIUS = 40.0
PAINT_HALF_WIDTH, PAINT_TOP = 80.0, 138.0
CORNER_X, CORNER_TOP = 220.0, 87.0
ARC_RADIUS = 237.5

RESTRICTED_AREA = "Restricted Area"
PAINT = "In The Paint (Non-RA)"
MID_RANGE = "Mid-Range"
LEFT_CORNER = "Left Corner 3"
RIGHT_CORNER = "Right Corner 3"
ABOVE_THE_BREAK = "Above the Break 3"
BACKCOURT = "Backcourt"

SHORT_NAMES = {
    RESTRICTED_AREA: "at the rim",
    PAINT: "in the paint",
    MID_RANGE: "mid-range",
    LEFT_CORNER: "left corner 3",
    RIGHT_CORNER: "right corner 3",
    ABOVE_THE_BREAK: "above-the-break 3",
    BACKCOURT: "backcourt",
}
"""The official zones in the order of the tables, with what a coach calls them in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone to be painted: its ring and where its label stands."""

    name: str
    ring: Line
    label: tuple[float, float]

    @property
    def is_narrow(self) -> bool:
        """Say whether only a turned line of text fits."""
        return abs(self.label[0]) > CORNER_X


def _arc(radius: float, start: float, stop: float, *, centre: tuple[float, float] = (0, 0)) -> Line:
    """Return points on a circle from `start` to `stop` in degrees, 0 on the shooter's right, 90 up court."""
    angles = np.radians(np.linspace(start, stop, 49))
    return np.column_stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)])


def _box(x0: float, y0: float, x1: float, y1: float) -> Line:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], dtype=float)


def _break(edge: float) -> Line:
    """Return the three-point arc from `edge` degrees on the right to the same on the left."""
    return _arc(ARC_RADIUS, edge, 180 - edge)


def _inside_the_arc() -> Line:
    right, left = [(CORNER_X, BASELINE), (CORNER_X, CORNER_TOP)], [(-CORNER_X, CORNER_TOP)]
    edge = float(np.degrees(np.arcsin(CORNER_TOP / ARC_RADIUS)))
    return np.vstack([right, _break(edge), left, [(-CORNER_X, BASELINE)], right[:1]])


def _painted_line() -> Line:
    """Return the line on the floor: straight to where it meets the arc, a little above the zone's end."""
    edge = float(np.degrees(np.arccos(CORNER_X / ARC_RADIUS)))
    return np.vstack([[(CORNER_X, BASELINE)], _break(edge), [(-CORNER_X, BASELINE)]])


ZONES = (
    Zone(name=ABOVE_THE_BREAK, ring=_box(LEFT, CORNER_TOP, RIGHT, BOTTOM), label=(0, 276)),
    Zone(name=LEFT_CORNER, ring=_box(LEFT, BASELINE, -CORNER_X, CORNER_TOP), label=(-235, 17)),
    Zone(name=RIGHT_CORNER, ring=_box(CORNER_X, BASELINE, RIGHT, CORNER_TOP), label=(235, 17)),
    Zone(name=MID_RANGE, ring=_inside_the_arc(), label=(-150, 66)),
    Zone(
        name=PAINT,
        ring=_box(-PAINT_HALF_WIDTH, BASELINE, PAINT_HALF_WIDTH, PAINT_TOP),
        label=(0, 88),
    ),
    Zone(name=RESTRICTED_AREA, ring=_arc(RIM_RADIUS, 0, 360), label=(0, 0)),
)
"""From the back to the front: each ring covers what belongs to it of those before."""

LINES: tuple[Line, ...] = (
    _box(LEFT, BASELINE, RIGHT, BOTTOM)[[3, 0, 1, 2]],
    _painted_line(),
    _box(-PAINT_HALF_WIDTH, BASELINE, PAINT_HALF_WIDTH, PAINT_TOP),
    _arc(60, 0, 180, centre=(0, PAINT_TOP)),
)
"""Side lines and baseline, three-point line, lane, free-throw circle."""

BASKET: tuple[Line, ...] = (
    _arc(RIM_RADIUS, 0, 180),
    _arc(7.5, 0, 360),
    np.array([(-30, -7.5), (30, -7.5)], dtype=float),
)
"""Restricted area, rim, backboard: left out where words stand in their place."""


def zone_at(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return the zone whose painted ring is on top at each place; what is not painted is backcourt.

    It answers for the picture only. The official classifier is the metrics' business, and a test holds the
    two together.
    """
    found = np.full(np.shape(x), BACKCOURT, dtype=object)
    for zone in ZONES:
        found[_inside(zone.ring, x, y)] = zone.name
    return found.astype(str)


def _inside(ring: Line, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which places lie in a closed ring, by counting the edges that a ray to the right crosses."""
    inside = np.zeros(np.shape(x), dtype=bool)
    for (x0, y0), (x1, y1) in pairwise(ring):
        if y0 == y1:
            continue
        crossing = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        inside ^= ((y0 > y) != (y1 > y)) & (x < crossing)
    return inside
