"""A season's tables, month by month, from the simulated league."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import nights
import pytest

from hawks_pipeline import backfill, kept, lock, store
from hawks_pipeline.clock import now
from hawks_pipeline.errors import BusyError, UpstreamError

UNTIL = date(2025, 11, 4)
SEASON = "2025-26"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season")
    told = backfill.run(nights.night(folder, UNTIL))
    assert told.startswith("2025-26: ")
    return folder


def test_every_day_is_known(out: Path) -> None:
    days = kept.days(nights.night(out, UNTIL).root.kept, SEASON)

    assert (min(days), max(days), len(days)) == ("2025-10-01", "2025-11-04", 35)


def test_the_tables_hold_every_game(out: Path) -> None:
    root = nights.night(out, UNTIL).root
    teams, shots = (store.load(root.kept, name) for name in ("team_game", "shot"))

    assert teams is not None
    assert shots is not None
    assert set(teams["game_id"]) == set(shots["game_id"])
    assert teams["game_date"].is_monotonic_increasing
    assert len(teams) == 2 * teams["game_id"].nunique()


def test_again_there_is_nothing_to_fetch(out: Path) -> None:
    night = nights.night(out, UNTIL, faults="500")

    assert backfill.run(night).startswith("2025-26: 0 games on 0 days kept")


def test_a_later_night_fetches_what_is_new(out: Path) -> None:
    night = nights.night(out, UNTIL + timedelta(days=1))
    outcome = nights.run(night)

    logs = list((night.root.bronze / "leaguegamelog" / str(night.date)).glob("*.note.json"))
    assert outcome.folder == night.root.current
    assert len(logs) == 2


def test_what_was_kept_before_it_broke_stays(tmp_path: Path) -> None:
    # The first month has three calls.
    night = nights.night(tmp_path, UNTIL, faults="403+3")
    with pytest.raises(UpstreamError):
        backfill.run(night)

    assert len(kept.days(night.root.kept, SEASON)) == 30

    backfill.run(replace(night, settings=nights.night(tmp_path, UNTIL).settings))
    assert len(kept.days(night.root.kept, SEASON)) == 35


def test_one_at_a_time(tmp_path: Path) -> None:
    night = nights.night(tmp_path, UNTIL)
    night.root.state.mkdir(parents=True)

    with lock.hold(night.root.lock, since=now()), pytest.raises(BusyError):
        backfill.run(night)
