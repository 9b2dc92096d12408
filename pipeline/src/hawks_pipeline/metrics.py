"""Shooting percentages as ratios of sums.

Every frame here has the column names of the NBA's `leaguegamelog`. Counts are whole numbers; percentages
are proportions (0.5 is 50 %), NaN where there is nothing to divide by.
"""

import pandas as pd

COUNTS = ("FGM", "FGA", "FG3M", "FTM", "FTA", "PTS")
"""What is added up: goals and attempts from the field, threes made, free throws made and tried, points."""

FREE_THROW_WEIGHT = 0.44
"""Free throws that use up a possession, per attempt: less than a half because of and-ones and technicals."""

QUALIFYING_FGA = 2
"""Attempts per team game below which a percentage says more about luck than about a shooter."""


def true_shooting(totals: pd.DataFrame) -> pd.Series:
    """Return TS% = PTS / (2 * (FGA + 0.44 * FTA)), one value per row of PTS, FGA and FTA.

    It can exceed 1. Source: Basketball-Reference glossary, "True Shooting Percentage"; NBA.com's TS_PCT.
    """
    attempts = 2 * (totals["FGA"] + FREE_THROW_WEIGHT * totals["FTA"])
    return totals["PTS"] / attempts.where(attempts > 0)


def effective_field_goal(totals: pd.DataFrame) -> pd.Series:
    """Return eFG% = (FGM + 0.5 * FG3M) / FGA, one value per row of FGM, FG3M and FGA.

    Source: Basketball-Reference glossary, "Effective Field Goal Percentage"; NBA.com's EFG_PCT.
    """
    attempts = totals["FGA"]
    return (totals["FGM"] + 0.5 * totals["FG3M"]) / attempts.where(attempts > 0)


def player_shooting(games: pd.DataFrame) -> pd.DataFrame:
    """Return one row per player of a game log, best TS% first, the undefined last.

    `games` has one row per player and game: PLAYER_ID, PLAYER_NAME, GAME_ID, GAME_DATE and COUNTS. The
    result has PLAYER_ID, PLAYER_NAME, GP (games), the summed COUNTS, TS_PCT and EFG_PCT. A player is his
    PLAYER_ID, whatever his teams, under the latest spelling of his name.
    """
    players = games.sort_values(["GAME_DATE", "GAME_ID"], kind="stable").groupby("PLAYER_ID")
    totals = pd.concat(
        [
            players["PLAYER_NAME"].last(),
            players["GAME_ID"].nunique().rename("GP"),
            players[list(COUNTS)].sum(),
        ],
        axis="columns",
    ).reset_index()
    rates = _with_rates(totals)
    return rates.sort_values(["TS_PCT", "PLAYER_ID"], ascending=[False, True], ignore_index=True)


def team_shooting(games: pd.DataFrame) -> pd.DataFrame:
    """Return a single row for a whole game log: GP, the summed COUNTS, TS_PCT and EFG_PCT."""
    totals = games[list(COUNTS)].sum().to_frame().T
    totals.insert(0, "GP", games["GAME_ID"].nunique())
    return _with_rates(totals)


def qualifying_attempts(team_games: int) -> int:
    """Return the FGA that a player needs, after so many team games, to be ranked."""
    return QUALIFYING_FGA * team_games


def _with_rates(totals: pd.DataFrame) -> pd.DataFrame:
    return totals.assign(TS_PCT=true_shooting(totals), EFG_PCT=effective_field_goal(totals))
