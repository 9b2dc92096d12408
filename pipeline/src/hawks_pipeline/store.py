"""Tables on disk: Parquet (zstd) by season and day, the same bytes for the same table.

A table with a `game_date` has a file per day, `<table>/season=S/game_date=D/part.parquet`; any other has one
for the night, `<table>/as_of_season=S/as_of=D/part.parquet`. What the folders' names say stands only there,
so that readers who know the layout (DuckDB, pyarrow) find each column once. Each file says where its numbers
are from.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hawks_pipeline import files

Tables = Mapping[str, pd.DataFrame]

PART = "part.parquet"
NOTES = b"hawks_pipeline"
"""The key, in a file's own metadata, of what Parquet would lose: see `encode`."""


def encode(table: pd.DataFrame, *, source: str, without: Iterable[str] = ()) -> bytes:
    """Return `table` as Parquet, less the columns `without` that the folder's name will tell."""
    left_out = [name for name in without if name in table]
    notes = {
        "source": source,
        "columns": [str(name) for name in table.columns],
        "without": {name: str(table[name].dtype) for name in left_out},
        # Parquet keeps the values that occur; a column of zones must know those that do not, too.
        "categories": {
            name: list(dtype.categories)
            for name, dtype in table.dtypes.items()
            if isinstance(dtype, pd.CategoricalDtype)
        },
    }
    content = pa.Table.from_pandas(table.drop(columns=left_out), preserve_index=False)
    metadata = {**(content.schema.metadata or {}), NOTES: json.dumps(notes, sort_keys=True).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(content.replace_schema_metadata(metadata), sink, compression="zstd")
    return bytes(sink.getvalue())


def part(table: str, *, season: str, day: date, dated: bool) -> Path:
    """Return where, below a folder of tables, the rows of `day` stand."""
    folders = ("season", "game_date") if dated else ("as_of_season", "as_of")
    return Path(table) / f"{folders[0]}={season}" / f"{folders[1]}={day.isoformat()}" / PART


def keep_days(folder: Path, tables: Tables, *, season: str, days: Iterable[date], source: str) -> list[Path]:
    """Write the rows of `days` of each dated table below `folder`, in place of what was there for them."""
    written = []
    days = sorted(days)
    for name, table in tables.items():
        by_day = dict(iter(table.groupby(table["game_date"].dt.date)))
        for day in days:
            path = folder / part(name, season=season, day=day, dated=True)
            if day in by_day:
                rows = by_day[day].reset_index(drop=True)
                files.write(path, encode(rows, source=source, without=("season", "game_date")))
                written.append(path)
            elif path.exists():
                files.remove(path.parent)
    return written


def keep_whole(folder: Path, tables: Tables, *, season: str, night: date, source: str) -> list[Path]:
    """Write each table whole below `folder`, as of `night`."""
    written = []
    for name, table in tables.items():
        path = folder / part(name, season=season, day=night, dated=False)
        files.write(path, encode(table, source=source))
        written.append(path)
    return written


def link_days(folder: Path, target: Path, *, season: str, until: date) -> list[Path]:
    """Give the days of `season` up to `until` below `folder` a second name below `target`."""
    linked = []
    for path in sorted(folder.glob(f"*/season={season}/game_date=*/{PART}")):
        if path.parent.name.removeprefix("game_date=") <= until.isoformat():
            linked.append(target / path.relative_to(folder))
            files.link(path, linked[-1])
    return linked


def load(folder: Path, name: str) -> pd.DataFrame | None:
    """Return the table `name` below `folder` as it was kept, days in order; None if there is none."""
    parts = [_read(path) for path in sorted((folder / name).rglob(PART))]
    return pd.concat(parts, ignore_index=True) if parts else None


def _read(path: Path) -> pd.DataFrame:
    # Not `read_table`, which would take the folders' names for columns of its own.
    content = pq.ParquetFile(path).read()
    notes = json.loads(content.schema.metadata[NOTES])
    table = content.to_pandas()
    told = dict(folder.split("=", 1) for folder in path.parts[-3:-1])
    for column, dtype in notes["without"].items():
        table[column] = pd.Series(told[column], index=table.index).astype(dtype)
    for column, categories in notes["categories"].items():
        table[column] = pd.Categorical(table[column], categories=categories)
    return table[notes["columns"]]
