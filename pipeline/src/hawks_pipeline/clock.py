"""Days as the league counts them: Eastern time, seasons that begin in October."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

FIRST_MONTH = 10
"""A season begins in October; what is played from July to September belongs to the one before."""

FIRST_SEASON = "1946-47"
"""The league's first."""


def now() -> datetime:
    """Return the time, in UTC. Everything else takes it as an argument."""
    return datetime.now(UTC)


def last_night(moment: datetime) -> date:
    """Return the day before `moment`'s in Eastern time: the night whose games are over in the morning."""
    return moment.astimezone(EASTERN).date() - timedelta(days=1)


def season_of(day: date) -> str:
    """Return the season that `day` belongs to, as the league writes it: "2026-27"."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return season_from(first)


def season_from(year: int) -> str:
    """Return the season that begins in October of `year`."""
    return f"{year}-{(year + 1) % 100:02d}"


def season_days(season: str) -> tuple[date, date]:
    """Return the first and the last day on which games of `season` may be played.

    Raises ValueError for what is no season.
    """
    year = int(season[:4])
    if season != season_from(year):
        raise ValueError(f"not a season: {season!r}")
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1) - timedelta(days=1)


def morning_after(night: date) -> datetime:
    """Return ten in the morning, UTC, after `night`: when a simulated night was "fetched"."""
    return datetime(night.year, night.month, night.day, 10, tzinfo=UTC) + timedelta(days=1)
