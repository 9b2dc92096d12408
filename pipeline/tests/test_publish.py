"""What people see, night by night."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from hawks_pipeline import files, publish
from hawks_pipeline.errors import UsageError
from hawks_pipeline.root import Root

FIRST = date(2026, 11, 1)
ABOUT: dict[str, object] = {"source": "simulated (seed 7)", "simulated": True}


class Place:
    """A root whose nights are a page, its copy with the banner, and a report."""

    def __init__(self, folder: Path) -> None:
        self.root = Root(folder / "root")

    def publish(self, when: date, text: str = "", about: dict[str, object] = ABOUT) -> Path:
        work = self.root.work(when)
        files.write(work / "report" / "atl.pdf", f"{when} {text}".encode())
        files.write(work / publish.PAGE, f"<p>{when} {text}</p>".encode())
        files.write(work / publish.WAITING, f"<b>{publish.STALE}</b><p>{when} {text}</p>".encode())
        files.write(work / "silver" / "shot" / "part.parquet", b"rows")
        return publish.night(self.root, when, publish.contents(work), about)

    @property
    def nights(self) -> list[str]:
        return sorted(path.name[:10] for path in self.root.nights.iterdir())

    def read(self, name: str | Path) -> str:
        return (self.root.current / name).read_text()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_night_is_current_once_it_is_whole(place: Place) -> None:
    folder = place.publish(FIRST, "a")

    assert place.root.current.resolve() == folder.resolve()
    assert [str(path.relative_to(folder)) for path in files.tree(folder)] == [
        "atl.pdf",
        "dashboard/.stale.html",
        "dashboard/index.html",
        "parquet/shot/part.parquet",
        "run.json",
    ]


def test_run_json_names_every_file(place: Place) -> None:
    place.publish(FIRST, "a")

    about = json.loads(place.read("run.json"))

    assert about["source"] == "simulated (seed 7)"
    assert about["files"]["atl.pdf"] == files.digest(b"2026-11-01 a")
    assert len(about["files"]) == 4


def test_the_same_night_again_is_the_same_folder(place: Place) -> None:
    assert place.publish(FIRST, "a") == place.publish(FIRST, "a")
    assert place.nights == ["2026-11-01"]


def test_a_corrected_night_takes_the_place_of_the_first(place: Place) -> None:
    place.publish(FIRST, "a")
    place.publish(FIRST, "b")

    assert place.read("atl.pdf") == "2026-11-01 b"
    assert place.nights == ["2026-11-01"]


def test_nobody_is_taken_back(place: Place) -> None:
    place.publish(FIRST + timedelta(days=1))
    older = place.publish(FIRST)

    assert place.read("atl.pdf") == "2026-11-02 "
    assert older.is_dir()


def test_the_last_fourteen_nights_stay(place: Place) -> None:
    days = [FIRST + timedelta(days=number) for number in range(publish.KEPT + 3)]
    for day in days:
        place.publish(day)

    assert place.nights == [day.isoformat() for day in days[3:]]
    assert sorted(path.name for path in (place.root.state / "runs").iterdir()) == place.nights


def test_a_page_that_is_not_renewed_says_so(place: Place) -> None:
    folder = place.publish(FIRST, "a")
    before = {path: path.read_bytes() for path in files.tree(folder)}

    assert publish.mark_stale(place.root, "no answer <yet>")

    after = {path: path.read_bytes() for path in files.tree(folder)}
    assert place.read(publish.PAGE) == "<b>no answer &lt;yet&gt;</b><p>2026-11-01 a</p>"
    assert [path for path in before if after[path] != before[path]] == [folder / publish.PAGE]


def test_the_next_night_says_nothing_of_it(place: Place) -> None:
    place.publish(FIRST)
    publish.mark_stale(place.root, "no answer")
    place.publish(FIRST + timedelta(days=1))

    assert "no answer" not in place.read(publish.PAGE)


def test_without_a_page_there_is_nothing_to_mark(place: Place) -> None:
    assert not publish.mark_stale(place.root, "no answer")


def test_made_up_numbers_do_not_go_where_real_ones_are(place: Place) -> None:
    place.publish(FIRST, "real", {"source": "live", "simulated": False})

    with pytest.raises(UsageError, match=r"its numbers are live; simulated \(seed 7\) ones do not go there"):
        place.publish(FIRST + timedelta(days=1))

    assert place.read("atl.pdf") == "2026-11-01 real"
    assert Root.of(Path("out"), source="live", team="ATL") != Root.of(
        Path("out"), source="simulated", team="ATL"
    )


def test_changes_are_told_by_name(place: Place) -> None:
    folder = place.publish(FIRST, "a")
    work = place.root.work(FIRST)
    files.write(work / "report" / "atl.xlsx", b"new")
    files.write(work / publish.PAGE, b"changed")
    files.remove(work / "silver")

    found = publish.changes(folder, publish.contents(work))

    assert [(change.what, change.name, change.size) for change in found] == [
        ("new", "atl.xlsx", 3),
        ("changed", "dashboard/index.html", 7),
        ("gone", "parquet/shot/part.parquet", 0),
    ]
