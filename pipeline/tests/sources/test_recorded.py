"""A recording: an index and bodies, its own and the one that may lie beside the repository."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hawks_pipeline.errors import ContractError, UpstreamError, UsageError
from hawks_pipeline.sources import RawResponse, Request, calls
from hawks_pipeline.sources.parse import tables
from hawks_pipeline.sources.recorded import RecordedSource, archive

REAL = Path(__file__).parents[3] / ".." / "shared/nba/raw_json/nba_api_cassettes"
real = pytest.mark.skipif(not REAL.exists(), reason="no recorded bodies in ../shared beside the repository")

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def response(request: Request, body: bytes = b'{"resultSets":[]}') -> RawResponse:
    return RawResponse(
        request=request, body=body, status=200, fetched_at=MOMENT, nba_api="1.12.0", simulated=True
    )


def written(folder: Path, *responses: RawResponse) -> Path:
    for name, data in archive(responses).items():
        (folder / name).write_bytes(data)
    return folder


def test_what_was_archived_is_answered_as_it_was(tmp_path: Path) -> None:
    answers = [
        response(calls.scoreboard(DAY), b'{"meta":1}'),
        response(calls.team_log("2026-27", DAY, DAY), b'{"resultSets":["\xc4\x8d"]}'),
    ]
    source = RecordedSource(written(tmp_path, *answers))

    assert [source.fetch(each.request) for each in answers] == answers
    assert source.simulated
    assert source.name.startswith("simulated, ")


def test_an_archive_is_the_same_bytes_whatever_the_order() -> None:
    answers = [response(calls.scoreboard(DAY)), response(calls.roster(1610612737, "2026-27"))]

    assert archive(answers) == archive(reversed(answers))


def test_an_empty_parameter_asks_for_nothing(tmp_path: Path) -> None:
    asked = Request.of("shotchartdetail", {"TeamID": 5, "Season": "2025-26", "GameID": "", "ISTRound": None})
    recorded = response(Request.of("shotchartdetail", {"TeamID": "5", "Season": "2025-26"}))

    assert RecordedSource(written(tmp_path, recorded)).fetch(asked).body == recorded.body
    assert asked.key == recorded.request.key


def test_another_day_is_not_answered(tmp_path: Path) -> None:
    source = RecordedSource(written(tmp_path, response(calls.scoreboard(DAY))))

    with pytest.raises(UpstreamError, match=r"GameDate=2026-11-22\): not among the 1 bodies"):
        source.fetch(calls.scoreboard(date(2026, 11, 22)))


def test_a_directory_without_an_index_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no recording, it has no index\.json"):
        RecordedSource(tmp_path)


ENTRY = {
    "file": "a.json.gz",
    "endpoint": "scoreboardv3",
    "params": {},
    "status": 200,
    "recorded": "2026-11-24",
}


@pytest.mark.parametrize(
    ("index", "fault"),
    [
        pytest.param("{", "Expecting property name", id="no JSON"),
        pytest.param("{}", "not a list", id="no list"),
        pytest.param("[7]", "entry 0: not an object", id="no object"),
        *(
            pytest.param(
                json.dumps([ENTRY, {key: value for key, value in ENTRY.items() if key != name}]),
                f"entry 1: `{name}` is not there",
                id=f"no {name}",
            )
            for name in ENTRY
        ),
        pytest.param(json.dumps([ENTRY | {"file": "../a.json.gz"}]), "not beside the index", id="elsewhere"),
    ],
)
def test_a_broken_index_says_where(tmp_path: Path, index: str, fault: str) -> None:
    (tmp_path / "index.json").write_text(index, encoding="utf-8")

    with pytest.raises(ContractError, match=fault):
        RecordedSource(tmp_path)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"plain text", ContractError, id="not compressed"),
        pytest.param(gzip.compress(b"{}" * 999)[:-9], ContractError, id="cut off"),
        pytest.param(None, UpstreamError, id="absent"),
    ],
)
def test_a_body_that_cannot_be_read(tmp_path: Path, content: bytes | None, error: type[Exception]) -> None:
    (tmp_path / "index.json").write_text(json.dumps([ENTRY]), encoding="utf-8")
    if content is not None:
        (tmp_path / "a.json.gz").write_bytes(content)

    with pytest.raises(error):
        RecordedSource(tmp_path).fetch(Request.of("scoreboardv3", {}))


@real
def test_every_real_body_is_found_under_its_own_request() -> None:
    source = RecordedSource(REAL)

    assert len(source.requests) == 43
    for request in source.requests:
        answer = source.fetch(request)
        assert json.loads(answer.body)
        assert answer.fetched_at.year == 2026
        assert not answer.simulated


@real
@pytest.mark.parametrize("endpoint", calls.ENDPOINTS)
def test_real_bodies_of_every_endpoint_of_a_night_are_read_by_nba_api(endpoint: str) -> None:
    source = RecordedSource(REAL)
    read = [tables(source.fetch(request)) for request in source.requests if request.endpoint == endpoint]

    assert read
    for table in (table for each in read for table in each.values()):
        assert all(len(row) == len(table.headers) for row in table.rows)


@real
def test_the_night_of_a_real_scoreboard() -> None:
    games = tables(RecordedSource(REAL).fetch(calls.scoreboard(date(2025, 11, 5))))["GameHeader"]

    assert len(games.rows) == 11
