"""Shooting metrics: pure functions from cleaned tables (`contracts.Silver`) to computed ones (`Gold`)."""

from dataclasses import replace
from datetime import date

import pandas as pd

from hawks_pipeline.contracts import ZONES, Silver
from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics import clusters, form, frames, making, seasons, splits, zones
from hawks_pipeline.metrics.frames import Gold
from hawks_pipeline.metrics.prior import PriorModel, load

__all__ = ["Gold", "PriorModel", "gold", "load", "regular"]

REGULAR = "002"
"""How a regular game's id begins. 001 pre-season, 003 all-star, 004 playoffs, 005 play-in, 006 Cup final."""

KEYS = ("game_id", "team_id", "player_id", "game_event_id")


def gold(silver: Silver, prior_model: PriorModel, *, team_id: int, as_of: date, seed: int) -> Gold:
    """Compute every table of a night from a season's regular games up to `as_of`.

    The same arguments give the same tables, to the last digit. Raises ContractError for a model that was
    trained on the season it is to judge.
    """
    season = regular(silver, as_of)
    player_game, team_game, shot = season.player_game, season.team_game, season.shot
    if seen := set(prior_model.seasons) & set(team_game["season"]):
        raise ContractError(f"model {prior_model.version} was trained on {', '.join(sorted(seen))} itself")
    teams, league = seasons.latest_tricodes(team_game), seasons.league_values(team_game)
    games = seasons.with_team(player_game, team_game)
    own_players, own_team = (table[table["team_id"] == team_id] for table in (player_game, team_game))
    values = making.valued(shot, prior_model.expected)
    prior = zones.priors(shot, prior_model.zone_prior)
    groups, centres = clusters.clusters(games, values, shot, prior_model.centres)
    return Gold(
        player_season=seasons.player_season(games, league, seed=seed),
        team_season=seasons.team_season(team_game, league, seed=seed),
        player_form=form.player_form(own_players, league, seed=seed),
        form_line=form.form_line(own_players, own_team),
        player_zone=zones.player_zones(shot, prior),
        team_zone=zones.team_zones(shot, teams),
        opponent_zone=zones.opponent_zones(shot, teams),
        shot_making=making.shot_making(values),
        team_making=making.team_making(values, teams),
        splits=splits.splits(player_game, team_game, team_id=team_id, seed=seed),
        clusters=groups,
        cluster_centres=centres,
        zone_prior=frames.typed(
            "zone_prior",
            pd.DataFrame([{"zone": zone, **prior[zone]._asdict()} for zone in ZONES if zone in prior]),
        ),
    )


def regular(silver: Silver, as_of: date) -> Silver:
    """Return `silver` with the games, lines and shots of the regular season up to and with `as_of`, in order.

    The order is that of play: what is drawn at random must not hang on how tables came together.
    """
    last = pd.Timestamp(as_of)

    def cut(table: pd.DataFrame) -> pd.DataFrame:
        kept = table["game_id"].str.startswith(REGULAR) & (table["game_date"] <= last)
        keys = ["game_date", *(each for each in KEYS if each in table)]
        return table[kept].sort_values(keys, kind="stable", ignore_index=True)

    return replace(
        silver,
        player_game=cut(silver.player_game),
        team_game=cut(silver.team_game),
        shot=cut(silver.shot),
        schedule=cut(silver.schedule),
    )
