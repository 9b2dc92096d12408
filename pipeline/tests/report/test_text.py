"""Words and numbers as a reader sees them."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hawks_pipeline.report import text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("Nikola Đurišić", "Nikola Đurišić", id="letters from elsewhere"),
        pytest.param("A\nB\tC\x00D", "A\ufffdB\ufffdC\ufffdD", id="control characters"),
        pytest.param("evil\u202egpj.exe", "evil\ufffdgpj.exe", id="turned direction"),
        pytest.param("x" * 61, "x" * 59 + "…", id="long"),
        pytest.param("\ud800", "\ufffd", id="half a character"),
    ],
)
def test_a_name_stays_on_its_line(words: str, shown: str) -> None:
    assert text.printable(words) == shown


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_what_is_printable_stays_as_it_is(words: str) -> None:
    once = text.printable(words)

    assert text.printable(once) == once
    assert once.encode().decode() == once


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_there_is_not_is_a_dash(value: float) -> None:
    told = {
        text.percent(value),
        text.points(value),
        text.gap(value),
        text.whole(value),
        text.span(value, 1.0),
    }

    assert told == {"\N{EN DASH}"}


def test_numbers_carry_their_sign_and_digits() -> None:
    assert text.percent(0.5436) == "54.4%"
    assert text.gap(-0.0123) == "\N{MINUS SIGN}1.2"
    assert text.gap(-0.0001) == "+0.0"
    assert text.gap(0.1, scale=1, digits=2) == "+0.10"
    assert text.whole(1234.0) == "1,234"
    assert text.span(-0.05, 0.1, scale=1, digits=2) == "\N{MINUS SIGN}0.05 to 0.10"
