"""Where git left a conflict, and what only resembles one."""

import pytest

from driftguard.conflicts import conflict_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("a\n<<<<<<< HEAD\n", 2, id="ours"),
        pytest.param("<<<<<<<", 1, id="bare"),
        pytest.param("a\n\n>>>>>>> 12ab (title)\r\n", 3, id="theirs"),
        pytest.param("||||||| merged common ancestors\n", 1, id="base"),
        pytest.param("a\n=======\nb\n", 2, id="between"),
        pytest.param("a\r\n=======\r\nb\r\n", 2, id="between-crlf"),
        pytest.param("=======\n>>>>>>> x\n", 1, id="the-first-of-several"),
    ],
)
def test_a_marker_is_found_in_its_line(text: str, line: int) -> None:
    assert conflict_line(text) == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# <<<<<<< HEAD\n =======\n", id="not-at-the-start"),
        pytest.param("<<<<<<<<\n>>>>>>\n========\n|||||||x\n", id="another-length"),
        pytest.param("======= title\n", id="a-rule-with-words"),
    ],
)
def test_what_only_resembles_a_marker_is_none(text: str) -> None:
    assert conflict_line(text) is None
