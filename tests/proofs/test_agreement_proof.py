"""The proof of agreement holds on this machine, and the committed table says what it says."""

from pathlib import Path

import pytest

from tests.proofs import agreement, environments
from tests.proofs.agreement import DOCUMENT, Row, interpreters, run, table
from tests.proofs.environments import Case

ODD = Case("odd")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (Row(ODD, 0, 0, 0, ()), ""),
        (Row(ODD, 1, 0, 1, ("DG102",)), ""),
        (Row(ODD, 1, 1, 3, ()), ""),
        (Row(ODD, 2, 0, 0, ()), "uv objects, we do not"),
        (Row(ODD, 0, 0, 1, ("DG102",)), "stricter than uv, and nobody says why"),
        (Row(ODD, 0, 1, 0, ()), "pip objects, we say nothing"),
        (Row(ODD._replace(stricter="so"), 0, 0, 1, ("DG107",)), ""),
        (Row(ODD._replace(stricter="so"), 1, 0, 1, ("DG107",)), "said to differ from uv, and does not"),
        (Row(ODD._replace(looser="so"), 1, 0, 0, ()), ""),
        (Row(ODD._replace(looser="so"), 0, 0, 0, ()), "said to differ from uv, and does not"),
        (Row(ODD._replace(healthy=True), 0, 0, 0, ("DG108",)), "healthy, and somebody objects"),
        (Row(ODD._replace(healthy=True), 1, 0, 1, ("DG101",)), "healthy, and somebody objects"),
    ],
)
def test_the_rule_of_the_table(row: Row, wrong: str) -> None:
    assert row.wrong == wrong


def test_the_names_tell_the_environments_apart() -> None:
    names = [(case.name, case.judged) for case in environments.cases()]

    assert len(names) == len(set(names)) >= 30


def test_every_environment_stands_in_the_table() -> None:
    (_, _, committed) = DOCUMENT.read_text(encoding="utf-8").partition("<!-- table -->")
    rows = [line for line in committed.splitlines() if line.startswith("| ")][2:]

    assert [line.split(" | ")[:2] for line in rows] == [
        table([Row(case, 0, 0, 0, ())]).splitlines()[2].split(" | ")[:2] for case in environments.cases()
    ]


@pytest.mark.network
@pytest.mark.slow
def test_the_proof_holds_and_the_table_says_so(tmp_path: Path) -> None:
    there = interpreters()
    cases = [case for case in environments.cases() if not case.python or case.python in there]
    assert len(there) >= agreement.FEWEST, f"too few interpreters: {', '.join(there)}"
    committed = DOCUMENT.read_text(encoding="utf-8")

    rows = list(run(cases, tmp_path, agreement.JOBS))

    assert [(row.case.name, row.wrong, row.said) for row in rows if row.wrong] == []
    assert [line for line in table(rows).splitlines() if line not in committed] == []
