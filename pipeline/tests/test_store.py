"""Tables on disk: what comes back is what was kept, under the same contracts."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import frames
import pandas as pd
import pyarrow.parquet as pq
import pytest

from hawks_pipeline import contracts, files, kept, store
from hawks_pipeline.contracts import Silver
from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import CONTRACTS

SEASON = "2026-27"
MORNING = datetime(2026, 12, 31, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def silver() -> Silver:
    return frames.silver()


def keep(folder: Path, silver: Silver, as_of: datetime = MORNING, days: list[date] | None = None) -> None:
    covered = days if days is not None else sorted(set(silver.player_game["game_date"].dt.date))
    kept.keep(folder, silver, season=SEASON, covered=covered, as_of=as_of, source="simulated (seed 7)")


@pytest.mark.parametrize("name", [each.name for each in fields(Silver)])
def test_a_cleaned_table_comes_back_as_it_was(tmp_path: Path, silver: Silver, name: str) -> None:
    keep(tmp_path, silver)
    store.keep_whole(
        tmp_path, kept.undated(silver), season=SEASON, night=date(2026, 11, 1), source="simulated (seed 7)"
    )

    table = getattr(silver, name)
    loaded = store.load(tmp_path, name)

    assert loaded is not None
    assert contracts.faults_of(loaded, contracts.CONTRACTS[name], name=name) == []
    assert list(loaded.columns) == list(table.columns)
    if "game_date" in table:
        table = table.sort_values("game_date", kind="stable")
    pd.testing.assert_frame_equal(loaded, table.reset_index(drop=True))


@pytest.mark.parametrize("name", [each.name for each in fields(Gold)])
def test_a_computed_table_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    table = getattr(frames.gold(), name)
    store.keep_whole(tmp_path, {name: table}, season=SEASON, night=date(2026, 11, 1), source="live")

    loaded = store.load(tmp_path, name)

    assert loaded is not None
    CONTRACTS[name].validate(loaded)
    pd.testing.assert_frame_equal(loaded, table)


def test_a_file_per_day_that_says_where_its_numbers_are_from(tmp_path: Path, silver: Silver) -> None:
    keep(tmp_path, silver)

    day = silver.shot["game_date"].dt.date.min()
    path = tmp_path / store.part("shot", season=SEASON, day=day, dated=True)
    content = pq.ParquetFile(path)

    assert path.relative_to(tmp_path).parts[:2] == ("shot", "season=2026-27")
    assert content.metadata.row_group(0).column(0).compression == "ZSTD"
    assert b'"source": "simulated (seed 7)"' in content.schema_arrow.metadata[store.NOTES]
    assert "game_date" not in content.schema_arrow.names


def test_the_same_table_is_the_same_bytes(tmp_path: Path, silver: Silver) -> None:
    for name in ("a", "b"):
        keep(tmp_path / name, silver)

    a, b = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in files.tree(tmp_path / name)}
        for name in ("a", "b")
    )
    assert a == b
    assert len(a) > 3


def test_a_table_that_was_never_kept(tmp_path: Path) -> None:
    assert store.load(tmp_path, "shot") is None


def test_last_nights_profiles_are_found(tmp_path: Path) -> None:
    centres = frames.gold().cluster_centres
    for day in (1, 3, 5):
        table = centres.assign(players=day)
        kept.keep_centres(tmp_path, table, season=SEASON, night=date(2026, 11, day), source="live")

    found = kept.centres_before(tmp_path, season=SEASON, night=date(2026, 11, 5))

    assert found is not None
    assert set(found["players"]) == {3}
    assert kept.centres_before(tmp_path, season=SEASON, night=date(2026, 11, 1)) is None
    assert kept.centres_before(tmp_path, season="2025-26", night=date(2026, 11, 5)) is None


class TestDays:
    def test_a_correction_takes_the_place_of_what_was_kept(self, tmp_path: Path, silver: Silver) -> None:
        keep(tmp_path, silver)
        corrected = Silver(
            **{each.name: getattr(silver, each.name) for each in fields(Silver)}
            | {"player_game": silver.player_game.assign(ast=9)}
        )
        keep(tmp_path, corrected, MORNING + timedelta(days=1))

        loaded = store.load(tmp_path, "player_game")

        assert loaded is not None
        assert set(loaded["ast"]) == {9}
        assert set(kept.days(tmp_path, SEASON).values()) == {"2027-01-01T10:00:00+00:00"}

    def test_what_is_older_does_not(self, tmp_path: Path, silver: Silver) -> None:
        keep(tmp_path, silver)
        older = Silver(
            **{each.name: getattr(silver, each.name) for each in fields(Silver)}
            | {"player_game": silver.player_game.assign(ast=9)}
        )
        keep(tmp_path, older, MORNING - timedelta(days=1))

        loaded = store.load(tmp_path, "player_game")

        assert loaded is not None
        assert 9 not in set(loaded["ast"])

    def test_days_without_games_are_known_too(self, tmp_path: Path, silver: Silver) -> None:
        keep(tmp_path, silver, days=[date(2026, 10, 1), date(2026, 10, 2)])

        assert list(kept.days(tmp_path, SEASON)) == ["2026-10-01", "2026-10-02"]

    def test_rows_that_were_taken_back_are_gone(self, tmp_path: Path, silver: Silver) -> None:
        keep(tmp_path, silver)
        nothing = Silver(
            **{each.name: getattr(silver, each.name) for each in fields(Silver)}
            | {"shot": silver.shot.iloc[:0]}
        )
        keep(tmp_path, nothing)

        assert store.load(tmp_path, "shot") is None

    def test_a_second_name_is_of_the_days_until_then(self, tmp_path: Path, silver: Silver) -> None:
        keep(tmp_path / "all", silver)
        first = silver.player_game["game_date"].dt.date.min()

        store.link_days(tmp_path / "all", tmp_path / "some", season=SEASON, until=first)
        some = store.load(tmp_path / "some", "player_game")

        assert some is not None
        assert set(some["game_date"].dt.date) == {first}
