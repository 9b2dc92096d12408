"""The workbook: tables that sort, filter and calculate, and text that stays text."""

import io
import time
import zipfile
from datetime import datetime
from pathlib import Path

import night
import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from hawks_pipeline.contracts import Silver
from hawks_pipeline.report import text, workbook
from hawks_pipeline.report.view import view

TABLES = (
    "Players",
    "Shot making",
    "Form",
    "Player zones",
    "Our zones",
    "Opponents' zones",
    "Splits",
    "League",
)


@pytest.fixture(scope="module")
def season() -> Silver:
    return night.silver()


@pytest.fixture(scope="module")
def book(season: Silver, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("book") / "report.xlsx"
    workbook.write(night.gold(), season, night.meta(), path)
    return openpyxl.load_workbook(path)


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def column(book: Workbook, sheet: str, heading: str) -> list[object]:
    rows = list(book[sheet].values)
    place = rows[0].index(heading)
    return [row[place] for row in rows[1:]]


def test_it_begins_with_what_to_do_and_ends_with_the_notes(book: Workbook) -> None:
    assert book.sheetnames == ["What to do", *TABLES, "Notes"]


@pytest.mark.parametrize("title", TABLES)
def test_a_table_is_frozen_below_its_heading_filtered_and_coloured(book: Workbook, title: str) -> None:
    sheet = book[title]

    assert sheet.freeze_panes is not None
    assert sheet.freeze_panes.endswith("2")
    assert not sheet.freeze_panes.startswith("A")
    assert sheet.auto_filter.ref == sheet.dimensions
    assert any(rule.type == "colorScale" for each in sheet.conditional_formatting for rule in each.rules)


def test_numbers_are_numbers_with_a_format(book: Workbook) -> None:
    sheet = book["Players"]
    headings = [cell.value for cell in sheet[1]]
    first = dict(zip(headings, sheet[2], strict=True))

    assert (first["eFG%"].data_type, first["eFG%"].number_format) == ("n", "0.0%")
    assert (first["FGA"].data_type, first["FGA"].number_format) == ("n", "#,##0")
    assert first["PPS (FG)"].number_format == "0.00"
    assert 0 < first["eFG%"].value < 1.5


def test_players_with_most_shots_stand_first(book: Workbook) -> None:
    shots = [int(str(each)) for each in column(book, "Players", "FGA")]

    assert shots == sorted(shots, reverse=True)


def test_what_there_is_not_is_an_empty_cell_and_not_a_nought(book: Workbook) -> None:
    rows = zip(column(book, "Players", "FGA"), column(book, "Players", "eFG%"), strict=True)

    assert [rate for shots, rate in rows if shots == 0] == [None]


def test_opponents_are_named_and_not_numbered(book: Workbook) -> None:
    of = dict(zip(column(book, "Splits", "of"), column(book, "Splits", "split"), strict=True))

    assert {of[key] for key in ("BOS", "DEN")} == {"opponent"}


def test_the_notes_explain_the_figures_and_carry_the_stamp(book: Workbook) -> None:
    notes = dict(book["Notes"].values)

    assert "data as of 2026-11-01 09:30 UTC" in notes["data"]
    assert "(FGM + 0.5 * FG3M) / FGA" in notes["eFG%"]
    assert "defenders" in notes["xPPS (location)"]


def test_no_cell_is_a_formula_and_every_name_is_text(season: Silver) -> None:
    data = workbook.render(view(night.hostile(), season, night.meta()), night.meta())

    book = opened(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    names = column(book, "Players", "player")
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert set(names) == {text.printable(name) for name in night.HOSTILE}
    signs = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@"))]
    assert {cell.value[0] for cell in signs} == set("=+-@")
    assert all(cell.quotePrefix and cell.number_format == "@" for cell in signs)


def test_the_same_figures_give_the_same_bytes_a_moment_later(season: Silver) -> None:
    shown = view(night.gold(), season, night.meta())
    turned = view(night.shuffled(night.gold()), season, night.meta())

    first = workbook.render(shown, night.meta())
    time.sleep(2.1)  # a zip counts time in steps of two seconds

    assert workbook.render(turned, night.meta()) == first


def test_its_times_are_those_of_the_data(season: Silver) -> None:
    data = workbook.render(view(night.gold(), season, night.meta()), night.meta())

    properties = opened(data).properties
    assert properties.created == properties.modified == datetime(2026, 11, 1, 9, 30)  # noqa: DTZ001 - as xlsx has it
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {workbook.EPOCH}


def test_a_simulated_and_a_stale_night_say_so_first(season: Silver) -> None:
    meta = night.meta(simulated=True, stale="the league's server did not answer")

    book = opened(workbook.render(view(night.gold(), season, meta), meta))

    head = "\n".join(str(row[0]) for row in book["What to do"].iter_rows(max_row=7, values_only=True))
    assert "SIMULATED" in head
    assert "STALE: the league's server did not answer" in head
    assert all("SIMULATED" in sheet.oddFooter.left.text for sheet in book)


def test_a_night_before_the_first_game_has_its_workbook(season: Silver, tmp_path: Path) -> None:
    workbook.write(night.first_night(), night.no_games(season), night.meta(), tmp_path / "first.xlsx")

    assert column(openpyxl.load_workbook(tmp_path / "first.xlsx"), "Players", "player") == []
