"""The plan of faults: how it is written, whom it hits, and what it does to an answer."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from hawks_pipeline.errors import UsageError
from hawks_pipeline.simulated.faults import COLUMNS, Fault, FaultPlan, Kind
from hawks_pipeline.simulated.server import Stub, serve
from hawks_pipeline.sources import Request, calls

DAY = date(2026, 11, 23)
REQUESTS = {
    "boxscoretraditionalv3": calls.box_score("0022600100"),
    "commonteamroster": calls.roster(1610612737, "2026-27"),
    "leaguedashplayerstats": calls.official_players("2026-27", DAY),
    "leaguedashteamstats": calls.official_teams("2026-27", DAY),
    "leaguegamelog": calls.player_log("2026-27", DAY, DAY),
    "scoreboardv3": calls.scoreboard(DAY),
    "shotchartdetail": calls.shots("2026-27", DAY, DAY),
    "shotchartleaguewide": calls.league_zones("2026-27"),
}


def asked(request: Request, fault: str = "") -> Any:  # noqa: ANN401 - any JSON
    with Stub(seed=7, faults=[fault] if fault else []) as stub:
        answer = requests.get(f"{stub.url}/stats/{request.endpoint}", params=request.parameters, timeout=20)
    return answer.json()


def places(value: Any) -> list[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        headers = value.get("headers", list(value))
        return [*headers, *(place for each in value.values() for place in places(each))]
    return [place for each in value for place in places(each)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("429", Fault(kind=Kind.TOO_MANY), id="kind alone"),
        pytest.param("hang@scoreboardv3", Fault(kind=Kind.HANG, endpoint="scoreboardv3"), id="endpoint"),
        pytest.param("html*3", Fault(kind=Kind.HTML, times=3), id="times"),
        pytest.param(
            "makes-only@shotchartdetail*1+2",
            Fault(kind=Kind.MAKES_ONLY, endpoint="shotchartdetail", times=1, after=2),
            id="all",
        ),
    ],
)
def test_a_fault_as_the_command_line_has_it(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize("text", ["", "418", "html*many", "html@", "html@playbyplay", "html*1*2"])
def test_what_is_no_fault(text: str) -> None:
    with pytest.raises(UsageError, match=r"not a fault|no such endpoint"):
        Fault.parse(text)


def test_the_manual_names_every_kind() -> None:
    manual = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    assert [kind for kind in Kind if f"`{kind}`" not in manual] == []


def test_a_plan_counts_for_each_fault() -> None:
    plan = FaultPlan.of(["500@leaguegamelog*1+1", "html*2"])
    seen = [plan.next(name) for name in ("leaguegamelog", "scoreboardv3", "leaguegamelog", "leaguegamelog")]

    assert seen == [Kind.HTML, Kind.HTML, Kind.ERROR, None]


@pytest.mark.parametrize("endpoint", COLUMNS)
def test_a_column_is_taken_away_renamed_or_added(endpoint: str) -> None:
    request, column = REQUESTS[endpoint], COLUMNS[endpoint]
    whole, missing, renamed, extra = (
        places(asked(request, f"{kind}@{endpoint}" if kind else ""))
        for kind in ("", "missing", "renamed", "extra")
    )
    changed = {place for place in renamed if place not in whole}

    assert column in whole
    assert column not in missing
    assert column not in renamed
    assert len(changed) == 1
    assert changed.pop().startswith(column)
    assert {place for place in extra if place not in whole} <= {"BRAND_NEW", "brandNew"}
    assert len(extra) > len(whole)


def test_rows_stay_as_long_as_their_headers() -> None:
    for kind in ("missing", "renamed", "extra", "retyped"):
        for table in asked(REQUESTS["shotchartdetail"], kind)["resultSets"]:
            assert {len(row) for row in table["rowSet"]} == {len(table["headers"])}


def test_counts_come_as_text() -> None:
    table = asked(REQUESTS["leaguegamelog"], "retyped")["resultSets"][0]
    at = table["headers"].index("FGA")

    assert all(str(row[at]).startswith("about ") for row in table["rowSet"])


def test_a_game_is_still_being_played() -> None:
    states = [game["gameStatus"] for game in asked(REQUESTS["scoreboardv3"], "live")["scoreboard"]["games"]]

    assert states == [2, *[3] * (len(states) - 1)]


def test_a_port_that_is_taken() -> None:
    with Stub(seed=7) as stub, pytest.raises(OSError, match="in use"):
        Stub(seed=7, port=int(stub.url.rpartition(":")[2]))


def test_serving_tells_its_address_and_answers() -> None:
    told: list[str] = []
    ready = threading.Event()

    def say(line: str) -> None:
        told.append(line)
        ready.set()

    # It serves until the process is interrupted: here, until the tests are over.
    threading.Thread(target=serve, args=(0, 7), kwargs={"say": say}, daemon=True).start()
    assert ready.wait(10)
    address = told[0].split()[5].removesuffix("/ENDPOINT,")
    answer = requests.get(f"{address}/scoreboardv3", params={"GameDate": "2026-11-23"}, timeout=20)

    assert told[0].startswith("simulated league (seed 7) at http://127.0.0.1:")
    assert answer.json()["scoreboard"]["gameDate"] == "2026-11-23"


def test_an_unknown_address_is_not_found() -> None:
    with Stub(seed=7) as stub:
        answer = requests.get(f"{stub.url}/", timeout=10)

    assert answer.status_code == 404
