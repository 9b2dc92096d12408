"""The season's tables that are kept from night to night, and which days of it they hold."""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from hawks_pipeline import files, store
from hawks_pipeline.contracts import Silver

PROFILES = "cluster_centres"


def days(folder: Path, season: str) -> dict[str, str]:
    """Return the days of `season`, in ISO form, that are kept below `folder`, and when each was fetched."""
    try:
        return dict(json.loads(_ledger(folder, season).read_bytes()))
    except FileNotFoundError:
        return {}


def keep(
    folder: Path, silver: Silver, *, season: str, covered: Iterable[date], as_of: datetime, source: str
) -> None:
    """Keep the rows of the days `covered`, but for days of which something newer than `as_of` is kept.

    The ledger of days is written last: days of which it does not know are fetched again.
    """
    ledger = days(folder, season)
    stamp = as_of.isoformat()
    newer = {day for day, fetched in ledger.items() if datetime.fromisoformat(fetched) > as_of}
    fresh = [day for day in covered if day.isoformat() not in newer]
    tables = dated(silver)
    # Of the schedule a call tells one day, not a span.
    schedule = tables.pop("schedule")
    told = [day for day in schedule["game_date"].dt.date.unique() if day.isoformat() not in newer]
    store.keep_days(folder, tables, season=season, days=fresh, source=source)
    store.keep_days(folder, {"schedule": schedule}, season=season, days=told, source=source)
    files.write_json(_ledger(folder, season), ledger | {day.isoformat(): stamp for day in fresh})


def keep_centres(folder: Path, centres: pd.DataFrame, *, season: str, night: date, source: str) -> None:
    """Keep the shot profiles of `night`, so that those of later nights get the same names."""
    store.keep_whole(folder, {PROFILES: centres}, season=season, night=night, source=source)


def centres_before(folder: Path, *, season: str, night: date) -> pd.DataFrame | None:
    """Return the shot profiles of the last night of `season` before `night`, None on the first."""
    part = store.part(PROFILES, season=season, day=night, dated=False)
    earlier = [path for path in folder.glob(f"{part.parents[1]}/*") if path.name < part.parent.name]
    return store.load(folder, str(max(earlier).relative_to(folder))) if earlier else None


def dated(silver: Silver) -> dict[str, pd.DataFrame]:
    """Return the tables of `silver` that have a row per game or part of a game, by name."""
    return {name: table for name, table in _tables(silver).items() if "game_date" in table}


def undated(silver: Silver) -> dict[str, pd.DataFrame]:
    """Return the tables of `silver` that stand for the season as it is at the time, by name."""
    return {name: table for name, table in _tables(silver).items() if "game_date" not in table}


def _tables(silver: Silver) -> dict[str, pd.DataFrame]:
    return {each.name: getattr(silver, each.name) for each in fields(Silver)}


def _ledger(folder: Path, season: str) -> Path:
    return folder / f"{season}.json"
