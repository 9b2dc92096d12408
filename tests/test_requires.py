"""What an installed distribution needs is what `packaging` reads in its requirements."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from driftguard.requires import unmet
from tests.builders import LINUX, installed

NAMES = st.sampled_from(["a", "B_b", "c.c-C", "-x", "d d", "é", ""])
EXTRAS = st.sampled_from(["", "[x]", "[x, y_Y]", "[ x ]", "[x,]", "[", "[.]", "[-x]", "[x-]", "\u00a0", "\r"])
OPERATORS = st.sampled_from([">=", "<=", ">", "<", "!=", "==", "~=", "===", "=", ""])
NUMBERS = st.sampled_from(
    ["1", "1.0", "2.0.*", "1rc1", "1.0.post0", "2.dev3", "1!2", "1.0+cpu", "v1", "x", ""]
)
CLAUSES = st.lists(st.tuples(OPERATORS, st.sampled_from(["", " "]), NUMBERS).map("".join), max_size=3)
SPECIFIERS = st.builds(
    lambda clauses, form: form.format(",".join(clauses)),
    CLAUSES,
    st.sampled_from(["{}", " {}", " ({})", "({})", "(({}))", "({}"]),
)
TERMS = st.sampled_from(
    [
        "sys_platform == 'linux'",
        'sys_platform == "win32"',
        "extra == 'x'",
        '(extra == "or")',
        "extra != 'x'",
        "'x' == extra",
        "python_version < '3.0'",
        "python_version",
    ]
)
MARKERS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join), inner.map("({})".format)
    ),
    max_leaves=4,
)
LINES = st.builds(
    lambda name, extras, specifier, marker: f"{name}{extras}{specifier}{marker}",
    NAMES,
    EXTRAS,
    SPECIFIERS,
    st.one_of(st.just(""), st.sampled_from([";", " ; "]).flatmap(lambda s: MARKERS.map(lambda m: s + m))),
)


@given(LINES)
def test_a_line_is_read_as_packaging_reads_it(line: str) -> None:
    needs = list(unmet(installed("one==1", requires=(line,)), {}, LINUX))
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        # What only an extra asks for is not looked at, malformed or not.
        assert all(need.unknown for need in needs)
        return
    applies = requirement.marker is None or requirement.marker.evaluate({**LINUX, "extra": ""})
    assert [need.found for need in needs] == (["not installed"] if applies else [])
    for need in needs:
        assert SpecifierSet(need.text.removeprefix(need.name)) == requirement.specifier


@pytest.mark.parametrize(
    ("line", "extras", "count"),
    [
        ("b; extra == 'x'", ("x",), 1),
        ("b; extra == 'x' and sys_platform == 'win32'", ("x",), 0),
        ("b; sys_platform == 'linux' and extra == 'x'", ("x",), 1),
        ("b; sys_platform == 'linux' and extra == 'x'", ("y",), 0),
        ("b; sys_platform == 'linux' or extra == 'x'", (), 1),
    ],
)
def test_an_extra_asks_for_more(line: str, extras: tuple[str, ...], count: int) -> None:
    assert len(list(unmet(installed("one==1", requires=(line,)), {}, LINUX, extras))) == count


@pytest.mark.parametrize(
    "line", [";" * 500_000, "a" * 1_000_000, "b[" + "x," * 300_000, "b; extra ==" * 50_000]
)
def test_a_long_line_takes_no_long_time(line: str) -> None:
    start = time.perf_counter()
    list(unmet(installed("one==1", requires=(line,)), {}, LINUX))
    assert time.perf_counter() - start < 5
