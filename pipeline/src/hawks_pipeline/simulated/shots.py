"""Every attempt of a season, from the field and from the line, and the score that they add up to."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hawks_pipeline.simulated import actions, court
from hawks_pipeline.simulated.court import ABOVE, BACKCOURT, THREES, Floats, Ints, Texts
from hawks_pipeline.simulated.players import Players, closeness
from hawks_pipeline.simulated.rosters import Benches

Kind = TypeVar("Kind", "Shots", "Trips")

MOST_PERIODS = 7
HEAVES_NOT_CHARGED = 2025
"""From the season that begins this year, a missed heave at the end of quarters 1 to 3 is no attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """One entry for each field goal attempt, in the order of the game. `row`, `column`: as in Benches.

    `clock` is in seconds left in the period, places in tenths of a foot.
    """

    row: Ints
    column: Ints
    event: Ints
    period: Ints
    clock: Ints
    zone: Ints
    x: Ints
    y: Ints
    three: NDArray[np.bool_]
    made: NDArray[np.bool_]
    action: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """One entry for each trip to the free throw line."""

    row: Ints
    column: Ints
    period: Ints
    attempts: Ints
    made: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """A season's attempts; `score` has a row for each team of each game and a column for each period."""

    shots: Shots
    trips: Trips
    score: Ints
    periods: Ints


def draw(
    rng: np.random.Generator, players: Players, benches: Benches, *, strength: Floats, year: int
) -> Attempts:
    """Draw a season. Nobody's game ends in a tie.

    `strength`, in log-odds, is what each team has over its opponent: a row for each game, home and away.
    """
    rows = len(benches.player)
    # Both teams play at one pace, and who is fouled more shoots less.
    shared, own = rng.normal(0, 1, (rows // 2, 1)), rng.normal(0, 1, (2, rows // 2, 2))
    many = 88.9 + 7.1 * (0.8 * shared + 0.6 * own[0]).ravel()
    fouls = 11.3 + 3.5 * (0.25 * shared - 0.85 * own[0] + 0.46 * own[1]).ravel()
    # A team that misses gets some of them back and shoots again: many attempts go with fewer makes.
    form = rng.normal(0, 0.03, rows) - 0.007 * (many - 88.9) + strength.ravel()
    pick = _Picker(rng, players, benches, form=form)
    shots = [pick.shots(np.rint(many).astype(np.int64), None, heaves=year)]
    trips = [pick.trips(np.rint(fouls).clip(1).astype(np.int64), None)]
    score = _score(rows, shots, trips)
    periods = np.full(rows // 2, 4)
    trips.append(pick.rescue(score, rng.random(rows // 2) < 0.6, period=4))
    score = _score(rows, shots, trips)
    for period in range(5, MOST_PERIODS + 1):
        tied = np.repeat(_margin(score) == 0, 2)
        periods[tied[::2]] = period
        shots.append(pick.shots(np.where(tied, np.rint(rng.normal(10.4, 1.5, rows)), 0).astype(int), period))
        trips.append(pick.trips(np.where(tied, rng.poisson(1.5, rows), 0), period))
        score = _score(rows, shots, trips)
    trips.append(pick.decide(score, period=MOST_PERIODS))
    score = _score(rows, shots, trips)
    return Attempts(shots=_in_order(rng, shots), trips=_joined(Trips, trips), score=score, periods=periods)


class _Picker:
    """Draws attempts and who takes them."""

    def __init__(self, rng: np.random.Generator, players: Players, benches: Benches, *, form: Floats) -> None:
        self._rng, self._players, self._benches, self._form = rng, players, benches, form
        weight = benches.seconds * players.usage[benches.player]
        # Now and then someone who is on for a few seconds has a shot.
        weight += np.where((benches.seconds > 0) & (benches.seconds < 12) & (weight > 0), 12.0, 0)
        self._shooter = _cumulative(weight)
        self._fouled = _cumulative(weight * players.fouled[benches.player])
        self._zone = _cumulative(players.mix)
        self._first = np.argmax(weight, axis=1)

    def shots(self, many: Ints, period: int | None, *, heaves: int = 0) -> Shots:
        """Draw `many` shots for each team and game; in the four quarters if `period` is None."""
        rng = self._rng
        row = np.repeat(np.arange(len(many)), many)
        column = _choose(rng, self._shooter, row)
        player = self._benches.player[row, column]
        zone = _choose(rng, self._zone, player)
        x, y = court.places(rng, zone)
        periods, clock = self._when(row.size, period)
        late = (zone == BACKCOURT) | ((zone == ABOVE) & (rng.random(row.size) < 0.004))
        long = late & (zone == ABOVE)
        x[long], y[long] = court.heaves(rng, int(long.sum()))
        clock = np.where(late, rng.integers(0, 3, row.size), clock)
        # Few are thrown at the end of a game: it is mostly decided by then.
        early = late & (periods == 4) & (rng.random(row.size) < 0.9)
        periods = np.where(early, rng.integers(1, 4, row.size), periods)
        made = rng.random(row.size) < self._chance(row, player, zone, np.hypot(x, y), clock)
        # The scorer and the one who marks the place do not always agree about the line.
        toe = (zone == ABOVE) & (np.hypot(x, y) < 241) & (rng.random(row.size) < 0.004)
        heave = (np.hypot(x, y) >= court.HEAVE) & (clock < 3) & (periods < 4)
        kept = made | ~heave if heaves >= HEAVES_NOT_CHARGED else np.full(row.size, True)  # noqa: FBT003
        every = Shots(
            row=row,
            column=column,
            event=np.zeros(row.size, np.int64),
            period=periods,
            clock=clock,
            zone=zone,
            x=x,
            y=y,
            three=np.isin(zone, THREES) & ~toe,
            made=made,
            action=actions.draw(rng, zone, made),
        )
        return _take(every, np.flatnonzero(kept))

    def trips(self, many: Ints, period: int | None) -> Trips:
        """Draw `many` trips to the line for each team and game."""
        row = np.repeat(np.arange(len(many)), many)
        column = _choose(self._rng, self._fouled, row)
        attempts = np.where(self._rng.random(row.size) < 0.9, 2, 1)
        skill = self._players.free_throw[self._benches.player[row, column]]
        return Trips(
            row=row,
            column=column,
            period=self._when(row.size, period)[0],
            attempts=attempts,
            made=self._rng.binomial(attempts, skill),
        )

    def rescue(self, score: Ints, wanted: NDArray[np.bool_], *, period: int) -> Trips:
        """Let the team that is one point behind make a free throw, in the games `wanted`."""
        margin = _margin(score)
        row = 2 * np.arange(len(margin)) + (margin > 0)
        return self._one(row[wanted & (np.abs(margin) == 1)], period)

    def decide(self, score: Ints, *, period: int) -> Trips:
        """Let the home team make a free throw where nothing else has parted the two."""
        return self._one(2 * np.flatnonzero(_margin(score) == 0), period)

    def _one(self, row: Ints, period: int) -> Trips:
        one = np.ones(row.size, np.int64)
        return Trips(row=row, column=self._first[row], period=period * one, attempts=one, made=one)

    def _when(self, size: int, period: int | None) -> tuple[Ints, Ints]:
        periods = self._rng.integers(1, 5, size) if period is None else np.full(size, period)
        clock = self._rng.integers(0, np.where(periods > 4, 300, 720))
        return periods, np.where(self._rng.random(size) < 0.012, self._rng.integers(0, 4, size), clock)

    def _chance(self, row: Ints, player: Ints, zone: Ints, tenths: Floats, clock: Ints) -> Floats:
        ability = self._players.accuracy[player, zone]
        near = closeness(zone, tenths)
        # In each zone as much is lost far out as is won close in.
        count = np.maximum(np.bincount(zone, minlength=7), 1)
        near -= (np.bincount(zone, near, minlength=7) / count)[zone]
        home = np.where(row % 2 == 0, 0.02, -0.02)
        hurried = np.where((clock < 3) & (zone != BACKCOURT), -0.4, 0.0)
        # What hurry and spread take away on average.
        odds = np.log(ability / (1 - ability)) + 0.01 + near + home + hurried + self._form[row]
        return 1 / (1 + np.exp(-odds))


def _score(rows: int, shots: list[Shots], trips: list[Trips]) -> Ints:
    score = np.zeros((rows, MOST_PERIODS), np.int64)
    for each in shots:
        np.add.at(score, (each.row, each.period - 1), np.where(each.made, 2 + each.three, 0))
    for trip in trips:
        np.add.at(score, (trip.row, trip.period - 1), trip.made)
    return score


def _margin(score: Ints) -> Ints:
    points = score.sum(axis=1)
    return points[::2] - points[1::2]


def _cumulative(weight: Floats) -> Floats:
    total = np.cumsum(weight, axis=1)
    return total / total[:, -1:]


def _choose(rng: np.random.Generator, cumulative: Floats, row: Ints) -> Ints:
    drawn = rng.random(row.size)
    chosen = np.zeros(row.size, np.int64)
    for column in range(cumulative.shape[1] - 1):
        chosen += cumulative[row, column] <= drawn
    return chosen


def _in_order(rng: np.random.Generator, shots: list[Shots]) -> Shots:
    every = _joined(Shots, shots)
    every = _take(every, np.lexsort((-every.clock, every.period, every.row // 2)))
    # Other events lie between two shots: rebounds, fouls, turnovers.
    number = np.cumsum(rng.integers(1, 5, every.row.size))
    start = np.zeros(every.row.max() // 2 + 1, np.int64)
    game, first = np.unique(every.row // 2, return_index=True)
    start[game] = number[first]
    every.event[:] = number - start[every.row // 2] + 7
    return every


def _joined(kind: type[Kind], parts: list[Kind]) -> Kind:
    names = kind.__dataclass_fields__
    return kind(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _take(shots: Shots, which: Ints) -> Shots:
    return Shots(**{name: getattr(shots, name)[which] for name in Shots.__dataclass_fields__})
