"""Who belongs to which team when, who plays in a game, and for how long."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hawks_pipeline.simulated.court import Floats, Ints
from hawks_pipeline.simulated.players import PER_TEAM, Players
from hawks_pipeline.simulated.schedule import DAYS, Schedule
from hawks_pipeline.simulated.teams import HAWKS, TEAMS

TRADES = 30
GAME, OVERTIME = 5 * 48 * 60, 5 * 5 * 60
"""Seconds that five players on the floor share."""

GARBAGE_TIME = 100
"""Games in a season where the last man comes on for less than half a minute: his minutes are given as 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """A player's time with a team, from its first day to the one before its last."""

    player: int
    team: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Benches:
    """For each team of each game (row 2 * game + 1 if away), one column for each man on its books.

    `player` is -1 where there is none; `plays` and `healthy` are of that night; no overtime in `seconds`.
    """

    player: Ints
    here: NDArray[np.bool_]
    healthy: NDArray[np.bool_]
    plays: NDArray[np.bool_]
    seconds: Ints


def stints(rng: np.random.Generator) -> list[Stint]:
    """Draw the season's trades: always one man for another, before February's deadline."""
    team = np.repeat(np.arange(len(TEAMS)), PER_TEAM)
    moved: dict[int, list[tuple[int, int]]] = {}
    players = np.flatnonzero(np.arange(len(team)) % PER_TEAM > 2)
    chosen = rng.choice(players[team[players] != HAWKS], 2 * TRADES, replace=False).reshape(-1, 2)
    # The Hawks take part, with their fifth man; the man they get has been traded once before.
    hawk, newcomer = HAWKS * PER_TEAM + 4, int(chosen[0, 0])
    now = dict(enumerate(team.tolist()))
    days = np.sort(rng.integers(55, 80, TRADES))
    swaps = [*zip(days.tolist(), chosen.tolist(), strict=True), (100, [hawk, newcomer])]
    for day, (one, other) in swaps:
        now[one], now[other] = now[other], now[one]
        for player in (one, other):
            moved.setdefault(player, []).append((day, now[player]))
    found = []
    for player, first in enumerate(team.tolist()):
        steps = [(0, first), *moved.get(player, [])]
        ends = [day for day, _ in steps[1:]] + [DAYS]
        found += [
            Stint(player=player, team=team, first=start, last=end)
            for (start, team), end in zip(steps, ends, strict=True)
            if start < end
        ]
    return found


def benches(rng: np.random.Generator, players: Players, schedule: Schedule, books: list[Stint]) -> Benches:
    """Draw who plays in each game and for how long."""
    team = np.stack([schedule.home, schedule.away], axis=1).ravel()
    day = np.repeat(schedule.day, 2)
    by_team = [[stint for stint in books if stint.team == index] for index in range(len(TEAMS))]
    width = max(map(len, by_team))
    table = np.full((len(TEAMS), width, 3), -1, np.int64)
    for index, each in enumerate(by_team):
        table[index, : len(each)] = [(stint.player, stint.first, stint.last) for stint in each]
    player, first, last = table[team].transpose(2, 0, 1)
    here = (player >= 0) & (first <= day[:, None]) & (day[:, None] < last)
    healthy = here & (rng.random(here.shape) < 0.92)
    want = np.where(healthy, players.minutes[player] * rng.gamma(14, 1 / 14, here.shape), 0)
    place = np.argsort(np.argsort(-want, axis=1), axis=1)
    many = np.clip(np.rint(rng.normal(10.7, 1.6, len(team))), 8, 14)
    plays = (want > 0) & (place < many[:, None])
    seconds = _seconds(np.where(plays, want, 0), GAME)
    return Benches(
        player=player,
        here=here,
        healthy=healthy,
        plays=plays,
        seconds=_garbage_time(rng, plays, seconds),
    )


def longer(seconds: Ints, overtimes: Ints) -> Ints:
    """Return the seconds of games that went into overtime: everyone's in proportion, none over the clock."""
    total = GAME + OVERTIME * overtimes
    return np.where(overtimes[:, None] > 0, _whole(seconds * (total / GAME)[:, None], total), seconds)


def _seconds(want: Floats, total: int) -> Ints:
    share = want
    for _ in range(4):
        share = share * total / share.sum(axis=1, keepdims=True)
        share = np.minimum(share, 45 * 60)
    return _whole(share, np.full(len(share), total))


def _whole(share: Floats, total: Ints) -> Ints:
    """Round down, and give what is left to the tenth man or so: he has room for it."""
    seconds = np.maximum(np.floor(share), share > 0).astype(np.int64)
    rows = np.arange(len(seconds))
    middle = np.argsort(-seconds, axis=1)[:, 6]
    seconds[rows, middle] += total - seconds.sum(axis=1)
    return seconds


def _garbage_time(rng: np.random.Generator, plays: NDArray[np.bool_], seconds: Ints) -> Ints:
    seconds = seconds.copy()
    for row in rng.choice(len(seconds), GARBAGE_TIME, replace=False):
        order = np.argsort(np.where(plays[row], -seconds[row], 0))
        last, sixth = order[plays[row].sum() - 1], order[6]
        few = int(rng.integers(3, 30))
        seconds[row, sixth] += seconds[row, last] - few
        seconds[row, last] = few
    return seconds
