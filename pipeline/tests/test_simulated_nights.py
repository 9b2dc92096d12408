"""Nights of the simulated league through the live code path: one after the other, faulty, killed."""

import json
import os
import random
import shutil
import signal
import time
import warnings
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import nights
import pandas as pd
import pytest
from nights import FIRST, SECOND

from hawks_pipeline import bronze, files, publish, settings, steps, store
from hawks_pipeline.errors import PipelineError, UsageError
from hawks_pipeline.nightly import STAGES, Night
from hawks_pipeline.root import Root
from hawks_pipeline.simulated.bodies import shot_chart
from hawks_pipeline.simulated.faults import COLUMNS, planned
from hawks_pipeline.sources import Source, checks
from hawks_pipeline.sources.pace import LOOPBACK, Pace
from hawks_pipeline.sources.recorded import archive
from hawks_pipeline.sources.simulated import SimulatedSource

CHRISTMAS_EVE = date(2025, 12, 24)
KILLS = 20


@dataclass(frozen=True)
class Place:
    """`published` holds the first night; `ready` also every body of the second, `computed` its tables too."""

    published: Path
    ready: Path
    computed: Path
    second: dict[str, bytes]

    def copy(self, what: Path, target: Path) -> Path:
        shutil.copytree(what, target, symlinks=True)
        return target


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("nights")
    first = nights.night(folder / "published", FIRST)
    nights.run(first)
    shutil.copytree(folder / "published", folder / "whole", symlinks=True)
    second = nights.night(folder / "whole", SECOND)
    nights.run(second)
    shutil.copytree(folder / "published", folder / "ready", symlinks=True)
    ready = nights.night(folder / "ready", SECOND)
    shutil.copytree(second.root.bronze, ready.root.bronze, dirs_exist_ok=True)
    shutil.copytree(folder / "ready", folder / "computed", symlinks=True)
    computed = nights.night(folder / "computed", SECOND)
    shutil.copytree(second.root.run(SECOND), computed.root.run(SECOND))
    for stage in STAGES[STAGES.index("report") :]:
        (computed.root.run(SECOND) / f"{stage}.json").unlink()
    return Place(folder / "published", folder / "ready", folder / "computed", nights.published(second.root))


class TestOneAfterTheOther:
    def test_the_second_night_fetches_a_week_and_knows_the_season(self, place: Place) -> None:
        root = nights.night(place.ready.parent / "whole", SECOND).root
        logs = list((root.bronze / "leaguegamelog" / SECOND.isoformat()).glob("*.note.json"))
        table = store.load(root.current / "parquet", "player_game")

        assert len(logs) == 2
        assert table is not None
        assert table["game_date"].max() == pd.Timestamp(SECOND)
        assert table["game_date"].min() < pd.Timestamp(FIRST - timedelta(days=5))

    def test_another_team_has_a_root_of_its_own(self, place: Place, tmp_path: Path) -> None:
        out = place.copy(place.published, tmp_path / "out")
        before = nights.published(nights.night(out, FIRST).root)

        outcome = nights.run(nights.night(out, FIRST, team="BOS"))

        assert outcome.folder == out / "simulated/BOS/current"
        assert (outcome.folder / f"bos_report_{FIRST}.pdf").is_file()
        assert nights.published(nights.night(out, FIRST).root) == before

    def test_a_recorded_night_needs_no_host(self, place: Place, tmp_path: Path) -> None:
        made = nights.night(place.published, FIRST)
        notes = made.root.bronze.glob(f"*/{FIRST}/*.note.json")
        for name, body in archive(bronze.read(note) for note in notes).items():
            files.write(tmp_path / "recording" / name, body)

        asked = replace(made.settings, source="recorded", recording=tmp_path / "recording")
        root = Root.of(tmp_path / "out", source="recorded", team="ATL")
        nights.run(replace(made, settings=asked, root=root))

        about = json.loads((root.current / publish.RUN).read_bytes())
        assert (about["simulated"], about["source"]) == (True, "recorded (of a simulated night)")
        assert store.load(root.current / "parquet", "shot") is not None

    def test_made_up_numbers_are_refused_where_real_ones_are(self, place: Place, tmp_path: Path) -> None:
        out = place.copy(place.published, tmp_path / "out")
        root = nights.night(out, FIRST).root
        about = root.current / publish.RUN
        about.write_text(about.read_text().replace('"simulated (seed 7)"', '"live"').replace("true", "false"))
        before = nights.published(root)

        with pytest.raises(UsageError, match="its numbers are live"):
            nights.run(nights.night(out, SECOND))

        assert nights.published(root) == before

    def test_a_night_without_games_refreshes_the_page(self, place: Place, tmp_path: Path) -> None:
        eve = nights.night(place.copy(place.published, tmp_path / "out"), CHRISTMAS_EVE)

        outcome = nights.run(eve)

        assert outcome.games == "no games"
        assert eve.root.current.readlink().name.startswith("2025-12-24")
        assert "24 Dec 2025" in (eve.root.current / publish.PAGE).read_text()

    def test_before_the_first_game_there_is_nothing_to_show(self, tmp_path: Path) -> None:
        outcome = nights.run(nights.night(tmp_path, date(2025, 10, 3)))

        assert (outcome.games, outcome.folder) == ("no games", None)
        assert not nights.night(tmp_path, FIRST).root.current.exists()


GONE = dict.fromkeys(
    ("429", "500", "message", "html", "empty", "blank", "hang", "trickle", "drop", "truncated", "403"), 75
)
WRONG = dict.fromkeys(("missing", "renamed", "retyped"), 65)
TABLE = [(f"{kind}@{endpoint}", code) for kind, code in (GONE | WRONG).items() for endpoint in COLUMNS]
TABLE += [("makes-only@shotchartdetail", 65), ("live@scoreboardv3", 75)]
TABLE += [("cap@shotchartdetail", 65), ("cap@leaguegamelog", 65)]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a host that does not answer only twice, and without waiting."""

    def hurried(asked: settings.Settings, *, night: date) -> Source:
        return SimulatedSource(
            asked.seed,
            as_of=night,
            faults=planned(asked.faults),
            pace=Pace(sleep=lambda _: None),
            policy=replace(
                LOOPBACK,
                read=0.1 if "hang" in asked.faults else 30,
                whole=0.1 if "trickle" in asked.faults else 120,
                attempts=2,
            ),
        )

    monkeypatch.setattr(steps, "open_source", hurried)


@pytest.mark.usefixtures("impatient")
class TestFaults:
    @pytest.mark.parametrize(("fault", "code"), TABLE)
    def test_a_fault_ends_as_promised_and_spoils_nothing(self, place: Place, fault: str, code: int) -> None:
        self.spoils_nothing(place, fault, code)

    def test_more_shots_than_the_host_sends_are_not_taken_for_all(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # So early in a season the real limit is far off.
        monkeypatch.setattr(shot_chart, "MOST_ROWS", 1_000)
        monkeypatch.setattr(checks, "MOST_SHOTS", 1_000)

        error = self.spoils_nothing(place, "extra@shotchartdetail", 65)

        assert "cut off at 1,000 shots" in str(error)

    def spoils_nothing(self, place: Place, fault: str, code: int) -> PipelineError:
        night = nights.night(place.ready, SECOND, faults=fault)
        endpoint = fault.partition("@")[2]
        bodies = night.root.bronze / endpoint / SECOND.isoformat()
        aside = bodies.rename(place.ready.parent / "bodies")
        before = nights.published(night.root)
        try:
            with pytest.raises(PipelineError) as caught:
                nights.run(night)
            after = nights.published(night.root)
        finally:
            shutil.rmtree(bodies, ignore_errors=True)
            aside.rename(bodies)
            shutil.rmtree(night.root.run(SECOND))

        assert caught.value.exit_code == code, caught.value
        assert {name for name in before if before[name] != after[name]} <= {str(publish.PAGE)}
        assert before.keys() == after.keys()
        assert b"That of 29 Oct 2025 is missing" in after[str(publish.PAGE)]
        assert not nights.unfinished(night.root)
        return caught.value

    def test_a_column_more_is_no_fault(self, place: Place, tmp_path: Path) -> None:
        night = nights.night(place.copy(place.published, tmp_path / "out"), SECOND, faults="extra")
        nights.run(night)

        assert night.root.current.readlink().name.startswith(SECOND.isoformat())

    def test_what_heals_is_waited_for(self, place: Place, tmp_path: Path) -> None:
        night = nights.night(place.copy(place.published, tmp_path / "out"), SECOND, faults="500*1,html*1+3")
        nights.run(night)

        assert night.root.current.readlink().name.startswith(SECOND.isoformat())


class TestKilled:
    def test_twenty_times_and_then_it_is_done(self, place: Place, tmp_path: Path) -> None:
        chance = random.Random(20)
        night = nights.night(tmp_path / "out", SECOND)
        # Half of the moments fall into what comes after the computing: short, and what people see.
        for start in (place.ready, place.computed):
            place.copy(start, tmp_path / "out")
            first = nights.published(night.root)
            begun = time.monotonic()
            assert self.run_in_a_child(night, kill_after=120) == 0
            whole = time.monotonic() - begun
            assert nights.published(night.root) == place.second

            killed = 0
            while killed < KILLS / 2:
                if nights.published(night.root) == place.second:
                    shutil.rmtree(tmp_path / "out")
                    place.copy(start, tmp_path / "out")
                code = self.run_in_a_child(night, kill_after=chance.uniform(0, whole))
                assert nights.published(night.root) in (first, place.second)
                killed += code == -signal.SIGKILL

            nights.run(night)
            assert nights.published(night.root) == place.second
            assert not nights.unfinished(night.root)
            shutil.rmtree(tmp_path / "out")

    def run_in_a_child(self, night: Night, *, kill_after: float) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            try:
                nights.run(night)
            except BaseException:  # noqa: BLE001 - pytest must not go on in the child
                os._exit(1)
            os._exit(0)
        end = time.monotonic() + kill_after
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
