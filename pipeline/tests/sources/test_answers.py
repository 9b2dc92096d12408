"""Every failure is told apart before anything is parsed."""

import json
from datetime import UTC, datetime

import pytest

from hawks_pipeline.errors import ContractError, UpstreamError
from hawks_pipeline.sources.answers import HealsError, judge

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
GOOD = b'{"resultSets":[]}'
PAGE = b"\n<!DOCTYPE html><html>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(GOOD, id="result sets"),
        pytest.param(b'{"resultSet":{}}', id="one result set"),
        pytest.param(b'{"meta":{},"scoreboard":{}}', id="the newer envelope"),
        pytest.param(b'{"resultSets":[["Message"]],"Message":"hello"}', id="a message beside the data"),
    ],
)
def test_an_answer(body: bytes) -> None:
    judge(200, {"Content-Type": "application/json"}, body, now=NOW)


@pytest.mark.parametrize(
    ("status", "body", "error", "reason"),
    [
        pytest.param(429, b"", HealsError, "asked too often", id="429"),
        pytest.param(500, GOOD, HealsError, "the host failed (HTTP 500)", id="500, whatever it says"),
        pytest.param(503, PAGE, HealsError, "the host failed (HTTP 503)", id="503"),
        pytest.param(200, b"", HealsError, "an empty body", id="nothing"),
        pytest.param(200, b" \n", HealsError, "an empty body", id="blanks"),
        pytest.param(200, PAGE, HealsError, "a web page", id="a page"),
        pytest.param(200, b"{}", HealsError, "an empty answer", id="an empty object"),
        pytest.param(200, b"null", HealsError, "an empty answer", id="null"),
        pytest.param(200, b'{"resultSets":[{"na', HealsError, "breaks off", id="cut off"),
        pytest.param(200, b'{"Message":"An error"}', HealsError, "own error", id="the host's error"),
        pytest.param(200, b"\x1f\x8b\x08\x00", HealsError, "breaks off", id="still compressed"),
        pytest.param(403, PAGE, UpstreamError, "shuts us out", id="403"),
        pytest.param(401, b"", UpstreamError, "shuts us out", id="401"),
        pytest.param(302, b"", UpstreamError, "sends us elsewhere", id="elsewhere"),
        pytest.param(204, b"", UpstreamError, "HTTP 204", id="no content"),
        pytest.param(400, b"Season is required", ContractError, "'Season is required'", id="400"),
        pytest.param(404, PAGE, ContractError, "does not understand", id="404"),
        pytest.param(200, b"[1]", ContractError, "no envelope", id="a list"),
        pytest.param(200, b'"a word"', ContractError, "no envelope", id="a word"),
        pytest.param(200, b'{"games":[]}', ContractError, "it has 'games'", id="another object"),
    ],
)
def test_no_answer(status: int, body: bytes, error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as caught:
        judge(status, {}, body, now=NOW)

    assert reason in str(caught.value)
    assert type(caught.value) is error


def test_a_page_is_known_by_its_type_too() -> None:
    with pytest.raises(HealsError, match="a web page"):
        judge(200, {"Content-Type": "text/html; charset=utf-8"}, GOOD, now=NOW)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("90", 90, id="seconds"),
        pytest.param("Tue, 24 Nov 2026 10:02:00 GMT", 120, id="a date"),
        pytest.param("Tue, 24 Nov 2026 09:00:00 GMT", 0, id="a date that is past"),
        pytest.param("soon", 0, id="a word"),
        pytest.param("-5", 0, id="before now"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_how_long_the_host_asks_to_wait(header: str, seconds: float) -> None:
    with pytest.raises(HealsError) as caught:
        judge(429, {"Retry-After": header}, b"", now=NOW)

    assert caught.value.after == seconds


def test_a_long_complaint_is_cut() -> None:
    with pytest.raises(ContractError) as caught:
        judge(400, {}, b"x" * 10_000, now=NOW)
    with pytest.raises(ContractError) as many:
        judge(200, {}, json.dumps({f"key{number}": 0 for number in range(999)}).encode(), now=NOW)

    assert len(str(caught.value)) < 250
    assert len(str(many.value)) < 250
