"""Train the model of expected points: `python -m hawks_pipeline.training --help`.

Input are Parquet tables of attempts, one or more whole seasons to learn from and a later one to be judged on,
as `Silver.shot` or as `shotchartdetail` answers; or, with `--simulate SEED`, the names of simulated seasons.
The shipped model is of the second kind, for want of real shot charts, and made by

    python -m hawks_pipeline.training --simulate 101 --season 2021-22 --season 2022-23 --held-out 2023-24 \
        --version simulated-2 --out pipeline/src/hawks_pipeline/models/simulated-2.json

Output is a JSON of plain numbers (no pickle) for
`hawks_pipeline/models/`. A model that fails a gate is not written:

* its log-loss on the held-out season is below that of a plain table of zones,
* the held-out season's mean xPPS is within 0.01 of its PPS,
* in no tenth of its shots, ordered by chance, is the mean chance 0.015 off the share made.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import SplineTransformer

from hawks_pipeline.errors import ContractError, PipelineError, UsageError
from hawks_pipeline.metrics.expected_points import ExpectedPoints, features, modelled
from hawks_pipeline.metrics.heaves import are_heaves
from hawks_pipeline.metrics.zones import classify, counts, priors
from hawks_pipeline.simulated.season import season, year_of

Floats: TypeAlias = NDArray[np.float64]

DISTANCE_KNOTS = (0.0, 2.0, 4.0, 8.0, 14.0, 20.0, 23.75, 26.0, 30.0, 36.0, 47.0)
"""Feet: dense where a foot matters, at the hoop and at the line."""

ANGLE_KNOTS = (-100.0, -75.0, -45.0, -15.0, 15.0, 45.0, 75.0, 100.0)
"""Degrees off the middle; beyond 90 is behind the backboard's line."""

DEGREE = 3
MEAN_GAP = 0.01
DECILE_GAP = 0.015


class Gates(NamedTuple):
    """How the model did on the held-out season."""

    shots: int
    log_loss: float
    zone_log_loss: float
    mean_gap: float  # xPPS - PPS
    decile_gap: float  # the worst tenth's |mean chance - share made|

    @property
    def failures(self) -> list[str]:
        """Say which gates are not passed."""
        failures = []
        if not self.log_loss < self.zone_log_loss:
            failures.append(f"log-loss {self.log_loss:.5f} is no better than a zone table's")
        if not abs(self.mean_gap) < MEAN_GAP:
            failures.append(f"mean xPPS is {self.mean_gap:+.4f} off PPS")
        if not self.decile_gap < DECILE_GAP:
            failures.append(f"a tenth of the shots is {self.decile_gap:.4f} off")
        return failures


def fit(shots: pd.DataFrame) -> dict[str, object]:
    """Fit the splines and the logistic regression; return the numbers that `ExpectedPoints.of` reads."""
    known = modelled(shots)
    distance, angle, three, late = features(known)
    splines = {
        "distance": _spline(DISTANCE_KNOTS).fit(distance.reshape(-1, 1)),
        "angle": _spline(ANGLE_KNOTS).fit(angle.reshape(-1, 1)),
    }
    columns = np.column_stack(
        [
            splines["distance"].transform(distance.reshape(-1, 1)),
            splines["angle"].transform(angle.reshape(-1, 1)),
            three,
            late,
        ]
    )
    model = LogisticRegression(C=10.0, solver="newton-cholesky").fit(columns, known["made"])
    return {
        name: {"knots": spline.bsplines_[0].t.tolist(), "degree": DEGREE} for name, spline in splines.items()
    } | {
        "intercept": round(float(model.intercept_[0]), 9),
        "coefficients": [round(float(each), 9) for each in model.coef_[0]],
    }


def judge(numbers: Mapping[str, Any], train: pd.DataFrame, test: pd.DataFrame) -> Gates:
    """Measure a model fitted on `train` on `test`, beside the shares made per zone in `train`."""
    known = modelled(test)
    chance, made = ExpectedPoints.of(numbers).make_probability(known), known["made"].to_numpy(dtype=float)
    worth = known["shot_type"].to_numpy(dtype=float)
    table = counts(modelled(train), []).set_index("zone")
    by_zone = known["zone"].astype("str").map((table["fgm"] + 1) / (table["fga"] + 2)).to_numpy(dtype=float)
    tenths = np.array_split(np.argsort(chance, kind="stable"), 10)
    return Gates(
        shots=len(known),
        log_loss=float(log_loss(made, chance)),
        zone_log_loss=float(log_loss(made, by_zone)),
        mean_gap=float((worth * chance).mean() - (worth * made).mean()),
        decile_gap=max(float(abs(chance[part].mean() - made[part].mean())) for part in tenths),
    )


def train(
    seasons: Mapping[str, pd.DataFrame], held_out: tuple[str, pd.DataFrame], *, version: str, source: str
) -> tuple[dict[str, object], Gates]:
    """Return the model of `seasons` (shots by season) as JSON, and how it did on the later season `held_out`.

    Raises UsageError when the held-out season is not after all others.
    """
    name, test = held_out
    if name <= max(seasons):
        raise UsageError(f"the held-out season {name} is not after {max(seasons)}")
    learned = pd.concat(seasons.values(), ignore_index=True)
    numbers = fit(learned)
    gates = judge(numbers, learned, test)
    # The shrinkage's floor is one season's, as it is used: of the last one learned from.
    prior = priors(seasons[max(seasons)], {})
    return {
        "version": version,
        "source": source,
        "seasons": sorted(seasons),
        "shots": len(learned),
        "held_out": {"season": name} | {key: round(value, 6) for key, value in gates._asdict().items()},
        "expected_points": numbers,
        "zone_prior": {
            zone: {"mean": round(each.mean, 6), "kappa": round(each.kappa, 3)} for zone, each in prior.items()
        },
    }, gates


def read(path: Path) -> pd.DataFrame:
    """Read attempts from Parquet, by either set of names. Raises ContractError."""
    try:
        table = pd.read_parquet(path)
        if "SHOT_MADE_FLAG" in table:
            table = _from_wire(table)
        return table[["player_id", "zone", "made", "shot_type", "loc_x", "loc_y", "clock_s", "is_heave"]]
    except (OSError, KeyError, ValueError) as error:
        raise ContractError(f"{path}: {error}") from None


def simulated(name: str, seed: int) -> pd.DataFrame:
    """Return the attempts of a whole season of the simulated league. Raises UsageError."""
    try:
        table = season(seed, year_of(name)).shots
    except ValueError as error:
        raise UsageError(str(error)) from None
    return pd.DataFrame(
        {
            "player_id": table["player"],
            "zone": classify(table["x"], table["y"]),
            "made": table["made"],
            "shot_type": np.where(table["three"], 3, 2),
            "loc_x": table["x"],
            "loc_y": table["y"],
            "clock_s": table["clock"],
            "is_heave": are_heaves(np.hypot(table["x"], table["y"]) / 10, table["clock"], table["period"]),
        }
    )


def main(arguments: Sequence[str]) -> int:
    """Train, judge, and write when all gates are passed. Raises PipelineError."""
    parser = argparse.ArgumentParser(prog="python -m hawks_pipeline.training")
    parser.add_argument("--season", action="append", required=True, metavar="2024-25[=FILE]")
    parser.add_argument("--held-out", required=True, metavar="2025-26[=FILE]")
    parser.add_argument(
        "--simulate", type=int, metavar="SEED", help="no files: seasons of the simulated league"
    )
    parser.add_argument("--version", required=True)
    parser.add_argument(
        "--source", default="real shot charts", help="what the files are (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(arguments)
    seasons = dict(_season(each, options.simulate) for each in options.season)
    source = options.source if options.simulate is None else f"simulated (seed {options.simulate})"
    held_out = _season(options.held_out, options.simulate)
    model, gates = train(seasons, held_out, version=options.version, source=source)
    for name, value in gates._asdict().items():
        sys.stdout.write(f"{name:>14} {value:.5f}\n")
    if gates.failures:
        raise ContractError("; ".join(gates.failures))
    options.out.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    return 0


def _spline(knots: tuple[float, ...]) -> SplineTransformer:
    return SplineTransformer(degree=DEGREE, knots=np.array(knots).reshape(-1, 1), extrapolation="constant")


def _from_wire(table: pd.DataFrame) -> pd.DataFrame:
    feet = np.hypot(table["LOC_X"].astype(float), table["LOC_Y"].astype(float)) / 10
    clock = 60 * table["MINUTES_REMAINING"] + table["SECONDS_REMAINING"]
    return pd.DataFrame(
        {
            "player_id": table["PLAYER_ID"],
            "zone": classify(table["LOC_X"], table["LOC_Y"]),
            "made": table["SHOT_MADE_FLAG"] == 1,
            "shot_type": table["SHOT_TYPE"].str[0].astype("int8"),
            "loc_x": table["LOC_X"],
            "loc_y": table["LOC_Y"],
            "clock_s": clock,
            "is_heave": are_heaves(feet, clock, table["PERIOD"]),
        }
    )


def _season(text: str, seed: int | None) -> tuple[str, pd.DataFrame]:
    name, _, path = text.partition("=")
    if seed is not None:
        return name, simulated(name, seed)
    if not path:
        raise UsageError(f"not SEASON=FILE: {text!r}")
    return name, read(Path(path))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PipelineError as error:
        sys.stderr.write(f"training: {error}\n")
        sys.exit(error.exit_code)
