"""The line of stages, with stages that write what they have read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from hawks_pipeline.errors import UpstreamError
from hawks_pipeline.stages import Line, Stage


@dataclass
class Kitchen:
    """Three stages below `root`; each writes its own name and what the one before has written."""

    root: Path
    says: dict[str, str] = field(default_factory=dict)
    broken: str = ""

    def line(self, key: str = "key") -> Line:
        return Line(
            stages=[
                Stage(name="look", work=self.look, watches=True),
                *(Stage(name=name, work=partial(self.cook, name)) for name in ("a", "b", "c")),
            ],
            root=self.root,
            checkpoints=self.root / "runs",
            key=key,
            run_id="a night",
        )

    def look(self) -> Iterable[Path]:
        return ()

    def cook(self, name: str) -> Iterable[Path]:
        if name == self.broken:
            raise UpstreamError(name)
        path = self.root / name
        path.write_text(self.says.get(name, name))
        return [path]


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


ALL = ["look", "a", "b", "c"]


def test_everything_is_done_once(kitchen: Kitchen) -> None:
    assert kitchen.line().run() == ALL
    assert kitchen.line().run() == []


def test_a_checkpoint_says_what_went_in_and_what_came_out(kitchen: Kitchen) -> None:
    kitchen.line().run()

    checkpoint = json.loads((kitchen.root / "runs" / "b.json").read_bytes())

    assert checkpoint["run_id"] == "a night"
    assert len(checkpoint["inputs"]) == 64
    assert list(checkpoint["outputs"]) == ["b"]
    assert len(checkpoint["outputs"]["b"]) == 64


def test_a_broken_run_goes_on_where_it_was(kitchen: Kitchen) -> None:
    kitchen.broken = "b"
    with pytest.raises(UpstreamError):
        kitchen.line().run()

    kitchen.broken = ""

    assert kitchen.line().run() == ["look", "b", "c"]


@pytest.mark.parametrize(
    ("stage", "done"),
    [("look", ALL), ("a", ["look", "a", "b", "c"]), ("b", ["look", "b", "c"]), ("c", ["look", "c"])],
)
def test_from_a_stage_on_everything_is_done_again(kitchen: Kitchen, stage: str, done: list[str]) -> None:
    kitchen.line().run()

    assert kitchen.line().run(again_from=stage) == done


def test_what_was_not_done_comes_before_what_is_asked_for_again(kitchen: Kitchen) -> None:
    kitchen.line().run()
    (kitchen.root / "a").unlink()

    assert kitchen.line().run(again_from="c") == ["look", "a", "c"]


def test_another_key_is_another_night(kitchen: Kitchen) -> None:
    kitchen.line().run()

    assert kitchen.line("another").run() == ALL


def test_what_others_have_changed_is_made_again(kitchen: Kitchen) -> None:
    kitchen.line().run()
    (kitchen.root / "b").write_text("scribbled over")

    assert kitchen.line().run() == ["look", "b"]
    assert (kitchen.root / "b").read_text() == "b"


def test_what_comes_out_otherwise_is_passed_on(kitchen: Kitchen) -> None:
    kitchen.line().run()
    (kitchen.root / "a").unlink()
    kitchen.says["a"] = "another a"

    assert kitchen.line().run() == ALL


@pytest.mark.parametrize("text", ["", "{", "[]", '{"inputs": 1}', '{"inputs": "x", "outputs": []}'])
def test_a_checkpoint_that_cannot_be_read_is_none(kitchen: Kitchen, text: str) -> None:
    kitchen.line().run()
    (kitchen.root / "runs" / "b.json").write_text(text)

    assert kitchen.line().run() == ["look", "b"]
