"""Box scores derived from the attempts, so that every identity between the two holds."""

import numpy as np
import pandas as pd

from hawks_pipeline.simulated.court import Floats, Ints
from hawks_pipeline.simulated.players import Players
from hawks_pipeline.simulated.rosters import Benches, longer
from hawks_pipeline.simulated.schedule import Schedule
from hawks_pipeline.simulated.shots import Attempts, Shots, Trips

COUNTS = [
    *("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "AST", "STL", "BLK", "BLKA", "TOV"),
    *("PF", "PFD", "PTS"),
]
MOST_FOULS = 6


def lines(
    rng: np.random.Generator, schedule: Schedule, players: Players, benches: Benches, attempts: Attempts
) -> pd.DataFrame:
    """Return a row for everyone who played in a game: game, day, row, team, player, seconds, starter, COUNTS.

    `row` is 2 * game, + 1 for the visitors; team and player are indices; PLUS_MINUS is there too.
    """
    counts = _scoring(benches, attempts)
    counts |= _the_rest(rng, players, benches, counts, attempts)
    overtimes = np.repeat(attempts.periods - 4, 2)
    seconds = longer(benches.seconds, overtimes)
    counts["PLUS_MINUS"] = _plus_minus(rng, benches, attempts, seconds)
    row, column = np.nonzero(benches.plays)
    place = np.argsort(np.argsort(-benches.seconds, axis=1), axis=1)
    team = np.stack([schedule.home, schedule.away], axis=1)
    return pd.DataFrame(
        {
            "game": row // 2,
            "day": schedule.day[row // 2],
            "row": row,
            "team": team.ravel()[row],
            "opponent": team[:, ::-1].ravel()[row],
            "player": benches.player[row, column],
            "seconds": seconds[row, column],
            "starter": place[row, column] < 5,
        }
        | {name: count[row, column] for name, count in counts.items()}
    )


def team_turnovers(rng: np.random.Generator, rows: int) -> Ints:
    """Draw the turnovers that are charged to a team and to none of its players."""
    return rng.poisson(0.7, rows)


def _scoring(benches: Benches, attempts: Attempts) -> dict[str, Ints]:
    shots, trips = attempts.shots, attempts.trips
    shape = benches.player.shape

    def total(each: Shots | Trips, weight: Ints | Floats) -> Ints:
        place = np.ravel_multi_index((each.row, each.column), shape)
        return np.bincount(place, weight, minlength=benches.player.size).reshape(shape).astype(np.int64)

    counts = {
        "FGM": total(shots, shots.made),
        "FGA": total(shots, np.ones(shots.row.size)),
        "FG3M": total(shots, shots.made & shots.three),
        "FG3A": total(shots, shots.three),
        "FTM": total(trips, trips.made),
        "FTA": total(trips, trips.attempts),
    }
    return counts | {"PTS": 2 * counts["FGM"] + counts["FG3M"] + counts["FTM"]}


def _the_rest(
    rng: np.random.Generator, players: Players, benches: Benches, counts: dict[str, Ints], attempts: Attempts
) -> dict[str, Ints]:
    """Draw what is not shooting, within what the shooting allows: no more blocks than misses, and so on."""
    rows = len(benches.player)
    total = {name: count.sum(axis=1) for name, count in counts.items()}
    misses = total["FGA"] - total["FGM"] + (total["FTA"] - total["FTM"]) // 2
    other = np.arange(rows) ^ 1
    offensive = rng.binomial(misses, 0.225)
    defensive = rng.binomial((misses - offensive)[other], 0.86)
    turnovers = rng.poisson(13.5, rows)
    shots = attempts.shots
    blocked = ~shots.made & ~shots.three & (rng.random(shots.row.size) < 0.208)
    against = np.zeros_like(benches.player)
    np.add.at(against, (shots.row[blocked], shots.column[blocked]), 1)
    trips = np.bincount(attempts.trips.row, minlength=rows)
    weight = {
        "OREB": players.rebounding**2,
        "DREB": players.rebounding,
        "AST": players.passing,
        "STL": players.defence,
        "BLK": players.defence * players.rebounding**1.5,
        "TOV": players.usage + 0.2,
        "PF": np.ones(len(players)),
        "PFD": players.fouled * players.usage + 0.02,
    }
    fouls = trips[other] + rng.poisson(7.3, rows)
    share = {
        name: benches.seconds * each[benches.player] * benches.plays.astype(float)
        for name, each in weight.items()
    }
    personal = np.minimum(_shared(rng, fouls, share["PF"]), MOST_FOULS)
    return {
        "OREB": _shared(rng, offensive, share["OREB"]),
        "DREB": _shared(rng, defensive, share["DREB"]),
        "AST": _shared(rng, rng.binomial(total["FGM"], 0.637), share["AST"]),
        "STL": _shared(rng, rng.binomial(turnovers[other], 0.607), share["STL"]),
        "BLK": _shared(rng, against.sum(axis=1)[other], share["BLK"]),
        "BLKA": against,
        "TOV": _shared(rng, turnovers, share["TOV"]),
        "PF": personal,
        "PFD": _shared(rng, personal.sum(axis=1)[other], share["PFD"]),
    }


def _shared(rng: np.random.Generator, many: Ints, share: Floats) -> Ints:
    return rng.multinomial(many, share / share.sum(axis=1, keepdims=True)).astype(np.int64)


def _plus_minus(rng: np.random.Generator, benches: Benches, attempts: Attempts, seconds: Ints) -> Ints:
    """Draw whole numbers that add up to five times the margin: five were on the floor at any time."""
    points = attempts.score.sum(axis=1)
    margin = points - points[np.arange(len(points)) ^ 1]
    share = 5 * seconds / seconds.sum(axis=1, keepdims=True)
    noise = rng.normal(0, 7, share.shape) * np.sqrt(share)
    drawn = np.where(benches.plays, np.rint(margin[:, None] * share + noise), 0).astype(np.int64)
    missing = 5 * margin - drawn.sum(axis=1)
    many = benches.plays.sum(axis=1)
    place = np.cumsum(benches.plays, axis=1) - 1
    each = (missing // many)[:, None] + (place < (missing % many)[:, None])
    return drawn + np.where(benches.plays, each, 0)
