"""What a night knows before its season's data: the model, last season's priors, last night's profiles."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import Any

import pandas as pd

from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics.expected_points import ExpectedPoints
from hawks_pipeline.metrics.shrinkage import Prior

SHIPPED = "simulated-2"
"""The coefficients in use: a file of `hawks_pipeline/models`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorModel:
    """`seasons` are those that it was trained on, `source` says what kind of data they were.

    `zone_prior` is the floor of the shrinkage while a season is young. `centres` is last night's
    `Gold.cluster_centres`, None on the first night.
    """

    version: str
    seasons: tuple[str, ...]
    source: str
    expected: ExpectedPoints
    zone_prior: Mapping[str, Prior] = field(default_factory=lambda: MappingProxyType({}))
    centres: pd.DataFrame | None = None


def load(version: str = SHIPPED) -> PriorModel:
    """Read the model `version` from the package. Raises ContractError."""
    place = resources.files("hawks_pipeline") / "models" / f"{version}.json"
    try:
        return of(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ContractError(f"model {version}: {error}") from None


def of(numbers: Mapping[str, Any]) -> PriorModel:
    """Make the model of JSON as `training` writes it. Raises ContractError."""
    try:
        return PriorModel(
            version=str(numbers["version"]),
            seasons=tuple(map(str, numbers["seasons"])),
            source=str(numbers["source"]),
            expected=ExpectedPoints.of(numbers["expected_points"]),
            zone_prior={
                str(zone): Prior(float(prior["mean"]), float(prior["kappa"]))
                for zone, prior in numbers["zone_prior"].items()
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContractError(f"no model: {type(error).__name__}: {error}") from None
