"""Players: their last games, what they make of their shots, and where they should shoot less."""

from collections.abc import Iterator

import pandas as pd

from hawks_pipeline.metrics import Gold
from hawks_pipeline.report.court import BACKCOURT
from hawks_pipeline.report.rules.evidence import (
    PLAYER_SHOTS,
    Statement,
    games_of,
    rows_of,
    season_of,
    share_differs,
    total_shots,
)
from hawks_pipeline.report.wording import Row, attempts, interval, percent, points, share, where

SURE = 2.4
"""Standard errors for one player among a whole roster: 1.64 would find somebody by luck nearly always."""


def form(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Players whose last ten games differ from their season by more than chance."""
    rows = gold.player_form
    chosen = rows[(rows["team_id"] == team_id) & (rows["metric"] == "efg") & (rows["window"] == 10)]
    for row in chosen[chosen["state"] != ""].to_dict("records"):
        hot = row["state"] == "hot"
        yield Statement(
            rule="form",
            headline=(
                f"Ride {row['player_name']} while he is hot"
                if hot
                else f"Get {row['player_name']} easier shots: he is cold"
            ),
            evidence=(
                f"eFG {interval(row)} over his last {row['games']} games; season {percent(row['season'])}. "
                f"{attempts(row['n'])}."
            ),
            n=int(row["n"]),
            weight=abs(row["value"] - row["season"]) * 2 * row["n"] / max(1, row["games"]),
        )


def making(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Players who bring more or less than the places they shoot from explain."""
    games = games_of(gold, team_id)
    for row in rows_of(gold.shot_making, team_id):
        if row["n"] < PLAYER_SHOTS or not abs(row["value"]) >= SURE * row["se"]:
            continue
        more = row["value"] > 0
        yield Statement(
            rule="making",
            headline=(
                f"Find more shots for {row['player_name']}"
                if more
                else f"Look at {row['player_name']}'s shot quality and contest"
            ),
            evidence=(
                f"{abs(row['value']):.2f} points a shot {'above' if more else 'below'} what the league makes "
                f"from his places (90% interval {row['low']:+.2f} to {row['high']:+.2f}). "
                f"{attempts(row['n'])}."
            ),
            n=int(row["n"]),
            weight=abs(row["value"]) * row["n"] / games,
        )


def player_zones(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Players who often shoot where they are below the league, and even their best brings less than others.

    Less than his own from elsewhere, and less than the team's: a three is not poor because layups are better.
    """
    games, mean = games_of(gold, team_id), season_of(gold, team_id, "pps")
    for row in rows_of(gold.player_zone, team_id):
        others = _other_shots(gold.player_zone, row)
        best, worth = row["high"] * points(row["zone"]), row["value"] * points(row["zone"])
        if row["zone"] == BACKCOURT or row["n"] < PLAYER_SHOTS or not share_differs(row):
            continue
        if row["frequency"] < row["league_frequency"] or row["value"] >= row["league"]:
            continue
        if not best < min(others, mean):
            continue
        yield Statement(
            rule="player zones",
            headline=f"Fewer shots {where(row['zone'])} for {row['player_name']}",
            evidence=(
                f"{share(row, 'his shots')}; he makes an estimated {interval(row)}, worth {worth:.2f} points "
                f"each, his other shots {others:.2f}. {attempts(row['n'])}."
            ),
            n=int(row["n"]),
            weight=(others - worth) * (row["frequency"] - row["league_frequency"]) * total_shots(row) / games,
        )


def _other_shots(table: pd.DataFrame, row: Row) -> float:
    """Return the points per shot of all that a player shoots from elsewhere for the same team."""
    same = (table["team_id"] == row["team_id"]) & (table["player_id"] == row["player_id"])
    others = table[same & (table["zone"] != row["zone"])]
    shots = others["fga"].sum()
    return float((others["pps"].fillna(0) * others["fga"]).sum() / shots) if shots else float("nan")
