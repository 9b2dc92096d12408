"""Where a figure stands among those with enough attempts."""

import pandas as pd

FEWEST = 5
"""Fewer to stand among are no field."""


def percentile(rows: pd.DataFrame, *, by: list[str], least: float) -> pd.Series:
    """Return the percentile, 0 to 100, of `value` within `by` among rows with `n` of at least `least`.

    The middle of a tie: half of the equal ones count as below. NaN for all others, and where fewer than
    FEWEST stand.
    """
    ranked = rows[(rows["n"] >= least) & rows["value"].notna()]
    # Without a column to stand within, all stand within one.
    within = ranked.groupby(by or (lambda _: 0))["value"]
    share = 100 * (within.rank(method="average") - 0.5) / within.transform("size")
    return share.where(within.transform("size") >= FEWEST).reindex(rows.index)
