"""A recorded NBA season, when it lies beside the repository, recomputed without pandas."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hawks_pipeline import games, metrics

SEASON = Path(__file__).parents[2] / ".." / "shared/nba/gamelogs/leaguegamelog_P_2024-25.parquet"

pytestmark = pytest.mark.skipif(
    not SEASON.exists(), reason="no recorded season in ../shared beside the repository"
)


@pytest.fixture(scope="module")
def log() -> games.GameLog:
    return games.load(SEASON)


@pytest.fixture(scope="module")
def sums() -> dict[int, dict[str, int]]:
    """Add up the Hawks' rows one at a time."""
    players: dict[int, dict[str, int]] = {}
    rows: list[dict[str, Any]] = pq.read_table(SEASON).to_pylist()
    for row in rows:
        if row["TEAM_ABBREVIATION"] == "ATL":
            player = players.setdefault(row["PLAYER_ID"], dict.fromkeys((*metrics.COUNTS, "GP"), 0))
            player["GP"] += 1
            for name in metrics.COUNTS:
                player[name] += row[name]
    return players


def test_every_hawk_recomputed(log: games.GameLog, sums: dict[int, dict[str, int]]) -> None:
    players = metrics.player_shooting(log.of_team("ATL")).set_index("PLAYER_ID")

    assert set(players.index) == set(sums)
    for number, player in sums.items():
        row = players.loc[number]
        ts = Fraction(player["PTS"]) / (2 * (player["FGA"] + Fraction(44, 100) * player["FTA"]))
        efg = (player["FGM"] + Fraction(player["FG3M"], 2)) / player["FGA"]
        assert (row["GP"], row["FGA"]) == (player["GP"], player["FGA"])
        assert row["TS_PCT"] == pytest.approx(float(ts), abs=1e-12)
        assert row["EFG_PCT"] == pytest.approx(float(efg), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "ts", "efg"),
    [
        ("Trae Young", 0.5672, 0.4906),
        ("Dyson Daniels", 0.5449, 0.5363),
        ("Onyeka Okongwu", 0.6341, 0.6023),
        ("Vít Krejčí", 0.6607, 0.6507),
    ],
)
def test_hawks_worked_out_elsewhere(log: games.GameLog, name: str, ts: float, efg: float) -> None:
    players = metrics.player_shooting(log.of_team("ATL")).set_index("PLAYER_NAME")

    assert round(players.loc[name, "TS_PCT"], 4) == ts
    assert round(players.loc[name, "EFG_PCT"], 4) == efg


def test_the_team_as_the_nba_has_it(log: games.GameLog) -> None:
    team = metrics.team_shooting(log.of_team("ATL")).iloc[0]

    assert (team["GP"], team["FGM"], team["FGA"], team["PTS"]) == (82, 3556, 7528, 9691)
    assert (round(team["TS_PCT"], 3), round(team["EFG_PCT"], 3)) == (0.579, 0.546)


def test_the_whole_league(log: games.GameLog) -> None:
    players = metrics.player_shooting(log.table)

    assert len(players) == log.table["PLAYER_ID"].nunique() == 569
    assert players["EFG_PCT"].isna().sum() == (players["FGA"] == 0).sum()
    assert (players["FGA"] == 0).any()
