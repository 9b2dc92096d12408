"""A season of the simulated league, and what of it is known on a given day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hawks_pipeline.simulated import boxes, court, players, rosters, schedule, shots
from hawks_pipeline.simulated.court import Ints
from hawks_pipeline.simulated.players import Players
from hawks_pipeline.simulated.rosters import Benches, Stint
from hawks_pipeline.simulated.schedule import Schedule
from hawks_pipeline.simulated.teams import HAWKS, TEAMS

CORRECTIONS = 8
CORRECTED_AFTER = 2
"""Days until the league has looked at the tapes and moved a basket to the man who made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A season, or what is known of it.

    `lines` is as in `boxes.lines`. `shots` has game, day, row, team, player, event, period, clock, zone (an
    index in ZONES), x, y, three, made, action. `score` has a row for each team of each game (2 * game, + 1
    for the visitors), and a column for each period. `corrections`: rows of `shots` that were first given to
    another player, with him.
    """

    seed: int
    year: int
    last: int
    """The last day that is known, counted from the first."""
    players: Players
    schedule: Schedule
    stints: list[Stint]
    benches: Benches
    lines: pd.DataFrame
    shots: pd.DataFrame
    score: Ints
    periods: Ints
    team_turnovers: Ints
    corrections: dict[int, int]

    @property
    def name(self) -> str:
        """Return the season as the league writes it: "2026-27"."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.schedule.first + timedelta(days=int(day))

    def day_of(self, on: date) -> int:
        """Return the day of a date: negative before the season."""
        return (on - self.schedule.first).days

    def game_id(self, game: int) -> str:
        """Return the number of a game, ten digits."""
        return f"002{self.year % 100:02d}{game + 1:05d}"

    @property
    def played(self) -> NDArray[np.bool_]:
        """Return for each game whether it is over."""
        return self.schedule.day <= self.last

    def known(self, on: date | None) -> "Season":
        """Return what was known at the end of the day `on`, before the corrections to come; all if None."""
        return self if on is None else _known(self, self.day_of(on))


@lru_cache(maxsize=4)
def season(seed: int, year: int) -> Season:
    """Return the whole season that begins in October of `year`. The players depend on the seed alone."""
    people = players.draw(np.random.default_rng(seed))
    rng = np.random.default_rng([seed, year])
    games = schedule.draw(rng, year)
    books = rosters.stints(rng)
    benches = rosters.benches(rng, people, games, books)
    teams = np.stack([games.home, games.away], axis=1)
    strength = rng.normal(0, 0.04, len(TEAMS))
    strength = (strength - strength.mean())[teams]
    attempts = shots.draw(rng, people, benches, strength=strength - strength[:, ::-1], year=year)
    lines = boxes.lines(rng, games, people, benches, attempts)
    table = _table(games, benches, attempts.shots)
    return Season(
        seed=seed,
        year=year,
        last=schedule.DAYS,
        players=people,
        schedule=games,
        stints=books,
        benches=benches,
        lines=lines,
        shots=table,
        score=attempts.score,
        periods=attempts.periods,
        team_turnovers=boxes.team_turnovers(rng, len(attempts.score)),
        corrections=_corrections(rng, lines, table),
    )


def year_of(name: str) -> int:
    """Return the year in which the season `name` ("2026-27") begins. Raises ValueError."""
    year = int(name[:4])
    if name != f"{year}-{(year + 1) % 100:02d}":
        raise ValueError(f"not a season: {name!r}")
    return year


def _table(games: Schedule, benches: Benches, each: shots.Shots) -> pd.DataFrame:
    teams = np.stack([games.home, games.away], axis=1).ravel()
    return pd.DataFrame(
        {
            "game": each.row // 2,
            "day": games.day[each.row // 2],
            "row": each.row,
            "team": teams[each.row],
            "player": benches.player[each.row, each.column],
            "event": each.event,
            "period": each.period,
            "clock": each.clock,
            "zone": each.zone,
            "area": court.areas(each.x, each.y, each.zone),
            "range": court.ranges(each.x, each.y, each.zone),
            "x": each.x,
            "y": each.y,
            "three": each.three,
            "made": each.made,
            "action": each.action,
        }
    )


def _corrections(rng: np.random.Generator, lines: pd.DataFrame, table: pd.DataFrame) -> dict[int, int]:
    """Choose baskets in different games, one of them the Hawks', and who was thought to have made them."""
    made = table[table["made"]]
    hawks = made[(made["team"] == HAWKS) & (made["day"] > 30)]
    chosen = [int(hawks.index[0]), *map(int, rng.choice(made.index, CORRECTIONS - 1, replace=False))]
    wrong = {}
    for index in chosen:
        shot = table.loc[index]
        mates = lines[(lines["row"] == shot["row"]) & (lines["player"] != shot["player"])]
        wrong[index] = int(mates.loc[mates["seconds"].idxmax(), "player"])
    return wrong


def _known(whole: Season, day: int) -> Season:
    lines = whole.lines[whole.lines["day"] <= day]
    table = whole.shots[whole.shots["day"] <= day]
    fresh = {
        index: player
        for index, player in whole.corrections.items()
        if whole.shots.at[index, "day"] <= day < whole.shots.at[index, "day"] + CORRECTED_AFTER
    }
    if fresh:
        lines, table = lines.copy(), table.copy()
        for index, wrong in fresh.items():
            _move(lines, table.loc[index], wrong)
            table.at[index, "player"] = wrong
    return replace(whole, last=day, lines=lines, shots=table)


def _move(lines: pd.DataFrame, shot: pd.Series, wrong: int) -> None:
    """Take the basket from the line of him who made it and give it to `wrong`."""
    three = int(shot["three"])
    basket = {"FGM": 1, "FGA": 1, "FG3M": three, "FG3A": three, "PTS": 2 + three}
    for player, sign in ((shot["player"], -1), (wrong, 1)):
        line = lines.index[(lines["row"] == shot["row"]) & (lines["player"] == player)][0]
        for name, count in basket.items():
            lines.at[line, name] += sign * count
