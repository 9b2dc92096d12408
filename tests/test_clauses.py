"""Markers are told without what cannot be, and mean the same."""

import pytest

from driftguard.clauses import alternatives, decoded, favoured, items, possible, worded
from driftguard.markers import holds
from driftguard.model import ConflictItem
from tests.builders import LINUX

CPU = "extra == 'extra-4-shop-cpu'"
GPU = "extra == 'extra-4-shop-gpu'"
DEV = "extra == 'group-4-shop-dev'"
CONFLICTS = ((ConflictItem(package="shop", extra="cpu"), ConflictItem(package="shop", extra="gpu")),)


@pytest.mark.parametrize(
    ("marker", "clauses"),
    [
        ("", [""]),
        ("a == 'x'", ["a == 'x'"]),
        ("(a == 'x' and b == 'y') or c == 'z'", ["a == 'x' and b == 'y'", "c == 'z'"]),
        ("((a == 'x' or b == 'y'))", ["a == 'x' or b == 'y'"]),
        ("(a == 'x' or b == 'y') and c == 'z'", ["(a == 'x' or b == 'y') and c == 'z'"]),
        ("a == ' or ' or b == \"(\"", ["a == ' or '", 'b == "("']),
        ("(a == 'x') or (b == 'y')", ["a == 'x'", "b == 'y'"]),
    ],
)
def test_alternatives_are_what_or_joins_outside_of_brackets(marker: str, clauses: list[str]) -> None:
    assert alternatives(marker) == clauses


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        (f"sys_platform == 'win32' or ({CPU} and {GPU})", "sys_platform == 'win32'"),
        (f"({CPU} and {GPU}) or ({CPU} and {DEV})", f"{CPU} and {DEV}"),
        (f"(os_name == 'nt' and {CPU}) or ({CPU} and {GPU}) or {DEV}", f"(os_name == 'nt' and {CPU}) or {DEV}"),
        (f"{CPU} and {GPU}", f"{CPU} and {GPU}"),  # never true, and nothing shorter would say so
        (f"os_name == 'nt' or ({CPU} and ({GPU} or {DEV}))", f"os_name == 'nt' or ({CPU} and ({GPU} or {DEV}))"),
        (f"os_name == 'nt' or ({CPU} and {GPU.replace('==', '!=')})", None),
    ],
)  # fmt: skip
def test_two_sides_of_a_conflict_at_once_are_left_out(marker: str, told: str | None) -> None:
    assert possible(marker, CONFLICTS) == (marker if told is None else told)
    for active in ((), ("extra-4-shop-cpu",), ("extra-4-shop-gpu", "group-4-shop-dev")):
        assert holds(possible(marker, CONFLICTS), LINUX, frozenset(active)) == holds(
            marker, LINUX, frozenset(active)
        )


@pytest.mark.parametrize(
    ("encoded", "item"),
    [
        ("extra-4-shop-cpu", ConflictItem(package="shop", extra="cpu")),
        ("extra-99-shop-cpu", ConflictItem(package="shop-cpu")),  # not uv's: nothing breaks
        ("group-7-my-shop-dev-noble", ConflictItem(package="my-shop", group="dev-noble")),
        ("project-4-shop", ConflictItem(package="shop")),
        ("plot", None),
    ],
)
def test_an_encoded_name_says_its_package_and_its_kind(encoded: str, item: ConflictItem | None) -> None:
    assert decoded(encoded) == item


def test_extras_are_told_in_words() -> None:
    told = worded(f"os_name == 'nt' and {CPU} and {DEV.replace('==', '!=')} and extra == \"project-4-shop\"")

    assert told == "os_name == 'nt' and shop[cpu] selected and shop:dev not selected and shop selected"
    assert worded("extra == 'plot'") == "extra == 'plot'"


def test_what_a_marker_asks_about_is_named() -> None:
    assert items(f"{CPU} or extra != 'plot' or {DEV}") == {
        "extra-4-shop-cpu": ConflictItem(package="shop", extra="cpu"),
        "group-4-shop-dev": ConflictItem(package="shop", group="dev"),
    }


@pytest.mark.parametrize(
    ("marker", "can"),
    [
        (f"sys_platform == 'win32' and {CPU}", False),
        (f"sys_platform == 'linux' and {CPU}", True),
        (f"sys_platform == 'linux' and {CPU.replace('==', '!=')}", True),
        (f"sys_platform == 'win32' or {CPU}", True),
    ],
)
def test_a_favoured_marker_is_false_only_if_no_selection_helps(marker: str, can: bool) -> None:
    assert holds(favoured(marker), LINUX) is can
