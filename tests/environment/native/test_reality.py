"""Real environments: what is said of each file that Python may load, beside what the loader does."""

import sys
from pathlib import Path

import pytest

from driftguard import environment
from driftguard.binary import Binaries
from driftguard.cache import NO_CACHE
from driftguard.environment import native
from driftguard.environment.native import together
from driftguard.environment.native.running import Running
from driftguard.model import Environment
from tests.checkout import ROOT
from tests.environment.builders import target
from tests.environment.native.reality import refusals

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no such loader here")

OTHERS = sorted(ROOT.glob(".bench/*/.venv"))


def look(root: Path) -> tuple[Environment, Binaries]:
    there = environment.read(target(root), execute=True, cache=NO_CACHE)
    return there, native.read(there.installed, there.interpreter, {}, NO_CACHE)


def compare(root: Path, *, every: int) -> int:
    """Compare a part of the files that may be loaded first; return how many those were."""
    there, found = look(root)
    running = Running(there.interpreter, {})
    assert running.search
    roots = [one.path for one in together.roots(found.images, found.suffixes, running.search)][::every]
    predicted = {one.path for one in found.problems} & set(roots)

    refused = refusals(roots, python=there.interpreter.executable)

    # A library may use symbols of another that a sibling loads first; those are not looked at.
    told = {path for path, why in refused.items() if "undefined symbol" not in why}
    assert predicted == told, refused
    return len(roots)


def test_our_own_environment_is_judged_as_the_loader_judges_it() -> None:
    assert compare(Path(sys.prefix), every=8) > 10


@pytest.mark.slow
@pytest.mark.parametrize("root", OTHERS or [None], ids=lambda root: root.parent.name if root else "none")
def test_large_environments_are_judged_as_the_loader_judges_them(root: Path | None) -> None:
    if root is None:
        pytest.skip("no environment under .bench: `benchmarks/check.py` makes some")
    assert compare(root, every=1) > 200


def test_our_own_environment_holds_what_it_holds() -> None:
    there, found = look(Path(sys.prefix))

    assert found.unread == ()
    assert found.suffixes == there.interpreter.extension_suffixes != ()
    assert found.host.machine == there.interpreter.markers["platform_machine"]
    assert there.interpreter.markers["sys_platform"] == "linux"
    tomli = [one for one in found.images if one.distribution == "tomli"]
    assert [one.module for one in tomli if one.module.startswith("tomli.")], tomli
    assert not [one for one in found.images if one.fault or one.unresolved]
