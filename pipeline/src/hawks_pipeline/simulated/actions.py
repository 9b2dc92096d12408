"""What kind of shot it was, in the words of the shot chart."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hawks_pipeline.simulated.court import (
    ABOVE,
    BACKCOURT,
    LEFT_CORNER,
    MID,
    PAINT,
    RESTRICTED,
    RIGHT_CORNER,
    Ints,
    Texts,
)

# Name, how often it is made, how often it is missed.
_RIM: Mapping[str, tuple[float, float]] = {
    "Driving Layup Shot": (20, 26),
    "Layup Shot": (7, 14),
    "Running Layup Shot": (11, 8),
    "Cutting Layup Shot": (8, 3),
    "Driving Finger Roll Layup Shot": (7, 5),
    "Running Finger Roll Layup Shot": (3, 2),
    "Driving Reverse Layup Shot": (3, 3),
    "Reverse Layup Shot": (2, 2),
    "Running Reverse Layup Shot": (1, 1),
    "Finger Roll Layup Shot": (1, 1),
    "Cutting Finger Roll Layup Shot": (1, 1),
    "Putback Layup Shot": (5, 6),
    "Tip Layup Shot": (4, 12),
    "Alley Oop Layup shot": (2, 1),
    "Running Alley Oop Layup Shot": (1, 1),
    "Dunk Shot": (6, 1),
    "Driving Dunk Shot": (6, 0.6),
    "Running Dunk Shot": (5, 0.3),
    "Cutting Dunk Shot": (6, 0.4),
    "Alley Oop Dunk Shot": (5, 0.5),
    "Running Alley Oop Dunk Shot": (1, 0.1),
    "Putback Dunk Shot": (1, 0.2),
    "Tip Dunk Shot": (1, 0.3),
    "Reverse Dunk Shot": (1, 0.1),
    "Driving Reverse Dunk Shot": (0.3, 0.05),
    "Running Reverse Dunk Shot": (0.3, 0.05),
    "Hook Shot": (1, 2),
}
_PAINT: Mapping[str, tuple[float, float]] = {
    "Driving Floating Jump Shot": (30, 33),
    "Floating Jump shot": (9, 9),
    "Driving Floating Bank Jump Shot": (7, 3),
    "Turnaround Hook Shot": (6, 6),
    "Hook Shot": (5, 6),
    "Driving Hook Shot": (3, 3),
    "Turnaround Bank Hook Shot": (1, 0.6),
    "Hook Bank Shot": (1, 0.5),
    "Driving Bank Hook Shot": (0.6, 0.3),
    "Pullup Jump shot": (8, 8),
    "Jump Shot": (5, 10),
    "Turnaround Jump Shot": (6, 5),
    "Turnaround Fadeaway shot": (4, 4),
    "Step Back Jump shot": (2, 2),
    "Fadeaway Jump Shot": (2, 2),
    "Driving Layup Shot": (4, 6),
    "Driving Finger Roll Layup Shot": (2, 1),
    "Jump Bank Shot": (1, 0.6),
    "Turnaround Fadeaway Bank Jump Shot": (0.6, 0.3),
}
_MID: Mapping[str, tuple[float, float]] = {
    "Pullup Jump shot": (38, 35),
    "Jump Shot": (14, 20),
    "Step Back Jump shot": (14, 13),
    "Turnaround Fadeaway shot": (11, 10),
    "Fadeaway Jump Shot": (8, 8),
    "Turnaround Jump Shot": (6, 6),
    "Driving Floating Jump Shot": (2, 2),
    "Step Back Bank Jump Shot": (1, 0.5),
    "Pullup Bank shot": (1, 0.5),
    "Running Jump Shot": (1, 1),
}
_FAR: Mapping[str, tuple[float, float]] = {
    "Jump Shot": (66, 64),
    "Pullup Jump shot": (13, 14),
    "Step Back Jump shot": (12, 13),
    "Running Pull-Up Jump Shot": (4, 4),
    "Running Jump Shot": (3, 3),
    "Fadeaway Jump Shot": (0.6, 0.8),
    "Jump Bank Shot": (0.5, 0.1),
}
_CORNER: Mapping[str, tuple[float, float]] = {
    "Jump Shot": (92, 90),
    "Pullup Jump shot": (3, 4),
    "Step Back Jump shot": (3, 4),
    "Running Jump Shot": (1, 1),
}
_BY_ZONE: Mapping[int, Mapping[str, tuple[float, float]]] = {
    RESTRICTED: _RIM,
    PAINT: _PAINT,
    MID: _MID,
    LEFT_CORNER: _CORNER,
    RIGHT_CORNER: _CORNER,
    ABOVE: _FAR,
    BACKCOURT: {"Jump Shot": (1, 1)},
}


def draw(rng: np.random.Generator, zone: Ints, made: NDArray[np.bool_]) -> Texts:
    """Draw the action of each shot: that of a make is more often a dunk."""
    action = np.empty(zone.size, object)
    for index, table in _BY_ZONE.items():
        names = np.array(list(table), object)
        for success, weights in zip((True, False), np.array(list(table.values())).T, strict=True):
            which = np.flatnonzero((zone == index) & (made == success))
            action[which] = names[rng.choice(len(names), which.size, p=weights / weights.sum())]
    return action
