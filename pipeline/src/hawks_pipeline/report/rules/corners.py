"""The two corners as one zone, where one of them alone says too little."""

from collections.abc import Sequence

from hawks_pipeline.metrics.shrinkage import wilson
from hawks_pipeline.report.court import LEFT_CORNER, RIGHT_CORNER
from hawks_pipeline.report.wording import CORNERS, Row


def pooled(rows: Sequence[Row], *, least: int) -> list[Row]:
    """Return a team's zones with one row for both corners, if either has fewer than `least` shots."""
    corners = [row for row in rows if row["zone"] in (LEFT_CORNER, RIGHT_CORNER)]
    if len(corners) < 2 or min(row["n"] for row in corners) >= least:
        return list(rows)
    return [*(row for row in rows if row["zone"] not in (LEFT_CORNER, RIGHT_CORNER)), _both(corners)]


def _both(corners: Sequence[Row]) -> Row:
    made, tried = (sum(row[name] for row in corners) for name in ("fgm", "fga"))
    value, low, high = map(float, wilson(made, tried))
    return {
        "zone": CORNERS,
        "fgm": made,
        "fga": tried,
        "n": float(tried),
        "raw": value,
        "value": value,
        "low": low,
        "high": high,
        "frequency": sum(row["frequency"] for row in corners),
        "pps": _mean(corners, "pps", "fga"),
        "league": _mean(corners, "league", "league_frequency"),
        "league_frequency": sum(row["league_frequency"] for row in corners),
        "league_pps": _mean(corners, "league_pps", "league_frequency"),
    }


def _mean(rows: Sequence[Row], name: str, weight: str) -> float:
    # A corner without a shot has no figure, and no weight.
    weighed = [row for row in rows if row[weight] > 0]
    total = sum(row[weight] for row in weighed)
    return sum(row[name] * row[weight] for row in weighed) / total if total else float("nan")
