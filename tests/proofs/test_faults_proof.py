"""The proof of faults holds on this machine, and the committed table tells of every fault."""

from pathlib import Path

import pytest

from driftguard.rules import MODULES
from tests.proofs import agreement, fault_cases
from tests.proofs.fault_cases import Fault
from tests.proofs.faults import DOCUMENT, Row, run, table

ODD = Fault("odd", "DG401")
SPOKE = ("DG401",)
FAMILIES = ("DG4", "DG5", "DG6")


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        (Row(Fault("healthy"), 0, 0, 0, 0, ()), True),
        (Row(Fault("healthy"), 0, 0, 0, 0, SPOKE, loud=SPOKE), False),
        (Row(Fault("healthy"), 0, 0, 0, 3, ()), False),
        (Row(ODD._replace(near=True), 0, 0, 0, 0, SPOKE), True),
        (Row(ODD._replace(near=True), 0, 0, 0, 0, SPOKE, loud=SPOKE), False),
        (Row(ODD, 0, 0, 0, 1, SPOKE, loud=SPOKE, commands=("mend",), after=0), True),
        (Row(ODD, 0, 0, 0, 1, SPOKE, loud=SPOKE, commands=("mend",), after=1), False),
        (Row(ODD, 0, 0, 0, 1, SPOKE, loud=SPOKE, commands=("mend",), after=0, left=SPOKE), False),
        (Row(ODD, 0, 0, 0, 1, SPOKE, loud=SPOKE), False),
        (Row(ODD, 0, 0, 0, 1, ("DG101",), loud=("DG101",), commands=("mend",), after=0), False),
        (Row(ODD, 0, 0, 0, 3, SPOKE, loud=SPOKE, commands=("mend",), after=0), False),
        (Row(ODD._replace(by_hand="a person"), 0, 0, 0, 1, SPOKE, loud=SPOKE), True),
    ],
)
def test_the_rule_of_the_table(row: Row, holds: bool) -> None:
    assert (row.wrong == "") is holds


def test_every_rule_of_files_host_and_probes_has_a_fault() -> None:
    faults = {fault.rule for fault in fault_cases.cases() if not fault.near}

    assert [code for code in MODULES if code.startswith(FAMILIES) and code not in faults] == []


def test_the_names_tell_the_faults_apart() -> None:
    names = [fault.name for fault in fault_cases.cases()]

    assert len(names) == len(set(names)) >= 60


def test_every_fault_stands_in_the_table() -> None:
    (_, _, committed) = DOCUMENT.read_text(encoding="utf-8").partition("<!-- table -->")
    rows = [line.split(" | ")[:2] for line in committed.splitlines() if line.startswith("| ")][2:]

    assert rows == [
        table([Row(fault, 0, 0, 0, 0, ())]).splitlines()[2].split(" | ")[:2] for fault in fault_cases.cases()
    ]


@pytest.mark.network
@pytest.mark.slow
def test_every_fault_is_caught_and_mended(tmp_path: Path) -> None:
    rows = list(run(list(fault_cases.cases()), tmp_path, agreement.JOBS))

    assert [(row.fault.name, row.wrong, row.said) for row in rows if row.wrong] == []
