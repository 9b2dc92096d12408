"""One night, from its options to its outputs: the line of stages, and what the page says if it breaks."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from hawks_pipeline import clock, files, lock, publish
from hawks_pipeline.errors import PipelineError, UsageError
from hawks_pipeline.log import event
from hawks_pipeline.root import Root
from hawks_pipeline.settings import Settings
from hawks_pipeline.stages import Line, Stage

WATCH = "self-check"
PUBLISH = "publish"
STAGES = (
    WATCH,
    "plan",
    "ingest",
    "normalize",
    "reconcile",
    "metrics",
    "report",
    "dashboard",
    PUBLISH,
)

Steps = Callable[[str], Iterable[Path]]
"""Does the work of the stage of that name, and returns the files that it has made."""

Opened = Callable[["Night"], AbstractContextManager[Steps]]
"""Opens what does the work; only called when there is some, for all that is heavy comes with it."""


@dataclass(frozen=True, kw_only=True)
class Night:
    """A night of one team below one root; with `again`, what is kept of it is fetched anew."""

    settings: Settings
    date: date
    season: str
    root: Root
    again: bool = False

    @cached_property
    def key(self) -> str:
        """Return what tells this night from others: what was asked for, and the code that does it."""
        asked = self.settings
        parts = (self.date, self.season, asked.team, asked.described_source, _recorded(asked), asked.faults)
        return files.digest("\n".join([*map(str, parts), _code()]).encode())

    @cached_property
    def run_id(self) -> str:
        """Return the name of this night's work.

        It is made of the night and not of the process: a killed run and the one that goes on from there share
        it, and nothing that is published depends on when it was made.
        """
        return f"{self.date.isoformat()}-{self.settings.team}-{self.key[:8]}"

    @property
    def work(self) -> Path:
        """Return the folder in which the stages leave things to each other."""
        return self.root.work(self.date)

    def line(self, steps: Steps, *, publishing: bool = True) -> Line:
        """Return the stages, whose work `steps` does."""
        return Line(
            stages=[
                Stage(name=name, work=partial(steps, name), watches=name == WATCH)
                for name in STAGES
                if publishing or name != PUBLISH
            ],
            root=self.root.path,
            checkpoints=self.root.run(self.date),
            key=self.key,
            run_id=self.run_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done: stages, seconds, the night's games in words, the folder of the outputs.

    A dry run has no folder but changes.
    """

    done: list[str]
    seconds: float
    games: str
    folder: Path | None
    changes: list[publish.Change]


def run(night: Night, opened: Opened, *, again_from: str = "") -> Outcome:
    """Do what is not done of `night`. Raises PipelineError.

    A night that fails leaves what was published as it was; only the page's banner then says that it is old.
    """
    begun = time.monotonic()
    _make(night.root.state)
    with lock.hold(night.root.lock, since=clock.now()):
        files.sweep([night.root.state, night.root.nights])
        try:
            with _late(night, opened) as steps:
                done = night.line(steps).run(again_from=again_from)
        except UsageError:
            raise
        except Exception as error:
            _say_stale(night, error)
            raise
    return Outcome(
        done=done,
        seconds=time.monotonic() - begun,
        games=_games(night),
        folder=publish.published(night.work),
        changes=[],
    )


def rehearse(night: Night, opened: Opened) -> Outcome:
    """Do all of `night` but publish it, in a temporary folder that begins with the tables kept so far."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hawks-pipeline-") as folder:
        there = replace(night, root=Root(Path(folder)))
        there.root.state.mkdir()
        if night.root.kept.is_dir():
            shutil.copytree(night.root.kept, there.root.kept)
        with _late(there, opened) as steps:
            done = there.line(steps, publishing=False).run()
        changes = publish.changes(night.root.current, publish.contents(there.work))
        games = _games(there)
    return Outcome(done=done, seconds=time.monotonic() - begun, games=games, folder=None, changes=changes)


@contextmanager
def _late(night: Night, opened: Opened) -> Iterator[Steps]:
    """Open what does the work when the first stage asks for it, and close it in the end."""
    with ExitStack() as stack:
        steps: list[Steps] = []

        def do(name: str) -> Iterable[Path]:
            if not steps:
                steps.append(stack.enter_context(opened(night)))
            return steps[0](name)

        yield do


def _games(night: Night) -> str:
    games = json.loads((night.work / "plan.json").read_bytes())["games"]
    count = f"{len(games)} game{'' if len(games) == 1 else 's'}" if games else "no games"
    own = sum(night.settings.team in (game["home"], game["away"]) for game in games)
    return f"{count}, {own} of {night.settings.team}" if games else count


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make {folder}: {error.strerror}") from None


def _say_stale(night: Night, error: Exception) -> None:
    shown = publish.current_date(night.root)
    if shown is None or shown > night.date:
        return
    reason = error.brief if isinstance(error, PipelineError) else PipelineError.brief
    missing = f"That of {night.date:%d %b %Y} is missing"
    if shown == night.date:
        missing = "It is as it was before it was done again, which failed"
    sentence = f"This is the night of {shown:%d %b %Y}. {missing}: {reason}."
    if publish.mark_stale(night.root, sentence):
        event("yesterday's outputs stay; the page says so", shown=shown.isoformat())


def _recorded(asked: Settings) -> str:
    """Return the digest of the index that names what is recorded, wherever the recording is."""
    index = asked.recording / "index.json" if asked.recording else None
    return files.digest_of(index) if index and index.is_file() else ""


def _code() -> str:
    """Return the digest of this package's own files: what other code has made is not taken for done."""
    here = Path(__file__).parent
    sources = [path for path in files.tree(here) if path.suffix != ".pyc"]
    told = [f"{path.relative_to(here)} {files.digest_of(path)}" for path in sources]
    return files.digest("\n".join(told).encode())
