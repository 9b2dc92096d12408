"""One value at a time: every spelling of the league's, and what is none of them."""

from collections.abc import Callable
from datetime import date

import pytest

from hawks_pipeline import fields


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2025-10-21", date(2025, 10, 21), id="ISO"),
        pytest.param("Feb 20, 2026", date(2026, 2, 20), id="player log"),
        pytest.param("APR 14, 2024", date(2024, 4, 14), id="team log"),
        pytest.param("2024-04-14T00:00:00", date(2024, 4, 14), id="team logs"),
        pytest.param("20251022", date(2025, 10, 22), id="shot chart"),
        pytest.param("2025-11-05T22:30:00Z", date(2025, 11, 5), id="Eastern that says Z"),
    ],
)
def test_a_date_in_every_spelling(text: str, day: date) -> None:
    assert fields.day(text) == day


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        (34, 34),
        (48.0, 48),
        ("45:55", 45 + 55 / 60),
        (109.13166666666666, 109.13166666666666),
        ("", 0),
        (None, 0),
        (0, 0),
    ],
)
def test_minutes_in_every_spelling(value: object, minutes: float) -> None:
    assert fields.minutes(value) == pytest.approx(minutes)


@pytest.mark.parametrize("header", ["PLAYER_ID", "Player_ID", "personId", "playerId"])
def test_an_id_in_every_spelling(header: str) -> None:
    assert fields.column(header) == "player_id"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Game_ID", "game_id"),
        ("gameId", "game_id"),
        ("TeamID", "team_id"),
        ("FG3M", "fg3m"),
        ("PTS", "pts"),
        ("threePointersMade", "three_pointers_made"),
        ("gameEt", "game_et"),
        ("SHOT_ZONE_BASIC", "shot_zone_basic"),
        ("nameI", "name_i"),
    ],
)
def test_a_header_is_one_name(header: str, name: str) -> None:
    assert fields.column(header) == name


@pytest.mark.parametrize(
    ("read", "value"),
    [
        pytest.param(fields.day, "21.10.2025", id="date"),
        pytest.param(fields.day, "2025-13-01", id="month"),
        pytest.param(fields.day, "Foo 20, 2026", id="month's name"),
        pytest.param(fields.day, "20251341", id="compact"),
        pytest.param(fields.day, None, id="no date"),
        pytest.param(fields.minutes, "45:75", id="75 seconds"),
        pytest.param(fields.minutes, -1, id="negative minutes"),
        pytest.param(fields.minutes, float("nan"), id="NaN minutes"),
        pytest.param(fields.minutes, "half", id="a word for minutes"),
        pytest.param(fields.whole, "7", id="a count as text"),
        pytest.param(fields.whole, 7.5, id="a half"),
        pytest.param(fields.whole, None, id="no count"),
        pytest.param(fields.whole, True, id="a truth for a count"),
        pytest.param(fields.whole, float("nan"), id="NaN count"),
        pytest.param(fields.whole, float("inf"), id="infinite"),
        pytest.param(fields.number, "0.5", id="a share as text"),
        pytest.param(fields.text, "  ", id="blank"),
        pytest.param(fields.maybe_text, 7, id="a number for a text"),
        pytest.param(fields.flag, 2, id="two"),
        pytest.param(fields.flag, "Y", id="a letter"),
        pytest.param(fields.game_id, 22500001, id="game id as number"),
        pytest.param(fields.game_id, "22500001", id="game id without its zeros"),
        pytest.param(fields.season, "2025-26", id="season"),
    ],
)
def test_what_is_none_is_refused(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(ValueError, match=r"^no |^neither "):
        read(value)


def test_a_season_id_is_a_season() -> None:
    assert [fields.season(each) for each in ("22026", "21999", "22009")] == ["2026-27", "1999-00", "2009-10"]
