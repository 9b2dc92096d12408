"""What an answer says of two judgements, and how it is written down, on values made by hand."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from driftguard.binary import Binaries, Image, NativeHost, NumpyRuntime, NumpyStyle, NumpyUse
from driftguard.commands import abi_table, candidates, what_if
from driftguard.commands.candidates import Asked, Change
from driftguard.finding import Finding, Ignore, Ignored, Mend, Report, Severity
from driftguard.judge import Judgement
from tests.builders import environment, installed

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "abi.schema.json").read_text())
DOWN = (Change("numpy", "2.4.6", "1.26.4"),)
HOSTILE = "1.0\x1b[31m|`<b>`\n::error::@all http://user:secret@index.example/ \u202e"


def found(subject: str, code: str = "DG301", severity: Severity = Severity.ERROR, **more: object) -> Finding:
    return Finding(code, "rule", severity, subject, f"about {subject}", **more)  # type: ignore[arg-type]


def judged(*findings: Finding, ignored: tuple[Ignored, ...] = ()) -> Judgement:
    return Judgement(findings=findings, ignored=ignored, rules=("DG301",))


def looked_at(today: Judgement, then: Judgement, changes: tuple[Change, ...] = DOWN) -> what_if.Outlook:
    return what_if.outlook((Asked("numpy<2", "numpy", ()),), changes, today, then)


A, B = found("a"), found("b")
WARNING, NOTE = found("a", severity=Severity.WARNING), found("a", severity=Severity.NOTE)
UNKNOWN = found("a", unknown=True)
UNMET = found("a", "DG111", Severity.WARNING)
SKIPPED = found("DG302", "DG903", unknown=True)
NOTHING = "nothing that can be read would break"


@pytest.mark.parametrize(
    ("today", "then", "said"),
    [
        ((), (), NOTHING),
        ((), (A,), "1 distribution would break"),
        ((), (A, B, found("a", "DG305")), "2 distributions would break"),
        ((A,), (), f"{NOTHING}, 1 distribution would be mended"),
        ((A,), (A,), f"{NOTHING}, 1 distribution would stay broken"),
        ((A,), (A._replace(message="other numbers"),), f"{NOTHING}, 1 distribution would stay broken"),
        ((A,), (B,), "1 distribution would break, 1 distribution would be mended"),
        ((NOTE,), (A,), "1 distribution would break"),
        ((), (WARNING,), f"{NOTHING}, 1 distribution may misbehave"),
        ((), (A, WARNING), "1 distribution would break"),
        ((), (NOTE,), NOTHING),
        ((), (UNMET,), f"{NOTHING}, 1 distribution would not have what is required"),
        ((), (UNKNOWN,), f"{NOTHING}, 1 undecided"),
        ((UNKNOWN,), (UNKNOWN,), f"{NOTHING}, 1 undecided"),
        ((SKIPPED,), (SKIPPED,), f"{NOTHING}, 1 undecided"),
        ((), (found("DG301", "DG902", Severity.WARNING),), NOTHING),
    ],
)
def test_the_answer_in_one_line(today: tuple[Finding, ...], then: tuple[Finding, ...], said: str) -> None:
    assert str(looked_at(judged(*today), judged(*then))) == f"numpy 2.4.6 -> 1.26.4: {said}"


def test_what_somebody_accepted_neither_breaks_nor_is_lost() -> None:
    accepted = (Ignored(finding=A, ignore=Ignore(rule="DG301", reason="never imported")),)

    new = looked_at(judged(), judged(ignored=accepted))
    old = looked_at(judged(ignored=accepted), judged(ignored=accepted))

    assert (new.breaks, new.ignored) == ((), accepted)
    assert (old.breaks, old.ignored, old.mended) == ((), (), ())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((Change("a", "1", "1"),), "a 1 (as installed)"),
        ((Change("a", "", "1"),), "a (not installed) -> 1"),
        (tuple(Change(f"p{n}", "1", "2") for n in range(5)), "p0 1 -> 2, p1 1 -> 2, p2 1 -> 2 and 2 more"),
    ],
)
def test_the_changes_in_the_answer(changes: tuple[Change, ...], said: str) -> None:
    assert str(looked_at(judged(), judged(), changes)) == f"{said}: {NOTHING}"


def test_a_candidate_takes_the_place_of_all_that_have_its_name() -> None:
    there = environment("numpy==2.4.6", "numpy==2.4.5", "pandas==3.1.1", inherited=(installed("numpy==1.0"),))
    brought = (installed("numpy==1.26.4"), installed("extra==1.0"))

    then = candidates.laid_over(there, brought)

    assert [f"{one.name}=={one.version}" for one in then.installed] == [
        "extra==1.0",
        "numpy==1.26.4",
        "pandas==3.1.1",
    ]
    assert then.inherited == ()
    assert [str(one) for one in candidates.changes(there, brought)] == [
        "numpy 2.4.5 -> 1.26.4",
        "extra (not installed) -> 1.0",
    ]


def test_paths_are_told_as_in_the_wheel_and_without_a_mend() -> None:
    aside = Path("/tmp/driftguard-x")
    mend = Mend("uv sync")
    at = found(
        "a",
        mend=mend,
        why=f"read in {aside}/numpy/a.so",
        detail=(f"and {aside}/b",),
        path=f"{aside}/numpy/a.so",
    )

    (placed,) = what_if.placed([at], aside)

    assert (placed.path, placed.why, placed.detail, placed.mend) == (
        "numpy/a.so",
        "read in numpy/a.so",
        ("and b",),
        None,
    )


BINARIES = Binaries(
    images=(
        Image(
            path="/env/site/old/_x.so",
            distribution="old",
            machine="x86_64",
            module="old._x",
            tag="abi3|`\x1b",
            numpy=NumpyUse(NumpyStyle.IMPORT_ARRAY, abi=1, feature="1.20"),
        ),
        Image(
            path="/env/site/silent/_x.so",
            distribution="silent",
            machine="x86_64",
            module="silent._x",
            numpy=NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True),
        ),
    ),
    numpy=NumpyRuntime(HOSTILE, abi=1, api=0x11, path="/env/site/numpy"),
    provided={},
    problems=(),
    suffixes=(),
    free_threaded=False,
    host=NativeHost("x86_64", "2.36", "3.4.30", "1.3.13", frozenset()),
)


@pytest.mark.parametrize("kind", ["text", "json", "markdown", "github"])
@pytest.mark.parametrize("asked", [False, True])
def test_nothing_from_outside_gets_out_of_hand(kind: str, asked: bool) -> None:
    there = environment(installed("old")._replace(version=HOSTILE), "silent==1.0")
    table = abi_table.table(there, BINARIES)
    changes = (Change("old", HOSTILE, HOSTILE + "2"),)
    hostile = found("old")._replace(message=HOSTILE)
    outlook = looked_at(judged(hostile), judged(), changes) if asked else None
    report = Report(command="abi", findings=(hostile,), facts=(("environment", "here"), ("what if", HOSTILE)))

    written = abi_table.render(report, kind, table, outlook)

    assert written.replace("\n", "").replace("\u200b", "").isprintable()
    assert "secret" not in written
    assert not [line for line in written.splitlines() if line.startswith(("::error::@", "@all"))]
    if kind == "json":
        Draft202012Validator(SCHEMA).validate(json.loads(written))


def test_silent_misreading_draws_a_range_of_its_own() -> None:
    silent = BINARIES._replace(images=BINARIES.images[1:])

    written = abi_table.render(
        Report(command="abi", findings=(), facts=(("environment", "here"),)),
        "text",
        abi_table.table(environment("silent==1.0"), silent),
        None,
    )

    assert "nothing here bounds NumPy\nnumpy<2: cap from silent, because it may silently misread" in written
    assert re.search(r"^silent +1.0 +1 +- +\? +- +-$", written, re.M)


def test_the_schema_of_a_finding_is_that_of_a_report() -> None:
    report = json.loads((DOCS / "report.schema.json").read_text())

    assert SCHEMA["$defs"].items() >= report["$defs"].items()
    assert SCHEMA["properties"].keys() > report["properties"].keys()
    for name in report["properties"].keys() - {"schema", "command"}:
        assert SCHEMA["properties"][name] == report["properties"][name]
