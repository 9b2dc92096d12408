"""Whatever a probe's process leaves behind is read without a fault, and what is no answer is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard.adapters.probes import answer
from driftguard.attended import Ended
from driftguard.probes import Result
from tests.adapters.probes.builders import importing

TOKEN = "t" * 32
PASSED = {
    "token": TOKEN,
    "failure": None,
    "spoke": "",
    "warned": [],
    "refused": [],
    "traced": [["/a"], ["/"]],
}
FAILURE = {"error": "E", "root": "", "module": "", "memory": False, "frames": [["/a.py", 1]]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def read(said: object, code: int | None = 0) -> answer.Trial:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    return answer.read(importing("a"), Ended(code, text, started=7), TOKEN)


def test_an_answer_is_taken() -> None:
    trial = read(PASSED)

    assert (trial.outcome.result, trial.files, trial.folders) == (Result.PASSED, ("/a",), ("/",))
    assert (trial.is_traced, trial.started) == (True, 7)


def test_noise_around_an_answer_is_not() -> None:
    lines = [b"\xff{", b"[]", b'{"token": "other"}', json.dumps(PASSED).encode(), b'{"token": "x"}']

    assert read(b"\n".join(lines)).outcome.result is Result.PASSED


@given(st.sampled_from(sorted(PASSED)), JSON)
def test_an_answer_of_another_shape_is_none(key: str, value: object) -> None:
    trial = read({**PASSED, key: value})

    assert trial.outcome.result in {Result.PASSED, Result.LEFT, Result.RAISED, Result.STARVED}
    if key == "token" and value != TOKEN:
        assert trial.outcome.result is Result.LEFT


@given(st.sampled_from(sorted(FAILURE)), JSON)
def test_a_failure_of_another_shape_has_not_passed(key: str, value: object) -> None:
    trial = read({**PASSED, "failure": {**FAILURE, key: value}})

    assert trial.outcome.result in {Result.LEFT, Result.RAISED, Result.STARVED}


@given(st.binary(max_size=200), st.none() | st.integers(min_value=-70, max_value=300))
def test_no_answer_is_no_pass(said: bytes, code: int | None) -> None:
    assert read(said, code).outcome.result in {Result.LEFT, Result.CRASHED, Result.HUNG}


@pytest.mark.parametrize(
    ("code", "words", "result", "signal"),
    [
        pytest.param(None, "", Result.HUNG, "", id="ended-by-us"),
        pytest.param(-24, "", Result.HUNG, "", id="processor-time"),
        pytest.param(-14, "", Result.HUNG, "", id="alarm"),
        pytest.param(-11, "", Result.CRASHED, "SIGSEGV", id="crash"),
        pytest.param(-63, "", Result.CRASHED, "signal 63", id="nameless"),
        pytest.param(-6, "terminate called: std::bad_alloc", Result.STARVED, "", id="bad-alloc"),
        pytest.param(1, "MemoryError", Result.STARVED, "", id="no-memory-to-answer"),
        pytest.param(0, "", Result.LEFT, "", id="left"),
    ],
)
def test_how_it_ended_without_an_answer(code: int | None, words: str, result: Result, signal: str) -> None:
    outcome = answer.read(importing("a"), Ended(code, b"", words), TOKEN).outcome

    assert (outcome.result, outcome.signal) == (result, signal)
