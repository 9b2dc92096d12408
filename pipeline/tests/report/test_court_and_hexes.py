"""The geometry under every chart: zones as the league has them, left on the left, a shot in its cell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hawks_pipeline.report import court, hexes


@pytest.mark.parametrize(
    ("x", "y", "zone"),
    [
        pytest.param(0, 0, "Restricted Area", id="the hoop"),
        pytest.param(0, 39.9, "Restricted Area", id="last of the restricted area"),
        pytest.param(0, 40.5, "In The Paint (Non-RA)", id="first of the paint"),
        pytest.param(-79, 137, "In The Paint (Non-RA)", id="left elbow, inside"),
        pytest.param(-81, 137, "Mid-Range", id="left elbow, outside"),
        pytest.param(0, 139, "Mid-Range", id="beyond the free-throw line"),
        pytest.param(-221, 0, "Left Corner 3", id="below zero is the left corner"),
        pytest.param(221, 0, "Right Corner 3", id="above zero is the right corner"),
        pytest.param(-219, 0, "Mid-Range", id="foot inside the corner line"),
        pytest.param(-221, 88, "Above the Break 3", id="corner ends at the break"),
        pytest.param(0, 236, "Mid-Range", id="foot inside the arc"),
        pytest.param(0, 238, "Above the Break 3", id="behind the arc"),
    ],
)
def test_a_place_is_painted_as_the_zone_that_the_league_gives_it(x: float, y: float, zone: str) -> None:
    assert court.zone_at(np.array([x], dtype=float), np.array([y], dtype=float)).tolist() == [zone]


def test_every_zone_has_its_label_inside() -> None:
    labels = np.array([zone.label for zone in court.ZONES])

    assert court.zone_at(labels[:, 0], labels[:, 1]).tolist() == [zone.name for zone in court.ZONES]


def shots(places: list[tuple[float, float]], *, points: float = 2.0, expected: float = 1.0) -> pd.DataFrame:
    frame = pd.DataFrame(places, columns=["loc_x", "loc_y"])
    return frame.assign(points=points, expected=expected)


@given(
    st.lists(
        st.tuples(st.floats(-250, 250), st.floats(court.BASELINE, court.BOTTOM)), min_size=1, max_size=40
    )
)
def test_every_drawn_shot_is_in_exactly_one_cell_and_near_its_centre(
    places: list[tuple[float, float]],
) -> None:
    found = hexes.cells(shots(places))

    centres = found[["x", "y"]].to_numpy()
    nearest = [np.hypot(*(centres - np.array(place)).T).min() for place in places]
    assert found["n"].sum() == len(places)
    assert max(nearest) <= hexes.RADIUS + 1e-9


def test_a_shot_from_the_left_is_drawn_on_the_left() -> None:
    found = hexes.cells(shots([(-230, 10)]))

    assert found["x"].item() < -200


def test_a_single_make_hardly_colours_its_cell() -> None:
    lone = hexes.cells(shots([(0, 0)], points=2))["difference"].item()
    many = hexes.cells(shots([(0, 0)] * 200, points=2))["difference"].item()

    assert lone == pytest.approx(1 / 21)
    assert many == pytest.approx(200 / 220)


def test_neighbours_lend_each_other_their_shots() -> None:
    two = hexes.cells(shots([(0, 0), (hexes.RADIUS * 3**0.5, 0)]))

    assert two["difference"].tolist() == pytest.approx([2 / 22, 2 / 22])


def test_heaves_from_beyond_the_drawn_court_are_left_out() -> None:
    assert hexes.cells(shots([(0, 400)])).empty


def test_the_area_of_a_cell_follows_its_shots_up_to_full_size() -> None:
    sizes = hexes.scale(pd.Series([1, 4, 400]))

    assert sizes.tolist() == pytest.approx([np.sqrt(1 / hexes.full(pd.Series([1, 4, 400]))), sizes[1], 1.0])
    assert sizes[1] == pytest.approx(2 * sizes[0])
