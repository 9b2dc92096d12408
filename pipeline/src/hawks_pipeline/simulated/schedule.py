"""Who plays whom, where and when: 1,230 games, 82 for each team, 41 of them at home."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from hawks_pipeline.simulated.court import Ints
from hawks_pipeline.simulated.teams import HAWKS, TEAMS

DAYS = 173
NEUTRAL = 5
SPREAD = 3
"""In each conference a team meets four teams three times: its neighbours, two to a side, in a ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Games in the order of their numbers; days count from the season's first."""

    first: date
    day: Ints
    home: Ints
    away: Ints
    neutral: Ints
    """Indices of games on nobody's floor."""
    postponed: dict[int, int]
    """Game to the day for which it was first announced."""


def first_day(year: int) -> date:
    """Return the season's first day: the Tuesday after 19 October."""
    start = date(year, 10, 20)
    return start + timedelta(days=(1 - start.weekday()) % 7)


def draw(rng: np.random.Generator, year: int) -> Schedule:
    """Draw the season that begins in October of `year`."""
    first = first_day(year)
    pairs = _pairs(rng)
    day = _days(rng, pairs, _open(first))
    order = np.lexsort((pairs[:, 0], day))
    pairs, day = pairs[order], day[order]
    hawks = np.flatnonzero((pairs == HAWKS).any(axis=1))
    postponed = _postpone(day, pairs, hawks)
    middle = hawks[(day[hawks] > 40) & (day[hawks] < 70) & ~np.isin(hawks, list(postponed))][0]
    others = np.setdiff1d(np.arange(len(day)), [*hawks, *postponed])
    neutral = np.sort(np.append(rng.choice(others, NEUTRAL - 1, replace=False), middle))
    return Schedule(
        first=first, day=day, home=pairs[:, 0], away=pairs[:, 1], neutral=neutral, postponed=postponed
    )


def _pairs(rng: np.random.Generator) -> Ints:
    east = [index for index, team in enumerate(TEAMS) if team.east]
    west = [index for index in range(len(TEAMS)) if index not in east]
    pairs = [(home, away) for one in east for other in west for home, away in ((one, other), (other, one))]
    for ring in (rng.permutation(east), rng.permutation(west)):
        for i in range(15):
            for apart in range(1, 8):
                one, other = int(ring[i]), int(ring[(i + apart) % 15])
                # Near neighbours meet three times, the others four times.
                pairs += [(one, other)] * 2 + [(other, one)] * (1 if apart * 2 <= SPREAD + 1 else 2)
    return np.array(pairs, np.int64)


def _open(first: date) -> Ints:
    """Return the days on which games may be played.

    None are on Thanksgiving, on Christmas Eve, and around the All-Star game.
    """
    year = first.year + 1
    sunday = date(year, 2, 14) + timedelta(days=(6 - date(year, 2, 14).weekday()) % 7)
    november = date(first.year, 11, 1)
    thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
    closed = {thanksgiving, date(first.year, 12, 24)} | {
        sunday + timedelta(days=shift) for shift in range(-2, 4)
    }
    return np.array([n for n in range(DAYS) if first + timedelta(days=n) not in closed], np.int64)


def _days(rng: np.random.Generator, pairs: Ints, open_days: Ints) -> Ints:
    """Give each game a day on which neither team plays, and, if there is one, no third day in a row."""
    busy = np.zeros((len(TEAMS), DAYS + 4), bool)
    allowed = np.zeros(DAYS, bool)
    allowed[open_days] = True
    # Wednesdays and Fridays are full, Thursdays nearly empty; day 0 is a Tuesday.
    likely = np.array([0.9, 1.6, 0.5, 1.6, 1.1, 1.1, 1.1])[np.arange(DAYS) % 7]
    day = np.zeros(len(pairs), np.int64)
    for game in rng.permutation(len(pairs)):
        team = busy[pairs[game]]
        free = allowed & ~team[:, 2 : DAYS + 2].any(axis=0)
        before = team[:, 1 : DAYS + 1] & team[:, :DAYS]
        after = team[:, 3 : DAYS + 3] & team[:, 4 : DAYS + 4]
        around = team[:, 1 : DAYS + 1] & team[:, 3 : DAYS + 3]
        rested = free & ~(before | after | around).any(axis=0)
        chance = likely * (rested if rested.any() else free)
        day[game] = chosen = int(
            np.searchsorted(np.cumsum(chance), rng.random() * chance.sum(), side="right")
        )
        busy[pairs[game], chosen + 2] = True
    return day


def _postpone(day: Ints, pairs: Ints, hawks: Ints) -> dict[int, int]:
    """Move one of the Hawks' games of January by a few weeks; return it with the day it left."""
    for game in hawks[(day[hawks] > 75) & (day[hawks] < 100)]:
        taken = day[np.isin(pairs, pairs[game]).any(axis=1)]
        later = np.setdiff1d(np.arange(day[game] + 20, 165), np.concatenate([taken, [day[game]]]))
        later = later[np.isin(later, day)]
        if later.size:
            left, day[game] = int(day[game]), later[0]
            return {int(game): left}
    return {}
