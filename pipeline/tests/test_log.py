import io
import json
import logging

from hawks_pipeline import log


def lines(*, as_json: bool) -> list[str]:
    stream = io.StringIO()
    log.start(run_id="2026-11-23-ATL-0123abcd", as_json=as_json, stream=stream)
    log.event("stage is done", stage="plan", files=2)
    try:
        dict[str, str]()["gone"]
    except KeyError:
        logging.getLogger("hawks_pipeline.part").exception("odd")
    return stream.getvalue().splitlines()


def test_a_line_for_people() -> None:
    first, second, *raised = lines(as_json=False)

    assert first.endswith("INFO    2026-11-23-ATL-0123abcd stage is done stage=plan files=2")
    assert second.endswith("ERROR   2026-11-23-ATL-0123abcd odd")
    assert raised[-1] == "KeyError: 'gone'"


def test_one_object_a_line() -> None:
    first, second = map(json.loads, lines(as_json=True))

    assert first | {"time": ""} == {
        "time": "",
        "level": "info",
        "run": "2026-11-23-ATL-0123abcd",
        "logger": "hawks_pipeline",
        "message": "stage is done",
        "stage": "plan",
        "files": 2,
    }
    assert (second["logger"], second["level"]) == ("hawks_pipeline.part", "error")
    assert second["raised"].endswith("KeyError: 'gone'")


def test_a_second_start_takes_the_place_of_the_first() -> None:
    lines(as_json=False)

    assert len(lines(as_json=True)) == 2
