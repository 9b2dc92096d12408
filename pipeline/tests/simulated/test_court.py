"""The simulated court is drawn as the real one, whose shots may lie beside the repository."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hawks_pipeline.simulated import court

REAL = Path(__file__).parents[3] / ".." / "shared/nba/raw_json"
real = pytest.mark.skipif(not REAL.exists(), reason="no recorded bodies in ../shared beside the repository")


@pytest.fixture(scope="module")
def shots() -> pd.DataFrame:
    """Return every recorded shot."""
    tables = []
    for path in [*REAL.glob("*/shotchartdetail__*"), *REAL.glob("*/stats_*_shots_*")]:
        table = json.loads(gzip.decompress(path.read_bytes()))["resultSets"][0]
        tables.append(pd.DataFrame(table["rowSet"], columns=table["headers"]))
    return pd.concat(tables, ignore_index=True)


@real
def test_real_shots_lie_in_the_zones_areas_and_ranges_that_the_league_gives(shots: pd.DataFrame) -> None:
    x, y = shots["LOC_X"].to_numpy(), shots["LOC_Y"].to_numpy()
    zone = court.zones(x, y)

    assert len(shots) > 1000
    assert (np.array(court.ZONES, object)[zone] == shots["SHOT_ZONE_BASIC"]).all()
    assert (court.areas(x, y, zone) == shots["SHOT_ZONE_AREA"]).all()
    assert (court.ranges(x, y, zone) == shots["SHOT_ZONE_RANGE"]).all()
    assert (np.hypot(x, y) // 10 == shots["SHOT_DISTANCE"]).all()


@pytest.mark.parametrize(
    ("x", "y", "zone", "area", "band"),
    [
        pytest.param(0, 0, "Restricted Area", "Center(C)", "Less Than 8 ft.", id="the hoop"),
        pytest.param(0, 40, "In The Paint (Non-RA)", "Center(C)", "Less Than 8 ft.", id="four feet"),
        pytest.param(-75, 60, "In The Paint (Non-RA)", "Left Side(L)", "8-16 ft.", id="the left block"),
        pytest.param(81, 0, "Mid-Range", "Right Side(R)", "8-16 ft.", id="past the paint"),
        pytest.param(0, 200, "Mid-Range", "Center(C)", "16-24 ft.", id="straight on"),
        pytest.param(-220, 87, "Left Corner 3", "Left Side(L)", "24+ ft.", id="where the corner ends"),
        pytest.param(220, -40, "Right Corner 3", "Right Side(R)", "24+ ft.", id="behind the hoop"),
        pytest.param(-180, 180, "Above the Break 3", "Left Side Center(LC)", "24+ ft.", id="the left wing"),
        pytest.param(0, 405, "Above the Break 3", "Back Court(BC)", "Back Court Shot", id="from afar"),
        pytest.param(0, 420, "Backcourt", "Back Court(BC)", "Back Court Shot", id="over half-court"),
    ],
)
def test_places(x: int, y: int, zone: str, area: str, band: str) -> None:
    at = np.array([x]), np.array([y])
    index = court.zones(*at)

    assert court.ZONES[index[0]] == zone
    assert (court.areas(*at, index)[0], court.ranges(*at, index)[0]) == (area, band)


def test_drawn_places_lie_in_their_zone_and_on_the_court() -> None:
    zone = np.repeat(np.arange(len(court.ZONES)), 3000)
    x, y = court.places(np.random.default_rng(0), zone)

    assert (court.zones(x, y) == zone).all()
    assert (np.abs(x) <= 250).all()
    assert (y >= -52).all()


def test_heaves_come_from_afar_and_not_from_over_half_court() -> None:
    x, y = court.heaves(np.random.default_rng(0), 3000)

    assert (np.hypot(x, y) >= court.HEAVE).all()
    assert (court.zones(x, y) == court.ABOVE).all()
