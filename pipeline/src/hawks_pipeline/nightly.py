"""One night: take a game log, compute, draw, write, and say what was done."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from hawks_pipeline import figure, games, metrics, outputs


def run(
    *, path: Path | None, seed: int, team: str, out: Path, dry_run: bool, say: Callable[[str], None]
) -> None:
    """Compute a team's shooting from the log at `path`, or from a made one, into `out`.

    Raises PipelineError. A dry run does all of it but the writing.
    """
    log = games.load(path) if path else games.make(seed)
    say(f"input: {path or log.source}, {len(log.table):,} rows")
    rows = log.of_team(team)
    players, total = metrics.player_shooting(rows), metrics.team_shooting(rows).iloc[0]
    caption = _caption(log, team, rows, total)
    files = {
        out / "shooting.parquet": outputs.parquet(players.assign(TEAM_ABBREVIATION=team, SOURCE=log.source)),
        out / "shooting.png": figure.draw(players, caption),
    }
    say(f"{caption.title}: {caption.subtitle}")
    say(f"team: {_rates(total)}")
    _say_best(players, caption.few, say)
    if not dry_run:
        outputs.write(files)
    for target, data in files.items():
        say(f"{'would write' if dry_run else 'wrote'} {target} ({len(data):,} bytes)")


def _caption(log: games.GameLog, team: str, rows: pd.DataFrame, total: pd.Series) -> figure.Caption:
    few = metrics.qualifying_attempts(int(total["GP"]))
    size = f"{rows['PLAYER_ID'].nunique()} players, {total['GP']:.0f} games"
    days = f"{rows['GAME_DATE'].min()} to {rows['GAME_DATE'].max()}"
    return figure.Caption(
        title=f"{team} shooting{' (simulated)' if log.simulated else ''}",
        subtitle=f"{size}, {days}; source: {log.source}",
        team=team,
        team_ts=float(total["TS_PCT"]),
        few=few,
    )


def _say_best(players: pd.DataFrame, few: int, say: Callable[[str], None]) -> None:
    ranked = players[players["FGA"] >= few].head(3)
    say(f"top three by TS%, of those with at least {few} FGA:{'' if len(ranked) else ' nobody'}")
    for place, (_, player) in enumerate(ranked.iterrows(), start=1):
        say(f"  {place}. {player['PLAYER_NAME']}: {_rates(player)}")


def _rates(row: pd.Series) -> str:
    ts, efg = (
        f"{100 * row[name]:.1f}%" if pd.notna(row[name]) else "undefined" for name in ("TS_PCT", "EFG_PCT")
    )
    return f"TS {ts}, eFG {efg}, {row['GP']:,.0f} games, {row['FGA']:,.0f} FGA"
