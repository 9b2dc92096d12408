"""Shots gathered into hexagons: how many from each place, and what they brought against the league."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hawks_pipeline.report import court

RADIUS = 13.0
"""Centre to corner, tenths of a foot: cells 2.25 feet wide, about as sure as a scorer's finger."""

SMOOTHING = 20.0
"""Shots at the league's rate added to each cell with its neighbours: one lucky make paints nothing."""

_WIDTH = RADIUS * np.sqrt(3)
_NEIGHBOURS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))


def cells(shots: pd.DataFrame) -> pd.DataFrame:
    """Return one row per hexagon with a shot: x, y (centre), n, difference (points per shot over the league).

    `shots` has loc_x and loc_y (tenths of a foot), points (0, 2 or 3) and expected (points that the league
    takes from there). `difference` is pooled with the six cells around and shrunk towards nought by
    SMOOTHING. Shots beyond the drawn court are left out.
    """
    drawn = shots[(shots["loc_y"] <= court.BOTTOM) & shots["expected"].notna()]
    q, r = _cell(drawn["loc_x"].to_numpy(float), drawn["loc_y"].to_numpy(float))
    extra = (drawn["points"] - drawn["expected"]).to_numpy(float)
    counted = pd.DataFrame({"q": q, "r": r, "n": 1, "extra": extra}).groupby(["q", "r"], sort=True).sum()
    around = sum(_shifted(counted, step).reindex(counted.index, fill_value=0) for step in _NEIGHBOURS)
    rows = counted.reset_index()
    return pd.DataFrame(
        {
            "x": _WIDTH * (rows["q"] + rows["r"] / 2),
            "y": 1.5 * RADIUS * rows["r"],
            "n": rows["n"].astype("int64"),
            "difference": (around["extra"] / (around["n"] + SMOOTHING)).to_numpy(float),
        }
    )


def scale(n: pd.Series) -> pd.Series:
    """Return the radius of each cell as a share of RADIUS: area follows the shots, up to `full`."""
    if n.empty:
        return n.astype(float)
    return np.sqrt((n / full(n)).clip(upper=1))


def full(n: pd.Series) -> int:
    """Return the shots from which on a cell is drawn at full size."""
    return max(4, int(np.ceil(n.quantile(0.9)))) if len(n) else 4


def corners(x: float, y: float, radius: float) -> NDArray[np.float64]:
    """Return the six corners of a cell, shape (6, 2)."""
    angles = np.radians(np.arange(30, 390, 60))
    return np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])


def _cell(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the axial coordinates of the hexagon that holds each place: round, then mend the worst axis."""
    r = y / (1.5 * RADIUS)
    q = x / _WIDTH - r / 2
    s = -q - r
    rq, rr, rs = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(rq - q), np.abs(rr - r), np.abs(rs - s)
    mend_q = (off_q > off_r) & (off_q > off_s)
    mend_r = ~mend_q & (off_r > off_s)
    q_cell = np.where(mend_q, -rr - rs, rq)
    r_cell = np.where(mend_r, -rq - rs, rr)
    return q_cell.astype(np.int64), r_cell.astype(np.int64)


def _shifted(counted: pd.DataFrame, step: tuple[int, int]) -> pd.DataFrame:
    moved = counted.reset_index()
    moved["q"] += step[0]
    moved["r"] += step[1]
    return moved.set_index(["q", "r"])
