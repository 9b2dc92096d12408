"""The installed command, from outside: its exit codes, what it says and what it leaves behind."""

import os
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from hawks_pipeline import games, outputs
from hawks_pipeline.errors import UsageError

COMMAND = Path(sysconfig.get_path("scripts")) / "hawks-pipeline"
PNG = b"\x89PNG\r\n\x1a\n"


def hawks(folder: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "MPLBACKEND"}}
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=clean | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@dataclass(frozen=True)
class Night:
    done: subprocess.CompletedProcess[str]
    folder: Path

    def read(self, name: str) -> bytes:
        return (self.folder / "out" / name).read_bytes()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Run the command once with nothing but its defaults."""
    folder = tmp_path_factory.mktemp("night")
    return Night(hawks(folder, "run"), folder)


def test_a_made_night(night: Night) -> None:
    lines = night.done.stdout.splitlines()

    assert (night.done.returncode, night.done.stderr) == (0, "")
    assert lines[0] == "input: simulated (seed 7), 480 rows"
    assert lines[1].startswith("ATL shooting (simulated): 11 players, 24 games, ")
    assert [line[:5] for line in lines[4:7]] == ["  1. ", "  2. ", "  3. "]
    assert lines[7].startswith("wrote out/shooting.parquet (")
    assert lines[8].startswith("wrote out/shooting.png (")
    assert files(night.folder) == ["out", "out/shooting.parquet", "out/shooting.png"]


def test_what_is_written(night: Night) -> None:
    stored = pq.ParquetFile(night.folder / "out/shooting.parquet")
    table = stored.read().to_pandas()
    picture = night.read("shooting.png")

    assert stored.metadata.row_group(0).column(0).compression == "ZSTD"
    assert set(table["SOURCE"]) == {"simulated (seed 7)"}
    assert set(table["TEAM_ABBREVIATION"]) == {"ATL"}
    assert table.loc[table["FGA"] == 0, ["TS_PCT", "EFG_PCT"]].isna().all(axis=None)
    assert table["TS_PCT"].dropna().is_monotonic_decreasing
    assert picture.startswith(PNG)
    assert b"Title\0ATL shooting (simulated)" in picture


def test_a_file_of_games(tmp_path: Path) -> None:
    games.make(2).table.to_csv(tmp_path / "log.csv", index=False)
    done = hawks(tmp_path, "run", "--games", "log.csv", "--team", "bos")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("input: log.csv, 480 rows\nBOS shooting: 10 players, 24 games, ")
    assert set(pd.read_parquet(tmp_path / "out" / "shooting.parquet")["SOURCE"]) == {"log.csv"}


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = hawks(tmp_path, "run", "--dry-run")

    assert done.returncode == 0
    assert "would write out/shooting.parquet (" in done.stdout
    assert "would write out/shooting.png (" in done.stdout
    assert files(tmp_path) == []


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, night: Night) -> None:
    hawks(tmp_path, "run", "--seed", "7", "--out", "same")
    hawks(tmp_path, "run", "--seed", "8", "--out", "other")

    for name in ("shooting.parquet", "shooting.png"):
        assert (tmp_path / "same" / name).read_bytes() == night.read(name)
        assert (tmp_path / "other" / name).read_bytes() != night.read(name)


@pytest.mark.parametrize("backend", ["TkAgg", "MacOSX", "no such backend"])
def test_no_display_is_needed_whatever_the_machine_prefers(
    tmp_path: Path, night: Night, backend: str
) -> None:
    (tmp_path / "matplotlibrc").write_text("figure.facecolor: black\nbackend: TkAgg\n")
    done = hawks(tmp_path, "run", MPLBACKEND=backend)

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out/shooting.png").read_bytes() == night.read("shooting.png")


def test_a_terminal_without_the_letters_of_a_name(tmp_path: Path) -> None:
    games.make(2).table.assign(PLAYER_NAME="Vít Krejčí").to_csv(tmp_path / "log.csv", index=False)
    done = hawks(tmp_path, "run", "--games", "log.csv", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert "V\\xedt Krej\\u010d\\xed" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["walk"],
        ["run", "--seed", "-1"],
        ["run", "--seed", "x"],
        ["run", "--seed", "1", "--games", "log.csv"],
        ["run", "--games", "absent.csv"],
        ["run", "--games", "log.xlsx"],
        ["run", "--team", "LAL"],
        ["run", "--out", "occupied"],
        ["run", "--out", "occupied/below"],
    ],
    ids=" ".join,
)
def test_a_wrong_argument_is_64(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "occupied").write_text("a file")
    done = hawks(tmp_path, *arguments)

    assert done.returncode == 64
    assert done.stderr.splitlines()[-1].startswith("hawks-pipeline")
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == ["occupied"]


def test_a_broken_contract_is_65_and_keeps_last_nights_outputs(tmp_path: Path) -> None:
    hawks(tmp_path, "run")
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    games.make(1).table.drop(columns=["FGA", "PTS"]).to_csv(tmp_path / "log.csv", index=False)
    done = hawks(tmp_path, "run", "--games", "log.csv")

    assert (done.returncode, done.stdout) == (65, "")
    assert done.stderr == "hawks-pipeline: log.csv: missing columns: FGA, PTS\n"
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_bug_is_70_with_its_traceback(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("raise ImportError('half an installation')\n")
    done = hawks(tmp_path, "run", PYTHONPATH=str(tmp_path))

    assert done.returncode == 70
    assert "Traceback" in done.stderr
    assert "half an installation" in done.stderr


def test_upstream_is_75(tmp_path: Path) -> None:
    (tmp_path / "log.csv").symlink_to("/proc/self/mem")
    done = hawks(tmp_path, "run", "--games", "log.csv")

    assert done.returncode == 75
    assert done.stderr == "hawks-pipeline: log.csv: Input/output error\n"


def test_a_reader_who_leaves_does_not_cost_the_outputs(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([COMMAND, "run"], cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")
    assert "out/shooting.png" in files(tmp_path)


def test_help_is_0(tmp_path: Path) -> None:
    done = hawks(tmp_path, "run", "--help")

    assert done.returncode == 0
    assert "--dry-run" in done.stdout


def test_a_write_that_fails_leaves_the_old_files_and_no_others(tmp_path: Path) -> None:
    table, picture = tmp_path / "shooting.parquet", tmp_path / "shooting.png" / "below"
    table.write_bytes(b"last night")
    picture.parent.write_bytes(b"not a folder")

    with pytest.raises(UsageError, match="cannot write"):
        outputs.write({table: b"tonight", picture: b"tonight"})

    assert table.read_bytes() == b"last night"
    assert files(tmp_path) == ["shooting.parquet", "shooting.png"]


@pytest.mark.parametrize(
    "counts", [(0, 0, 0, 0, 0, 0), (0, 0, 0, 3, 4, 3)], ids=["no attempts", "free throws"]
)
def test_a_picture_of_next_to_nothing(tmp_path: Path, counts: tuple[int, ...]) -> None:
    row = ",".join(
        map(str, (9, "A $name$ that goes on and on and on and on", "ATL", 1, "2024-10-22", *counts))
    )
    header = "PLAYER_ID,PLAYER_NAME,TEAM_ABBREVIATION,GAME_ID,GAME_DATE,FGM,FGA,FG3M,FTM,FTA,PTS"
    (tmp_path / "log.csv").write_text(f"{header}\n{row}\n")
    done = hawks(tmp_path, "run", "--games", "log.csv")

    assert (done.returncode, done.stderr) == (0, "")
    assert "eFG undefined" in done.stdout
    assert "nobody" in done.stdout
