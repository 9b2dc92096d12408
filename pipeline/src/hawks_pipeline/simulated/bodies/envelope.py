"""What the answers have in common: the two envelopes, the query, shares and ranks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from hawks_pipeline.simulated.season import Season

Query = Mapping[str, str]
Body = dict[str, Any]

_WHOLE = frozenset(
    {
        *("TeamID", "PlayerID", "OpponentTeamID", "Month", "Period", "LastNGames", "Counter", "TwoWay"),
        *("EndPeriod", "EndRange", "RangeType", "StartPeriod", "StartRange"),
    }
)


class RefusedError(Exception):
    """The host would not answer this: the HTTP status, and what it says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def table(name: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Body:
    """Return one result set."""
    return {"name": name, "headers": list(headers), "rowSet": [list(row) for row in rows]}


def old(resource: str, query: Query, *sets: Body) -> Body:
    """Return the older envelope, with the parameters as the host understood them."""
    echo = {name: _understood(name, value) for name, value in query.items()}
    return {"resource": resource, "parameters": echo, "resultSets": list(sets)}


def new(request: str, moment: datetime, name: str, content: Body) -> Body:
    """Return the newer envelope."""
    time = moment.strftime("%Y-%m-%dT%H:%M:%S.0000Z")
    meta = {"version": 1, "request": f"http://nba.cloud/{request}?Format=json", "time": time}
    return {"meta": meta, name: content}


def columns(frame: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """Return the rows of columns that may be arrays, series, lists or one value for all."""
    length = next(len(each) for each in frame.values() if isinstance(each, (list, np.ndarray, pd.Series)))
    return list(zip(*(_plain(each, length) for each in frame.values()), strict=True))


def share(made: Any, attempts: Any, *, none: object = 0.0) -> list[object]:  # noqa: ANN401 - any column
    """Return made / attempts with three decimals; `none` where there were no attempts."""
    pairs = zip(np.asarray(made).tolist(), np.asarray(attempts).tolist(), strict=True)
    return [round(one / all_, 3) if all_ else none for one, all_ in pairs]


def window(season: Season, query: Query, day: pd.Series) -> pd.Series:
    """Return which rows, by their day, fall between DateFrom and DateTo."""
    chosen = day.notna()
    if first := query.get("DateFrom"):
        chosen &= day >= season.day_of(parsed(first))
    if last := query.get("DateTo"):
        chosen &= day <= season.day_of(parsed(last))
    if query.get("SeasonType", "Regular Season") != "Regular Season":
        chosen &= False
    return chosen


def parsed(text: str) -> date:
    """Read a date as the host does: the American way, or year first. Raises RefusedError."""
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise RefusedError(400, f"The value '{text}' is not valid for a date.")


def ranks(frame: pd.DataFrame, names: Sequence[str], *, low: frozenset[str]) -> pd.DataFrame:
    """Return each column's ranks, 1 for the most; for the columns in `low`, for the least."""
    return pd.DataFrame(
        {f"{name}_RANK": frame[name].rank(method="min", ascending=name in low).astype(int) for name in names},
        index=frame.index,
    )


def _plain(each: Any, length: int) -> list[object]:  # noqa: ANN401 - any column
    if isinstance(each, (np.ndarray, pd.Series)):
        plain: list[object] = each.tolist()
        return plain
    return each if isinstance(each, list) else [each] * length


def _understood(name: str, value: str) -> object:
    if not value:
        return None
    return int(value) if name in _WHOLE and value.isdecimal() else value
