import codecs
import locale
from pathlib import Path

import pytest

from driftguard.errors import InputError
from driftguard.requirement_lines.text import decoded

PATH = Path("requirements.txt")
CONTENT = "numpy==1.0  # größer\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CONTENT.encode(), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + CONTENT.encode(), id="utf-8-mark"),
        pytest.param(codecs.BOM_UTF16_LE + CONTENT.encode("utf-16-le"), id="utf-16-le"),
        pytest.param(codecs.BOM_UTF16_BE + CONTENT.encode("utf-16-be"), id="utf-16-be"),
        pytest.param(codecs.BOM_UTF32_LE + CONTENT.encode("utf-32-le"), id="utf-32-le"),
        pytest.param(codecs.BOM_UTF32_BE + CONTENT.encode("utf-32-be"), id="utf-32-be"),
    ],
)
def test_a_file_is_decoded_by_its_mark(data: bytes) -> None:
    assert decoded(data, PATH) == CONTENT


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("# -*- coding: latin-1 -*-\n", id="first-line"),
        pytest.param("# a title\n# vim: set fileencoding=latin-1 :\n", id="second-line"),
        pytest.param("#coding=latin-1\r\n", id="terse"),
    ],
)
def test_a_file_is_decoded_as_it_declares(head: str) -> None:
    assert decoded((head + CONTENT).encode("latin-1"), PATH) == head + CONTENT


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\n\n# coding: latin-1\n\xfc\n", id="third-line"),
        pytest.param(b" # coding: latin-1\n\xfc\n", id="not-at-the-start"),
    ],
)
def test_a_declaration_elsewhere_is_none(data: bytes) -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        decoded(data, PATH)


def test_what_is_not_utf_8_is_read_in_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "latin-1")

    assert decoded(b"numpy # \xfc\n", PATH) == "numpy # ü\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"a\nb \xff\n", ":2: not UTF-8", id="not-utf-8"),
        pytest.param(b"# coding: ascii\n\xff\n", ":2: not ASCII", id="not-as-declared"),
        pytest.param(codecs.BOM_UTF16_LE + b"a\0\n", "not UTF-16-LE", id="half-a-character"),
        pytest.param(b"# coding: klingon\n", ":1: declares an encoding that is not known", id="unknown"),
        pytest.param(b"#\n# coding: punycode\n", ":2: declares an encoding that", id="unfit"),
        pytest.param(b"# coding: zip\n", ":1: `zip` is no encoding of text", id="no-text"),
        pytest.param(b"numpy\nsci\0py\n", ":2: holds a NUL character", id="binary"),
        pytest.param("a\n".encode("utf-16-le"), ":1: holds a NUL character", id="utf-16-without-mark"),
        pytest.param(b"a\n<<<<<<< HEAD\nb\n", ":2: holds a merge conflict marker", id="conflict"),
        pytest.param(b"a\n>>>>>>> 12ab (title)\r\n", ":2: holds a merge conflict marker", id="conflict-end"),
        pytest.param(b"a\n=======\nb\n", ":2: holds a merge conflict marker", id="conflict-middle"),
        pytest.param(b"a\n||||||| base\nb\n", ":2: holds a merge conflict marker", id="conflict-base"),
        pytest.param(b"\n" * 200_001, "more than 200,000 lines", id="endless"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        decoded(data, PATH)

    assert message in caught.value.message


def test_a_missing_mark_is_guessed_at() -> None:
    with pytest.raises(InputError) as caught:
        decoded("numpy\n".encode("utf-16-le"), PATH)

    assert caught.value.hint == "is it UTF-16 without a byte order mark?"


def test_a_locale_that_does_not_fit_either_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "ascii")

    with pytest.raises(InputError, match="not ASCII"):
        decoded(b"\xff", PATH)


def test_what_only_looks_like_a_conflict_is_text() -> None:
    content = "# <<<<<<< not at the start\n<<<<<<<<<\n========\n"

    assert decoded(content.encode(), PATH) == content
