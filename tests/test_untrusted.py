"""Nothing from outside reaches a terminal, a log or a page as anything but plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard.untrusted import LONGEST, LONGEST_COMMAND, printable, redacted, runnable, without_secrets


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


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("rm -r -- '/srv/a b'", "rm -r -- '/srv/a b'"),
        ("rm -r -- " + "/srv/a " * LONGEST, "rm -r -- " + "/srv/a " * LONGEST),
        ("pip install https://ann:pw@index.example/a.whl", "pip install https://***@index.example/a.whl"),
        ("rm -r -- '/srv/\x1b[31m'", ""),
        ("rm -r -- '/srv/a\nb'", ""),
        ("rm -r -- " + "x" * LONGEST_COMMAND, ""),
    ],
)
def test_a_command_is_shown_as_it_has_to_be_typed_or_not_at_all(command: str, shown: str) -> None:
    assert runnable(command) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["DB_PASSWORD=a=b\nc"], ["DB_PASSWORD=***"]),
        (["--api-token=abc"], ["--api-token=***"]),
        (["PATH=/usr/bin"], ["PATH=/usr/bin"]),
        (["--out=secret=1"], ["--out=secret=1"]),
        (["keys.py"], ["keys.py"]),
        (["--password", "hunter2", "run"], ["--password", "***", "run"]),
        (["--api-key", "a b"], ["--api-key", "***"]),
        (["--API_KEY", "abc"], ["--API_KEY", "***"]),
        (["-token", "abc"], ["-token", "***"]),
        (["--token", "-ab1"], ["--token", "***"]),
        (["--password", "--token", "abc"], ["--password", "--token", "***"]),
        (["--no-auth", "--day", "2026-01-01"], ["--no-auth", "--day", "2026-01-01"]),
        (["--token"], ["--token"]),
        (["--tokens", "5", "token", "x"], ["--tokens", "5", "token", "x"]),
        (["-p", "8000"], ["-p", "8000"]),
        (["-c", "PASSWORD=x job --day 1"], ["-c", "PASSWORD=***"]),
        (["-c", "set -e; DB_PASSWORD=x job"], ["-c", "set -e; DB_PASSWORD=***"]),
        (["-c", "connect(user='a', password = 'x')"], ["-c", "connect(user='a', password = ***"]),
        (['{"user": "a", "password": "x"}'], ['{"user": "a", "password": ***']),
        (["-H", "Authorization: Bearer abc"], ["-H", "Authorization: ***"]),
        (["-H", "X-Api-Key: abc"], ["-H", "X-Api-Key: ***"]),
        (["Accept: text/html"], ["Accept: text/html"]),
    ],
)
def test_what_calls_itself_secret_is_not_shown(words: list[str], shown: list[str]) -> None:
    assert without_secrets(words) == shown


@given(
    option=st.sampled_from(
        ("--password", "--db-password", "--token", "--api-key", "--client_secret", "-pwd")
    ),
    secret=st.text(min_size=8).filter(lambda text: not text.startswith("--")),
    before=st.lists(st.text(max_size=9), max_size=3),
)
def test_no_word_behind_a_secret_option_is_shown(option: str, secret: str, before: list[str]) -> None:
    assert secret not in " ".join(without_secrets([*before, option, secret])[len(before) :])
