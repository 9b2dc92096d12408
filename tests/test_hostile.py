"""The table of hostile input, row by row; `scripts/prove hostile` prints it."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.proofs.hostile.contract import broken, run
from tests.proofs.hostile.row import Row
from tests.proofs.hostile.stage import Skipped
from tests.proofs.hostile.table import rows

ROWS = tuple(rows())


def parameter(row: Row) -> object:
    marks = [pytest.mark.slow] if row.slow else []
    return pytest.param(row, id=f"{row.group}-{row.name}".replace(" ", "-"), marks=marks)


@pytest.mark.parametrize("row", list(map(parameter, ROWS)))
def test_what_is_hostile_gets_one_clear_answer(row: Row, tmp_path: Path) -> None:
    try:
        answer = run(row, tmp_path)
    except Skipped as reason:
        pytest.skip(str(reason))

    assert not list(broken(row, answer)), (answer.out[:1_000], answer.err[:1_000])


def test_every_row_has_a_name_of_its_own() -> None:
    assert not [name for name, count in Counter((row.group, row.name) for row in ROWS).items() if count > 1]


def test_every_group_has_a_near_miss() -> None:
    assert {row.group for row in ROWS} == {row.group for row in ROWS if row.quiet}


def test_the_page_counts_the_rows() -> None:
    page = (ROOT / "docs" / "hostile.md").read_text(encoding="utf-8")

    told = dict(re.findall(r"^\| `([^`]+)` \|.*\| (\d+) \|$", page, re.MULTILINE))

    assert {group: int(count) for group, count in told.items()} == Counter(row.group for row in ROWS)
