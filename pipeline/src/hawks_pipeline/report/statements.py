"""What the numbers tell the staff to do: one to seven sentences, by rules, each with its sample size.

A rule looks at the tables of Gold for one team and proposes statements. Nothing is proposed that chance
alone explains: the 90 % interval must leave out what it is compared with, and the sample must be large
enough. What is proposed is ordered by the points per game at stake.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite, sqrt

import pandas as pd

from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import TEAM_ROW
from hawks_pipeline.report.court import BACKCOURT
from hawks_pipeline.report.wording import (
    THREES,
    Row,
    against_league,
    attempts,
    interval,
    percent,
    points,
    share,
    where,
)

MOST = 7
MOST_PER_RULE = 2
TEAM_SHOTS = 100
"""Field goals of a team from one zone before its accuracy there is worth a sentence."""

PLAYER_SHOTS = 60
SHARE_STEP = 0.015
"""Difference in the share of shots that a coach would notice: one or two shots a game."""

SURE = 2.4
"""Standard errors for one player among a whole roster: 1.64 would find somebody by luck nearly always."""

Z90 = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What to do, the numbers behind it, and how many points per game hang on it."""

    rule: str
    headline: str
    evidence: str
    n: int
    weight: float


Rule = Callable[[Gold, int], Iterator[Statement]]


def statements(gold: Gold, team_id: int) -> tuple[Statement, ...]:
    """Return one to seven statements about a team, those with the most at stake first."""
    found = [each for rule in RULES for each in _heaviest(rule(gold, team_id), MOST_PER_RULE)]
    return _heaviest(found, MOST) or (_nothing(gold, team_id),)


def _heaviest(found: Iterator[Statement] | list[Statement], most: int) -> tuple[Statement, ...]:
    worthy = [each for each in found if isfinite(each.weight)]
    return tuple(sorted(worthy, key=lambda each: (-each.weight, each.headline))[:most])


def own_zones(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Accuracy from a zone that differs from the league's by more than chance."""
    games = _games(gold, team_id)
    for row in _rows(gold.team_zone, team_id):
        if row["zone"] == BACKCOURT or row["n"] < TEAM_SHOTS or row["low"] <= row["league"] <= row["high"]:
            continue
        better = row["value"] > row["league"]
        yield Statement(
            rule="own zones",
            headline=f"{'Keep taking' if better else 'Work on'} shots {where(row['zone'])}",
            evidence=f"We make {against_league(row)}. {attempts(row['n'])}.",
            n=int(row["n"]),
            weight=abs(row["value"] - row["league"]) * points(row["zone"]) * row["n"] / games,
        )


def own_mix(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Too many shots from where little comes of them, or too few from where much does."""
    games, mean = _games(gold, team_id), _season(gold, team_id, "pps")
    for row in _rows(gold.team_zone, team_id):
        gap, worth = row["frequency"] - row["league_frequency"], row["pps"] - mean
        if row["zone"] == BACKCOURT or row["n"] < TEAM_SHOTS or not _share_differs(row) or gap * worth >= 0:
            continue
        if row["low"] <= mean / points(row["zone"]) <= row["high"]:
            continue
        more = gap < 0
        yield Statement(
            rule="own mix",
            headline=f"Take {'more' if more else 'fewer'} shots {where(row['zone'])}",
            evidence=(
                f"{share(row, 'our shots')}; they bring {row['pps']:.2f} points each, all our shots "
                f"{mean:.2f}. {attempts(row['n'])}."
            ),
            n=int(row["n"]),
            weight=abs(gap * worth) * _total(row) / games,
        )


def allowed_mix(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Opponents who get more good shots against us than against the league."""
    games = _games(gold, team_id)
    rows = list(_rows(gold.opponent_zone, team_id))
    mean = _weighted(rows, "league_pps", "league_frequency")
    for row in rows:
        gap, worth = row["frequency"] - row["league_frequency"], row["league_pps"] - mean
        if (
            row["zone"] == BACKCOURT
            or row["n"] < TEAM_SHOTS
            or not _share_differs(row)
            or min(gap, worth) <= 0
        ):
            continue
        yield Statement(
            rule="allowed mix",
            headline=f"Take away shots {where(row['zone'])}",
            evidence=(
                f"{share(row, 'what opponents shoot')}; the league makes {row['league_pps']:.2f} points of "
                f"each. {attempts(row['n'])} allowed."
            ),
            n=int(row["n"]),
            weight=gap * worth * _total(row) / games,
        )


def allowed_twos(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Opponents who make more of their twos than the league; of threes that is mostly luck."""
    games = _games(gold, team_id)
    for row in _rows(gold.opponent_zone, team_id):
        if row["zone"] in (*THREES, BACKCOURT) or row["n"] < TEAM_SHOTS or not row["low"] > row["league"]:
            continue
        yield Statement(
            rule="allowed twos",
            headline=f"Contest shots {where(row['zone'])} better",
            evidence=f"Opponents make {against_league(row)}. {attempts(row['n'])} allowed.",
            n=int(row["n"]),
            weight=(row["value"] - row["league"]) * 2 * row["n"] / games,
        )


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
    games = _games(gold, team_id)
    for row in _rows(gold.shot_making, team_id):
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
    games, mean = _games(gold, team_id), _season(gold, team_id, "pps")
    for row in _rows(gold.player_zone, team_id):
        others = _other_shots(gold.player_zone, row)
        best, worth = row["high"] * points(row["zone"]), row["value"] * points(row["zone"])
        if row["zone"] == BACKCOURT or row["n"] < PLAYER_SHOTS or not _share_differs(row):
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
            weight=(others - worth) * (row["frequency"] - row["league_frequency"]) * _total(row) / games,
        )


def rest(gold: Gold, team_id: int) -> Iterator[Statement]:
    """A team that shoots worse on the second night in a row."""
    rows, season = gold.splits, _season(gold, team_id, "efg")
    chosen = rows[
        (rows["team_id"] == team_id)
        & (rows["player_id"] == TEAM_ROW)
        & (rows["side"] == "own")
        & (rows["split"] == "rest")
        & (rows["key"] == "0")
        & (rows["metric"] == "efg")
    ]
    for row in chosen.to_dict("records"):
        if row["n"] < 2 * TEAM_SHOTS or not row["high"] < season:
            continue
        yield Statement(
            rule="rest",
            headline="Shorten stints on the second night in a row",
            evidence=(
                f"eFG {interval(row)} without a day of rest; season {percent(season)}. "
                f"{attempts(row['n'])} in {row['games']} games."
            ),
            n=int(row["n"]),
            weight=(season - row["value"]) * 2 * row["n"] / _games(gold, team_id),
        )


RULES: tuple[Rule, ...] = (own_zones, own_mix, allowed_mix, allowed_twos, form, making, player_zones, rest)


def _nothing(gold: Gold, team_id: int) -> Statement:
    shots = sum(int(row["fga"]) for row in _rows(gold.team_zone, team_id))
    return Statement(
        rule="nothing",
        headline="Change nothing on these numbers alone",
        evidence=f"No difference from the league is larger than chance explains. {attempts(shots)} so far.",
        n=shots,
        weight=0.0,
    )


def _rows(table: pd.DataFrame, team_id: int) -> Iterator[Row]:
    yield from table[table["team_id"] == team_id].to_dict("records")


def _games(gold: Gold, team_id: int) -> int:
    rows = gold.team_season[gold.team_season["team_id"] == team_id]
    return max(1, int(rows["gp"].max())) if len(rows) else 1


def _season(gold: Gold, team_id: int, metric: str) -> float:
    rows = gold.team_season
    chosen = rows[(rows["team_id"] == team_id) & (rows["metric"] == metric)]
    return float(chosen["value"].iloc[0]) if len(chosen) else float("nan")


def _total(row: Row) -> float:
    return row["fga"] / row["frequency"] if row["frequency"] else 0.0


def _share_differs(row: Row) -> bool:
    """Say whether the share of shots is off the league's by a coach's step and by more than chance."""
    total, usual = _total(row), row["league_frequency"]
    gap = abs(row["frequency"] - usual)
    return total > 0 and gap >= max(SHARE_STEP, Z90 * sqrt(max(0.0, usual * (1 - usual)) / total))


def _weighted(rows: list[Row], value: str, weight: str) -> float:
    total = sum(row[weight] for row in rows)
    return sum(row[value] * row[weight] for row in rows if isfinite(row[value])) / total if total else 0.0


def _other_shots(table: pd.DataFrame, row: Row) -> float:
    """Return the points per shot of all that a player shoots from elsewhere for the same team."""
    same = (table["team_id"] == row["team_id"]) & (table["player_id"] == row["player_id"])
    others = table[same & (table["zone"] != row["zone"])]
    shots = others["fga"].sum()
    return float((others["pps"].fillna(0) * others["fga"]).sum() / shots) if shots else float("nan")
