import re
from pathlib import Path

import pytest
import tomli

from driftguard.model import is_name, normalized
from driftguard.tables import KnownPair, import_names, known_pairs, numpy_releases, system_libraries
from driftguard.versions import contains, release


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


def test_numpy_releases_ascend_and_every_minor_has_a_c_api() -> None:
    table = numpy_releases()

    for versions in (*table.wheels.values(), table.c_api, *table.sizes.values()):
        assert list(versions) == sorted(versions, key=release)
    minors = {".".join(one.split(".")[:2]) for versions in table.wheels.values() for one in versions}
    assert minors == table.c_api.keys()
    assert list(table.c_api.values()) == sorted(table.c_api.values())


def test_every_size_changes_at_a_known_minor() -> None:
    table = numpy_releases()

    for steps in table.sizes.values():
        assert steps.keys() <= table.c_api.keys()
        assert len(set(steps.values())) == len(steps)


@pytest.mark.parametrize("pair", known_pairs(), ids=lambda pair: pair.id)
def test_a_known_pair_is_two_distributions_and_its_mending_ends_it(pair: KnownPair) -> None:
    name = re.split(r"[<>=]", pair.mend)[0]
    specifier = pair.mend.removeprefix(name)

    assert len(pair.breaks) == 2
    assert all(
        one == normalized(one) and contains(spec, "0") in {True, False} for one, spec in pair.breaks.items()
    )
    assert name in pair.breaks
    for version in ("0.1", "1", "1.9", "2", "3", "12.15", "2024.8.0", "9999"):
        assert not (contains(specifier, version) and contains(pair.breaks[name], version)), version
    assert pair.at in {"import", "use"}
    assert pair.fact in {"", "numpy", "sizes", "libraries"}
    assert pair.seen in {"run", "wheels", "metadata", "issue"}
    assert pair.edge in {"wheels", "bisected", "range", "run", "declared", "analogy"}


def test_known_pairs_are_named_once_and_say_where_they_are_from() -> None:
    path = Path(__file__).parents[1] / "driftguard" / "data" / "abi_pairs.toml"

    assert len({pair.id for pair in known_pairs()}) == len(known_pairs())
    assert tomli.loads(path.read_text())["provenance"].keys() == {"wheels", "run", "checked"}


def test_a_library_of_the_system_leads_to_its_package() -> None:
    assert system_libraries()["libGL.so.1"] == "libgl1"
    assert all(re.fullmatch(r"lib\S+\.so(\.\d+)?", name) for name in system_libraries())
