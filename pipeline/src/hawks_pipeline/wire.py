"""A data set as it comes: its headers compared with what is expected, its values read one by one."""

import contextlib
import difflib
import logging
from collections.abc import Mapping, Sequence

import pandas as pd

from hawks_pipeline import fields
from hawks_pipeline.datasets import DataSet, Reader
from hawks_pipeline.errors import ContractError
from hawks_pipeline.sources.parse import Table

_log = logging.getLogger(__name__)


def frame(sets: Mapping[str, Table], of: DataSet, *, endpoint: str) -> pd.DataFrame:
    """Return the columns that `of` reads, under our names. Raises ContractError with a diff of the headers.

    A column nobody has heard of is a warning: it may be the first sign of a renamed one elsewhere.
    """
    if of.name not in sets:
        raise ContractError(f"{endpoint}: no data set {of.name}, only {', '.join(sorted(sets)) or 'none'}")
    table = sets[of.name]
    names = [fields.column(header) for header in table.headers]
    where = f"{endpoint} {of.name}"
    _compare(names, table.headers, of, where)
    if bad := next((row for row in table.rows if len(row) != len(names)), None):
        raise ContractError(f"{where}: a row of {len(bad)} values under {len(names)} headers")
    columns = dict(zip(names, zip(*table.rows, strict=True), strict=True)) if table.rows else {}
    # nba_api gives nothing, row after row, for a name that it does not find in the new envelopes.
    if gone := [name for name in of.read if name in columns and _nothing(columns[name], of.read[name])]:
        raise ContractError(f"{where}: {_diff(gone, [])} (null in every row)")
    return pd.DataFrame({name: _values(columns.get(name, ()), name, of, where) for name in of.read})


def _compare(names: Sequence[str], headers: Sequence[str], of: DataSet, where: str) -> None:
    known = of.known | set(of.read)
    missing = [name for name in of.read if name not in names]
    extra = [header for name, header in zip(names, headers, strict=True) if name not in known]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ContractError(f"{where}: columns given twice: {', '.join(twice)}")
    if missing:
        raise ContractError(f"{where}: {_diff(missing, extra)}")
    if extra:
        _log.warning("%s: unknown columns: %s", where, ", ".join(extra))


def _diff(missing: Sequence[str], extra: Sequence[str]) -> str:
    """Say which headers went and which came: `-PTS +POINTS (renamed?)`."""
    lines = []
    left = list(extra)
    for name in missing:
        near = difflib.get_close_matches(name, [fields.column(each) for each in left], n=1, cutoff=0.5)
        found = next((each for each in left if near and fields.column(each) == near[0]), None)
        if found:
            left.remove(found)
        lines.append(f"-{name.upper()}" + (f" +{found} (renamed?)" if found else ""))
    return "columns missing: " + ", ".join([*lines, *(f"+{each}" for each in left)])


def _nothing(values: Sequence[object], read: Reader) -> bool:
    if any(value is not None for value in values):
        return False
    try:
        read(None)
    except ValueError:
        return True
    return False


def _values(values: Sequence[object], name: str, of: DataSet, where: str) -> list[object]:
    reader = of.read[name]
    with contextlib.suppress(ValueError, TypeError):
        # Few values stand in many rows. Of one type, for 1, 1.0 and true are equal and not the same.
        if len(set(map(type, values))) == 1:
            known = {value: reader(value) for value in set(values)}
            return [known[value] for value in values]
    return [
        _value(value, row, reader, f"{where}: {name.upper()}") for row, value in enumerate(values, start=1)
    ]


def _value(value: object, row: int, reader: Reader, where: str) -> object:
    try:
        return reader(value)
    except ValueError as error:
        raise ContractError(f"{where}: {error} ({type(value).__name__}, row {row})") from None
