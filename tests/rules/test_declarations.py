"""Family DG2: for each rule, on what it is quiet and on what it speaks."""

from pathlib import Path

import pytest

from driftguard.model import Declaration
from driftguard.rules.declarations import stale_lock, unpinned
from tests.builders import evidence, said


def declaration(problem: str, pin: str = "", name: str = "pandas") -> Declaration:
    return Declaration(
        name=name, text="pandas", path=Path("r.txt"), line=3, column=1, problem=problem, pin=pin
    )


def test_unpinned_is_quiet_where_nothing_is_loose() -> None:
    assert said(unpinned, evidence()) == []


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (declaration("has no version"), "DG201 error: pandas: has no version"),
        (
            declaration("has no version", "pandas==3.1.1"),
            "DG201 error: pandas: has no version, pin it as `pandas==3.1.1`",
        ),
        (declaration("is not a requirement", name=""), "DG201 error: pandas: is not a requirement"),
    ],
)
def test_unpinned_names_place_and_pin(one: Declaration, message: str) -> None:
    (finding,) = unpinned.check(evidence(declarations=(one,)))

    assert (str(finding), finding.where) == (message, "r.txt:3:1")


def test_stale_lock_is_quiet_when_the_lock_fits_and_repeats_what_uv_says_when_not() -> None:
    assert said(stale_lock, evidence(stale_lock=None)) == []
    assert said(stale_lock, evidence(stale_lock="`colorlog` was added")) == [
        "DG202 error: uv.lock: does not fit its manifests: `colorlog` was added"
    ]
