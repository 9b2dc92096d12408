"""What is tried: what is declared, and of dependencies those that the project itself asks for."""

from pathlib import Path

import pytest

from driftguard.adapters.probes.plan import direct, planned
from driftguard.compare import Comparison, compare
from driftguard.environment import distributions
from driftguard.expect import Expectation, Expected
from driftguard.model import Lock
from driftguard.probes import Kind, Probe, Result
from tests import builders
from tests.adapters.probes.builders import calling, importing
from tests.environment.builders import dist, tree

DEPENDENCIES = Probe(name="all", kind=Kind.DEPENDENCIES, timeout=5.0, lenient=True)


def world(folder: Path, **ways: tuple[str, ...]) -> tuple[Lock, Comparison]:
    """Install distributions, each with one module of its name, that are expected in these ways."""
    files: dict[str, str | bytes] = {}
    for name in ways:
        files |= {f"{name}.py": "", **dist(f"{name}==1", RECORD=f"{name}.py,,\n")}
    tree(folder, files)
    there = builders.environment()._replace(installed=distributions.read([folder]).installed)
    wanted = tuple(
        Expected(locked=builders.locked(f"{name}==1"), via=via) for name, via in sorted(ways.items())
    )
    return builders.lock(), compare(Expectation(expected=wanted), there)


@pytest.mark.parametrize(
    ("via", "is_direct"),
    [
        pytest.param(("app",), True, id="by-the-project"),
        pytest.param((), True, id="by-a-file-of-requirements"),
        pytest.param(("app:dev",), False, id="by-a-group"),
        pytest.param(("app", "b"), False, id="by-a-dependency"),
    ],
)
def test_who_asks_for_it_decides(tmp_path: Path, via: tuple[str, ...], is_direct: bool) -> None:
    lock, joined = world(tmp_path, a=via)

    assert [pair.locked.name for pair in direct(lock, joined)] == ["a"] * is_direct


def test_a_member_is_no_dependency_of_itself(tmp_path: Path) -> None:
    lock, joined = world(tmp_path, app=())

    assert list(direct(lock, joined)) == []


def test_calls_are_told_apart_by_arguments_of_any_shape(tmp_path: Path) -> None:
    calls = [calling("m:f", *given) for given in (([1, {"a": 2}],), ([1, {"a": 3}],), (1,), (True,), (1.0,))]

    plan = planned([*calls, calling("m:f", [1, {"a": 2}])], *world(tmp_path))

    assert [repr(one) for one in plan.probes] == list(map(repr, calls))


def test_without_a_word_dependencies_are_imported(tmp_path: Path) -> None:
    plan = planned((), *world(tmp_path, a=("app",), b=("app", "a")))

    assert [(one.name, one.targets, one.distribution) for one in plan.probes] == [("a", ("a",), "a")]
    assert plan.untried == ()


def test_what_is_declared_replaces_that(tmp_path: Path) -> None:
    plan = planned([importing("os")], *world(tmp_path, a=("app",)))

    assert plan.probes == (importing("os"),)


def test_dependencies_have_the_limits_of_their_entry(tmp_path: Path) -> None:
    plan = planned([DEPENDENCIES], *world(tmp_path, a=("app",)))

    assert plan.probes == (DEPENDENCIES._replace(name="a", targets=("a",), distribution="a"),)


def test_nothing_is_imported_twice(tmp_path: Path) -> None:
    plan = planned([DEPENDENCIES, importing("a"), importing("a")], *world(tmp_path, a=("app",), b=("app",)))

    assert [one.name for one in plan.probes] == ["a", "b"]


def test_what_has_no_modules_is_not_tried(tmp_path: Path) -> None:
    lock, joined = world(tmp_path, a=("app",))
    (tmp_path / "a-1.dist-info" / "RECORD").write_text("../../bin/a,,\n")

    assert planned((), lock, joined) == ((), ())


def test_what_cannot_be_told_is_untried(tmp_path: Path) -> None:
    lock, joined = world(tmp_path, a=("app",))
    (tmp_path / "a-1.dist-info" / "RECORD").unlink()

    (outcome,) = planned((), lock, joined).untried

    assert (outcome.probe.name, outcome.result) == ("a", Result.UNTRIED)
    assert outcome.error.startswith("the list of its files cannot be read: ")
    assert outcome.error.endswith("no such file")
