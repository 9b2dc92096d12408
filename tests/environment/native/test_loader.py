"""What the dynamic loader would say, and that it does say so."""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftguard.binary import LoadProblem
from driftguard.environment.native import loader, search
from driftguard.environment.native.running import Running
from tests import builders
from tests.environment.native.reality import refusals
from tests.environment.native.shared_objects import put

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no such loader here")

Files = Mapping[str, Mapping[str, object]]
ME = builders.interpreter()._replace(executable=Path(sys.executable))
LEAF: Mapping[str, object] = {}


def said(root: Path, variable: str = "", elsewhere: tuple[str, ...] = ()) -> list[LoadProblem]:
    """Return the problems of one file, with paths relative to its folder."""
    running = Running(ME, {"LD_LIBRARY_PATH": variable})
    there = {Path(one).name: search.read(str(root.parent / one)) for one in elsewhere}
    first = search.read(str(root))
    assert first
    assert running.process
    assert running.search
    known = {name: one for name, one in there.items() if one}
    found = loader.problems([first], running.process, running.search, known)
    return [one._replace(**_relative(one, root.parent)) for one in found]


def _relative(one: LoadProblem, folder: Path) -> dict[str, str]:
    return {name: getattr(one, name).removeprefix(f"{folder}/") for name in ("path", "by", "found")}


def built(folder: Path, files: Files) -> Path:
    """Write the files; the first of them is the one that is loaded."""
    for name, more in files.items():
        put(folder / name, **more)
    return folder / next(iter(files))


def missing(library: str, by: str = "m.so") -> list[LoadProblem]:
    return [LoadProblem("m.so", library, by)]


QUIET = {
    "needs-nothing": {"m.so": LEAF},
    "what-the-system-has": {"m.so": {"needed": ["libm.so.6"], "wants": {"libm.so.6": ["GLIBC_2.2.5"]}}},
    "beside-it-by-runpath": {"m.so": {"needed": ["a.so"], "runpath": "$ORIGIN"}, "a.so": LEAF},
    "origin-in-braces": {"m.so": {"needed": ["a.so"], "rpath": "${ORIGIN}/x"}, "x/a.so": LEAF},
    "upwards": {"m/n.so": {"needed": ["a.so"], "rpath": "$ORIGIN/../x"}, "x/a.so": LEAF},
    "the-folder-of-the-distribution": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN/$LIB"},
        "lib/x86_64-linux-gnu/a.so": LEAF,
        "lib/a.so": LEAF,
        "lib64/a.so": LEAF,
    },
    "second-folder": {"m.so": {"needed": ["a.so"], "runpath": "/nowhere:$ORIGIN/x"}, "x/a.so": LEAF},
    "rpath-of-who-led-here": {
        "m.so": {"needed": ["a.so"], "rpath": "$ORIGIN/x"},
        "x/a.so": {"needed": ["b.so"]},
        "x/b.so": LEAF,
    },
    "rpath-of-the-first-but-one-over-one-with-runpath": {
        "m.so": {"needed": ["a.so"], "rpath": "$ORIGIN/x"},
        "x/a.so": {"needed": ["b.so"], "runpath": "$ORIGIN/y"},
        "x/y/b.so": {"needed": ["c.so"]},
        "x/c.so": LEAF,
    },
    "loaded-under-its-soname": {
        "m.so": {"needed": ["a.so", "liba.so.1"], "runpath": "$ORIGIN"},
        "a.so": {"soname": "liba.so.1"},
    },
    "loaded-by-another-before": {
        "m.so": {"needed": ["a.so", "b.so"], "runpath": "$ORIGIN/x"},
        "x/a.so": {"needed": ["b.so"], "runpath": "$ORIGIN/y"},
        "x/b.so": LEAF,
    },
    "a-circle": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN"},
        "a.so": {"needed": ["b.so"], "runpath": "$ORIGIN"},
        "b.so": {"needed": ["a.so", "m.so"], "runpath": "$ORIGIN"},
    },
    "itself": {"m.so": {"needed": ["m.so"], "soname": "m.so"}},
    "another-machine-passed-over": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN/x:$ORIGIN/y"},
        "x/a.so": {"machine": 183},
        "y/a.so": LEAF,
    },
    "a-version-that-is-defined": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN", "wants": {"a.so": ["A_1", "A_2"]}},
        "a.so": {"defines": ["A_1", "A_2", "A_3"]},
    },
    "a-version-of-one-that-has-none": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN", "wants": {"a.so": ["A_1"]}},
        "a.so": LEAF,
    },
    "a-version-weakly": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN", "wants": {"a.so": ["A_2"]}, "weakly": ["A_2"]},
        "a.so": {"defines": ["A_1"]},
    },
}  # fmt: skip
SPEAKING = {
    "nowhere": ({"m.so": {"needed": ["liba.so.1"]}}, missing("liba.so.1")),
    "beside-it-but-no-path": ({"m.so": {"needed": ["a.so"]}, "a.so": LEAF}, missing("a.so")),
    "runpath-is-not-inherited": (
        {
            "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN/x"},
            "x/a.so": {"needed": ["b.so"]},
            "x/b.so": LEAF,
        },
        missing("b.so", "x/a.so"),
    ),
    "rpath-beside-runpath-does-not-count": (
        {"m.so": {"needed": ["a.so"], "rpath": "$ORIGIN/x", "runpath": "$ORIGIN/y"}, "x/a.so": LEAF},
        missing("a.so"),
    ),
    "rpath-beside-runpath-is-not-inherited": (
        {
            "m.so": {"needed": ["a.so"], "rpath": "$ORIGIN/x", "runpath": "$ORIGIN/x"},
            "x/a.so": {"needed": ["b.so"]},
            "x/b.so": LEAF,
        },
        missing("b.so", "x/a.so"),
    ),
    "rpath-of-another-is-no-use-to-one-with-runpath": (
        {
            "m.so": {"needed": ["a.so"], "rpath": "$ORIGIN/x"},
            "x/a.so": {"needed": ["b.so"], "runpath": "/nowhere"},
            "x/b.so": LEAF,
        },
        missing("b.so", "x/a.so"),
    ),
    "another-machine": (
        {"m.so": {"needed": ["a.so"], "runpath": "$ORIGIN"}, "a.so": {"machine": 183}},
        missing("a.so"),
    ),
    "an-older-library": (
        {
            "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN", "wants": {"a.so": ["A_1", "A_2"]}},
            "a.so": {"defines": ["A_1"]},
        },
        [LoadProblem("m.so", "a.so", "m.so", "A_2", "a.so")],
    ),
    "an-older-library-deeper": (
        {
            "m.so": {"needed": ["a.so"], "rpath": "$ORIGIN"},
            "a.so": {"needed": ["b.so"], "wants": {"b.so": ["B_2"]}},
            "b.so": {"defines": ["B_1"]},
        },
        [LoadProblem("m.so", "b.so", "a.so", "B_2", "b.so")],
    ),
    "a-newer-libc": (
        {"m.so": {"needed": ["libc.so.6"], "wants": {"libc.so.6": ["GLIBC_9.99"]}}},
        [LoadProblem("m.so", "libc.so.6", "m.so", "GLIBC_9.99", "libc")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("files", QUIET.values(), ids=QUIET)
def test_quiet_where_the_loader_is(tmp_path: Path, files: Files) -> None:
    root = built(tmp_path, files)

    assert said(root) == []
    assert refusals([root]) == {}


@pytest.mark.parametrize(("files", "expected"), SPEAKING.values(), ids=SPEAKING)
def test_speaks_where_the_loader_does(tmp_path: Path, files: Files, expected: list[LoadProblem]) -> None:
    root = built(tmp_path, files)

    found = [one._replace(found="libc") if "libc.so" in one.found else one for one in said(root)]
    assert found == expected
    assert expected[0].library in refusals([root])[str(root)]


def test_the_variable_comes_after_rpath_and_before_runpath(tmp_path: Path) -> None:
    wants = {"needed": ["a.so"], "wants": {"a.so": ["A_2"]}}
    old, new = {"defines": ["A_1"]}, {"defines": ["A_2"]}
    by_rpath = built(tmp_path, {"r.so": {**wants, "rpath": "$ORIGIN/own"}, "own/a.so": new, "set/a.so": old})
    by_runpath = built(tmp_path, {"m.so": {**wants, "runpath": "$ORIGIN/own"}})
    variable = f"{tmp_path}/nowhere:{tmp_path}/set"

    assert said(by_rpath, variable) == []
    assert said(by_runpath, variable) == [LoadProblem("m.so", "a.so", "m.so", "A_2", "set/a.so")]
    assert [*refusals([by_rpath, by_runpath], LD_LIBRARY_PATH=variable)] == [str(by_runpath)]


MUSL = {
    "runpath-is-inherited": (
        {"m.so": {"needed": ["a.so"], "runpath": "$ORIGIN"}, "a.so": {"needed": ["b.so"]}, "b.so": LEAF},
        [],
    ),
    "versions-do-not-count": (
        {
            "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN", "wants": {"a.so": ["A_2"]}},
            "a.so": {"defines": ["A_1"]},
        },
        [],
    ),
    "its-own-parts": ({"m.so": {"needed": ["libc.musl-x86_64.so.1", "libc.so", "libm.so"]}}, []),
    "nowhere": ({"m.so": {"needed": ["libstdc++.so.666"]}}, missing("libstdc++.so.666")),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), MUSL.values(), ids=MUSL)
def test_musl_has_rules_of_its_own(tmp_path: Path, files: Files, expected: list[LoadProblem]) -> None:
    root = search.read(str(built(tmp_path, files)))
    assert root
    looked = search.Search("x86_64", "", {}, musl=True)
    process = loader.Process(root, {}, search.Loaded(root, None))

    found = loader.problems([root], process, looked, {})

    assert [one._replace(**_relative(one, tmp_path)) for one in found] == expected


def test_what_another_package_opens_first_counts_as_loaded(tmp_path: Path) -> None:
    files = {"m.so": {"needed": ["a.so"]}, "x/a.so": {"needed": ["b.so"]}, "x/b.so": LEAF}
    root = built(tmp_path, files)

    assert said(root, elsewhere=("x/a.so", "x/b.so")) == []
    assert said(root, elsewhere=("x/a.so",)) == missing("b.so", "x/a.so")


def test_what_counts_as_loaded_had_its_versions_where_it_was_loaded(tmp_path: Path) -> None:
    files: Files = {
        "m.so": {"needed": ["c.so", "a.so"], "runpath": "$ORIGIN"},
        "c.so": {"defines": ["C_1"]},
        "x/a.so": {"needed": ["c.so"], "runpath": "$ORIGIN", "wants": {"c.so": ["C_2"]}},
        "x/c.so": {"defines": ["C_2"]},
    }

    assert said(built(tmp_path, files), elsewhere=("x/a.so", "x/c.so")) == []


def test_each_of_two_like_modules_has_its_own_problem(tmp_path: Path) -> None:
    asks = {"needed": ["liba.so.1"], "runpath": "$ORIGIN"}
    built(tmp_path, {"m.so": asks, "n.so": asks})
    running = Running(ME, {})
    assert running.process
    assert running.search
    roots = [one for name in ("m.so", "n.so") if (one := search.read(str(tmp_path / name)))]

    found = loader.problems(roots, running.process, running.search, {})

    assert [(one.path, one.by) for one in found] == [(one.path, one.path) for one in roots]


FOLDERS = ":".join(f"$ORIGIN/{number}" for number in range(200))
ENDLESS: Mapping[str, Files] = {
    "folders": {
        "m.so": {"needed": ["a.so"], "runpath": FOLDERS},
        **{f"{number}/b.so": LEAF for number in range(200)},
    },
    "ways": {
        "m.so": {"needed": ["0.so"], "rpath": "$ORIGIN"},
        **{f"{number}.so": {"needed": [f"{number + 1}.so"], "rpath": "$ORIGIN"} for number in range(60)},
    },
    "versions": {
        "m.so": {"needed": ["a.so"], "runpath": "$ORIGIN", "wants": {"a.so": [f"V_{n}" for n in range(200)]}},
        "a.so": LEAF,
    },
}


@pytest.mark.parametrize("files", ENDLESS.values(), ids=ENDLESS)
def test_there_is_an_end_to_what_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Files
) -> None:
    root = built(tmp_path, files)
    monkeypatch.setattr(search, "MOST", 150)

    with pytest.raises(search.SearchError, match="given up"):
        said(root)


NAMES = st.sampled_from(("a.so", "b.so", "c.so", "d.so"))
PATHS = st.sampled_from(("", "$ORIGIN", "$ORIGIN/x", "$ORIGIN/../x", "$ORIGIN/..", "$ORIGIN:$ORIGIN/x"))
VERSIONS = st.lists(st.sampled_from(("V_1", "V_2")), unique=True, max_size=2)
OBJECTS = st.fixed_dictionaries(
    {
        "needed": st.lists(NAMES, unique=True, max_size=3),
        "rpath": PATHS,
        "runpath": st.one_of(st.just(""), PATHS),
        "soname": st.one_of(st.just(""), NAMES),
        "defines": VERSIONS,
        "machine": st.sampled_from((62, 62, 62, 183)),
    }
)
PLACES = st.sampled_from(("a.so", "b.so", "x/a.so", "x/b.so", "x/c.so", "x/d.so", "c.so"))


@st.composite
def trees(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Some files that need each other, each wanting versions of what it needs."""
    files: dict[str, dict[str, Any]] = {"m.so": draw(OBJECTS) | {"machine": 62, "soname": ""}}
    files |= draw(st.dictionaries(PLACES, OBJECTS, min_size=2, max_size=6))
    for one in files.values():
        wants = {name: draw(VERSIONS) for name in one["needed"]}
        one["wants"] = {name: versions for name, versions in wants.items() if versions}
    return files


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_any_files_are_refused_exactly_when_we_say_so(files: dict[str, dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = built(Path(folder), files)

        assert bool(said(root)) == bool(refusals([root])), said(root)
