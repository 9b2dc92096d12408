"""What is loaded first, and what types are defined: an environment's files together."""

import sys
from pathlib import Path

import pytest

from tests.environment.native.builders import TAG, install, module, read, site
from tests.environment.native.elf_files import build
from tests.environment.native.shared_objects import shared_object

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="native code is read on Linux only")

LACKING = shared_object(needed=["libnone.so.1"], symbols=["PyInit_x"])
FIRST = {
    "module": (f"x.{TAG}.so", True),
    "module-of-the-stable-abi": ("x.abi3.so", True),
    "module-without-a-tag": ("x.so", True),
    "module-of-another-python": ("x.cpython-39-x86_64-linux-gnu.so", False),
    "plug-in": ("pkg/plugins/libx.so", True),
    "bundled-library": ("pkg.libs/libx-1234.so.1", False),
}


@pytest.mark.parametrize(("name", "first"), FIRST.values(), ids=FIRST)
def test_what_is_loaded_first(tmp_path: Path, name: str, first: bool) -> None:
    install(tmp_path, "pkg==1", {name: LACKING})

    told = [(one.path, one.library) for one in read(tmp_path).problems]

    assert told == ([(f"{site(tmp_path)}/{name}", "libnone.so.1")] if first else [])


def test_a_file_that_is_passed_over_is_not_loaded(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {f"x.{TAG}.so": module("x"), "x.abi3.so": LACKING})

    assert read(tmp_path).problems == ()


def test_what_another_needs_is_loaded_with_it_and_not_first(tmp_path: Path) -> None:
    asks = shared_object(needed=["libown.so"], rpath="$ORIGIN/lib", symbols=["PyInit_x"])
    files: dict[str, bytes | str] = {
        f"pkg/x.{TAG}.so": asks,
        "pkg/lib/libown.so": shared_object(needed=["libdeep.so"]),
        "pkg/lib/libdeep.so": shared_object(),
    }
    install(tmp_path, "pkg==1", files)

    assert read(tmp_path).problems == ()


def test_a_file_for_another_machine_is_not_loaded_but_told(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {f"x.{TAG}.so": shared_object(needed=["libnone.so.1"], machine=183)})

    found = read(tmp_path)

    assert found.problems == ()
    assert [(one.module, one.machine, one.fault) for one in found.images] == [("x", "aarch64", "")]


@pytest.mark.parametrize(("machine", "problems"), [(62, 0), (183, 1)], ids=["ours", "another"])
def test_a_library_of_another_distribution_counts_as_loaded(
    tmp_path: Path, machine: int, problems: int
) -> None:
    install(tmp_path, "user==1", {f"x.{TAG}.so": shared_object(needed=["libgiven.so.1"])})
    given = shared_object(soname="libgiven.so.1", machine=machine)
    install(tmp_path, "giver==1", {"giver/lib/libgiven.so": given})

    assert len(read(tmp_path).problems) == problems


OFFERS: dict[str, dict[str, bytes | str]] = {
    "beside": {"pkg/libgiven.so": build(soname="libgiven.so", defined=["PyTime_FromTime"])},
    "by-another-of-its-libraries": {
        "pkg/libgiven.so": build(soname="libgiven.so", needed=["libdeep.so"], runpath="$ORIGIN"),
        "pkg/libdeep.so": build(soname="libdeep.so", defined=["PyTime_FromTime"]),
    },
}


@pytest.mark.parametrize("libraries", OFFERS.values(), ids=OFFERS)
def test_a_name_like_pythons_that_a_library_offers_is_resolved(
    tmp_path: Path, libraries: dict[str, bytes | str]
) -> None:
    asks = build(needed=["libgiven.so"], runpath="$ORIGIN", undefined=["PyTime_FromTime"])
    install(tmp_path, "pkg==1", {"pkg/x.abi3.so": asks, **libraries})

    assert [one.unresolved for one in read(tmp_path).images] == [()] * (1 + len(libraries))


def test_a_name_like_pythons_that_only_a_stranger_offers_is_not(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "pkg/x.abi3.so": build(undefined=["PyTime_FromTime"]),
        "pkg/libgiven.so": build(soname="libgiven.so", defined=["PyTime_FromTime"]),
    }
    install(tmp_path, "pkg==1", files)

    assert [one.unresolved for one in read(tmp_path).images if one.module] == [("PyTime_FromTime",)]
