"""What the team shoots and allows, zone by zone, and how it shoots when it is tired."""

from collections.abc import Iterator
from math import isfinite

import pandas as pd

from hawks_pipeline.metrics import Gold
from hawks_pipeline.metrics.frames import TEAM_ROW
from hawks_pipeline.report.court import BACKCOURT
from hawks_pipeline.report.rules.corners import pooled
from hawks_pipeline.report.rules.evidence import (
    TEAM_SHOTS,
    Statement,
    games_of,
    rows_of,
    season_of,
    share_differs,
    total_shots,
)
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


def own_zones(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Accuracy from a zone that differs from the league's by more than chance."""
    games = games_of(gold, team_id)
    for row in _zones(gold.team_zone, team_id):
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
    games, mean = games_of(gold, team_id), season_of(gold, team_id, "pps")
    for row in _zones(gold.team_zone, team_id):
        gap, worth = row["frequency"] - row["league_frequency"], row["pps"] - mean
        if row["zone"] == BACKCOURT or row["n"] < TEAM_SHOTS or not share_differs(row) or gap * worth >= 0:
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
            weight=abs(gap * worth) * total_shots(row) / games,
        )


def allowed_mix(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Opponents who get more good shots against us than against the league."""
    games = games_of(gold, team_id)
    rows = _zones(gold.opponent_zone, team_id)
    mean = _weighted(rows, "league_pps", "league_frequency")
    for row in rows:
        gap, worth = row["frequency"] - row["league_frequency"], row["league_pps"] - mean
        if (
            row["zone"] == BACKCOURT
            or row["n"] < TEAM_SHOTS
            or not share_differs(row)
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
            weight=gap * worth * total_shots(row) / games,
        )


def allowed_twos(gold: Gold, team_id: int) -> Iterator[Statement]:
    """Opponents who make more of their twos than the league; of threes that is mostly luck."""
    games = games_of(gold, team_id)
    for row in rows_of(gold.opponent_zone, team_id):
        if row["zone"] in (*THREES, BACKCOURT) or row["n"] < TEAM_SHOTS or not row["low"] > row["league"]:
            continue
        yield Statement(
            rule="allowed twos",
            headline=f"Contest shots {where(row['zone'])} better",
            evidence=f"Opponents make {against_league(row)}. {attempts(row['n'])} allowed.",
            n=int(row["n"]),
            weight=(row["value"] - row["league"]) * 2 * row["n"] / games,
        )


def rest(gold: Gold, team_id: int) -> Iterator[Statement]:
    """A team that shoots worse on the second night in a row."""
    rows, season = gold.splits, season_of(gold, team_id, "efg")
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
            weight=(season - row["value"]) * 2 * row["n"] / games_of(gold, team_id),
        )


def _zones(table: pd.DataFrame, team_id: int) -> list[Row]:
    return pooled(list(rows_of(table, team_id)), least=TEAM_SHOTS)


def _weighted(rows: list[Row], value: str, weight: str) -> float:
    total = sum(row[weight] for row in rows)
    return sum(row[value] * row[weight] for row in rows if isfinite(row[value])) / total if total else 0.0
