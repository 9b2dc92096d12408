"""Expected points per shot by location, xPPS (location): a logistic model on splines, of plain numbers.

It knows distance, angle, whether the shot counts three, and the last seconds of a period. It does not know
the defender, the pass before or the shooter: it is the worth of a place, never "shot quality".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special
from scipy.interpolate import BSpline

from hawks_pipeline.contracts import ZONES
from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics import heaves

Floats: TypeAlias = NDArray[np.float64]

LATE = 3
"""Seconds left in a period, up to which a shot is taken because it has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spline:
    """A B-spline basis: `knots` with those beyond the ends. Outside of them the last value holds."""

    knots: tuple[float, ...]
    degree: int

    def basis(self, values: Floats) -> Floats:
        """Return one row per value and one column per function of the basis; they add up to 1."""
        if not len(values):
            return np.zeros((0, len(self.knots) - self.degree - 1))
        inside = np.clip(values, self.knots[self.degree], self.knots[-self.degree - 1])
        return BSpline.design_matrix(inside, np.array(self.knots), self.degree).toarray()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPoints:
    """The fitted model: columns of the distance basis, the angle basis, `three`, `late`, in that order."""

    distance: Spline
    angle: Spline
    coefficients: tuple[float, ...]
    intercept: float

    @classmethod
    def of(cls, numbers: Mapping[str, Any]) -> Self:
        """Read the model from JSON. Raises ContractError for what is none."""
        try:
            distance, angle = (_spline(numbers[name]) for name in ("distance", "angle"))
            coefficients = tuple(map(float, numbers["coefficients"]))
            model = cls(
                distance=distance,
                angle=angle,
                coefficients=coefficients,
                intercept=float(numbers["intercept"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ContractError(f"no model of expected points: {type(error).__name__}: {error}") from None
        size = sum(len(each.knots) - each.degree - 1 for each in (distance, angle)) + 2
        if len(coefficients) != size:
            raise ContractError(f"no model of expected points: {len(coefficients)} coefficients, not {size}")
        return model

    def make_probability(self, shots: pd.DataFrame) -> Floats:
        """Return the chance of each row of `Silver.shot` to go in. Means nothing for the backcourt."""
        distance, angle, three, late = features(shots)
        columns = np.column_stack([self.distance.basis(distance), self.angle.basis(angle), three, late])
        return special.expit(columns @ np.array(self.coefficients) + self.intercept)

    def points(self, shots: pd.DataFrame) -> Floats:
        """Return what each shot is worth on average: the chance times what a goal counts."""
        return self.make_probability(shots) * shots["shot_type"].to_numpy(dtype=float)


def features(shots: pd.DataFrame) -> tuple[Floats, Floats, Floats, Floats]:
    """Return distance (ft), angle (degrees off the middle, left is negative), and two flags, one per shot."""
    x, y = shots["loc_x"].to_numpy(dtype=float), shots["loc_y"].to_numpy(dtype=float)
    three = (shots["shot_type"].to_numpy() == 3).astype(float)
    late = (shots["clock_s"].to_numpy() <= LATE).astype(float)
    return np.hypot(x, y) / 10, np.degrees(np.arctan2(x, y)), three, late


def modelled(shots: pd.DataFrame) -> pd.DataFrame:
    """Return the shots that the model is for: all but the backcourt and heaves: luck, and half counted."""
    known = heaves.without(shots)
    return known[known["zone"].astype("str") != ZONES[-1]]


def _spline(numbers: object) -> Spline:
    if not isinstance(numbers, Mapping) or not isinstance(numbers["knots"], Sequence):
        raise TypeError("a spline has knots and a degree")
    return Spline(knots=tuple(map(float, numbers["knots"])), degree=int(numbers["degree"]))
