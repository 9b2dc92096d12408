"""The game log: what is made holds together, what is read is checked."""

from pathlib import Path

import pandas as pd
import pytest

from hawks_pipeline import games, metrics
from hawks_pipeline.errors import ContractError, UpstreamError, UsageError

HEADER = "PLAYER_ID,PLAYER_NAME,TEAM_ABBREVIATION,GAME_ID,GAME_DATE,FGM,FGA,FG3M,FTM,FTA,PTS"
SEEDS = [0, 1, 7, 2024, 2**64]


def csv(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "games.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_table_holds_the_identities(seed: int) -> None:
    table = games.make(seed).table

    assert (table["PTS"] == 2 * (table["FGM"] - table["FG3M"]) + 3 * table["FG3M"] + table["FTM"]).all()
    assert (table["FGA"] >= table["FGM"]).all()
    assert (table["FGM"] >= table["FG3M"]).all()
    assert (table["FTA"] >= table["FTM"]).all()
    assert (table[list(metrics.COUNTS)] >= 0).all(axis=None)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_table_has_the_awkward_players(seed: int) -> None:
    log = games.make(seed)
    teams = log.table.groupby("PLAYER_ID")["TEAM_ABBREVIATION"].nunique()
    rates = metrics.player_shooting(log.of_team("ATL"))

    assert teams[teams == 2].index.tolist() == [1]
    assert rates[rates["TS_PCT"].isna()]["PLAYER_ID"].tolist() == [20]
    assert log.simulated
    assert "simulated" in log.source


def test_a_seed_is_a_table() -> None:
    pd.testing.assert_frame_equal(games.make(3).table, games.make(3).table)
    assert not games.make(3).table.equals(games.make(4).table)


def test_a_traded_player_counts_once_in_the_table_and_in_part_for_a_team(tmp_path: Path) -> None:
    log = games.load(
        csv(
            tmp_path, "9,A,BOS,0022400001,2024-10-22,2,4,0,0,0,4", "9,A,ATL,0022400002,2024-10-24,1,6,1,0,0,3"
        )
    )
    everywhere, here = metrics.player_shooting(log.table), metrics.player_shooting(log.of_team("ATL"))

    assert everywhere[["GP", "FGA", "EFG_PCT"]].to_numpy().tolist() == [[2, 10, 0.35]]
    assert here[["GP", "FGA", "EFG_PCT"]].to_numpy().tolist() == [[1, 6, 0.25]]


def test_csv_and_parquet_are_read_alike(tmp_path: Path) -> None:
    made = games.make(5).table.assign(MATCHUP="more columns than needed")
    made.to_csv(tmp_path / "games.csv", index=False)
    made.to_parquet(tmp_path / "games.parquet")
    frames = [games.load(tmp_path / name).table for name in ("games.csv", "games.parquet")]

    pd.testing.assert_frame_equal(frames[0], frames[1])
    pd.testing.assert_frame_equal(frames[0], games.make(5).table)


def test_ids_dates_and_names_as_spreadsheets_leave_them(tmp_path: Path) -> None:
    path = csv(
        tmp_path, "9, Vít Krejčí ,ATL,22400001,2024-10-22T00:00:00,1.0,2,0,0,0,2", header="\ufeff" + HEADER
    )
    row = games.load(path).table.iloc[0]

    assert row["GAME_ID"] == "0022400001"
    assert row["GAME_DATE"] == "2024-10-22"
    assert row["PLAYER_NAME"] == "Vít Krejčí"


GOOD = "9,A,ATL,0022400001,2024-10-22,5,9,2,3,4,15"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        pytest.param("x,A,ATL,0022400001,2024-10-22,5,9,2,3,4,15", "PLAYER_ID cannot be 'x'", id="id"),
        pytest.param("9,,ATL,0022400001,2024-10-22,5,9,2,3,4,15", "PLAYER_NAME cannot be ''", id="no name"),
        pytest.param("9,A\x1b[1m,ATL,0022400001,2024-10-22,5,9,2,3,4,15", "PLAYER_NAME", id="control"),
        pytest.param("9,A,ATL,game,2024-10-22,5,9,2,3,4,15", "GAME_ID cannot be 'game'", id="game"),
        pytest.param("9,A,ATL,0022400001,22/10/2024,5,9,2,3,4,15", "GAME_DATE", id="date"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,five,9,2,3,4,15", "FGM cannot be 'five'", id="a word"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,,2,3,4,15", "FGA cannot be ''", id="nothing"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,inf,2,3,4,15", "FGA cannot be 'inf'", id="infinite"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,9.5,2,3,4,15", "FGA cannot be '9.5'", id="a half"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,9,-2,3,4,15", "FG3M cannot be '-2'", id="negative"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,900,2,3,4,15", "FGA cannot be '900'", id="a season"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,1,9,2,3,4,7", "FG3M > FGM", id="threes"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,4,2,3,4,15", "FGM > FGA", id="goals"),
        pytest.param("9,A,ATL,0022400001,2024-10-22,5,9,2,5,4,17", "FTM > FTA", id="free throws"),
        pytest.param(
            "9,A,ATL,0022400001,2024-10-22,5,9,2,3,4,16", "PTS != 2 * FGM + FG3M + FTM", id="points"
        ),
        pytest.param(GOOD, "the same player and game twice", id="twice"),
    ],
)
def test_a_broken_contract_is_told_with_its_row(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(ContractError) as caught:
        games.load(csv(tmp_path, GOOD, row))

    assert fault in str(caught.value)
    assert "(row 2)" in str(caught.value)


def test_every_fault_is_told_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        games.load(csv(tmp_path, "9,A,ATL,0022400001,2024-10-22,x,9,-2,3,4,15"))

    assert str(caught.value).endswith("games.csv: FGM cannot be 'x' (row 1); FG3M cannot be '-2' (row 1)")


def test_missing_columns_are_listed(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"missing columns: FGA, PTS$"):
        games.load(csv(tmp_path, header=HEADER.replace("FGA,", "").replace(",PTS", "")))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("games.csv", b"", id="empty"),
        pytest.param("games.csv", HEADER.encode(), id="no rows"),
        pytest.param("games.csv", b"PLAYER_ID\n\xff\xfe", id="not UTF-8"),
        pytest.param("games.csv", b"A,B\n1,2\n1,2,3,4\n", id="ragged"),
        pytest.param("games.parquet", b"PAR1 and then no more", id="no Parquet"),
        pytest.param("games.parquet", b"", id="empty Parquet"),
    ],
)
def test_a_file_that_is_no_table_breaks_the_contract(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(ContractError):
        games.load(path)


def test_a_wrong_argument_is_not_a_broken_contract(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for path in (tmp_path / "absent.csv", tmp_path / "folder.csv", tmp_path / "games.txt"):
        with pytest.raises(UsageError):
            games.load(path)
    with pytest.raises(UsageError, match="no team 'LAL', only ATL BOS"):
        games.make(1).of_team("LAL")


def test_a_file_that_cannot_be_read_now_is_upstream(tmp_path: Path) -> None:
    path = tmp_path / "games.csv"
    # Linux answers a read at its beginning with an input/output error.
    path.symlink_to("/proc/self/mem")

    with pytest.raises(UpstreamError, match="Input/output error"):
        games.load(path)


def test_a_crowd_is_no_team() -> None:
    row = games.make(1).table.iloc[[0]]
    crowd = pd.concat([row.assign(PLAYER_ID=number) for number in range(401)], ignore_index=True)
    log = games.GameLog(table=crowd, source="crowd.csv", simulated=False)

    with pytest.raises(ContractError, match="BOS cannot have 401 players"):
        log.of_team("BOS")
