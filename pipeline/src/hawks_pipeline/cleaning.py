"""One table at a time, from the league's columns to ours. Each takes what `wire.frame` read, also nothing."""

import numpy as np
import pandas as pd

from hawks_pipeline import contracts
from hawks_pipeline.contracts import BOX
from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics.heaves import are_heaves
from hawks_pipeline.metrics.zones import classify

SEASON_TYPES = {
    "1": "Pre Season",
    "2": "Regular Season",
    "3": "All Star",
    "4": "Playoffs",
    "5": "PlayIn",
    "6": "Cup Final",
}
"""By the third digit of a game id."""

BOX_FIELDS = {
    "fgm": "field_goals_made",
    "fga": "field_goals_attempted",
    "fg3m": "three_pointers_made",
    "fg3a": "three_pointers_attempted",
    "ftm": "free_throws_made",
    "fta": "free_throws_attempted",
    "oreb": "rebounds_offensive",
    "dreb": "rebounds_defensive",
    "ast": "assists",
    "stl": "steals",
    "blk": "blocks",
    "tov": "turnovers",
    "pf": "fouls_personal",
    "pts": "points",
}


def opponents(*logs: pd.DataFrame) -> pd.Series:
    """Return the other team of each game by (game_id, team_id)."""
    pairs = pd.concat([log[["game_id", "team_id"]] for log in logs]).drop_duplicates()
    sizes = pairs.groupby("game_id")["team_id"].transform("size")
    if len(odd := pairs[sizes != 2]):
        game = odd["game_id"].iloc[0]
        raise ContractError(f"game {game} has {int(sizes[odd.index[0]])} team(s), not two")
    both = pairs.merge(pairs, on="game_id", suffixes=("", "_other"))
    both = both[both["team_id"] != both["team_id_other"]]
    return both.set_index(["game_id", "team_id"])["team_id_other"]


def neutral_games(player: pd.DataFrame, team: pd.DataFrame, schedule: pd.DataFrame) -> set[str]:
    """Return the games without a home team: both logs say `@` for both, or the scoreboard says so."""
    said = pd.concat([log[["game_id", "matchup"]] for log in (player, team)]).drop_duplicates()
    away = said["matchup"].str.contains("@", regex=False).astype(bool)
    both = away.groupby(said["game_id"]).agg(["all", "size"])
    return {*both.index[both["all"] & (both["size"] > 1)], *schedule.loc[schedule["is_neutral"], "game_id"]}


def lines(log: pd.DataFrame, opponents: pd.Series, neutral: set[str]) -> pd.DataFrame:
    """Return a log under our columns. The matchup tells the venue, but for the games in `neutral`."""
    if log.empty:
        return log.reindex(columns=[*log.columns, "venue"])
    away = log["matchup"].str.contains(" @ ", regex=False)
    if len(odd := log[~away & ~log["matchup"].str.contains(" vs. ", regex=False)]):
        raise ContractError(f"leaguegamelog: no matchup: {odd['matchup'].iloc[0]!r}")
    venue = np.where(log["game_id"].isin(neutral), "N", np.where(away, "A", "H"))
    return log.assign(
        game_date=_dates(log["game_date"]),
        season=log["season_id"],
        season_type=log["game_id"].str[2].map(SEASON_TYPES),
        team=log["team_abbreviation"],
        opp_team_id=_other(log, opponents),
        venue=venue,
        min=log["min"].round(),
    ).sort_values(["game_date", "game_id", "team_id"], kind="stable")


def with_team_turnovers(team: pd.DataFrame, player: pd.DataFrame) -> pd.DataFrame:
    """Add `tov_team`: what no player is charged with. The log's own `tov` includes it."""
    if team.empty:
        return team
    key = ["game_id", "team_id"]
    sums = player.groupby(key)["tov"].sum() if len(player) else pd.Series(dtype=float)
    own = team.join(sums.rename("own"), on=key)["own"] if len(player) else team["tov"]
    # Without its players' lines nobody knows; less than nothing is for `reconcile` to tell.
    return team.assign(tov_team=(team["tov"] - own.fillna(team["tov"])).clip(lower=0))


def shots(rows: pd.DataFrame, opponents: pd.Series) -> pd.DataFrame:
    """Return the attempts, their places checked against the official geography. Raises ContractError."""
    if rows.empty:
        return rows
    worth = rows["shot_type"].str.extract(r"^([23])PT Field Goal$")[0]
    if worth.isna().any():
        raise ContractError(f"shotchartdetail: no shot type: {rows['shot_type'][worth.isna()].iloc[0]!r}")
    zone = classify(rows["loc_x"], rows["loc_y"])
    if (odd := zone != rows["shot_zone_basic"].to_numpy()).any():
        row = rows[odd].iloc[0]
        place = (
            f"({row['loc_x']}, {row['loc_y']}) in {row['shot_zone_basic']!r}, by the rules {zone[odd][0]!r}"
        )
        raise ContractError(f"shotchartdetail: {int(odd.sum())} shots out of their zone: {place}")
    distance = np.hypot(rows["loc_x"].astype(float), rows["loc_y"].astype(float)) / 10
    clock = 60 * rows["minutes_remaining"] + rows["seconds_remaining"]
    return rows.assign(
        game_date=_dates(rows["game_date"]),
        opp_team_id=_other(rows, opponents),
        clock_s=clock,
        dist_ft=distance,
        shot_type=worth.astype("int8"),
        zone=zone,
        made=rows["shot_made_flag"],
        is_heave=are_heaves(distance, clock, rows["period"]),
    ).sort_values(["game_date", "game_id", "game_event_id"], kind="stable")


def schedule(games: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return the games of a scoreboard, played or not; `scores` has the home team of each first."""
    if games.empty:
        return contracts.empty("schedule")
    # The home team is the first of the two.
    sides = scores.groupby("game_id", sort=False)
    if (sides.size() != 2).any() or set(scores["game_id"]) != set(games["game_id"]):
        raise ContractError("scoreboardv3: a game without its two teams")
    ends = {"home": sides.nth(0).set_index("game_id"), "away": sides.nth(1).set_index("game_id")}
    rows = games.assign(
        game_date=_dates(games["game_et"]),
        status=games["game_status"],
        status_text=games["game_status_text"],
    )
    for side, scored in ends.items():
        rows[f"{side}_team_id"] = rows["game_id"].map(scored["team_id"])
        rows[side] = rows["game_id"].map(scored["team_tricode"])
        rows[f"{side}_pts"] = rows["game_id"].map(scored["score"])
    return contracts.typed("schedule", rows.sort_values(["game_date", "game_id"], kind="stable"))


def box_score(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of box scores, also of who did not play."""
    if rows.empty:
        return rows
    named = {ours: rows[theirs] for ours, theirs in BOX_FIELDS.items()}
    return rows.assign(
        **{name: named[name] for name in BOX},
        player_name=(rows["first_name"] + " " + rows["family_name"]).str.strip(),
        starter=rows["position"] != "",
    )


def roster(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the players of a team."""
    if rows.empty:
        return rows
    years = rows["season"].str[:4]
    if not years.str.fullmatch(r"\d{4}").all():
        raise ContractError(f"commonteamroster: no season: {rows['season'].iloc[0]!r}")
    return rows.assign(
        season=years.map(lambda year: f"{year}-{(int(year) + 1) % 100:02d}"),
        player_name=rows["player"],
        number=rows["num"],
        experience=rows["exp"],
    )


def league_zone(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the league's own attempts and makes per zone."""
    return rows.rename(
        columns={"shot_zone_basic": "zone", "shot_zone_area": "area", "shot_zone_range": "range"}
    )


def _other(rows: pd.DataFrame, opponents: pd.Series) -> pd.Series:
    return pd.Series(
        opponents.loc[pd.MultiIndex.from_frame(rows[["game_id", "team_id"]])].to_numpy(), rows.index
    )


def _dates(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).astype(contracts.DATE)
