"""Every format says the same, and nothing from outside can break out of it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from driftguard.finding import Ignore, Ignored, Mend, Report, Severity
from driftguard.reporters import FORMATS, render
from tests.builders import finding

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())

PLAIN = Report(
    command="check",
    findings=(
        finding(
            why="pandas was locked with the other",
            detail=("36 of 42 modules", "installed: /env/numpy.so"),
            mend=Mend("uv sync --frozen"),
            path=Path("uv.lock"),
            line=12,
        ),
        finding("pandas: locked 3.1.1, installed 3.0.0", mend=Mend("uv sync --frozen")),
    ),
    ignored=(
        Ignored(
            finding=finding("colorlog: not in the lock", severity=Severity.WARNING),
            ignore=Ignore(rule="DG104", reason="until the image is rebuilt", until="2026-12-31"),
        ),
    ),
    rules=("DG102",),
    facts=(("environment", ".venv (CPython 3.11.7)"), ("lock", "uv.lock")),
    notes=("the lock has revision 6",),
    judged=(("package", 62),),
    seconds=0.314,
)
HOSTILE = "x\x1b[31m\n::error::owned\r%0A|`</td><script>alert(1)</script>[a](http://u:pw@evil.example) @team ![i](x) \u202e"
ATTACK = Report(
    command="check",
    findings=(
        finding(
            f"{HOSTILE}: {HOSTILE}",
            why=HOSTILE,
            detail=(HOSTILE,),
            mend=Mend(HOSTILE, HOSTILE),
            path=Path(HOSTILE),
            line=1,
        ),
    ),
    facts=(("environment", HOSTILE),),
    notes=(HOSTILE,),
)


def rendered(report: Report, kind: str) -> str:
    return render(report, kind)


def test_text_is_grouped_aligned_and_ends_with_the_summary() -> None:
    assert rendered(PLAIN, "text") == (
        "driftguard check\n"
        "  environment  .venv (CPython 3.11.7)\n"
        "  lock         uv.lock\n"
        "  note: the lock has revision 6\n"
        "\n"
        "DG102 other version\n"
        "  error   numpy   locked 2.0, installed 1.0\n"
        "                  pandas was locked with the other (uv.lock:12)\n"
        "                  36 of 42 modules\n"
        "                  installed: /env/numpy.so\n"
        "  error   pandas  locked 3.1.1, installed 3.0.0\n"
        "  mend: uv sync --frozen\n"
        "\n"
        "ignored\n"
        "  DG102 warning: colorlog: not in the lock — until the image is rebuilt, until\n"
        "    2026-12-31\n"
        "\n"
        "62 packages judged in 0.31 s: 2 errors, 0 warnings, 0 notes, 0 unknown, 1 ignored\n"
    )


LONG = "a" * 100 + "z" * 100


def test_a_long_name_is_cut_in_the_middle_in_text_alone() -> None:
    clause = f"reads {LONG}, and /srv/{LONG}.so"
    report = Report(
        command="check",
        findings=(finding(f"{LONG}: has {LONG}", why=clause, detail=(clause,), path=Path("/srv", LONG)),),
        ignored=(Ignored(finding(f"{LONG}: has {LONG}"), Ignore(rule="DG1", reason="known")),),
        notes=(f"of {LONG}",),
    )

    lines = rendered(report, "text").splitlines()

    # A path is copied: it stays whole, on a line of its own.
    whole = [line.strip() for line in lines if len(line) > 80]
    assert whole == [f"/srv/{LONG}.so", f"(/srv/{LONG})", f"/srv/{LONG}.so"]
    assert f"  error   {'a' * 20}…{'z' * 19}  has" in lines
    assert sum("a…z" in line for line in lines) == 7
    for kind in ("json", "markdown", "github"):
        assert f"has {LONG}" in rendered(report, kind)


@pytest.mark.parametrize("length", [1, 24, 25, 40, 41, 79, 200])
def test_no_name_is_too_long_for_a_line(length: int) -> None:
    names = tuple(finding(f"{'n' * some}: locked 2.0, installed {'v' * length}") for some in (3, length))

    lines = rendered(Report(command="check", findings=names), "text").splitlines()

    assert max(map(len, lines[:-1])) <= 80
    assert ("…" in "".join(lines)) == (length > 40)


def test_markdown_is_a_heading_a_table_and_the_commands() -> None:
    assert rendered(PLAIN, "markdown") == (
        "## driftguard check: failed\n"
        "\n"
        "62 packages judged in 0.31 s: 2 errors, 0 warnings, 0 notes, 0 unknown, 1 ignored\n"
        "\n"
        "* environment: `.venv (CPython 3.11.7)`\n"
        "* lock: `uv.lock`\n"
        "* note: the lock has revision 6\n"
        "\n"
        "| | rule | about | what | why |\n"
        "|---|---|---|---|---|\n"
        "| error | DG102 | `numpy` | locked 2.0, installed 1.0 (`uv.lock:12`) | pandas was locked with the other; 36 of 42 modules; installed: /env/numpy.so |\n"
        "| error | DG102 | `pandas` | locked 3.1.1, installed 3.0.0 |  |\n"
        "\n"
        "To mend:\n"
        "\n"
        "```sh\n"
        "uv sync --frozen\n"
        "```\n"
        "\n"
        "Ignored:\n"
        "\n"
        "* DG102 warning: colorlog: not in the lock: until the image is rebuilt, until 2026-12-31\n"
    )


def test_github_annotates_file_and_line() -> None:
    assert rendered(PLAIN, "github") == (
        "::error file=uv.lock,line=12,title=DG102 other-version::numpy: locked 2.0, installed 1.0 "
        "(pandas was locked with the other; 36 of 42 modules; installed: /env/numpy.so). Mend: uv sync --frozen\n"
        "::error title=DG102 other-version::pandas: locked 3.1.1, installed 3.0.0. Mend: uv sync --frozen\n"
        "62 packages judged in 0.31 s: 2 errors, 0 warnings, 0 notes, 0 unknown, 1 ignored\n"
    )


def test_github_says_how_many_annotations_it_left_out() -> None:
    many = Report(command="check", findings=tuple(finding(f"p{n}: x") for n in range(13)))

    lines = rendered(many, "github").splitlines()

    assert sum(line.startswith("::error") for line in lines) == 10
    assert "3 more of severity error are not annotated" in lines


@pytest.mark.parametrize(
    "report", [PLAIN, ATTACK, Report(command="lint", findings=())], ids=["plain", "attack", "empty"]
)
def test_json_is_what_its_schema_says(report: Report) -> None:
    faults = Draft202012Validator(SCHEMA).iter_errors(json.loads(rendered(report, "json")))

    assert [fault.message for fault in faults] == []


def test_the_schema_refuses_another_shape() -> None:
    broken = {**json.loads(rendered(PLAIN, "json")), "verdict": "green"}

    assert not Draft202012Validator(SCHEMA).is_valid(broken)


@pytest.mark.parametrize("kind", FORMATS)
def test_no_format_lets_control_characters_or_credentials_through(kind: str) -> None:
    text = rendered(ATTACK, kind)

    assert "\x1b" not in text
    assert "\r" not in text
    assert "\u202e" not in text
    assert "u:pw@" not in text


def test_github_commands_cannot_be_injected() -> None:
    for line in rendered(ATTACK, "github").splitlines()[:-1]:
        assert line.count("::error ") == 1
        assert line.startswith("::error ")
    assert all(not line.startswith("::error::") for line in rendered(ATTACK, "text").splitlines())


def test_markdown_cannot_be_injected() -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(rendered(ATTACK, "markdown"))

    assert "<table>" in html
    assert html.count("<tr>") == 2
    for element in ("<script", "<img", "<a "):
        assert element not in html


@pytest.mark.parametrize("kind", FORMATS)
def test_a_command_that_would_be_shown_as_another_is_left_out(kind: str) -> None:
    odd = finding(mend=Mend("rm -r --", "'/srv/\x1b[31m'"))

    shown = render(Report(command="check", findings=(odd,)), kind)

    assert odd.code in shown
    assert "rm -r" not in shown
