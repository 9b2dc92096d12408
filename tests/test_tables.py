from pathlib import Path

import pytest
import tomli

from driftguard.model import is_name, normalized
from driftguard.tables import import_names


@pytest.mark.parametrize(
    ("written", "meant"),
    [("sklearn", "scikit-learn"), ("cv2", "opencv-python"), ("PIL", "pillow"), ("Crypto", "pycryptodome")],
)
def test_an_import_name_leads_to_its_distribution(written: str, meant: str) -> None:
    assert import_names()[normalized(written)] == meant


@pytest.mark.parametrize("name", ["numpy", "jwt", "attr", "scikit-learn", "pyyaml"])
def test_a_distribution_of_that_very_name_is_left_alone(name: str) -> None:
    assert name not in import_names()


def test_every_name_is_normalised_and_leads_somewhere_else() -> None:
    for name, meant in import_names().items():
        assert is_name(name)
        assert (name, meant) == (normalized(name), normalized(meant))
        assert name != meant
        assert meant not in import_names()


def test_no_name_stands_twice_and_the_table_says_where_it_is_from() -> None:
    path = Path(__file__).parents[1] / "driftguard" / "data" / "import_names.toml"
    table = tomli.loads(path.read_text())

    provenance = table.pop("provenance")
    assert sum(map(len, table.values())) == len(import_names())
    assert {"imports", "index", "checked"} == set(provenance)
