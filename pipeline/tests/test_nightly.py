"""A night as a whole, with stages that only leave a word: order, resuming, and what becomes of the page."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from html import escape
from pathlib import Path

import pytest

from hawks_pipeline import files, lock, nightly, publish, settings
from hawks_pipeline.clock import now, season_of
from hawks_pipeline.errors import BusyError, ContractError, ReconciliationError, UpstreamError, UsageError
from hawks_pipeline.nightly import Night, Steps
from hawks_pipeline.root import Root

FIRST = date(2026, 11, 20)
LAST = nightly.STAGES[-1]


@dataclass
class Words:
    """Opens stages that write a word each; the stage named in `broken` raises `error` instead."""

    broken: str = ""
    error: Exception = field(default_factory=lambda: UpstreamError("stats.nba.com: no answer"))
    opened: int = 0

    @contextmanager
    def __call__(self, night: Night) -> Iterator[Steps]:
        self.opened += 1
        yield lambda name: self.do(night, name)

    def do(self, night: Night, name: str) -> Iterable[Path]:
        if name == self.broken:
            raise self.error
        if name == "plan":
            files.write_json(night.work / "plan.json", {"games": [{"home": "ATL", "away": "BOS"}]})
            return [night.work / "plan.json"]
        if name == "dashboard":
            files.write(night.work / publish.PAGE, f"<p>{night.date}</p>".encode())
            files.write(night.work / publish.WAITING, f"<b>{publish.STALE}</b><p>{night.date}</p>".encode())
            return [night.work / publish.PAGE, night.work / publish.WAITING]
        if name == LAST:
            about = {"source": night.settings.described_source, "simulated": True}
            folder = publish.night(night.root, night.date, publish.contents(night.work), about)
            files.write_json(night.work / publish.NOTE, {"night": str(folder.relative_to(night.root.path))})
            return [night.work / publish.NOTE]
        return ()


@pytest.fixture
def night(tmp_path: Path) -> Night:
    asked = settings.read({}, {}, tmp_path / ".env")
    root = Root.of(tmp_path / "out", source=asked.source, team=asked.team)
    return Night(settings=asked, date=FIRST, season=season_of(FIRST), root=root)


def page(night: Night) -> str:
    return (night.root.current / publish.PAGE).read_text()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files.tree(folder)}


def test_a_night_is_done_once(night: Night) -> None:
    words = Words()

    first = nightly.run(night, words)
    before = tree(night.root.path)
    second = nightly.run(night, words)

    assert first.done == list(nightly.STAGES)
    assert (first.games, first.folder) == ("1 game, 1 of ATL", night.root.current)
    assert second.done == []
    assert tree(night.root.path) == before


def test_what_does_the_work_is_not_opened_for_a_night_that_is_done(night: Night) -> None:
    words = Words()
    nightly.run(night, words)
    nightly.run(night, words)

    assert words.opened == 1


@pytest.mark.parametrize("stage", nightly.STAGES)
def test_a_broken_night_goes_on_where_it_was(night: Night, stage: str) -> None:
    with pytest.raises(UpstreamError):
        nightly.run(night, Words(broken=stage))

    done = nightly.run(night, Words()).done

    assert done == list(dict.fromkeys([nightly.WATCH, *nightly.STAGES[nightly.STAGES.index(stage) :]]))


@pytest.mark.parametrize("stage", nightly.STAGES)
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UpstreamError("no answer"), "the league's data could not be had"),
        (ContractError("renamed"), "the league's data came in an unknown form"),
        (ReconciliationError("not equal"), "the league's data contradict each other"),
        (RuntimeError("a bug"), "the program failed"),
    ],
)
def test_a_night_that_fails_leaves_the_one_before(
    night: Night, stage: str, error: Exception, reason: str
) -> None:
    nightly.run(night, Words())
    before = tree(night.root.current.resolve())

    with pytest.raises(type(error)):
        nightly.run(replace(night, date=FIRST + timedelta(days=1)), Words(broken=stage, error=error))

    after = tree(night.root.current.resolve())
    sentence = escape(f"This is the night of 20 Nov 2026. That of 21 Nov 2026 is missing: {reason}.")
    assert page(night) == f"<b>{sentence}</b><p>2026-11-20</p>"
    assert [name for name in before if before[name] != after[name]] == [str(publish.PAGE)]
    assert before.keys() == after.keys()


def test_a_night_that_is_done_again_and_fails_says_so_until_it_succeeds(night: Night) -> None:
    nightly.run(night, Words())
    before = tree(night.root.current.resolve())
    again = replace(night, again=True)

    with pytest.raises(UpstreamError):
        nightly.run(again, Words(broken="ingest"), again_from=nightly.STAGES[0])
    told = page(night)
    after = tree(night.root.current.resolve())
    nightly.run(again, Words(), again_from=nightly.STAGES[0])

    reason = "It is as it was before it was done again, which failed: the league's data could not be had."
    assert told == f"<b>{escape(f'This is the night of 20 Nov 2026. {reason}')}</b><p>2026-11-20</p>"
    assert [name for name in before if before[name] != after[name]] == [str(publish.PAGE)]
    assert tree(night.root.current.resolve()) == before


def test_an_older_night_that_fails_is_nobodys_concern(night: Night) -> None:
    nightly.run(night, Words())

    with pytest.raises(UpstreamError):
        nightly.run(replace(night, date=FIRST - timedelta(days=1)), Words(broken="ingest"))

    assert page(night) == "<p>2026-11-20</p>"


def test_a_lock_that_is_held_changes_nothing(night: Night) -> None:
    nightly.run(night, Words())
    before = tree(night.root.current.resolve())

    with lock.hold(night.root.lock, since=now()), pytest.raises(BusyError):
        nightly.run(replace(night, date=FIRST + timedelta(days=1)), Words())

    assert tree(night.root.current.resolve()) == before


def test_a_folder_that_cannot_be_made(night: Night, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")

    with pytest.raises(UsageError, match="cannot make"):
        nightly.run(night, Words())


def test_the_same_night_has_the_same_name_wherever_it_is_made(night: Night, tmp_path: Path) -> None:
    elsewhere = replace(night, root=Root(tmp_path / "elsewhere"))
    another = replace(night, settings=replace(night.settings, seed=8))

    assert night.run_id == elsewhere.run_id
    assert night.run_id != another.run_id
    assert night.run_id.startswith("2026-11-20-ATL-")


def test_the_log_of_a_stage_has_no_second_name(night: Night) -> None:
    nightly.run(night, Words())

    checkpoints = [json.loads(path.read_bytes()) for path in night.root.run(FIRST).glob("*.json")]

    assert {checkpoint["run_id"] for checkpoint in checkpoints} == {night.run_id}
    assert len(checkpoints) == len(nightly.STAGES)


class TestRehearsal:
    def test_nothing_is_published_or_left(self, night: Night) -> None:
        outcome = nightly.rehearse(night, Words())

        assert not night.root.path.exists()
        assert (outcome.folder, outcome.games) == (None, "1 game, 1 of ATL")
        assert outcome.done == list(nightly.STAGES[:-1])
        assert [(change.what, change.name) for change in outcome.changes] == [("new", "dashboard/index.html")]

    def test_what_would_change_is_told(self, night: Night) -> None:
        nightly.run(night, Words())
        before = tree(night.root.path)

        outcome = nightly.rehearse(replace(night, date=FIRST + timedelta(days=1)), Words())

        assert {change.what for change in outcome.changes} == {"changed"}
        assert tree(night.root.path) == before

    def test_a_banner_that_would_go_is_a_change_of_the_page_alone(self, night: Night) -> None:
        nightly.run(night, Words())
        publish.mark_stale(night.root, "no answer")

        changes = nightly.rehearse(night, Words()).changes

        assert [(change.what, change.name) for change in changes] == [("changed", "dashboard/index.html")]

    def test_the_same_night_would_change_nothing(self, night: Night) -> None:
        nightly.run(night, Words())

        assert nightly.rehearse(night, Words()).changes == []
