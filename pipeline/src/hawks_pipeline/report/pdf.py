"""The page for the staff: one landscape sheet with what to do and the charts behind it."""

import io
import textwrap
from pathlib import Path

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hawks_pipeline.contracts import Silver
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.report import court_charts, form_charts, stamp, text, typesetting
from hawks_pipeline.report.colours import BRAND, FAINT, INK, QUIET
from hawks_pipeline.report.statements import Statement
from hawks_pipeline.report.view import WINDOW, View, view

PAGE = (11.0, 8.5)
"""US letter, landscape, in inches."""

STATEMENTS = 0.44
"""Height that the statements have, as a share of the page."""

HEADLINE = 8.6
"""Size of the type that LINE is for, in points."""

Block = tuple[list[str], float, str, str]
"""Lines of one type, its size, colour and weight."""

COLUMN = 0.298 * 72 * PAGE[0]
"""Width of a statement, in points."""

LINE = 0.0163
"""Height of a line of text on the page, as a share of it."""


def write(gold: Gold, silver: Silver, meta: Meta, path: Path) -> None:
    """Write the page to `path`. Raises ContractError when the team has no rows, OSError."""
    path.write_bytes(render(view(gold, silver, meta), meta))


def render(shown: View, meta: Meta) -> bytes:
    """Return the page as PDF; the same bytes for the same figures."""
    stream = io.BytesIO()
    with rc_context(typesetting.style()):
        sheet = page(shown, meta)
        FigureCanvasPdf(sheet)
        about = {"Title": stamp.title(meta), "Subject": stamp.one_line(meta), "CreationDate": None}
        if meta.simulated:
            about["Keywords"] = "SIMULATED"
        sheet.savefig(stream, format="pdf", metadata=about)
    return stream.getvalue()


def hex_picture(shown: View, meta: Meta) -> bytes:
    """Return the hex chart alone as PNG, for documents."""
    stream = io.BytesIO()
    with rc_context(typesetting.style()):
        figure = Figure(figsize=(6.4, 5.6), dpi=150)
        FigureCanvasAgg(figure)
        court_charts.hex_chart(figure.add_axes((0.03, 0.16, 0.94, 0.78)), shown.cells)
        figure.text(0.03, 0.015, stamp.one_line(meta), size=6.5, color=QUIET)
        figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def page(shown: View, meta: Meta) -> Figure:
    """Lay out the page; to be drawn under `typesetting.style`."""
    sheet = Figure(figsize=PAGE)
    _head(sheet, shown, meta)
    _to_do(sheet, shown)
    court_charts.zone_chart(sheet.add_axes((0.355, 0.495, 0.3, 0.325)), shown.zones)
    court_charts.hex_chart(sheet.add_axes((0.675, 0.495, 0.3, 0.325)), shown.cells)
    league = float(shown.team.loc["efg", "league"]) if "efg" in shown.team.index else float("nan")
    form_charts.trend_chart(
        sheet.add_axes((0.06, 0.105, 0.43, 0.255)), shown.trend, league=league, window=WINDOW
    )
    form_charts.form_chart(sheet.add_axes((0.63, 0.105, 0.315, 0.255)), shown.form, window=WINDOW)
    _foot(sheet, meta)
    if meta.simulated:
        _watermark(sheet)
    return sheet


def _head(page: Figure, shown: View, meta: Meta) -> None:
    page.text(0.03, 0.935, stamp.title(meta), size=18, weight="bold", va="baseline")
    page.text(0.97, 0.952, stamp.data_as_of(meta), size=8, ha="right", color=INK)
    page.text(0.97, 0.932, f"source: {text.printable(meta.source, most=40)}", size=8, ha="right", color=QUIET)
    page.text(0.03, 0.912, typesetting.drawable(shown.last_game), size=8.5, color=INK)
    page.text(0.97, 0.912, _team_line(shown), size=8.5, ha="right", color=INK)
    page.add_artist(Line2D([0.03, 0.97], [0.895, 0.895], color=BRAND, linewidth=2))
    if meta.stale:
        box = {"facecolor": "#fff1c9", "edgecolor": "#8a6100", "boxstyle": "round,pad=0.3"}
        told = textwrap.shorten(
            f"STALE: {typesetting.drawable(text.printable(meta.stale, most=200))}", 150, placeholder=" …"
        )
        page.text(0.5, 0.877, told, size=8, ha="center", va="center", color="#5c4100", bbox=box)


def _team_line(shown: View) -> str:
    parts = [
        f"{label} {100 * row['value']:.1f}% (league {100 * row['league']:.1f})"
        for metric, label in (("efg", "eFG"), ("ts", "TS"))
        if metric in shown.team.index and (row := shown.team.loc[metric])["value"] == row["value"]
    ]
    return "season: " + ", ".join(parts) if parts else ""


def _to_do(page: Figure, shown: View) -> None:
    """Set the statements one below the other, each with its numbers in smaller type, as large as they fit."""
    page.text(0.03, 0.845, "What to do", size=11, weight="bold", va="bottom")
    blocks, line = [], LINE
    for shrunk in (1.0, 0.93, 0.86, 0.8):
        blocks, line = [_block(each, shrunk) for each in shown.statements], LINE * shrunk
        if _height(blocks, line) <= STATEMENTS:
            break
    gap = min(0.013, (STATEMENTS - _height(blocks, line)) / max(1, len(blocks) - 1) + 0.006)
    y = 0.835
    for number, block in enumerate(blocks, start=1):
        page.text(0.03, y, f"{number}", size=9.5, weight="bold", color=BRAND, va="top")
        for told, size, ink, weight in block:
            words = "\n".join(told)
            page.text(0.05, y, words, size=size, color=ink, weight=weight, va="top", linespacing=1.15)
            y -= len(told) * LINE * size / HEADLINE + 0.001
        y -= gap


def _block(each: Statement, shrunk: float) -> list[Block]:
    parts = ((each.headline, HEADLINE, INK, "bold", 2), (each.evidence, 7.4, QUIET, "normal", 3))
    return [
        (
            typesetting.wrapped(
                typesetting.drawable(words), width=COLUMN, size=shrunk * size, weight=weight, most=most
            ),
            shrunk * size,
            ink,
            weight,
        )
        for words, size, ink, weight, most in parts
    ]


def _height(blocks: list[list[Block]], line: float) -> float:
    lines = sum(len(told) * size / HEADLINE for block in blocks for told, size, _, _ in block)
    return lines * LINE + len(blocks) * 0.4 * line


def _foot(page: Figure, meta: Meta) -> None:
    page.add_artist(Line2D([0.03, 0.97], [0.045, 0.045], color=FAINT, linewidth=0.8))
    page.text(
        0.03,
        0.025,
        "Left is the shooter's left as he faces the hoop. pp: percentage points. Intervals are 90%. "
        "Location alone says nothing of defenders.",
        size=6.5,
        color=QUIET,
    )
    page.text(0.97, 0.025, f"run {meta.run_id}", size=6.5, ha="right", color=QUIET)


def _watermark(page: Figure) -> None:
    page.text(
        0.5,
        0.5,
        "SIMULATED",
        size=110,
        weight="bold",
        color="#c8102e",
        alpha=0.08,
        rotation=27,
        ha="center",
        va="center",
        zorder=-1,
    )
    box = {"facecolor": "#c8102e", "edgecolor": "none", "boxstyle": "square,pad=0.35"}
    page.text(
        0.62, 0.945, "SIMULATED", size=9, weight="bold", color="white", ha="center", va="center", bbox=box
    )
