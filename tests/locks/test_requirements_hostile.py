"""Files made to hurt: each gets one clear answer, and soon."""

import time
from collections.abc import Callable
from pathlib import Path

import packaging.requirements  # noqa: F401 - loaded before the clock starts
import pytest

from driftguard.errors import InputError
from driftguard.locks.requirements import read
from driftguard.model import Lock

SOON = 2.0
"""Seconds; each takes well under one on an idle machine."""


def timed(path: Path, text: str | bytes, name: str = "requirements.txt") -> Lock:
    target = path / name
    target.write_bytes(text.encode() if isinstance(text, str) else text)
    begun = time.perf_counter()
    try:
        return read(target, {"BIG": "x" * 100_000})
    finally:
        assert time.perf_counter() - begun < SOON


def many(line: Callable[[int], str], count: int = 4_900) -> str:
    return "".join(map(line, range(count)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a" * 10_000_000, "larger than 8 MiB", id="ten-megabytes-on-a-line"),
        pytest.param("x\n" + "a" * 1_000_000, ":2: a line of more than 262,144 characters", id="long-line"),
        pytest.param("a \\\n" * 190_000, ":1: a line of more than 262,144", id="endless-continuation"),
        pytest.param(
            many(lambda n: f"p{n}==1.0\n", 100_000), ":5001: more than 5,000 requirements", id="100k-lines"
        ),
        pytest.param("--pre\n" * 190_000, ":5001: more than 5,000 requirements", id="190k-options"),
        pytest.param("-X\n" * 190_000, ":5001: more than 5,000", id="190k-bad-options"),
        pytest.param("${BIG}" * 30_000, ":1: a line too long once `${BIG}` is filled in", id="variables"),
        pytest.param("numpy\n\0\0\0", ":2: holds a NUL character", id="nul"),
        pytest.param(bytes(range(256)) * 1000, "not UTF-8", id="binary"),
        pytest.param(b"# coding: punycode\n" + b"a-" * 1_000_000, "is not known", id="slow-encoding"),
        pytest.param("-r requirements.txt\n", "is included by", id="loop"),
    ],
)
def test_what_is_too_much_is_one_error(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        timed(tmp_path, text)

    assert message in caught.value.message
    assert len(caught.value.message) < 1_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(many(lambda n: f"p{n}==1.{n}\n"), id="pins"),
        pytest.param(many(lambda n: f"p{n}>=1.{n}\n"), id="ranges"),
        pytest.param(many(lambda n: f"p{n} is bad\n"), id="malformed"),
        pytest.param(many(lambda n: f"p==1.{n}\n"), id="one-name"),
        pytest.param(many(lambda n: f"p==1.{n} ; python_version > '{n}'\n"), id="markers"),
        pytest.param(many(lambda n: f"p{n} @ git+https://g.example/{n}@main\n"), id="repositories"),
        pytest.param(many(lambda n: f"./p{n}\n"), id="paths"),
        pytest.param("# comment\n" * 190_000, id="comments"),
        pytest.param(" " * 250_000 + "#", id="blanks-before-a-comment"),
        pytest.param("a" + " " * 250_000 + "#", id="blanks-behind-a-name"),
        pytest.param("a#" * 120_000, id="number-signs"),
        pytest.param("./" + "[" * 8_000 + "]", id="brackets"),
        pytest.param("a; " + "(" * 8_000, id="parentheses"),
        pytest.param("a; " + " or ".join(["os_name=='x'"] * 500), id="alternatives"),
        pytest.param("a" + ",".join(["==1.0"] * 1_200), id="clauses"),
        pytest.param("--x '" + "a" * 200_000, id="open-quote"),
        pytest.param("a==1 " + " ".join(["--hash=sha256:" + "0" * 64] * 2_500), id="hashes"),
        pytest.param("".join(f"${{V{n}}}" for n in range(30_000)), id="unknown-variables"),
    ],
)
def test_what_is_only_odd_is_read(tmp_path: Path, text: str) -> None:
    assert timed(tmp_path, text).packages


def test_many_constraints_on_many_requirements_are_joined_soon(tmp_path: Path) -> None:
    constraints = many(lambda n: f"p==1.{n} ; python_version > '{n}'\n", 2_400)
    (tmp_path / "constraints.txt").write_text(constraints)

    assert timed(
        tmp_path, "-c constraints.txt\n" + many(lambda n: f"p ; python_version < '{n}'\n", 2_400)
    ).unpinned


@pytest.mark.parametrize(
    ("line", "last", "message"),
    [
        pytest.param("-r {}.txt\n", 40, "one include too many", id="chain"),
        pytest.param("-r {0}.txt\n-r {0}.txt\n", 20, "one include too many", id="doubling"),
    ],
)
def test_includes_come_to_an_end(tmp_path: Path, line: str, last: int, message: str) -> None:
    for number in range(last):
        (tmp_path / f"{number}.txt").write_text(line.format(number + 1))
    (tmp_path / f"{last}.txt").write_text("numpy==1\n")

    with pytest.raises(InputError, match=message):
        timed(tmp_path, "-r 0.txt\n")


def test_a_folder_that_links_to_itself_comes_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(tmp_path)

    with pytest.raises(InputError, match="one include too many"):
        timed(tmp_path, "-r again/requirements.txt\n")


def test_includes_are_large_together(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text("#" * 200_000 + ("\n" + "#" * 200_000) * 20)

    with pytest.raises(InputError, match="more than 8 MiB with all includes"):
        timed(tmp_path, "-r big.txt\n-r big.txt\n-r big.txt\n")
