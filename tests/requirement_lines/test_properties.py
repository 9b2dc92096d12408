"""A requirement rendered from its parts is read back, however it is laid out."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftguard.model import SourceKind, normalized
from driftguard.requirement_lines.forms import wanted
from driftguard.requirement_lines.links import UnreadableError
from driftguard.requirement_lines.reader import read

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,4}([-_.][A-Za-z0-9]{1,3}){0,2}", fullmatch=True)
VERSIONS = st.from_regex(
    r"(0|[1-9][0-9]?)(\.(0|[1-9][0-9]?)){0,3}((a|b|rc)[1-9])?(\.post[1-9])?", fullmatch=True
)
EXTRAS = st.lists(NAMES, max_size=2, unique_by=normalized)
MARKERS = st.sampled_from(
    ["", 'python_version < "3.9"', 'os_name == "nt" and extra == "x"', "sys_platform != 'a;b#c'"]
)
BLANKS = st.sampled_from(["", " ", "   ", "\t"])
BREAKS = st.sampled_from([" \\\n", "\\\n", " \\\r\n  ", " \\\n\\\n "])
COMMENTS = st.sampled_from(
    ["", " # why", "\t# why \\ not", "  #", " # ünï #more", " \\\n  # on its own line"]
)
BEFORE = st.sampled_from(["", "\n", "# title\n", "  # title \\\n", "\\\n", "\r\n\r\n"])

fast = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rendered(name: str, extras: list[str], version: str, marker: str, blank: str) -> str:
    inside = f"[{','.join(extras)}]" if extras else ""
    behind = f"{blank};{blank}{marker}" if marker else ""
    return f"{name}{inside}{blank}=={blank}{version}{behind}"


@fast
@given(NAMES, EXTRAS, VERSIONS, MARKERS, BLANKS)
def test_what_is_written_is_read(name: str, extras: list[str], version: str, marker: str, blank: str) -> None:
    text = rendered(name, extras, version, marker, blank)

    found = wanted(text, (Path("/nowhere"),), shown=text)

    assert found.name == normalized(name)
    assert found.extras == tuple(sorted(map(normalized, extras)))
    assert found.version == version
    assert bool(found.marker) == bool(marker)
    assert not found.problem


@fast
@given(
    requirement=st.builds(rendered, NAMES, EXTRAS, VERSIONS, MARKERS, st.just(" ")),
    before=BEFORE,
    breaks=st.dictionaries(st.integers(0, 40), BREAKS, max_size=3),
    comment=COMMENTS,
    hashed=st.booleans(),
)
def test_layout_changes_nothing(
    tmp_path: Path, requirement: str, before: str, breaks: dict[int, str], comment: str, hashed: bool
) -> None:
    words = requirement.split(" ")
    laid_out = words[0] + "".join(f" {breaks.get(at, '')}{word}" for at, word in enumerate(words[1:]))
    tail = " --hash=sha256:ab \\\n    --hash=sha256:cd" if hashed else ""
    path = tmp_path / "requirements.txt"
    path.write_bytes(f"{before}{laid_out}{tail}{comment}\nlast==1\n".encode())

    first, last = read(path, {})

    assert "".join(first.expanded.split()) == "".join(requirement.split())
    assert (first.refused, first.passed_over, last.text) == ("", "", "last==1")
    assert (
        path.read_text()
        .splitlines()[first.line - 1][first.column - 1 :]
        .startswith(words[0].split("[")[0][0])
    )


@fast
@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(0, 79), st.sampled_from("-;@[]#\\ =<>'\"$")), max_size=8),
)
def test_anything_is_read_or_refused_but_never_breaks(text: str, marks: list[tuple[int, str]]) -> None:
    for at, mark in marks:
        text = text[:at] + mark + text[at + 1 :]

    for editable in (False, True):
        try:
            found = wanted(text, (Path("/nowhere"),), shown=text, editable=editable)
        except UnreadableError:
            continue
        assert found.problem or found.version or found.origin.kind is not SourceKind.REGISTRY


@pytest.mark.parametrize("editable", [False, True])
def test_a_name_that_no_file_can_have_is_no_path(editable: bool) -> None:
    with pytest.raises(UnreadableError):
        wanted("./" + "x" * 5000, (Path("/nowhere"),), shown="", editable=editable)
