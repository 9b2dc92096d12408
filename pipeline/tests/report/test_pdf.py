"""The page for the staff: one landscape sheet, nothing over anything else, the same bytes every time."""

import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import night
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from hawks_pipeline.contracts import Silver
from hawks_pipeline.errors import ContractError
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.report import court, form_charts, pdf, typesetting
from hawks_pipeline.report.view import view


@pytest.fixture(scope="module")
def season() -> Silver:
    return night.silver()


def drawn(gold: Gold, season: Silver, meta: Meta) -> Figure:
    with mpl.rc_context(typesetting.style()):
        page = pdf.page(view(gold, season, meta), meta)
        FigureCanvasAgg(page).draw()
    return page


def texts(page: Figure) -> list[Text]:
    hidden = {label for axes in page.findobj(Axes) for label in unseen_labels(axes)}
    found = [each for each in page.findobj(Text) if each.get_visible() and each.get_text().strip()]
    return [each for each in found if each not in hidden]


def unseen_labels(axes: Axes) -> list[Text]:
    """Return the labels of ticks that matplotlib keeps but does not draw."""
    unseen = []
    for axis, place in ((axes.xaxis, 0), (axes.yaxis, 1)):
        low, high = sorted(axis.get_view_interval())
        for label in axis.get_ticklabels(which="both"):
            if not axes.axison or not low <= label.get_position()[place] <= high:
                unseen.append(label)
    return unseen


def words(page: Figure) -> str:
    return "\n".join(each.get_text() for each in texts(page))


def test_it_is_one_page_in_landscape(season: Silver, tmp_path: Path) -> None:
    pdf.write(night.gold(), season, night.meta(), tmp_path / "page.pdf")

    data = (tmp_path / "page.pdf").read_bytes()
    width, height = re.findall(rb"/MediaBox \[ 0 0 (\d+) (\d+) \]", data)[0]
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    assert (int(width), int(height)) == (792, 612)


def test_the_same_figures_give_the_same_bytes(season: Silver) -> None:
    meta = night.meta()

    first = pdf.render(view(night.gold(), season, meta), meta)

    assert pdf.render(view(night.shuffled(night.gold()), season, meta), meta) == first
    assert b"CreationDate" not in first


def test_drawing_leaves_the_settings_of_the_process_alone_and_does_not_read_them(season: Silver) -> None:
    meta = night.meta()
    shown = view(night.gold(), season, meta)
    before = pdf.render(shown, meta)

    with mpl.rc_context({"font.size": 31, "axes.facecolor": "black", "lines.linewidth": 9}):
        settings = dict(mpl.rcParams)
        again = pdf.render(shown, meta)

        assert dict(mpl.rcParams) == settings
    assert again == before


@pytest.mark.parametrize(
    ("gold", "fields"),
    [
        pytest.param(night.gold, {}, id="a plain night"),
        pytest.param(night.hostile, {"simulated": True, "stale": "late " * 80}, id="long names, stale"),
        pytest.param(night.first_night, {}, id="the first night"),
    ],
)
def test_no_text_lies_over_another_or_leaves_the_page(
    gold: Callable[[], Gold], fields: dict[str, object], season: Silver
) -> None:
    page = drawn(gold(), season, night.meta(**fields))

    boxes = {each: each.get_window_extent().padded(-0.5) for each in texts(page) if each.get_fontsize() < 100}
    over = [
        (one.get_text(), other.get_text())
        for one, other in combinations(boxes, 2)
        if boxes[one].overlaps(boxes[other])
    ]
    outside = [
        each.get_text()
        for each, box in boxes.items()
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.bbox.x1 or box.y1 > page.bbox.y1
    ]
    assert over == []
    assert outside == []


def test_the_statements_stay_in_their_column(season: Silver) -> None:
    page = drawn(night.hostile(), season, night.meta())

    column = [each for each in page.texts if each.get_position()[0] == 0.05]
    chart = min(
        axes.get_window_extent().x0 for axes in page.axes if axes.get_title(loc="left").startswith("Wh")
    )
    charts_below = [axes for axes in page.axes if axes.get_title(loc="left").startswith("Form")]
    below = max(axes.get_window_extent().y1 for axes in charts_below)
    assert len(column) > 4
    assert all(each.get_window_extent().x1 < chart for each in column)
    assert all(each.get_window_extent().y0 > below for each in column)


def test_what_is_said_of_a_zone_stands_in_it(season: Silver) -> None:
    page = drawn(busy(night.gold()), season, night.meta())

    chart = next(axes for axes in page.axes if axes.get_title(loc="left").startswith("Where we make"))
    outside = []
    for each in chart.texts:
        zone = court.zone_at(*np.array([each.get_position()], dtype=float).T)[0]
        ring = next(drawn.ring for drawn in court.ZONES if drawn.name == zone)
        box = each.get_window_extent().transformed(chart.transData.inverted())
        low, high = ring.min(axis=0), ring.max(axis=0)
        if not (low <= box.min).all() or not (box.max <= high).all():
            outside.append(each.get_text())
    assert len(chart.texts) == 14
    assert outside == []


def busy(gold: Gold) -> Gold:
    """Return a team near the end of its season, with all the digits that there can be."""
    zones = gold.team_zone.assign(value=0.444, league=0.555)
    corner = zones["zone"].str.contains("Corner")
    shots = zones.assign(fga=2888, fgm=1088).mask(corner, zones.assign(fga=488, fgm=188))
    return replace(gold, team_zone=shots)


def test_every_chart_says_what_its_colours_and_sizes_mean(season: Silver) -> None:
    told = words(drawn(night.gold(), season, night.meta()))

    for unit in (
        "FG% against the league's, percentage points",
        "points per shot against the league from there",
        "shots from a spot:",
        "dashed: league",
        "90% interval",
        "FGA",
    ):
        assert unit in told


def test_the_stamp_says_how_old_the_data_are_and_where_they_come_from(season: Silver) -> None:
    told = words(drawn(night.gold(), season, night.meta()))

    assert "data as of 2026-11-01 09:30 UTC" in told
    assert "source: live" in told
    assert "SIMULATED" not in told
    assert "STALE" not in told


def test_a_simulated_night_says_so_across_the_page_and_in_its_properties(season: Silver) -> None:
    meta = night.meta(simulated=True, source="simulated (seed 7)")

    marks = [each for each in texts(drawn(night.gold(), season, meta)) if each.get_text() == "SIMULATED"]

    assert max(each.get_fontsize() for each in marks) > 100
    assert b"SIMULATED" in pdf.render(view(night.gold(), season, meta), meta)


@pytest.mark.parametrize("games", [1, 10, 19, 82])
def test_games_are_counted_in_whole_numbers(games: int) -> None:
    page = Figure(figsize=(5, 2.5))
    axes = page.add_subplot()
    trend = pd.DataFrame({"game": range(1, games + 1), "efg": 0.5, "rolling": 0.5})

    form_charts.trend_chart(axes, trend, league=0.55, window=10)

    assert [tick for tick in axes.get_xticks() if tick != round(tick)] == []


@pytest.mark.parametrize("games", [2, 7, 10, 82])
def test_the_form_of_the_team_takes_all_of_its_place(games: int) -> None:
    axes = Figure(figsize=(5, 2.5)).add_subplot()
    trend = pd.DataFrame({"game": range(1, games + 1), "efg": 0.5, "rolling": 0.5})

    form_charts.trend_chart(axes, trend, league=0.55, window=10)

    assert axes.get_xlim() == (0.5, games + 0.5)


def test_nothing_is_in_the_margins(season: Silver) -> None:
    page = drawn(night.gold(), season, night.meta())
    width = page.get_window_extent().width
    boxes = [each.get_window_extent() for each in texts(page) if each.get_fontsize() < 100]

    assert min(box.x0 for box in boxes) >= 0.029 * width
    assert max(box.x1 for box in boxes) <= 0.975 * width


def test_stale_data_are_announced(season: Silver) -> None:
    meta = night.meta(stale="the league's server did not answer")

    assert "STALE: the league's server did not answer" in words(drawn(night.gold(), season, meta))


def test_left_on_the_page_is_the_shooters_left(season: Silver) -> None:
    page = drawn(night.gold(), season, night.meta())
    chart = next(axes for axes in page.axes if axes.get_title(loc="left").startswith("Where we make them"))

    left, right = chart.get_xlim()
    top, bottom = chart.transData.transform([(0, 0), (0, 300)])[:, 1]
    assert left < right
    assert top > bottom


def test_names_from_anywhere_are_drawn_as_they_are_without_a_warning(season: Silver) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = pdf.render(view(night.hostile(), season, night.meta()), night.meta())

    assert data.startswith(b"%PDF-")


def test_a_night_before_the_first_game_has_its_page(season: Silver) -> None:
    told = words(drawn(night.first_night(), night.no_games(season), night.meta()))

    assert "no game yet" in told
    assert "Change nothing on these numbers alone" in told


def test_a_team_that_does_not_exist_is_refused(season: Silver) -> None:
    with pytest.raises(ContractError, match="no season of team 'XYZ'"):
        view(night.gold(), season, night.meta(team="XYZ"))
