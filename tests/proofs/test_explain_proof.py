"""The score of explanations: what counts as right, and what a third is."""

from pathlib import Path

import tomli

from tests.proofs import explain

PANDAS = "ModuleNotFoundError: No module named 'pandas'\n"
WANTED = {"causes": ["module-not-installed"], "fix": ["install pandas"]}
FIRST = {"texts": 20, "cause": 16, "both": 14, "unknown": 4, "sure": 0}


def judged(folder: Path, text: str, wanted: dict[str, list[str]]) -> explain.Row:
    (folder / "one.txt").write_text(text)
    (row,) = explain.rows(folder, {"one": wanted})
    return row


def test_a_text_is_right_in_cause_and_fix_by_its_first_cause(tmp_path: Path) -> None:
    right = judged(tmp_path, PANDAS, WANTED)
    half = judged(tmp_path, PANDAS, {**WANTED, "fix": ["pray"]})
    wrong = judged(tmp_path, PANDAS, {**WANTED, "causes": ["disk-full"]})
    unknown = judged(tmp_path, "KeyError: 'x'\n", WANTED)

    assert (right.cause, right.fix, right.wrong_and_sure) == (True, True, False)
    assert (half.cause, half.fix) == (True, False)
    assert (wrong.cause, wrong.wrong_and_sure) == (False, True)
    assert (unknown.cause, unknown.answered, unknown.wrong_and_sure) == (False, "", False)


def test_too_few_right_answers_do_not_hold(tmp_path: Path) -> None:
    right = judged(tmp_path, PANDAS, WANTED)
    wrong = right._replace(cause=False)

    assert explain.holds(
        [right._replace(held=False), *[right._replace(held=True)] * 4, wrong._replace(held=True)]
    )
    assert not explain.holds(
        [right._replace(held=False), right._replace(held=True), wrong._replace(held=True)]
    )
    assert not explain.holds([right._replace(held=False)])


def test_the_table_in_the_document_has_the_first_judgement() -> None:
    known = tomli.loads(explain.EXPECTED.read_text(encoding="utf-8"))

    assert known["first"] == FIRST
    assert explain.table([], known["first"]).splitlines()[3] in explain.DOCUMENT.read_text(encoding="utf-8")
    assert sum(explain.is_held_out(name) for name in known["expected"]) == FIRST["texts"]


def test_the_table_in_the_document_has_the_threads() -> None:
    document = explain.DOCUMENT.read_text(encoding="utf-8")
    second, third = explain.threads()

    assert (second.texts, second.both, third.texts, third.both) == (45, 32, 21, 18)
    assert second.line() in document
    assert third.line() in document
