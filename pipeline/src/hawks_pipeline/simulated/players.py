"""Players who do not exist: who they are, how much they play, from where they shoot and how well.

The figures are those of the real league, 2022 to 2025: zone frequencies and accuracies, and the spread of
true ability around them as fitted by a beta-binomial (`mean`, `kappa`).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from hawks_pipeline.simulated import names
from hawks_pipeline.simulated.court import ABOVE, BACKCOURT, MID, PAINT, RESTRICTED, ZONES, Floats, Ints
from hawks_pipeline.simulated.teams import HAWKS, TEAMS

PER_TEAM = 17
FIRST_ID = 9_000_001
"""Real ids are far below: these cannot be taken for people."""

FREQUENCY = np.array([0.279, 0.203, 0.097, 0.056, 0.052, 0.3106, 0.0024])
ACCURACY = np.array([0.664, 0.444, 0.417, 0.386, 0.390, 0.353, 0.023])
KAPPA = np.array([72, 92, 185, 240, 240, 400, 1e5])
FREE_THROW, FREE_THROW_KAPPA = 0.780, 26

MINUTES = np.array([34.5, 33, 31, 29, 27, 23.5, 21, 18.5, 15.5, 12, 9, 6.5, 4.5, 3.5, 2.5, 2, 2])
"""By rank in the team: what a game gives the starters, the bench, and the last man."""

# How guards, wings, big men … spread their shots over the zones; raked to FREQUENCY afterwards.
_KINDS = np.array(
    [
        [0.20, 0.21, 0.13, 0.04, 0.04, 0.38, 0.0024],
        [0.24, 0.18, 0.09, 0.09, 0.08, 0.32, 0.0024],
        [0.17, 0.10, 0.05, 0.12, 0.12, 0.44, 0.0024],
        [0.33, 0.30, 0.16, 0.02, 0.02, 0.17, 0.0024],
        [0.60, 0.30, 0.05, 0.01, 0.01, 0.03, 0.0010],
        [0.30, 0.20, 0.08, 0.05, 0.05, 0.32, 0.0024],
    ]
)
_POSITIONS = (("G", "G-F"), ("F", "G-F"), ("F", "G"), ("F", "F-C"), ("C", "C-F"), ("F", "F-C"))
_HEIGHTS = (75, 79, 79, 81, 83, 80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Players:
    """One entry for each player, team by team and in each by rank. Weights compare, they have no unit."""

    id: Ints
    name: list[tuple[str, str]]
    position: list[str]
    inches: Ints
    born: list[date]
    kind: Ints
    minutes: Floats
    usage: Floats
    mix: Floats
    """Share of the player's shots from each zone: rows sum to 1."""
    accuracy: Floats
    free_throw: Floats
    fouled: Floats
    passing: Floats
    rebounding: Floats
    defence: Floats

    def __len__(self) -> int:
        return len(self.id)


def draw(rng: np.random.Generator) -> Players:
    """Draw a league of players."""
    size = len(TEAMS) * PER_TEAM
    rank = np.arange(size) % PER_TEAM
    # Each team has some of every kind.
    kind = np.concatenate([rng.permutation(np.arange(PER_TEAM) % len(_KINDS)) for _ in TEAMS])
    minutes = MINUTES[rank] * rng.gamma(60, 1 / 60, size)
    usage = rng.gamma(16, 1 / 16, size) * (1.12 - 0.02 * rank)
    # A deep-bench player who plays and never shoots.
    usage[HAWKS * PER_TEAM + 15] = 0.0
    weight = minutes * usage
    mix = _raked(rng.gamma(30 * _KINDS[kind] + 1e-3), weight)
    skill = rng.beta(ACCURACY * KAPPA, (1 - ACCURACY) * KAPPA, (size, len(ZONES)))
    big = np.isin(kind, [3, 4])
    return Players(
        id=FIRST_ID + rng.permutation(size),
        name=names.draw(rng, size),
        position=[
            _POSITIONS[each][second] for each, second in np.column_stack([kind, rng.integers(2, size=size)])
        ],
        inches=np.array(_HEIGHTS)[kind] + rng.integers(-2, 3, size),
        born=[date.fromordinal(int(day)) for day in rng.integers(_day(1988), _day(2006), size)],
        kind=kind,
        minutes=minutes,
        usage=usage,
        mix=mix,
        accuracy=_centred(skill, weight[:, None] * mix),
        free_throw=rng.beta(FREE_THROW * FREE_THROW_KAPPA, (1 - FREE_THROW) * FREE_THROW_KAPPA, size),
        fouled=rng.gamma(6, 1 / 6, size) * (0.5 + mix[:, RESTRICTED] + mix[:, PAINT]),
        passing=rng.gamma(3, 1 / 3, size) * np.where(kind == 0, 2.2, np.where(big, 0.7, 1.0)),
        rebounding=rng.gamma(8, 1 / 8, size) * np.where(big, 2.2, 1.0),
        defence=rng.gamma(8, 1 / 8, size),
    )


def closeness(zone: Ints, tenths: Floats) -> Floats:
    """Return by how much (log-odds) a place in its zone is better than the zone's middle."""
    slope, middle = np.zeros(len(ZONES)), np.zeros(len(ZONES))
    slope[[RESTRICTED, PAINT, MID, ABOVE, BACKCOURT]] = [-0.0236, -0.0032, -0.0008, -0.006, -0.001]
    middle[[RESTRICTED, PAINT, MID, ABOVE, BACKCOURT]] = [16, 76, 160, 252, 500]
    # Beyond 30 feet it falls faster.
    return slope[zone] * (tenths - middle[zone]) - 0.012 * np.where(
        zone == ABOVE, np.maximum(tenths - 300, 0), 0
    )


def _raked(mix: Floats, weight: Floats) -> Floats:
    for _ in range(30):
        mix = mix / mix.sum(axis=1, keepdims=True)
        mix = mix * FREQUENCY / np.average(mix, axis=0, weights=weight)
    return mix / mix.sum(axis=1, keepdims=True)


def _centred(skill: Floats, weight: Floats) -> Floats:
    return skill * ACCURACY / np.average(skill, axis=0, weights=weight)


def _day(year: int) -> int:
    return date(year, 7, 1).toordinal()
