"""What native code asks of NumPy, Python and libc, and the NumPy that suits all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard.abi import Constraint, Range, constraints, effective
from driftguard.binary import Image, NumpyStyle, NumpyUse, TypeSize, WantedVersion
from driftguard.versions import release
from tests.builders import CPYTHON, binaries, image, library

ARRAY = NumpyStyle.IMPORT_ARRAY


def sized(name: str, size: int) -> Image:
    return image("a.b", sizes=(TypeSize("numpy", name, size),))


@pytest.mark.parametrize(
    ("one", "floor", "cap", "generation"),
    [
        pytest.param(image("a.b"), "", "", 0, id="no NumPy"),
        pytest.param(image("a.b", numpy=NumpyUse(ARRAY, 1, "1.23")), "1.23", "2", 1, id="NumPy 1"),
        pytest.param(image("a.b", numpy=NumpyUse(ARRAY, 2, "1.19")), "1.19", "", 2, id="NumPy 2"),
        pytest.param(image("a.b", numpy=NumpyUse(ARRAY)), "", "", 0, id="which does not say"),
        pytest.param(
            image("a.b", numpy=NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True)), "", "", 0, id="old pybind11"
        ),
        pytest.param(sized("ndarray", 80), "", "", 0, id="the size that every NumPy has"),
        pytest.param(sized("ndarray", 88), "1.20", "", 0, id="that of 1.20"),
        pytest.param(sized("ndarray", 96), "1.22", "", 0, id="that of 1.22"),
        pytest.param(sized("ndarray", 16), "", "", 0, id="opaque"),
        pytest.param(sized("dtype", 96), "", "2", 0, id="that only NumPy 1 has"),
        pytest.param(sized("dtype", 32), "", "", 0, id="that of NumPy 2's headers"),
        pytest.param(sized("ufunc", 240), "2.1", "", 0, id="that of 2.1"),
        pytest.param(sized("ndarray", 900), "", "", 0, id="that no NumPy has"),
        pytest.param(image("a.b", sizes=(TypeSize("other", "ndarray", 96),)), "", "", 0, id="another's type"),
    ],
)
def test_each_trait_of_a_file_bounds_numpy(one: Image, floor: str, cap: str, generation: int) -> None:
    (constraint,) = constraints(binaries(one))

    assert (constraint.floor, constraint.cap, constraint.generation) == (floor, cap, generation)


def test_a_distribution_is_as_narrow_as_its_narrowest_file() -> None:
    old, new = NumpyUse(ARRAY, 1, "1.9"), NumpyUse(ARRAY, 2, "1.23")
    native = binaries(image("a.b", numpy=old), image("a.c", numpy=new), library("x.so", "a", numpy=new))

    assert constraints(native) == (
        Constraint(
            "a", floor="1.23", cap="2", generation=1, suspect=False, tags=(CPYTHON,), glibc="", modules=2
        ),
    )


def test_what_this_interpreter_does_not_take_counts_for_its_tag_alone() -> None:
    other = image("a.b", tag="cpython-310-x86_64-linux-gnu", numpy=NumpyUse(ARRAY, 1, "1.23"))

    (constraint,) = constraints(binaries(other))

    assert (constraint.floor, constraint.cap, constraint.modules) == ("", "", 0)
    assert constraint.tags == ("cpython-310-x86_64-linux-gnu",)


def test_glibc_is_the_newest_that_cannot_be_done_without() -> None:
    wants = (
        WantedVersion("libc.so.6", "GLIBC_2.9"),
        WantedVersion("libm.so.6", "GLIBC_2.27"),
        WantedVersion("libc.so.6", "GLIBC_2.38", weak=True),
        WantedVersion("libc.so.6", "GLIBC_PRIVATE"),
        WantedVersion("libstdc++.so.6", "GLIBCXX_3.4.30"),
    )

    assert constraints(binaries(image("a.b", wants=wants)))[0].glibc == "2.27"


def asking(name: str, floor: str = "", cap: str = "", *, suspect: bool = False) -> Constraint:
    return Constraint(name, floor, cap, 0, suspect, (), "", 1)


@pytest.mark.parametrize(
    ("several", "words"),
    [
        ([], "numpy"),
        ([asking("a")], "numpy"),
        ([asking("scipy", "1.23"), asking("a", "1.9")], "numpy>=1.23: floor from scipy"),
        (
            [asking("scipy", "1.23"), asking("pandas", "", "2")],
            "numpy>=1.23,<2: floor from scipy, cap from pandas",
        ),
        ([asking("numpy", "2.5", "3")], "numpy"),
        ([asking("earcut", suspect=True)], "numpy"),
    ],
)
def test_the_range_names_who_drew_its_bounds(several: list[Constraint], words: str) -> None:
    assert str(effective(several)) == words


def test_what_would_only_misread_numpy_2_caps_it_where_that_is_asked_for() -> None:
    assert effective([asking("earcut", suspect=True)], suspects=True) == Range(cap="2", cap_from="earcut")


@pytest.mark.parametrize(
    ("floor", "cap", "empty"),
    [("2.1", "2", True), ("2", "2.0", True), ("1.26", "2", False), ("", "2", False)],
)
def test_a_range_may_have_nothing_in_it(floor: str, cap: str, empty: bool) -> None:
    assert Range(floor, cap).empty is empty


VERSIONS = st.sampled_from(["", "1.9", "1.20", "1.23", "2", "2.0", "2.3"])


@given(st.lists(st.tuples(VERSIONS, VERSIONS)))
def test_nothing_is_in_the_range_that_one_of_them_forbids(several: list[tuple[str, str]]) -> None:
    both = effective(asking(f"p{number}", *bounds) for number, bounds in enumerate(several))

    for floor, cap in several:
        assert not floor or (both.floor and release(both.floor) >= release(floor))
        assert not cap or (both.cap and release(both.cap) <= release(cap))
    assert not both.floor or any(floor == both.floor for floor, _ in several)
