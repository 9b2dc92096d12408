"""A share of the mutations of ELF files, and what they are made of."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftguard.environment.native import image
from tests.proofs import elf_fuzz
from tests.proofs.elf_fuzz import MUTATIONS, mutated, run, seeds, table

FILES = seeds()


def test_three_thousand_mutations_end_in_an_image_or_a_fault() -> None:
    outcomes, failures = run(range(3000), 11, FILES)
    assert [(one.number, one.kind, one.file, one.what) for one in failures] == []
    for kind, one in outcomes.items():
        assert one.images, kind
        assert one.faults, kind
    assert sum(one.images + one.faults for one in outcomes.values()) == 3000
    assert all(kind in table(outcomes) for kind in MUTATIONS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_mutated_is_whole(file: elf_fuzz.Seed, tmp_path: Path) -> None:
    path = tmp_path / "one.so"
    path.write_bytes(file.data)
    assert image.read(str(path), distribution="one", module="one", tag="", exports=None).fault == ""


def test_a_mutation_is_made_again_by_its_number() -> None:
    assert [mutated(i, 5, FILES) for i in range(20)] == [mutated(i, 5, FILES) for i in range(20)]
    assert mutated(1, 5, FILES) != mutated(1, 6, FILES)


@given(number=st.integers(min_value=0), data=st.data())
@settings(max_examples=200, deadline=2000)
def test_any_bytes_anywhere_give_an_image_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, number: int, data: st.DataObject
) -> None:
    content = bytearray(FILES[number % len(FILES)].data)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(content) - 1, 4096)))
        piece = data.draw(st.binary(min_size=1, max_size=16))
        content[at : at + len(piece)] = piece
    path = tmp_path_factory.mktemp("elf") / "one.so"
    path.write_bytes(content)
    found = image.read(str(path), distribution="one", module="one", tag="", exports=frozenset({"Py_x"}))
    # A fault leaves nothing else to be believed.
    assert not found.fault or found == type(found)(str(path), "one", "one", fault=found.fault)
