from datetime import UTC, date, datetime

import pytest

from hawks_pipeline import clock


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        pytest.param("2026-11-24T10:00", "2026-11-23", id="the morning after"),
        pytest.param("2026-11-24T04:59", "2026-11-22", id="before midnight in the east"),
        pytest.param("2026-11-24T05:00", "2026-11-23", id="midnight in the east"),
        pytest.param("2026-07-02T03:59", "2026-06-30", id="summer time"),
        pytest.param("2026-07-02T04:00", "2026-07-01", id="midnight in summer"),
    ],
)
def test_last_night_is_eastern(moment: str, night: str) -> None:
    assert clock.last_night(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == date.fromisoformat(night)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2026-10-01", "2026-27"),
        ("2026-09-30", "2025-26"),
        ("2027-06-20", "2026-27"),
        ("2099-12-01", "2099-00"),
    ],
)
def test_a_season_begins_in_october(day: str, season: str) -> None:
    assert clock.season_of(date.fromisoformat(day)) == season
    first, last = clock.season_days(season)
    assert first <= date.fromisoformat(day) <= last


@pytest.mark.parametrize("text", ["2026", "2026-28", "26-27", "2026-7", "", "abcd-ef"])
def test_what_is_no_season(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int's own message is as good
        clock.season_days(text)
