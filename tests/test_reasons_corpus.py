"""On real locks every package has a reason, and the option that a reason prints does what it says."""

import random
from pathlib import Path

import pytest

from driftguard import subject
from driftguard.environment.simulated import markers
from driftguard.errors import DriftguardError, UsageError
from driftguard.expect import expected, traced
from driftguard.model import Lock, Locked, Selection
from driftguard.reasons import explain
from tests.checkout import ROOT

LOCKS = sorted((ROOT.parent / "shared" / "corpus" / "uvlock").glob("*/uv.lock"))
TARGETS = (("3.10", "linux"), ("3.12", "windows"), ("3.13", "macos"))

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not LOCKS, reason="no corpus beside the repository")]


def with_option(selection: Selection, option: str) -> Selection:
    """Add `--package api --extra x` to a selection."""
    words = option.split()
    for name, value in zip(words[::2], words[1::2], strict=True):
        match name:
            case "--extra":
                selection = selection._replace(extras=(*selection.extras, value))
            case "--group":
                selection = selection._replace(groups=(*selection.groups, value))
            case "--package":
                selection = selection._replace(packages=(*selection.packages, value))
            case _:
                raise AssertionError(name)
    return selection


def is_reached(lock: Lock, selection: Selection, target: dict[str, str], package: Locked) -> bool:
    try:
        found = traced(lock, selection, target).found
    except UsageError as error:
        assert "in conflict" in error.message  # noqa: PT017
        return True
    return any(package is one for one in found.get(package.name, ()))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize(("version", "platform"), TARGETS)
def test_every_package_of_a_real_lock(path: Path, version: str, platform: str) -> None:
    try:
        what = subject.find(subject.Request(cwd=path.parent, environ={}))
    except DriftguardError as error:
        pytest.skip(f"refused: {error.message.rpartition(': ')[2]}")
    target = markers(version, platform)

    told = explain(what.lock, what.selection, traced(what.lock, what.selection, target), target)

    wanted = expected(what.lock, what.selection, target)
    assert {one.locked.name for one in told if one.expected} == {one.name for one in wanted.expected}
    assert {one.locked.name for one in told if one.expected is None} == {one.name for one in wanted.undecided}
    assert all(one.because for one in told)
    printed = [(one.locked, reason.option) for one in told for reason in one.because if reason.option]
    for locked, option in random.Random(0).sample(printed, min(5, len(printed))):
        assert is_reached(what.lock, with_option(what.selection, option), target, locked), (
            locked.name,
            option,
        )
