"""The workbook: every figure of the night in tables that a spreadsheet sorts, filters and colours."""

import io
import re
import zipfile
from datetime import datetime
from math import isfinite
from pathlib import Path

import numpy as np
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hawks_pipeline.contracts import Silver
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.report import stamp
from hawks_pipeline.report.sheets import PLAIN, WHOLE, Sheet, sheets
from hawks_pipeline.report.view import View, view

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member of the archive: the first that a zip can hold."""


def write(gold: Gold, silver: Silver, meta: Meta, path: Path) -> None:
    """Write the workbook to `path`. Raises ContractError when the team has no rows, OSError."""
    path.write_bytes(render(view(gold, silver, meta), meta))


def render(shown: View, meta: Meta) -> bytes:
    """Return the workbook as xlsx; the same bytes for the same figures."""
    book = Workbook()
    book.remove(book.active)
    _to_do(book, shown, meta)
    for sheet in sheets(shown):
        _table(book.create_sheet(sheet.title), sheet)
    _notes(book, meta)
    for sheet in book.worksheets:
        sheet.oddFooter.left.text = _footer(stamp.one_line(meta))
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    created = meta.as_of.replace(tzinfo=None, microsecond=0)
    book.properties.creator = "hawks-pipeline"
    book.properties.title = stamp.one_line(meta)
    book.properties.created = created
    return _settled(book, created)


_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", start_color="26282A")
_SCALE: dict[str, str | int] = {
    "start_type": "min",
    "start_color": "9DC3DF",
    "mid_type": "percentile",
    "mid_value": 50,
    "mid_color": "F7F5F2",
    "end_type": "max",
    "end_color": "EFA58F",
}


def _table(sheet: Worksheet, table: Sheet) -> None:
    for place, column in enumerate(table.columns, start=1):
        _put(sheet.cell(1, place), column.heading)
        head = sheet.cell(1, place)
        head.font, head.fill = _HEAD, _HEAD_FILL
        head.alignment = Alignment(horizontal="left" if column.form == PLAIN else "right")
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(column.width, len(column.heading) + 4)
        for row, value in enumerate(table.rows[column.name], start=2):
            _put(sheet.cell(row, place), value, column.form)
        if column.coloured and len(table.rows):
            place_of = f"{letter}2:{letter}{len(table.rows) + 1}"
            sheet.conditional_formatting.add(place_of, ColorScaleRule(**_SCALE))
    sheet.freeze_panes = sheet.cell(2, table.fixed + 1)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    sheet.print_title_rows = "1:1"


def _put(cell: Cell, value: object, form: str = PLAIN) -> None:
    """Fill a cell: text as text whatever it begins with, a missing number as an empty cell."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)[:32_767]
        # openpyxl takes a leading "=" for a formula, other programs also + - and @: the quote prefix says no.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
        cell.number_format = PLAIN
    elif isinstance(value, float | np.floating | int | np.integer) and isfinite(value):
        cell.value = float(value) if isinstance(value, float | np.floating) else int(value)
        cell.number_format = form


def _to_do(book: Workbook, shown: View, meta: Meta) -> None:
    sheet = book.create_sheet("What to do")
    lines = [stamp.title(meta), stamp.data_as_of(meta), f"source: {meta.source}", shown.last_game]
    lines += ["SIMULATED: no real game, no real player's numbers"] * meta.simulated
    lines += [f"STALE: {meta.stale}"] * bool(meta.stale)
    for row, text in enumerate(lines, start=1):
        _put(sheet.cell(row, 1), text)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    head = len(lines) + 2
    for place, (text, width) in enumerate((("what to do", 48), ("why", 96), ("attempts", 11)), start=1):
        _put(sheet.cell(head, place), text)
        sheet.cell(head, place).font, sheet.cell(head, place).fill = _HEAD, _HEAD_FILL
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row, each in enumerate(shown.statements, start=head + 1):
        _put(sheet.cell(row, 1), each.headline)
        _put(sheet.cell(row, 2), each.evidence)
        _put(sheet.cell(row, 3), each.n, WHOLE)
        sheet.cell(row, 1).font = Font(bold=True)
        for place in (1, 2, 3):
            sheet.cell(row, place).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = sheet.cell(head + 1, 1)


NOTES = (
    ("data", ""),
    ("attempts", "FGA; for TS% FGA + 0.44 FTA; for USG% minutes"),
    ("low, high", "90% interval of the figure before them"),
    ("percentile", "0 to 100 among the league's players with enough attempts; empty for the others"),
    ("empty cell", "nothing to divide by, or too few attempts; never a nought"),
    ("eFG%", "(FGM + 0.5 * FG3M) / FGA"),
    ("TS%", "PTS / (2 * (FGA + 0.44 * FTA)); it can exceed 100%"),
    ("3PAr, FTr", "FG3A / FGA; FTA / FGA"),
    ("PPS (FG)", "points per field goal attempt, without free throws"),
    ("USG% (est.)", "estimate from box scores; the league counts possessions on the court"),
    ("xPPS (location)", "what the league makes from the same places; says nothing of defenders or passes"),
    ("making", "PPS (FG) - xPPS (location); one shot scatters by 1.2 points, so mind the interval"),
    ("FG% (estimate)", "players: drawn towards the league by its spread; teams: as it is"),
    ("zones", "the league's official ones; left is the shooter's left as he faces the hoop"),
    ("hot, cold", "the last games differ from the season by more than chance, all players counted"),
)


def _notes(book: Workbook, meta: Meta) -> None:
    sheet = book.create_sheet("Notes")
    for row, (name, text) in enumerate(NOTES, start=1):
        _put(sheet.cell(row, 1), name)
        _put(sheet.cell(row, 2), text or stamp.one_line(meta))
        sheet.cell(row, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 100
    sheet.freeze_panes = "B1"


def _footer(text: str) -> str:
    # An ampersand begins a code in a footer, and no more than 255 characters fit.
    return text.replace("&", "&&")[:200]


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _settled(book: Workbook, created: datetime) -> bytes:
    """Return the workbook without the hour of saving, which openpyxl stamps on it and on every member."""
    first, stream = io.BytesIO(), io.BytesIO()
    book.save(first)
    stamped = rb"\g<1>" + f"{created:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, _MODIFIED.sub(stamped, data) if name == "docProps/core.xml" else data)
    return stream.getvalue()
