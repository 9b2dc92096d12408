from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from driftguard.errors import InputError
from driftguard.requirement_lines.nouns import RequirementLine
from driftguard.requirement_lines.reader import read

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str, name: str = "requirements.txt") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return written


def reading(path: Path, **environ: str) -> tuple[RequirementLine, ...]:
    return read(path, environ)


def one(path: Path, environ: Mapping[str, str] | None = None) -> RequirementLine:
    (line,) = read(path, environ or {})
    return line


@pytest.mark.parametrize(
    ("text", "line", "column", "wanted"),
    [
        pytest.param("numpy==1.0\n", 1, 1, "numpy==1.0", id="plain"),
        pytest.param("\n\n  numpy==1.0\n", 3, 3, "numpy==1.0", id="indented"),
        pytest.param("\tnumpy==1.0", 1, 2, "numpy==1.0", id="tab"),
        pytest.param("numpy==1.0\r\n", 1, 1, "numpy==1.0", id="crlf"),
        pytest.param("# title\r\n\r\nnumpy==1.0\r\n", 3, 1, "numpy==1.0", id="crlf-behind-comment"),
        pytest.param("\\\n  numpy==1.0\n", 2, 3, "numpy==1.0", id="continued-before-it-begins"),
        pytest.param(" \\\n\\\n\\\n numpy\\\n==1.0", 4, 2, "numpy==1.0", id="continued-often"),
        pytest.param("numpy \\\n  ==1.0 \\\n", 1, 1, "numpy   ==1.0", id="continued-to-the-end"),
        pytest.param("\\\\numpy==1.0 \\\n", 1, 3, "numpy==1.0", id="backslashes-before"),
        pytest.param("numpy==1.0 # why\n", 1, 1, "numpy==1.0", id="comment"),
        pytest.param("numpy==1.0\t# why\n", 1, 1, "numpy==1.0", id="comment-behind-a-tab"),
        pytest.param("numpy==1.0 \\\n  # via pandas\n", 1, 1, "numpy==1.0", id="comment-ends-a-continuation"),
        pytest.param("numpy==1.0 # why \\\nscipy\n", 1, 1, "numpy==1.0", id="comment-continued"),
        pytest.param("# title \\\nnumpy==1.0\n", 2, 1, "numpy==1.0", id="backslash-in-a-comment-line"),
        pytest.param("numpy==1.0#why\n", 1, 1, "numpy==1.0#why", id="no-blank-no-comment"),
        pytest.param("numpy==1.0 --hash=sha256:ab \\\n --hash=sha256:cd\n", 1, 1, "numpy==1.0", id="hashes"),
        pytest.param("numpy==1.0 --config-settings 'a=b -c'\n", 1, 1, "numpy==1.0", id="settings"),
        pytest.param("numpy==1.0 --global-option=x\n", 1, 1, "numpy==1.0", id="global-option"),
    ],
)
def test_a_requirement_stands_where_it_begins(
    write: Write, text: str, line: int, column: int, wanted: str
) -> None:
    found = one(write(text))

    assert (found.line, found.column, found.text, found.expanded) == (line, column, wanted, wanted)
    assert not found.refused
    assert not found.passed_over


@pytest.mark.parametrize("text", ["", "\n", "  \n\t\n", "# only\n  # comments\n", "\\\n\\\n", "\\"])
def test_what_asks_for_nothing_is_no_line(write: Write, text: str) -> None:
    assert reading(write(text)) == ()


@pytest.mark.parametrize(
    ("text", "environ", "expanded"),
    [
        pytest.param("numpy==${V}\n", {"V": "1.0"}, "numpy==1.0", id="known"),
        pytest.param("numpy==${V_1}${V_1}\n", {"V_1": "1"}, "numpy==11", id="twice"),
        pytest.param("numpy==${V}\n", {}, "numpy==${V}", id="unknown"),
        pytest.param("numpy==${V}\n", {"V": ""}, "numpy==${V}", id="empty"),
        pytest.param("numpy==${v}\n", {"v": "1"}, "numpy==${v}", id="lower-case"),
        pytest.param("numpy==$V\n", {"V": "1"}, "numpy==$V", id="without-braces"),
        pytest.param("numpy # ${V}\n", {"V": "1"}, "numpy", id="in-a-comment"),
        pytest.param("numpy ${V}\n", {"V": "--pre"}, "numpy", id="option-from-outside"),
    ],
)
def test_variables_are_filled_in(write: Write, text: str, environ: dict[str, str], expanded: str) -> None:
    found = one(write(text), environ)

    assert found.expanded == expanded
    assert found.text == text.partition(" #")[0].strip()


def test_a_secret_is_in_nothing_that_is_shown(write: Write) -> None:
    path = write("a @ git+https://${T}@h.example/a --nonsense\n-i https://${T}@h.example/\nb==${T} -X\n")

    found = reading(path, T="s3cret")

    assert "s3cret" not in repr(found)
    assert [line.refused for line in found] == ["is not a requirement pip can read"] * 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("-i https://a.example/\n", id="short"),
        pytest.param("-ihttps://a.example/\n", id="joined"),
        pytest.param("--pypi-url=https://a.example/\n", id="old-name"),
        pytest.param("--index https://a.example/\n", id="abbreviated"),
        pytest.param("--pre --no-index\n", id="several"),
        pytest.param("--find-links 'a b'\n", id="quoted"),
        pytest.param("--trusted-host=h.example # why\n", id="comment"),
        pytest.param("--use-feature=anything\n", id="feature"),
        pytest.param("--no-binary numpy\n", id="format"),
        pytest.param("--hash=sha256:ab\n", id="hash-of-nothing"),
    ],
)
def test_a_global_option_asks_for_nothing(write: Write, text: str) -> None:
    assert reading(write(text)) == ()


@pytest.mark.parametrize("text", ["numpy --no-binary numpy\n", "numpy --pre\n", "numpy --index a\n"])
def test_an_option_behind_a_requirement_is_no_part_of_it(write: Write, text: str) -> None:
    found = one(write(text))

    assert (found.expanded, found.refused, found.passed_over) == ("numpy", "", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "--frobnicate\n", "`--frobnicate` is not an option of a requirements file", id="unknown"
        ),
        pytest.param("torch -U\n", "`-U` is not an option of a requirements file", id="unknown-short"),
        pytest.param("--pr\n", "`--pr` is not an option of a requirements file", id="ambiguous"),
        pytest.param("--=x\n", "`--` is not an option of a requirements file", id="nameless"),
        pytest.param("-r\n", "`--requirement` needs a value", id="no-value"),
        pytest.param("--pre=yes\n", "`--pre` takes no value", id="needless-value"),
        pytest.param("--no-binary -x\n", "`--no-binary` needs a value", id="option-for-a-value"),
        pytest.param("a --hash=md5:ab\n", "`--hash` needs sha256, sha384 or sha512", id="weak-hash"),
        pytest.param("a --hash=ab\n", "`--hash` needs sha256, sha384 or sha512", id="no-digest"),
        pytest.param("a -C key\n", "`--config-settings` needs KEY=VALUE", id="no-setting"),
        pytest.param("a --config-settings 'b=c\n", "has a quote that is not closed", id="open-quote"),
    ],
)
def test_what_pip_refuses_is_a_line_that_says_why(write: Write, text: str, reason: str) -> None:
    found = reading(write(f"before==1\n{text}after==1\n"))

    assert [line.text for line in found][::2] == ["before==1", "after==1"]
    assert found[1].refused.startswith(f"is not a requirement pip can read: {reason}")
    assert found[1].line == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("--pre numpy==1.0\n", "has words behind an option", id="requirement-behind-an-option"),
        pytest.param("-- numpy==1.0\n", "has words behind an option", id="double-dash"),
        pytest.param("numpy==1.0 --pre scipy\n", "has words behind an option", id="second-requirement"),
        pytest.param("-e ./a -e ./b\n", "asks for several things on one line", id="two-editables"),
        pytest.param("-r a.txt -r b.txt\n", "asks for several things on one line", id="two-includes"),
        pytest.param("-c a.txt extra\n", "has words behind an option", id="words-behind-an-include"),
        pytest.param("numpy==1.0 -r b.txt\n", "asks for several things on one line", id="include-behind"),
    ],
)
def test_what_pip_silently_drops_is_said(write: Write, text: str, said: str) -> None:
    write("", "a.txt")

    found = reading(write(text))

    assert any(line.passed_over.startswith(said) for line in found)
    assert not any(line.refused for line in found)


def test_includes_are_read_in_place(write: Write) -> None:
    write("inner==1\n-r more/deep.txt\n", "sub/inner.txt")
    write("deep==1\n-c ../../limits.txt\n", "sub/more/deep.txt")
    write("limit==1\n-r ./rest.txt\n", "limits.txt")
    write("rest==1\n", "rest.txt")

    found = reading(write("first==1\n-r sub/inner.txt\nlast==1\n"))

    assert [(line.expanded, line.path.name, line.constraint) for line in found] == [
        ("first==1", "requirements.txt", False),
        ("inner==1", "inner.txt", False),
        ("deep==1", "deep.txt", False),
        ("limit==1", "limits.txt", True),
        ("rest==1", "rest.txt", False),
        ("last==1", "requirements.txt", False),
    ]


def test_a_file_may_be_included_twice_and_by_url(write: Write) -> None:
    inner = write("inner==1\n", "inner.txt")

    found = reading(write(f"-r inner.txt\n--requirement={inner.as_uri()}\n"))

    assert [line.expanded for line in found] == ["inner==1", "inner==1"]


def test_a_line_knows_whether_it_was_included(write: Write) -> None:
    write("inner==1\n-c ../named.txt\n", "sub/inner.txt")
    named = write("named==1\n", "named.txt")
    path = write("-r sub/inner.txt\nown==1\n")

    found = {line.text: line.included for line in read(path, {})}
    known = {line.text: line.included for line in read(path, {}, named=[named])}

    assert found == {"inner==1": True, "named==1": True, "own==1": False}
    assert known == {"inner==1": True, "named==1": False, "own==1": False}


@pytest.mark.parametrize(
    "text", ["--hunter2 x\n", "-Zhunter2\n", "a --hunter2\n", "a --hash 'hunter2\n", "a -C hunter2\n"]
)
def test_why_pip_refuses_an_included_line_is_not_told(write: Write, text: str) -> None:
    write(text, "inner.txt")

    found = one(write("-r inner.txt\n"))

    assert found.refused == "is not a requirement pip can read"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("\n-rhunter2\n", ":2: what is included here cannot be read: no such file", id="missing"),
        pytest.param("-c https://h.example/hunter2\n", ":1: what is included here is not on", id="fetched"),
        pytest.param("-r ./inner.txt#hunter2\n", ":1: what is included here cannot be read", id="odd"),
        pytest.param(
            "--requirement=inner.txt hunter2\n", ":1: what is included here leads back to a file", id="loop"
        ),
        pytest.param("# coding: hunter2\n", ":1: declares an encoding that is not known", id="encoding"),
        pytest.param("a\n<<<<<<< hunter2\n", ":2: holds a merge conflict marker", id="conflict"),
        pytest.param("hunter2\0\n", ":1: holds a NUL character", id="binary"),
    ],
)
def test_an_error_in_an_included_file_tells_its_place_and_no_text(
    write: Write, text: str, message: str
) -> None:
    write(text, "inner.txt")

    with pytest.raises(InputError) as caught:
        reading(write("-r inner.txt\n"))

    assert f"inner.txt{message}" in caught.value.message
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a\n-r missing.txt\n", ":2: `-r missing.txt` cannot be read: ", id="missing"),
        pytest.param("-r .\n", "is a directory", id="directory"),
        pytest.param(
            "-r requirements.txt\n", "leads back to a file that this one is included by", id="itself"
        ),
        pytest.param("-r sub/../requirements.txt\n", "that this one is included by", id="itself-roundabout"),
        pytest.param("-r back.txt\n", "back.txt:1: what is included here leads back to", id="in-a-ring"),
        pytest.param("-c https://u:secret@h.example/c.txt\n", "nothing is fetched", id="fetched"),
        pytest.param("-r HTTP://h.example/c.txt\n", "nothing is fetched", id="fetched-upper-case"),
        pytest.param("-r file:no/such.txt\n", "cannot be read", id="relative-url"),
        pytest.param("-r conflict.txt\n", "conflict.txt:1: holds a merge", id="unmerged"),
    ],
)
def test_an_include_that_cannot_be_followed_is_an_error(write: Write, text: str, message: str) -> None:
    write("-c requirements.txt\n", "back.txt")
    write("<<<<<<< HEAD\n", "conflict.txt")

    with pytest.raises(InputError) as caught:
        reading(write(text))

    assert message in caught.value.message
    assert "secret" not in caught.value.message


def test_an_include_that_is_not_there_tells_no_value_of_a_variable(write: Write) -> None:
    with pytest.raises(InputError, match=r":1: `-r \$\{T\}\.txt` cannot be read: no such file"):
        reading(write("-r ${T}.txt\n"), T="hunter2")


def test_the_file_itself_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        reading(tmp_path / "requirements.txt")


@pytest.mark.parametrize(
    ("comment", "codes", "reason"),
    [
        pytest.param("# driftguard: ignore[DG201] from the image", ("DG201",), "from the image", id="one"),
        pytest.param("#driftguard:ignore[DG201]: why not", ("DG201",), "why not", id="terse"),
        pytest.param("# driftguard: ignore[DG2, DG301 ] why", ("DG2", "DG301"), "why", id="several"),
        pytest.param(
            "# noqa # driftguard: ignore[DG201] see #12", ("DG201",), "see #12", id="behind-another"
        ),
    ],
)
def test_a_comment_accepts_a_finding(write: Write, comment: str, codes: tuple[str, ...], reason: str) -> None:
    found = one(write(f"numpy  {comment}\n")).suppression

    assert (found.codes, found.reason, found.problem) == (codes, reason, "")


def test_a_comment_that_closes_a_continuation_belongs_to_it(write: Write) -> None:
    found = one(write("numpy \\\n  --hash=sha256:ab \\\n  # driftguard: ignore[DG201] why\n"))

    assert found.suppression.reason == "why"


@pytest.mark.parametrize("text", ["--pre", "-r inner.txt", "-c inner.txt", "-i https://a.example/"])
def test_a_comment_that_accepts_something_is_kept_where_nothing_is_asked_for(write: Write, text: str) -> None:
    write("", "inner.txt")
    found = one(write(f"{text}  # driftguard: ignore[DG201] why\n"))

    assert (found.expanded, found.suppression.reason) == ("", "why")
    assert not reading(write(f"{text}  # plain\n"))


@pytest.mark.parametrize(
    "comment", ["# via driftguard: the tool", "# plain", "# Driftguard: ignore[DG201] x"]
)
def test_another_comment_accepts_nothing(write: Write, comment: str) -> None:
    found = one(write(f"numpy  {comment}\n")).suppression

    assert (found.codes, found.reason, found.problem) == ((), "", "")


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        pytest.param("# driftguard: ignore[DG201]", "has an ignore without a reason", id="no-reason"),
        pytest.param("# driftguard: ignore[DG201]  : ", "has an ignore without a reason", id="no-words"),
        pytest.param("# driftguard: ignore because", "has an ignore without a code", id="no-code"),
        pytest.param("# driftguard: ignore[] because", "has an ignore without a code", id="empty"),
        pytest.param("# driftguard: ignore[E501] why", "has an ignore of `E501`", id="foreign-code"),
        pytest.param("# driftguard: ignore[DG2011] why", "has an ignore of `DG2011`", id="long-code"),
        pytest.param("# driftguard: skip", "has a `driftguard:` comment that is not", id="another-word"),
    ],
)
def test_a_broken_ignore_is_said_and_accepts_nothing(write: Write, comment: str, problem: str) -> None:
    found = one(write(f"numpy  {comment}\n")).suppression

    assert found.problem.startswith(problem)
    assert (found.codes, found.reason) == ((), "")
