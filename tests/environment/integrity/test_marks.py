"""The marks of files are the same, whoever looks at them."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftguard.cache import Cache
from driftguard.environment.integrity import marks
from driftguard.environment.integrity.marks import NOT_KEPT

# The test runner has threads, which the command has not at that time.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
forking = pytest.mark.skipif(sys.platform != "linux", reason="only there other processes help")


@pytest.fixture
def groups(tmp_path: Path) -> list[list[str]]:
    """Files in three groups, the middle one empty, and one that is not there."""
    paths = [tmp_path / f"{number}" for number in range(50)]
    for path in paths:
        path.write_text(path.name)
    return [[*map(str, paths[:7])], [], [str(tmp_path / "gone"), "nul\0", *map(str, paths[7:])]]


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let others help with a dozen files each, as if there were four processors."""
    monkeypatch.setattr(marks, "_WORTH", 12)
    monkeypatch.setattr(marks, "processors", lambda: 4)


def alone(groups: Sequence[Sequence[str]]) -> list[list[int]]:
    return [list(marks.of(group, 7)) for group in groups]


def test_each_file_has_its_mark_and_what_is_not_there_has_none(groups: list[list[str]]) -> None:
    found = marks.of_groups(groups, 7)

    assert [list(group) for group in found] == alone(groups)
    assert found[2][:2].tolist() == [NOT_KEPT, NOT_KEPT]
    assert len({mark for group in found for mark in group}) == 51


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 30), max_size=6))
def test_groups_of_any_size_get_their_own_marks(sizes: list[int]) -> None:
    paths = cycle(map(str, Path(os.__file__).parent.iterdir()))
    groups = [[*islice(paths, size)] for size in sizes]

    assert [list(group) for group in marks.of_groups(groups, 7)] == alone(groups)


def no_process() -> int:
    raise BlockingIOError("no more processes")


def killed_at_once() -> int:
    if (pid := FORK()) == 0:
        os.kill(os.getpid(), 9)
    return pid


FORK = os.fork


@forking
@pytest.mark.parametrize("fork", [no_process, killed_at_once])
def test_what_a_helper_cannot_tell_is_looked_at_here(
    groups: list[list[str]], fork: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fork", fork)

    assert [list(group) for group in marks.of_groups(groups, 7)] == alone(groups)


@forking
def test_helpers_are_gone_afterwards_and_nothing_is_left_open(groups: list[list[str]]) -> None:
    def left() -> tuple[int, str]:
        return len([*Path("/proc/self/fd").iterdir()]), Path("/proc/thread-self/children").read_text()

    before = left()
    marks.of_groups(groups, 7)

    assert left() == before


@forking
def test_where_the_end_of_helpers_is_ignored_their_marks_are_taken(groups: list[list[str]]) -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert [list(group) for group in marks.of_groups(groups, 7)] == alone(groups)
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_the_mark_of_a_state_is_known_only_with_the_number_of_the_cache(tmp_path: Path) -> None:
    here, there = Cache(tmp_path / "here"), Cache(tmp_path / "there")
    states = [Path(file).stat() for file in (__file__, os.__file__)]

    assert marks.salt(here) == marks.salt(here)
    assert marks.salt(here) != marks.salt(there)
    assert marks.salt(Cache(None)) != marks.salt(Cache(None))
    for state in states:
        assert marks.of_state(state, marks.salt(here)) != marks.of_state(state, marks.salt(there))
    assert [*marks.of([__file__, os.__file__], 7)] == [marks.of_state(state, 7) for state in states]
