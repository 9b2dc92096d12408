"""What the numbers tell the staff to do: one to seven sentences, by rules, each with its sample size.

A rule looks at the tables of Gold for one team and proposes statements. Nothing is proposed that chance
alone explains: the 90 % interval must leave out what it is compared with, and the sample must be large
enough. What is proposed is ordered by the points per game at stake.
"""

from collections.abc import Iterator
from math import isfinite

from hawks_pipeline.metrics import Gold
from hawks_pipeline.report.rules import players, team
from hawks_pipeline.report.rules.evidence import Rule, Statement, rows_of
from hawks_pipeline.report.wording import attempts

__all__ = ["MOST", "MOST_PER_RULE", "Statement", "statements"]

MOST = 7
MOST_PER_RULE = 2

RULES: tuple[Rule, ...] = (
    team.own_zones,
    team.own_mix,
    team.allowed_mix,
    team.allowed_twos,
    players.form,
    players.making,
    players.player_zones,
    team.rest,
)


def statements(gold: Gold, team_id: int) -> tuple[Statement, ...]:
    """Return one to seven statements about a team, those with the most at stake first."""
    found = [each for rule in RULES for each in _heaviest(rule(gold, team_id), MOST_PER_RULE)]
    return _heaviest(found, MOST) or (_nothing(gold, team_id),)


def _heaviest(found: Iterator[Statement] | list[Statement], most: int) -> tuple[Statement, ...]:
    worthy = [each for each in found if isfinite(each.weight)]
    return tuple(sorted(worthy, key=lambda each: (-each.weight, each.headline))[:most])


def _nothing(gold: Gold, team_id: int) -> Statement:
    shots = sum(int(row["fga"]) for row in rows_of(gold.team_zone, team_id))
    return Statement(
        rule="nothing",
        headline="Change nothing on these numbers alone",
        evidence=f"No difference from the league is larger than chance explains. {attempts(shots)} so far.",
        n=shots,
        weight=0.0,
    )
