import json
from datetime import date
from pathlib import Path

import pytest

from hawks_pipeline import plan
from hawks_pipeline.errors import ContractError, UpstreamError

NIGHT = date(2026, 11, 24)
FIRST = date(2026, 10, 1)


def board(*states: tuple[int, str], day: date = NIGHT) -> bytes:
    games = [
        {
            "gameId": f"002260000{number}",
            "gameStatus": status,
            "gameStatusText": text,
            "homeTeam": {"teamTricode": "ATL"},
            "awayTeam": {"teamTricode": "BOS"},
        }
        for number, (status, text) in enumerate(states)
    ]
    return json.dumps({"scoreboard": {"gameDate": day.isoformat(), "games": games}}).encode()


def test_a_night_without_games() -> None:
    assert plan.played(plan.games(board(), NIGHT), NIGHT) == []


def test_what_is_called_off_is_not_waited_for() -> None:
    games = plan.games(board((3, "Final/OT"), (1, "PPD  "), (1, "Postponed")), NIGHT)

    assert [game.status_text for game in plan.played(games, NIGHT)] == ["Final/OT"]


@pytest.mark.parametrize("state", [(1, "7:30 pm ET"), (2, "Q4 1:02  "), (1, "TBD")])
def test_a_game_that_is_not_over_is_waited_for(state: tuple[int, str]) -> None:
    games = plan.games(board((3, "Final"), state), NIGHT)

    with pytest.raises(UpstreamError, match=r"1 of 2 games of 2026-11-24 are not over: 0022600001"):
        plan.played(games, NIGHT)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"scoreboard": {"games": [{}]}}', board((3, "Final"), day=date(2026, 11, 23))],
)
def test_a_board_that_is_none(body: bytes) -> None:
    with pytest.raises(ContractError, match="scoreboardv3"):
        plan.games(body, NIGHT)


def test_on_a_first_night_the_whole_season_is_fetched_in_months() -> None:
    assert plan.windows({}, first=FIRST, night=NIGHT) == [
        (date(2026, 10, 1), date(2026, 10, 30)),
        (date(2026, 10, 31), date(2026, 11, 24)),
    ]


def test_later_on_only_the_last_week_is() -> None:
    known = {day.isoformat(): "" for day in plan.days(FIRST, NIGHT)}

    assert plan.windows(known, first=FIRST, night=NIGHT) == [(date(2026, 11, 18), NIGHT)]


def test_days_that_were_missed_are_made_up_for() -> None:
    known = {day.isoformat(): "" for day in plan.days(FIRST, NIGHT)}
    del known["2026-11-02"]

    assert plan.windows(known, first=FIRST, night=NIGHT) == [
        (date(2026, 11, 2), date(2026, 11, 2)),
        (date(2026, 11, 18), NIGHT),
    ]


@pytest.mark.parametrize(
    ("night", "whole"),
    [pytest.param(NIGHT, True, id="asked"), pytest.param(date(2026, 11, 23), False, id="Monday")],
)
def test_the_whole_season_again(night: date, whole: bool) -> None:  # noqa: FBT001
    known = {day.isoformat(): "" for day in plan.days(FIRST, night)}

    spans = plan.windows(known, first=FIRST, night=night, whole=whole)

    assert [day for span in spans for day in plan.days(*span)] == plan.days(FIRST, night)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    decided = plan.Plan(
        games=tuple(plan.games(board((3, "Final")), NIGHT)), windows=((FIRST, NIGHT), (NIGHT, NIGHT))
    )
    plan.write(tmp_path / "plan.json", decided)

    assert plan.read(tmp_path / "plan.json") == decided
