"""Where on the court: the official zones, areas and ranges, and places drawn inside of each zone.

Units are tenths of a foot; the hoop is (0, 0), the baseline y = -52.5, the half-court line y = 417.5. The
rules are those that the league's own shot charts obey.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Texts: TypeAlias = NDArray[np.object_]

ZONES = (
    "Restricted Area",
    "In The Paint (Non-RA)",
    "Mid-Range",
    "Left Corner 3",
    "Right Corner 3",
    "Above the Break 3",
    "Backcourt",
)
RESTRICTED, PAINT, MID, LEFT_CORNER, RIGHT_CORNER, ABOVE, BACKCOURT = range(7)
THREES = (LEFT_CORNER, RIGHT_CORNER, ABOVE, BACKCOURT)

HEAVE = 360
"""Tenths of a foot; from 2025-26 a miss from there at the end of a quarter but the last is not charged."""

_AREAS = np.array(
    ["Left Side(L)", "Left Side Center(LC)", "Center(C)", "Right Side Center(RC)", "Right Side(R)"], object
)
_BACK = "Back Court(BC)"
_RANGES = np.array(["Less Than 8 ft.", "8-16 ft.", "16-24 ft.", "24+ ft."], object)


def zones(x: Ints, y: Ints) -> Ints:
    """Return the index in ZONES of each place."""
    far = np.hypot(x, y)
    low = y <= 87
    return np.select(
        [
            y >= 420,
            low & (x <= -220),
            low & (x >= 220),
            ~low & (far >= 237.5),
            far < 40,
            (np.abs(x) <= 80) & (y <= 138),
        ],
        [BACKCOURT, LEFT_CORNER, RIGHT_CORNER, ABOVE, RESTRICTED, PAINT],
        MID,
    )


def areas(x: Ints, y: Ints, zone: Ints) -> Texts:
    """Return the name of the side of the court, as the shot chart gives it."""
    feet = np.hypot(x, y) // 10
    # From the shooter's left (0) over the middle (90) to his right (180).
    angle = np.where(y < 0, np.where(x < 0, 0, 180), np.degrees(np.arctan2(y, -x)))
    five = np.digitize(angle, [36, 72, 108, 144])
    three = np.digitize(angle, [60, 120]) * 2
    side = np.where(feet < 16, three, five)
    side = np.where(zone == ABOVE, np.clip(five, 1, 3), side)
    side = np.where(zone == LEFT_CORNER, 0, np.where(zone == RIGHT_CORNER, 4, side))
    side = np.where((zone == RESTRICTED) | ((zone == PAINT) & (feet < 8)), 2, side)
    return np.where(_back(y, zone), _BACK, _AREAS[side])


def ranges(x: Ints, y: Ints, zone: Ints) -> Texts:
    """Return the name of the band of distance, as the shot chart gives it."""
    feet = np.hypot(x, y) // 10
    band = np.where(np.isin(zone, THREES), 3, np.minimum(np.digitize(feet, [8, 16]), 2))
    return np.where(_back(y, zone), "Back Court Shot", _RANGES[band])


def places(rng: np.random.Generator, zone: Ints) -> tuple[Ints, Ints]:
    """Draw a place for each zone, so that `zones` returns that zone."""
    x, y = np.zeros_like(zone), np.zeros_like(zone)
    for index in range(len(ZONES)):
        wanted = np.flatnonzero(zone == index)
        while wanted.size:
            x[wanted], y[wanted] = _draw(rng, index, wanted.size)
            outside = (np.abs(x[wanted]) > 250) | (y[wanted] < -52)
            wanted = wanted[outside | (zones(x[wanted], y[wanted]) != index)]
    return x, y


def heaves(rng: np.random.Generator, size: int) -> tuple[Ints, Ints]:
    """Draw places from HEAVE on, short of the half-court line."""
    return _round(*_around(rng.uniform(HEAVE + 1, 418, size), rng.uniform(80, 100, size)))


def _back(y: Ints, zone: Ints) -> NDArray[np.bool_]:
    return (zone == BACKCOURT) | ((zone == ABOVE) & (y >= 400))


def _draw(rng: np.random.Generator, zone: int, size: int) -> tuple[Ints, Ints]:
    if zone == BACKCOURT:
        return _round(rng.uniform(-240, 240, size), rng.uniform(420, 800, size))
    if zone in (LEFT_CORNER, RIGHT_CORNER):
        side = -1 if zone == LEFT_CORNER else 1
        return _round(side * (220 + np.abs(rng.normal(7, 5, size))), rng.triangular(-40, 10, 88, size))
    radius = {
        RESTRICTED: lambda: 40 * rng.beta(1.2, 1.7, size),
        PAINT: lambda: rng.triangular(40, 40, 158, size),
        MID: lambda: rng.triangular(80, 160, 237, size),
        ABOVE: lambda: 237.5 + rng.exponential(15, size),
    }[zone]()
    middle = rng.random(size) < (0.5 if zone in (PAINT, MID) else 0.15)
    angle = np.where(middle, rng.normal(90, 25, size), rng.uniform(-10, 190, size))
    if zone == ABOVE:
        # Most come from the wings, about 45 degrees off the middle.
        wing = rng.choice([48.0, 132.0], size) + rng.normal(0, 14, size)
        angle = np.where(rng.random(size) < 0.75, wing, rng.normal(90, 14, size))
    return _round(*_around(radius, angle))


def _around(radius: Floats, angle: Floats) -> tuple[Floats, Floats]:
    turn = np.radians(angle)
    return -radius * np.cos(turn), radius * np.sin(turn)


def _round(x: Floats, y: Floats) -> tuple[Ints, Ints]:
    return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)
