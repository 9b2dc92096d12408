"""Nothing from outside reaches a terminal, a log or a page as anything but plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard.untrusted import LONGEST, printable, redacted


@pytest.mark.parametrize(
    "text",
    [
        "numpy==2.0",
        "https://index.example/simple",
        "git+https://index.example/a@main",
        "Jokić → 57.1 %",
        "a@b.example",
        "https://index.example:8080/a@v1",
        "a//b@c",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ann:s3cret@index.example/simple", "https://***@index.example/simple"),
        (
            "see https://token@index.example/a and git+ssh://git@b.example/c",
            "see https://***@index.example/a and git+ssh://git@b.example/c",
        ),
        ("https://a.example/x?token=abc&y=1", "https://a.example/x?token=***&y=1"),
        ("https://u:p'w@index.example/a", "https://***@index.example/a"),
        ("https://u:p@ss@index.example/a", "https://***@index.example/a"),
        ("git+ssh://git:pw@index.example/a", "git+ssh://***@index.example/a"),
        ("https://ann:s3/cret@index.example/a", "https://***@index.example/a"),
        ("https://ann:s3cret@", "https://***@"),
        ("//ann:s3cret@index.example/a", "//***@index.example/a"),
        ("https://a.example/x?private_token=abc", "https://a.example/x?private_token=***"),
        (
            "https://a.example/x?y=1&X-Amz-Signature=abc&z=2",
            "https://a.example/x?y=1&X-Amz-Signature=***&z=2",
        ),
        (
            "https://a.example/x?access_key=a&client_secret=b",
            "https://a.example/x?access_key=***&client_secret=***",
        ),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\tc\rd", "a\\nb\\tc\\x0dd"),
        ("\u202eright to left", "\\u202eright to left"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
    ],
)
def test_what_could_do_harm_is_escaped_or_redacted(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_everything_shown_is_one_bounded_printable_line(text: str) -> None:
    shown = printable(text)

    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    assert len(shown) <= LONGEST + 1
    shown.encode("utf-8")


@given(
    st.text(
        alphabet=st.characters(
            blacklist_characters="/?# \n\r\t", blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]
        ),
        min_size=3,
    )
)
def test_no_password_survives(secret: str) -> None:
    assert f":{secret}@" not in redacted(f"https://ann:{secret}@index.example/simple")
