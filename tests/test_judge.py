"""Which rules run, what a missing fact means, and how ignores are applied."""

import pytest

from driftguard.errors import UsageError
from driftguard.finding import Ignore, Report, Severity, Verdict
from driftguard.judge import chosen, judge
from driftguard.model import Unavailable
from driftguard.rules import MODULES, every
from tests.builders import environment, evidence, finding, installed

TODAY = "2026-06-01"


def codes(select: tuple[str, ...], ignore: tuple[str, ...] = ()) -> list[str]:
    return [module.RULE.code for module in chosen(select, ignore)]


def test_codes_and_names_are_unique_and_sorted_by_family() -> None:
    listed = [module.RULE.code for module in every()]

    assert listed == sorted(set(listed))
    assert listed == list(MODULES)
    assert len({module.RULE.name for module in every()}) == len(MODULES)


def test_rules_are_chosen_by_prefix() -> None:
    assert codes(("DG102",)) == ["DG102"]
    assert codes(("DG1",), ("DG11",)) == [f"DG10{n}" for n in range(1, 10)]


@pytest.mark.parametrize(
    ("select", "ignore"),
    [
        (("DG0",), ()),
        (("DG1",), ("XX",)),
        (("",), ()),
        (("DG1",), ("DG903",)),
        (("DG9",), ()),
        (("DG1",), ("DG",)),
        (("DG1",), ("DG1",)),
    ],
)
def test_a_prefix_of_nothing_our_own_rules_and_an_empty_choice_are_refused(
    select: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError):
        chosen(select, ignore)


def test_a_rule_without_its_fact_is_skipped_and_the_verdict_is_unknown() -> None:
    facts = evidence(["a==1"], environment("a==1"), environment=Unavailable("nobody looked"))

    judgement = judge(facts, chosen(("DG107",)), today=TODAY)

    assert [str(found) for found in judgement.findings] == ["DG903 unknown: DG107: skipped: nobody looked"]
    assert Report(command="check", findings=judgement.findings).verdict is Verdict.UNKNOWN


def ignored(*entries: Ignore) -> tuple[list[str], list[str]]:
    facts = evidence([], environment(installed("colorlog==6.9")))
    judgement = judge(facts, chosen(("DG1",)), ignores=entries, today=TODAY)
    return [found.code for found in judgement.findings], [entry.finding.code for entry in judgement.ignored]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param(Ignore(rule="DG104", reason="x"), ([], ["DG104"]), id="by code"),
        pytest.param(Ignore(rule="DG1", reason="x"), ([], ["DG104"]), id="by family"),
        pytest.param(Ignore(rule="DG104", reason="x", package="colorlog"), ([], ["DG104"]), id="by package"),
        pytest.param(Ignore(rule="DG104", reason="x", until=TODAY), ([], ["DG104"]), id="on its last day"),
        pytest.param(
            Ignore(rule="DG104", reason="x", package="other"), (["DG104", "DG902"], []), id="another package"
        ),
        pytest.param(Ignore(rule="DG101", reason="x"), (["DG104", "DG902"], []), id="another rule"),
        pytest.param(Ignore(rule="DG7", reason="x"), (["DG104"], []), id="a rule that did not run"),
        pytest.param(
            Ignore(rule="DG104", reason="x", until="2026-05-31"), (["DG104", "DG901"], []), id="expired"
        ),
    ],
)
def test_an_ignore_hides_what_it_covers_and_speaks_when_it_does_not(
    entry: Ignore, expected: tuple[list[str], list[str]]
) -> None:
    assert ignored(entry) == expected


@pytest.mark.parametrize(
    ("findings", "fail_on", "verdict"),
    [
        pytest.param([], Severity.ERROR, Verdict.PASS, id="nothing"),
        pytest.param([finding(severity=Severity.NOTE)], Severity.ERROR, Verdict.PASS, id="a note"),
        pytest.param([finding(severity=Severity.WARNING)], Severity.ERROR, Verdict.WARN, id="a warning"),
        pytest.param(
            [finding(severity=Severity.WARNING)], Severity.WARNING, Verdict.FAIL, id="at the threshold"
        ),
        pytest.param(
            [finding(severity=Severity.NOTE)], Severity.NOTE, Verdict.FAIL, id="a note at the threshold"
        ),
        pytest.param([finding()], Severity.ERROR, Verdict.FAIL, id="an error"),
        pytest.param([finding(unknown=True)], Severity.ERROR, Verdict.UNKNOWN, id="unknown"),
        pytest.param(
            [finding(unknown=True), finding()], Severity.ERROR, Verdict.FAIL, id="unknown and an error"
        ),
        pytest.param(
            [finding(unknown=True), finding(severity=Severity.WARNING)],
            Severity.ERROR,
            Verdict.UNKNOWN,
            id="never warn",
        ),
    ],
)
def test_the_verdict_fails_closed(findings: list[object], fail_on: Severity, verdict: Verdict) -> None:
    report = Report(command="check", findings=tuple(findings), fail_on=fail_on)  # type: ignore[arg-type]

    assert report.verdict is verdict
