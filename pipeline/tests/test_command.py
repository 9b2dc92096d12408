"""The installed command, from outside: its exit codes, what it says and what it leaves behind."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from nights import COMMAND, hawks

from hawks_pipeline import cli, files, lock, store
from hawks_pipeline.clock import now
from hawks_pipeline.errors import UsageError

DAY = "2025-10-28"
ROOT = Path("out/simulated/ATL")


@dataclass(frozen=True)
class Ran:
    done: subprocess.CompletedProcess[str]
    folder: Path
    seconds: float
    most_memory: int

    @property
    def current(self) -> Path:
        return self.folder / ROOT / "current"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A night from nothing to published outputs, as anybody would start it."""
    folder = tmp_path_factory.mktemp("night")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = hawks(folder, "run", "--date", DAY)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The processor's time, not the wall's: what else the machine does is not the night's fault.
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(done, folder, seconds, after.ru_maxrss * 1024)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files.tree(folder)}


def test_the_last_lines_name_what_can_be_looked_at(night: Ran) -> None:
    assert night.done.returncode == 0, night.done.stderr
    summary, *named = night.done.stdout.splitlines()

    assert summary.startswith("ATL, night of 2025-10-28, simulated (seed 7): ")
    assert "; 9 of 9 stages done in " in summary
    assert [line.split() for line in named] == [
        ["report", f"{ROOT}/current/atl_report_{DAY}.pdf"],
        ["workbook", f"{ROOT}/current/atl_report_{DAY}.xlsx"],
        ["dashboard", f"{ROOT}/current/dashboard/index.html"],
    ]
    assert all((night.folder / line.split()[1]).stat().st_size > 5_000 for line in named)


def test_it_is_done_within_its_budget(night: Ran) -> None:
    assert night.seconds < 60
    assert night.most_memory < 2**30


def test_again_it_changes_nothing_and_takes_no_time(night: Ran) -> None:
    before = tree(night.folder)
    begun = time.monotonic()

    done = hawks(night.folder, "run", "--date", DAY)

    assert (done.returncode, time.monotonic() - begun < 3) == (0, True)
    assert "nothing was left to do" in done.stdout
    assert done.stdout.splitlines()[1:] == night.done.stdout.splitlines()[1:]
    assert tree(night.folder) == before


def test_a_night_that_is_done_imports_nothing_heavy(night: Ran) -> None:
    program = (
        "import sys; from hawks_pipeline.cli import main; "
        f"main(['run', '--date', '{DAY}']); "
        "print({'numpy', 'pandas', 'pyarrow', 'matplotlib', 'nba_api', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=night.folder, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "set()"


def test_the_same_night_elsewhere_is_the_same_bytes(night: Ran, tmp_path: Path) -> None:
    done = hawks(tmp_path, "run", "--date", DAY, "--out", "elsewhere")

    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "elsewhere/simulated/ATL/current") == tree(night.current)


def test_whatever_is_made_up_says_so(night: Ran) -> None:
    about = json.loads((night.current / "run.json").read_bytes())
    page = (night.current / "dashboard/index.html").read_text()
    tables = sorted((night.current / "parquet").rglob("*.parquet"))
    notes = [json.loads(pq.ParquetFile(path).schema_arrow.metadata[store.NOTES]) for path in tables]

    assert (about["simulated"], about["source"]) == (True, "simulated (seed 7)")
    assert "SIMULATED" in page.upper()
    assert {note["source"] for note in notes} == {"simulated (seed 7)"}
    assert len(notes) > 20
    assert ROOT.parts[1] == "simulated"


def test_run_json_tells_what_the_night_was_made_of(night: Ran) -> None:
    about = json.loads((night.current / "run.json").read_bytes())
    bodies = {request["endpoint"] for request in about["requests"]}

    assert {"scoreboardv3", "leaguegamelog", "shotchartdetail", "commonteamroster"} <= bodies
    assert about["run_id"] in night.done.stderr
    assert set(about["files"]) == set(tree(night.current)) - {"run.json"}
    assert all(len(sha256) == 64 for sha256 in about["files"].values())


def test_the_log_has_one_run_and_one_object_a_line(night: Ran) -> None:
    done = hawks(night.folder, "run", "--date", DAY, "--log-json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert {line["run"] for line in lines} == {
        json.loads((night.current / "run.json").read_bytes())["run_id"]
    }
    assert [line["message"] for line in lines][::10] == ["begins", "ends"]


def test_two_at_once(night: Ran) -> None:
    before = tree(night.current)

    with lock.hold(night.folder / ROOT / "state" / "lock", since=now()):
        done = hawks(night.folder, "run", "--date", "2025-10-29")

    assert done.returncode == 75
    assert f"held by pid {os.getpid()} since 20" in done.stderr
    assert tree(night.current) == before


def heed_interrupts() -> None:
    """Undo what a shell does to programs in the background, which inherit that from the test run."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_stub_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "serve-stub", "--seed", "3"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - before any thread of the child
    ) as stub:
        assert stub.stdout
        told = stub.stdout.readline()
        address = re.findall(r"http://127\.0\.0\.1:[0-9]+", told)[0]
        with urllib.request.urlopen(
            f"{address}/stats/scoreboardv3?GameDate=2025-10-28&LeagueID=00"
        ) as answer:
            board = json.load(answer)["scoreboard"]
        stub.send_signal(signal.SIGINT)
        try:
            stub.wait(30)
        finally:
            stub.kill()

    assert "seed 3" in told
    assert (board["gameDate"], len(board["games"]) > 0) == ("2025-10-28", True)
    assert stub.returncode == 0


def test_an_interrupted_night_says_so_in_one_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "run", "--date", DAY, "--faults", "hang"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - before any thread of the child
    ) as run:
        assert run.stderr
        told = [run.stderr.readline()]
        while told[-1] and "stage begins stage=plan" not in told[-1]:
            told.append(run.stderr.readline())
        run.send_signal(signal.SIGINT)
        try:
            rest = run.stderr.read().splitlines()
            run.wait(30)
        finally:
            run.kill()

    assert run.returncode == 130, rest
    assert rest[-1:] == ["hawks-pipeline: interrupted; the next run goes on from where this one was"]
    assert "Traceback" not in "".join(rest)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--games", "log.csv"], "unrecognized arguments: --games"),
        (["run", "--date", "yesterday"], "argument --date: not a date like 2026-11-23"),
        (["run", "--date", "2999-01-01"], "--date: 2999-01-01 has not been"),
        (["run", "--season", "2025-26", "--date", "2024-12-01"], "belongs to 2024-25, not to 2025-26"),
        (["run", "--date", "0001-01-01"], "0001-01-01 is before the league's first season, 1946-47"),
        (["run", "--season", "1890-91"], "1891-09-30 is before the league's first season, 1946-47"),
        (["run", "--season", "2025"], "argument --season: not a season like 2026-27"),
        (["run", "--team", "Hawks"], "--team: not three letters, like ATL"),
        (["run", "--team", "XYZ", "--date", DAY], "no team XYZ, only ATL BKN BOS"),
        (["run", "--source", "recorded", "--date", DAY], "--source recorded needs --recording DIR"),
        (["run", "--source", "recorded", "--recording", ".", "--date", DAY], "no recording"),
        (["run", "--faults", "flood", "--date", DAY], "not a fault: 'flood'"),
        (["run", "--out", "o" * 300], "File name too long"),
        (["run", "--from-stage", "lunch"], "--from-stage: none of self-check, plan"),
        (["serve-stub", "--port", "99999"], "cannot serve"),
        ([], "usage: hawks-pipeline"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = hawks(tmp_path, *arguments)

    assert done.returncode == 64, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("current"))


def test_a_plan_of_faults_is_looked_at_before_anything_is_done(tmp_path: Path) -> None:
    """Where every body is kept the source is never opened."""
    done = hawks(tmp_path, "run", "--faults", "flood", "--date", DAY)

    assert done.returncode == 64, done.stderr
    assert not (tmp_path / "out").exists()


def test_a_result_that_cannot_be_written_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(UsageError, match="cannot write to standard output: No space left"):
            cli.say("done")


def test_nobody_need_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)

    cli.say("done")


def test_an_environment_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HAWKS_SEED=hunter2\n")
    done = hawks(tmp_path, "run")

    assert (done.returncode, "HAWKS_SEED" in done.stderr, "hunter2" in done.stderr) == (64, True, False)
