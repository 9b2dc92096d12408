"""verify: what agrees is counted, what does not is told with 66, what is not there is skipped and said."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from hawks_pipeline import replays, verify
from hawks_pipeline.errors import ContractError, ReconciliationError, UsageError
from hawks_pipeline.metrics import box

REAL = Path(__file__).parents[3] / "shared" / "nba"
ZONES = ("Restricted Area", "Mid-Range", "Corner 3")
LOG = ["GAME_ID", "PLAYER_ID", "TEAM_ID", *replays.COUNTS]


def body(
    folder: Path, endpoint: str, rows: Sequence[Sequence[object]], headers: Sequence[object], **params: str
) -> None:
    """Add a recorded body to the directory's index."""
    folder = folder / "raw_json"
    folder.mkdir(exist_ok=True)
    index = folder / "index.json"
    entries = json.loads(index.read_text()) if index.exists() else []
    name = f"{endpoint}{len(entries)}.json.gz"
    sets = [{"name": endpoint, "headers": headers, "rowSet": rows}]
    (folder / name).write_bytes(gzip.compress(json.dumps({"resultSets": sets}).encode()))
    entry = {"file": name, "endpoint": endpoint, "params": params, "status": 200}
    index.write_text(json.dumps([*entries, entry | {"recorded": "2026-02-22T05:36:38+00:00"}]))


def logs(folder: Path, *, season: str = "2024-25") -> None:
    (folder / "gamelogs").mkdir()
    rows = [["0022400001", 1, 10, 5, 10, 1, 3, 2, 2, 13], ["0022400001", 2, 20, 4, 9, 0, 1, 0, 0, 8]]
    pd.DataFrame(rows, columns=LOG).to_parquet(folder / "gamelogs" / f"leaguegamelog_P_{season}.parquet")


def said(folder: Path) -> list[str]:
    lines: list[str] = []
    verify.run(folder, lines.append)
    return lines


def test_team_values_from_player_logs(tmp_path: Path) -> None:
    logs(tmp_path)
    (tmp_path / "official").mkdir()
    table = pd.DataFrame({"TEAM_ID": [10, 20], "EFG_PCT": [0.55, 0.444], "TS_PCT": [0.597, 0.444]})
    table.to_parquet(tmp_path / "official" / "leaguedashteamstats_2024-25.parquet")

    lines = said(tmp_path)

    assert lines[:2] == ["skipped: no recorded bodies in raw_json", "skipped: no shot charts in shots"]
    assert lines[3].split() == ["published", "team", "eFG%,", "TS%", "2024-25", "2", "2", "0.000444"]
    assert lines[-1] == "all 1 checks agree"


def test_what_does_not_agree_is_told(tmp_path: Path) -> None:
    logs(tmp_path)
    (tmp_path / "official").mkdir()
    table = pd.DataFrame({"TEAM_ID": [10, 20], "EFG_PCT": [0.552, 0.444], "TS_PCT": [0.597, 0.444]})
    table.to_parquet(tmp_path / "official" / "leaguedashteamstats_2024-25.parquet")

    with pytest.raises(ReconciliationError, match="published team eFG%, TS% 2024-25") as caught:
        said(tmp_path)
    assert caught.value.exit_code == 66


def test_true_shooting_of_one_endpoint_is_held_against_another(tmp_path: Path) -> None:
    headers = ["PLAYER_ID", "FGA", "FTA", "PTS", "FGM", "FG3M", "FG3A", "FTM"]
    totals = [[1, 41, 9, 49, 16, 8, 22, 9], [2, 0, 0, 0, 0, 0, 0, 0]]
    body(tmp_path, "leaguedashplayerstats", totals, headers, Season="2025-26", MeasureType="Base")
    body(
        tmp_path,
        "leaguedashplayerbiostats",
        [[1, 0.545], [2, 0.0]],
        ["PLAYER_ID", "TS_PCT"],
        Season="2025-26",
    )

    assert ["player", "TS%", "2", "2"] in [line.split()[:4] for line in said(tmp_path)]


def test_a_player_of_whom_one_endpoint_does_not_know_is_no_agreement(tmp_path: Path) -> None:
    headers = ["PLAYER_ID", "FGA", "FTA", "PTS", "FGM", "FG3M", "FG3A", "FTM"]
    body(
        tmp_path,
        "leaguedashplayerstats",
        [[1, 41, 9, 49, 16, 8, 22, 9]],
        headers,
        Season="2025-26",
        MeasureType="Base",
    )
    body(
        tmp_path,
        "leaguedashplayerbiostats",
        [[1, 0.545], [2, 0.5]],
        ["PLAYER_ID", "TS_PCT"],
        Season="2025-26",
    )

    with pytest.raises(ReconciliationError, match="player TS%"):
        said(tmp_path)


def test_usage_is_of_the_team_that_he_played_for_and_not_of_the_one_he_is_with() -> None:
    # Traded and hurt: the totals name the new team, for which he has not played.
    who = {"PLAYER_ID": 1, "TEAM_ID": 20, "TEAM_COUNT": 1, "GP": 26, "MIN": 792.0}
    totals = pd.DataFrame([who | {"FGA": 377, "FTA": 79, "TOV": 73}])
    teams = pd.DataFrame(
        [
            {"TEAM_ID": 10, "GP": 57, "MIN": 2746.0, "FGA": 5200, "FTA": 1400, "TOV": 850},
            {"TEAM_ID": 20, "GP": 56, "MIN": 2698.0, "FGA": 4650, "FTA": 1400, "TOV": 800},
        ]
    )
    published = pd.DataFrame({"PLAYER_ID": [1], "USG_PCT": [0.25]})
    log = pd.DataFrame({"PLAYER_ID": [1, 1, 2, 2], "TEAM_ID": [10, 10, 10, 20]})

    alone = replays.usage(totals, teams, published)
    known = replays.usage(totals, teams, published, log)
    of_others = replays.usage(totals, teams, published, log[log["PLAYER_ID"] == 2])

    assert (alone.agreed, alone.of, of_others.agreed) == (0, 1, 0)
    assert (known.agreed, known.of, known.spare) == (1, 1, 0)


def charts(
    folder: Path, *, zone: str = "Mid-Range", made: tuple[int, ...] = (1, 1, 1, 1, 1, 0, 0, 0, 0, 0)
) -> None:
    (folder / "shots").mkdir()
    rows = [
        {"GAME_ID": "0022400001", "PLAYER_ID": 1, "LOC_X": 0, "LOC_Y": 150, "SHOT_ZONE_BASIC": zone}
        | {"SHOT_TYPE": "3PT Field Goal" if n in (0, 8, 9) else "2PT Field Goal", "SHOT_MADE_FLAG": good}
        for n, good in enumerate(made)
    ]
    pd.DataFrame(rows).to_parquet(folder / "shots" / "shotchartdetail_2024-25.parquet")


def test_shot_charts_are_checked_when_given(tmp_path: Path) -> None:
    charts(tmp_path)
    logs(tmp_path)

    lines = [line.split() for line in said(tmp_path)]

    assert ["zones", "2024-25", "10", "10", "0.000000"] in lines
    # The second player has no shots on the chart: as many corrections as a season has are borne.
    assert ["shots", "against", "lines", "2024-25", "1", "2", "9.000000"] in lines


def test_a_zone_that_is_not_ours_fails(tmp_path: Path) -> None:
    charts(tmp_path, zone="Restricted Area")

    with pytest.raises(ReconciliationError, match="zones 2024-25"):
        said(tmp_path)


def test_shot_locations_are_told_on_two_levels(tmp_path: Path) -> None:
    above = {"columnsToSkip": 1, "columnSpan": 2, "columnNames": list(ZONES)}
    headers = [above, {"columnNames": ["ID", *["FGM", "FGA"] * 3]}]
    body(
        tmp_path,
        "leaguedashplayershotlocations",
        [[1, 2, 3, 4, 9, 1, 1], [2, 1, 1, 0, 1, 0, 0]],
        headers,
        Season="2025-26",
    )
    wide = [["Mid-Range", 3, 8], ["Mid-Range", 1, 2], ["Restricted Area", 3, 4]]
    body(tmp_path, "shotchartleaguewide", wide, ["SHOT_ZONE_BASIC", "FGM", "FGA"], Season="2025-26")

    assert [line.split()[-3:-1] for line in said(tmp_path) if line.startswith("league")] == [["2", "2"]] * 2


@pytest.mark.parametrize("name", ["absent", "."])
def test_nothing_to_compare_is_a_wrong_argument(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        said(tmp_path / name)


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    logs(tmp_path)
    (tmp_path / "gamelogs" / "leaguegamelog_P_2023-24.parquet").write_bytes(b"PAR1")

    with pytest.raises(ContractError, match="gamelogs"):
        said(tmp_path)


def test_nothing_compared_does_not_hold() -> None:
    assert not replays.compared("nothing", pd.Series([], dtype=float)).holds
    assert not replays.compared("no number", pd.Series([float("nan")])).holds


real = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real data in {REAL}")


@real
def test_everything_that_the_league_published_agrees() -> None:
    counted = {tuple(line.split("  ")[0:1]): line.split()[-3:-1] for line in said(REAL) if "0.0" in line}
    by_name = {name[0].strip(): count for name, count in counted.items()}

    assert by_name["player TS%"] == ["535", "535"]
    assert by_name["player eFG%"] == ["532", "532"]
    assert by_name["box score 0022200552 eFG%, TS%"] == ["19", "19"]
    assert by_name["team eFG%, TS% 2023-24"] == ["30", "30"]
    assert by_name["team percentages 2024-25"] == ["30", "30"]


@real
def test_atlanta_2024_25_to_the_fourth_digit() -> None:
    log = pd.read_parquet(REAL / "gamelogs" / "leaguegamelog_P_2024-25.parquet")
    sums = replays.sums(log[log["TEAM_ABBREVIATION"] == "ATL"].groupby("PLAYER_NAME")[replays.COUNTS].sum())
    team = sums.sum().to_frame().T
    efg, ts = box.effective_field_goal, box.true_shooting

    assert (efg(team)[0], ts(team)[0]) == pytest.approx((0.5459, 0.5793), abs=5e-5)
    assert (efg(sums)["Trae Young"], ts(sums)["Trae Young"]) == pytest.approx((0.4906, 0.5672), abs=5e-5)
    assert efg(sums)["Dyson Daniels"] == pytest.approx(0.5363, abs=5e-5)
