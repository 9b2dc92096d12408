"""Our formulas against what the league itself published: pure functions from its frames to an `Agreement`.

Frames have the league's own column names, as `sources.parse` and the player logs give them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hawks_pipeline.metrics import box
from hawks_pipeline.metrics.zones import classify

TOLERANCE = 5e-4 + 1e-9
"""The league prints three digits."""

PER_GAME = 0.05 + 1e-9
CORRECTED = 5
"""Player-games a season whose box score was corrected and whose shots were not."""

USAGE = 0.02
USAGE_MINUTES = 500
COUNTS = ["FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "PTS"]
SHOT_COUNTS = ["FGM", "FGA", "FG3M", "FG3A"]


class Agreement(NamedTuple):
    """How many of how many agree; `worst` is the largest gap among them, `spare` how many need not."""

    name: str
    agreed: int
    of: int
    worst: float
    spare: int = 0

    @property
    def holds(self) -> bool:
        """Whether there was something to compare, and all but `spare` of it agreed."""
        return self.of > 0 and self.of - self.agreed <= self.spare


def compared(name: str, gaps: pd.Series, *, within: float = TOLERANCE, spare: int = 0) -> Agreement:
    """Count the gaps of at most `within`. A gap that is no number does not agree."""
    size = gaps.abs()
    worst = float(size.max()) if len(size) else float("nan")
    return Agreement(name, int((size <= within).sum()), len(size), worst, spare)


def sums(table: pd.DataFrame) -> pd.DataFrame:
    """Return a frame under our names of counts."""
    return table.rename(columns=str.lower)


def player_true_shooting(totals: pd.DataFrame, published: pd.DataFrame) -> Agreement:
    """TS% of season totals, against the TS_PCT of another endpoint on the same day."""
    both = totals.merge(published[["PLAYER_ID", "TS_PCT"]], on="PLAYER_ID", how="outer")
    # Of no attempts the league says 0.0.
    ours = box.true_shooting(sums(both)).fillna(0)
    return compared("player TS%", ours - both["TS_PCT"])


def player_effective_field_goal(published: pd.DataFrame) -> Agreement:
    """eFG% of the counts that stand beside an EFG_PCT."""
    ours = box.effective_field_goal(sums(published)).fillna(0)
    return compared("player eFG%", ours - published["EFG_PCT"])


def box_score(game: str, traditional: pd.DataFrame, advanced: pd.DataFrame) -> Agreement:
    """eFG% and TS% of a box score's lines against the advanced box score's, of those who played."""
    names = {
        "fgm": "fieldGoalsMade",
        "fga": "fieldGoalsAttempted",
        "fg3m": "threePointersMade",
        "fta": "freeThrowsAttempted",
        "pts": "points",
    }
    played = traditional[traditional["minutes"].fillna("") != ""]
    both = played.merge(advanced, on="personId", suffixes=("", "_advanced"))
    lines = pd.DataFrame({ours: both[theirs] for ours, theirs in names.items()})
    efg = box.effective_field_goal(lines).fillna(0) - both["effectiveFieldGoalPercentage"]
    ts = box.true_shooting(lines).fillna(0) - both["trueShootingPercentage"]
    return compared(f"box score {game} eFG%, TS%", np.maximum(efg.abs(), ts.abs()))


def team_lines(season: str, log: pd.DataFrame, teams: pd.DataFrame) -> Agreement:
    """eFG% and TS% of players' logs added up, against those of the teams' own lines of the same games."""
    teams = teams[teams["GAME_ID"].isin(log["GAME_ID"])]
    ours, theirs = (sums(table.groupby("TEAM_ID")[COUNTS].sum()) for table in (log, teams))
    ours, theirs = ours.align(theirs)
    gaps = [formula(ours) - formula(theirs) for formula in (box.effective_field_goal, box.true_shooting)]
    return compared(f"team eFG%, TS% {season}", np.maximum(*(gap.abs() for gap in gaps)), within=1e-12)


def team_averages(season: str, log: pd.DataFrame, published: pd.DataFrame) -> Agreement:
    """Team values of players' logs against published averages: FG%, 3P%, FT% and, to a tenth, PTS a game."""
    by_team = log.groupby("TEAM_ID")
    ours = by_team[COUNTS].sum().assign(GP=by_team["GAME_ID"].nunique())
    theirs = published.set_index("TEAM_ID")
    gaps = pd.DataFrame(
        {
            "GP": ours["GP"] - theirs["GP"],
            "FG_PCT": ours["FGM"] / ours["FGA"] - theirs["FG_PCT"],
            "FG3_PCT": ours["FG3M"] / ours["FG3A"] - theirs["FG3_PCT"],
            "FT_PCT": ours["FTM"] / ours["FTA"] - theirs["FT_PCT"],
            # A tenth of a point, made as small as a thousandth of a share.
            "PTS": (ours["PTS"] / ours["GP"] - theirs["PTS"]) * TOLERANCE / PER_GAME,
        }
    )
    return compared(f"team percentages {season}", gaps.abs().max(axis="columns", skipna=False))


def team_advanced(season: str, log: pd.DataFrame, published: pd.DataFrame) -> Agreement:
    """eFG% and TS% of players' logs added up against a published EFG_PCT and TS_PCT."""
    theirs = published.set_index("TEAM_ID")
    ours = sums(log.groupby("TEAM_ID")[COUNTS].sum()).reindex(theirs.index)
    efg = box.effective_field_goal(ours) - theirs["EFG_PCT"]
    ts = box.true_shooting(ours) - theirs["TS_PCT"]
    return compared(f"published team eFG%, TS% {season}", np.maximum(efg.abs(), ts.abs()))


def usage(
    totals: pd.DataFrame, teams: pd.DataFrame, published: pd.DataFrame, log: pd.DataFrame | None = None
) -> Agreement:
    """USG% (est.) against the official one, which knows who was on the court, of regulars with one team.

    Totals name the team that a player is with, also before his first game for it; `log`, of players' games,
    knows for whom he has played. Without it a few may be held against the wrong team.
    """
    some = totals[(totals["MIN"] >= USAGE_MINUTES) & (totals["TEAM_COUNT"] == 1)]
    if log is not None:
        some = some.assign(TEAM_ID=some["PLAYER_ID"].map(_only_team(log)).fillna(some["TEAM_ID"]).astype(int))
    both = sums(some).merge(sums(published)[["player_id", "usg_pct"]], on="player_id")
    team = sums(teams).set_index("team_id")
    games = team["gp"].reindex(both["team_id"]).to_numpy()
    # The team's sums, in as many games as the player had.
    share = both["gp"] / games
    minutes = team["min"].reindex(both["team_id"]).to_numpy() * 5
    both = both.assign(
        tm_min=minutes * share, tm_plays=box.plays(team).reindex(both["team_id"]).to_numpy() * share
    )
    gaps = box.usage(both) - both["usg_pct"]
    return compared(
        "USG% (est.) within 0.02", gaps, within=USAGE, spare=len(gaps) // 50 if log is None else 0
    )


def _only_team(log: pd.DataFrame) -> pd.Series:
    """Return by his id the team of each player who has played for one alone."""
    teams = log.drop_duplicates(["PLAYER_ID", "TEAM_ID"]).drop_duplicates("PLAYER_ID", keep=False)
    return teams.set_index("PLAYER_ID")["TEAM_ID"]


def zones(name: str, shots: pd.DataFrame) -> Agreement:
    """The official zone of each shot against the one that our rules give its place."""
    ours = classify(shots["LOC_X"], shots["LOC_Y"])
    return compared(f"zones {name}", pd.Series((ours != shots["SHOT_ZONE_BASIC"]).to_numpy(), dtype=float))


def zone_totals(ours: pd.Series, theirs: pd.Series, *, name: str) -> Agreement:
    """Counts per zone against counts per zone."""
    return compared(name, (ours.astype(float) - theirs.astype(float)), within=0)


def shots_against_lines(season: str, shots: pd.DataFrame, log: pd.DataFrame) -> Agreement:
    """A player's shots in a game against his line: FGM, FGA, FG3M, FG3A."""
    key = ["GAME_ID", "PLAYER_ID"]
    three = shots["SHOT_TYPE"].str.startswith("3").astype(int)
    made = shots["SHOT_MADE_FLAG"].astype(int)
    charted = shots.assign(FGM=made, FGA=1, FG3M=three * made, FG3A=three).groupby(key)[SHOT_COUNTS].sum()
    lines = log.set_index(key)[SHOT_COUNTS]
    every = lines.index.union(charted.index)
    gaps = charted.reindex(every, fill_value=0) - lines.reindex(every, fill_value=0)
    return compared(
        f"shots against lines {season}", gaps.abs().max(axis="columns"), within=0, spare=CORRECTED
    )
