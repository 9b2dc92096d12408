"""One night for whoever draws it: plausible figures, shots all over the floor, and awkward nights."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import frames as made
import numpy as np
import pandas as pd

from hawks_pipeline import contracts
from hawks_pipeline.contracts import Silver
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold, frames

HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</script><!--",
    '=HYPERLINK("http://evil.test")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "$\\frac{1}{2}$ & {{ 7*7 }}",
    "nul\x00 bell\x07 line\nbreak \u202eturned",
    "王治郅 \U0001f3c0",
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of Somewhere Far Away " * 3,
    " ",
)


LEFT = 8
"""The player who has left the team: with shots enough to be spoken of."""


def meta(**fields: object) -> Meta:
    """Return the head of a live night, but for `fields`."""
    about: dict[str, Any] = {
        "team": "ATL",
        "season": "2026-27",
        "date": date(2026, 10, 31),
        "as_of": datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
        "run_id": "20261031-ab12cd",
        "source": "live",
        "simulated": False,
        "stale": "",
    }
    about.update(fields)
    return Meta(**about)


def silver() -> Silver:
    """Return a short season whose shots are strewn round their places, as on a real floor."""
    season = made.silver(rounds=30)
    random = np.random.default_rng(11)
    shot = season.shot
    own = gold().player_season.query("team_id == @made.ATL").drop_duplicates("player_id")
    roster = [
        {"team_id": made.ATL, "season": "2026-27", "player_id": row.player_id, "player_name": row.player_name}
        for row in own.itertuples()
        if row.player_id != LEFT
    ]
    strewn = shot[["loc_x", "loc_y"]] + random.normal(0, 9, (len(shot), 2))
    return replace(
        season,
        shot=shot.assign(**strewn.round().clip(-250, 800).astype("int16")),
        roster=made.typed(contracts.CONTRACTS["roster"], roster),
    )


def gold() -> Gold:
    """Return plausible figures for every table."""
    return made.gold()


def hostile() -> Gold:
    """Return figures of players whose names were chosen to do harm."""
    night = made.gold()
    names = {player: HOSTILE[player % 100 - 1] for player in night.player_season["player_id"]}
    tables = {}
    for name in ("player_season", "player_form", "player_zone", "shot_making", "clusters", "splits"):
        table = getattr(night, name)
        tables[name] = table.assign(player_name=table["player_id"].map(names).fillna("ATL").astype(str))
    return replace(night, **tables)


def first_night() -> Gold:
    """Return a team of which nothing is known but its name: no shot, no player, no form."""
    empty = {name: frames.empty(name) for name in frames.CONTRACTS}
    sums = dict.fromkeys(("gp", "min", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "tov", "pts"), 0)
    figure = dict.fromkeys(frames.FIGURE, np.nan) | {"n": 0.0}
    who = {"team_id": made.ATL, "team": "ATL"}
    rows = [who | sums | {"metric": metric} | figure for metric in frames.METRICS]
    return Gold(**empty | {"team_season": made.typed(frames.CONTRACTS["team_season"], rows)})


def no_games(season: Silver) -> Silver:
    """Return a season before its first game."""
    games = {name: getattr(season, name).iloc[:0] for name in ("player_game", "team_game", "shot")}
    return replace(season, **games)


def shuffled(night: Gold) -> Gold:
    """Return the same figures with the rows of every table turned round."""
    return Gold(**{name: getattr(night, name).iloc[::-1].reset_index(drop=True) for name in frames.CONTRACTS})


def names_of(night: Gold) -> list[str]:
    """Return the names of the team's players."""
    own: pd.DataFrame = night.player_season[night.player_season["team_id"] == made.ATL]
    return list(own["player_name"].drop_duplicates())
