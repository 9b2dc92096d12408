"""Expected points: read from numbers as sklearn fitted them, passed by its gates, silent about heaves."""

import copy
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import frames as made
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import SplineTransformer

from hawks_pipeline import metrics, training
from hawks_pipeline.contracts import ZONES
from hawks_pipeline.errors import ContractError, UsageError
from hawks_pipeline.metrics import expected_points, prior
from hawks_pipeline.metrics.expected_points import ExpectedPoints
from hawks_pipeline.metrics.zones import THREES, classify

SHIPPED = json.loads(
    (resources.files("hawks_pipeline") / "models" / f"{prior.SHIPPED}.json").read_text("utf-8")
)


def attempts(seed: int, *, many: int = 30_000, tilt: float = 0.0) -> pd.DataFrame:
    """Draw shots whose chance falls with the distance, but for `tilt` all by the same law."""
    random = np.random.default_rng(seed)
    feet = np.where(random.random(many) < 0.5, random.gamma(2, 2, many), random.normal(25, 1.5, many)).clip(
        0, 40
    )
    angle = np.radians(random.uniform(-85, 85, many))
    x, y = (10 * feet * np.sin(angle)).round().clip(-250, 250), (10 * feet * np.cos(angle)).round()
    zone = classify(x, y)
    chance = 1 / (1 + np.exp(0.06 * np.hypot(x, y) / 10 - 0.8 - tilt))
    return pd.DataFrame(
        {
            "player_id": random.integers(1, 200, many),
            "zone": zone,
            "made": random.random(many) < chance,
            "shot_type": np.where(np.isin(zone, THREES), 3, 2),
            "loc_x": x,
            "loc_y": y,
            "clock_s": random.integers(0, 720, many),
            "is_heave": False,
        }
    )


def test_numbers_say_what_sklearn_says() -> None:
    shots = attempts(1)
    distance, angle, three, late = expected_points.features(shots)
    bases = [
        SplineTransformer(
            degree=3, knots=np.array(knots).reshape(-1, 1), extrapolation="constant"
        ).fit_transform(values.reshape(-1, 1))
        for knots, values in ((training.DISTANCE_KNOTS, distance), (training.ANGLE_KNOTS, angle))
    ]
    columns = np.column_stack([*bases, three, late])
    theirs = LogisticRegression(C=10.0, solver="newton-cholesky").fit(columns, shots["made"])
    ours = ExpectedPoints.of(json.loads(json.dumps(training.fit(shots))))

    np.testing.assert_allclose(ours.make_probability(shots), theirs.predict_proba(columns)[:, 1], atol=1e-6)


def test_the_shipped_model_passed_its_gates_and_says_what_it_is() -> None:
    held_out = SHIPPED["held_out"]
    gates = training.Gates(**{name: held_out[name] for name in training.Gates._fields})

    assert gates.failures == []
    assert gates.shots > 200_000
    assert SHIPPED["source"].startswith("simulated")
    assert held_out["season"] > max(SHIPPED["seasons"])


def test_the_shipped_model_knows_near_from_far() -> None:
    places = {"Restricted Area": 0.55, "In The Paint (Non-RA)": 0.35, "Above the Break 3": 0.3}
    chances = [metrics.load().expected.make_probability(made.shots([made.shot(zone)]))[0] for zone in places]

    assert chances == sorted(chances, reverse=True)
    assert all(0.25 < each < 0.8 for each in chances)


def test_the_same_toe_counts_three_or_two() -> None:
    model = metrics.load().expected
    both = made.shots([made.shot("Left Corner 3", shot_type=worth, game_event_id=worth) for worth in (2, 3)])

    np.testing.assert_allclose(model.points(both), model.make_probability(both) * [2, 3])


@pytest.mark.parametrize(("x", "y"), [(0, 0), (0, -52), (250, -52), (-250, 419), (0, 419)])
def test_a_place_at_the_edge_has_a_chance(x: int, y: int) -> None:
    edge = made.shots([made.shot(loc_x=x, loc_y=y)])

    assert 0 < metrics.load().expected.make_probability(edge)[0] < 1


def test_neither_the_backcourt_nor_a_heave_is_modelled() -> None:
    heave = made.shot("Above the Break 3", game_event_id=3, loc_y=400, clock_s=1, is_heave=True, made=True)
    shots = made.shots([made.shot("Backcourt"), made.shot("Mid-Range", game_event_id=2), heave])

    assert expected_points.modelled(shots)["zone"].tolist() == ["Mid-Range"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda m: m.pop("coefficients"), id="no coefficients"),
        pytest.param(lambda m: m["coefficients"].pop(), id="one coefficient short"),
        pytest.param(lambda m: m.update(distance=7), id="no spline"),
        pytest.param(lambda m: m["angle"].pop("knots"), id="no knots"),
        pytest.param(lambda m: m.update(intercept="low"), id="no number"),
    ],
)
def test_what_is_no_model_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    numbers = copy.deepcopy(SHIPPED)
    spoil(numbers["expected_points"])

    with pytest.raises(ContractError, match="no model of expected points"):
        prior.of(numbers)


def test_an_unknown_version_is_told() -> None:
    with pytest.raises(ContractError, match="model nobodys"):
        metrics.load("nobodys")
    with pytest.raises(ContractError, match="no model"):
        prior.of({"version": "1"})


def test_a_model_is_only_judged_on_a_later_season() -> None:
    seasons = {"2022-23": attempts(1, many=500), "2023-24": attempts(2, many=500)}

    with pytest.raises(UsageError, match="not after 2023-24"):
        training.train(seasons, ("2023-24", attempts(3, many=500)), version="t", source="t")


def test_training_from_files_writes_a_model_that_loads(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        attempts(seed, many=100_000).to_parquet(tmp_path / f"{name}.parquet")
    out = tmp_path / "model.json"
    files = [
        "--season",
        f"2022-23={tmp_path / 'a.parquet'}",
        "--held-out",
        f"2023-24={tmp_path / 'b.parquet'}",
    ]

    assert training.main([*files, "--version", "t", "--source", "drawn", "--out", str(out)]) == 0

    model = prior.of(json.loads(out.read_text()))
    assert (model.version, model.seasons, model.source) == ("t", ("2022-23",), "drawn")
    assert set(model.zone_prior) == set(ZONES[:-1])


def test_a_model_that_fails_its_gates_is_not_written(tmp_path: Path) -> None:
    attempts(1).to_parquet(tmp_path / "a.parquet")
    attempts(2, tilt=0.4).to_parquet(tmp_path / "b.parquet")
    out = tmp_path / "model.json"
    files = [
        "--season",
        f"2022-23={tmp_path / 'a.parquet'}",
        "--held-out",
        f"2023-24={tmp_path / 'b.parquet'}",
    ]

    with pytest.raises(ContractError, match=r"mean xPPS is -0.* off PPS; a tenth of the shots is"):
        training.main([*files, "--version", "t", "--out", str(out)])

    assert not out.exists()


def test_the_leagues_own_columns_are_read_too(tmp_path: Path) -> None:
    wire = pd.DataFrame(
        {
            "PLAYER_ID": [1],
            "LOC_X": [0],
            "LOC_Y": [10],
            "SHOT_MADE_FLAG": [1],
            "SHOT_TYPE": ["2PT Field Goal"],
        }
        | {"PERIOD": [1], "MINUTES_REMAINING": [1], "SECONDS_REMAINING": [30]}
    )
    wire = pd.concat([wire, wire.assign(LOC_Y=400, SHOT_TYPE="3PT Field Goal", MINUTES_REMAINING=0)])
    wire.assign(SECONDS_REMAINING=[30, 2]).to_parquet(tmp_path / "wire.parquet")
    near, far = training.read(tmp_path / "wire.parquet").to_dict("records")
    names = ("zone", "made", "shot_type", "clock_s", "is_heave")

    assert [near[name] for name in names] == ["Restricted Area", True, 2, 90, False]
    assert [far[name] for name in names] == ["Above the Break 3", True, 3, 2, True]


@pytest.mark.parametrize("name", ["absent.parquet", "no.parquet"])
def test_a_file_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    pd.DataFrame({"A": [1]}).to_parquet(tmp_path / "no.parquet")

    with pytest.raises(ContractError, match=name):
        training.read(tmp_path / name)
