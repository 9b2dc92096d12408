"""Replay our formulas on figures that the league published, from a directory laid out like this:

    raw_json/**/index.json                    recorded bodies, as `sources.recorded` reads them
    gamelogs/leaguegamelog_P_SEASON.parquet   every player's line of a season (2023-24, ...)
    shots/shotchartdetail_SEASON.parquet      every attempt of a season, under the endpoint's own columns
    official/leaguedashteamstats_SEASON.parquet  TEAM_ID, EFG_PCT and TS_PCT of a season

What is not there is skipped and said so. The files are read, never written.
"""

from collections.abc import Callable, Iterator, Sequence, Sized
from pathlib import Path

import pandas as pd

from hawks_pipeline import replays
from hawks_pipeline.errors import ContractError, ReconciliationError, UsageError
from hawks_pipeline.replays import Agreement
from hawks_pipeline.sources import parse
from hawks_pipeline.sources.recorded import INDEX, RecordedSource
from hawks_pipeline.sources.request import Request

Frames = dict[str, list[tuple[Request, pd.DataFrame]]]


def run(data: Path, say: Callable[[str], None]) -> None:
    """Run every check that `data` has the files for, and say each with its count.

    Raises ReconciliationError for what does not agree, UsageError when there is nothing to compare.
    """
    if not data.is_dir():
        raise UsageError(f"no such directory: {data}")
    found = list(_all(data, say))
    if not found:
        raise UsageError(f"nothing to compare in {data}: see the layout in `verify --help`")
    say(f"{'check':<52}{'agree':>9}{'of':>9}{'worst gap':>12}")
    for each in found:
        mark = "" if each.holds else "  FAILED"
        say(f"{each.name:<52}{each.agreed:>9,}{each.of:>9,}{each.worst:>12.6f}{mark}")
    if failed := [each.name for each in found if not each.holds]:
        raise ReconciliationError(f"does not agree with the league: {', '.join(failed)}")
    say(f"all {len(found)} checks agree")


def _all(data: Path, say: Callable[[str], None]) -> Iterator[Agreement]:
    bodies = _bodies(data)
    logs = _tables(data / "gamelogs", "leaguegamelog_P_")
    shots = _tables(data / "shots", "shotchartdetail_")
    official = _tables(data / "official", "leaguedashteamstats_")
    parts: dict[str, tuple[Sized, Callable[[], Iterator[Agreement]]]] = {
        "recorded bodies in raw_json": (bodies, lambda: _recorded(bodies, logs)),
        "player logs in gamelogs": (logs, lambda: _teams(bodies, logs)),
        "shot charts in shots": (shots, lambda: _shots(shots, logs)),
        "team values in official": (official, lambda: _official(official, logs)),
    }
    for name, (files, checks) in parts.items():
        if files:
            yield from checks()
        else:
            say(f"skipped: no {name}")


def _recorded(bodies: Frames, logs: dict[str, pd.DataFrame]) -> Iterator[Agreement]:
    for season, totals in _asked(bodies, "leaguedashplayerstats", "Season", MeasureType="Base"):
        for _, published in _asked(bodies, "leaguedashplayerbiostats", "Season", Season=season):
            yield replays.player_true_shooting(totals, published)
            for _, teams in _asked(
                bodies, "leaguedashteamstats", "Season", Season=season, PerMode="Totals", TeamID=""
            ):
                yield replays.usage(totals, teams, published, logs.get(season))
    for _, published in _asked(bodies, "leaguedashplayerptshot", "Season"):
        yield replays.player_effective_field_goal(published)
    for game, advanced in _asked(bodies, "boxscoreadvancedv3", "GameID"):
        for _, traditional in _asked(bodies, "boxscoretraditionalv3", "GameID", GameID=game):
            yield replays.box_score(game, traditional, advanced)
    yield from _recorded_zones(bodies)


def _recorded_zones(bodies: Frames) -> Iterator[Agreement]:
    for player, shots in _asked(bodies, "shotchartdetail", "PlayerID"):
        yield replays.zones(f"of recorded shots, player {player}", shots)
        made = shots.groupby("SHOT_ZONE_BASIC")["SHOT_MADE_FLAG"].sum()
        for _, listed in _asked(bodies, "leaguedashplayershotlocations", "Season"):
            his = _by_zone(listed[listed["PLAYER_ID"].astype(str) == player], "FGM")
            his = his[his.index.isin(made.index) | (his > 0)]
            yield replays.zone_totals(made, his, name=f"makes per zone, player {player}")
    for season, players in _asked(bodies, "leaguedashplayershotlocations", "Season"):
        for endpoint in ("leaguedashteamshotlocations", "shotchartleaguewide"):
            for _, other in _asked(bodies, endpoint, "Season", Season=season):
                for name in ("FGM", "FGA"):
                    theirs = _by_zone(other, name)
                    yield replays.zone_totals(
                        _by_zone(players, name), theirs, name=f"league {name} per zone, {endpoint}"
                    )


def _teams(bodies: Frames, logs: dict[str, pd.DataFrame]) -> Iterator[Agreement]:
    for endpoint, asked in (("leaguegamefinder", {"DateFrom": ""}), ("leaguegamelog", {"PlayerOrTeam": "T"})):
        for season, teams in _asked(bodies, endpoint, "Season", **asked):
            if season in logs:
                yield replays.team_lines(season, logs[season], teams)
    for season, published in _asked(bodies, "leaguedashteamstats", "Season", PerMode="PerGame", TeamID=""):
        if season in logs:
            yield replays.team_averages(season, logs[season], published)
    for season, published in _asked(bodies, "leaguedashteamstats", "Season", MeasureType="Advanced"):
        if season in logs:
            yield replays.team_advanced(season, logs[season], published)


def _shots(shots: dict[str, pd.DataFrame], logs: dict[str, pd.DataFrame]) -> Iterator[Agreement]:
    for season, table in shots.items():
        yield replays.zones(season, table)
        if season in logs:
            yield replays.shots_against_lines(season, table, logs[season])


def _official(official: dict[str, pd.DataFrame], logs: dict[str, pd.DataFrame]) -> Iterator[Agreement]:
    for season, table in official.items():
        if season in logs:
            yield replays.team_advanced(season, logs[season], table)


def _by_zone(table: pd.DataFrame, name: str) -> pd.Series:
    """Add up a count per zone, of a table of shot locations or of the league's own zones."""
    if "SHOT_ZONE_BASIC" in table:
        return table.groupby("SHOT_ZONE_BASIC")[name].sum()
    columns = [each for each in table.columns if each.endswith(f"|{name}")]
    return table[columns].sum().rename(lambda each: each.partition("|")[0]).drop("Corner 3")


def _bodies(data: Path) -> Frames:
    """Read the recorded bodies by endpoint, each set that is the first of its answer."""
    found: Frames = {}
    for index in sorted((data / "raw_json").glob(f"**/{INDEX}")):
        source = RecordedSource(index.parent)
        for request in source.requests:
            if request.endpoint in WANTED:
                table = next(iter(parse.tables(source.fetch(request)).values()))
                frame = pd.DataFrame(table.rows, columns=_headers(table.headers))
                found.setdefault(request.endpoint, []).append((request, frame))
    return found


WANTED = frozenset(
    {
        "boxscoreadvancedv3",
        "boxscoretraditionalv3",
        "leaguedashplayerbiostats",
        "leaguedashplayerptshot",
        "leaguedashplayershotlocations",
        "leaguedashplayerstats",
        "leaguedashteamshotlocations",
        "leaguedashteamstats",
        "leaguegamefinder",
        "leaguegamelog",
        "shotchartdetail",
        "shotchartleaguewide",
    }
)


def _headers(headers: Sequence[object]) -> list[str]:
    """Name the columns; those of shot locations, told on two levels, as `Mid-Range|FGA`."""
    if all(isinstance(each, str) for each in headers):
        return [str(each) for each in headers]
    zones, columns = headers
    if not isinstance(zones, dict) or not isinstance(columns, dict):
        raise ContractError("headers on two levels that are no shot locations")
    skip, span = int(zones["columnsToSkip"]), int(zones["columnSpan"])
    names = list(map(str, columns["columnNames"]))
    above = [str(each) for each in zones["columnNames"] for _ in range(span)]
    return names[:skip] + [f"{zone}|{name}" for zone, name in zip(above, names[skip:], strict=True)]


def _asked(bodies: Frames, endpoint: str, by: str, **asked: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the frames of an endpoint that were asked for so, each with its parameter `by`."""
    for request, frame in bodies.get(endpoint, []):
        sent = request.asked
        if sent.get(by) and all(sent.get(name, "") == value for name, value in asked.items()):
            yield sent[by], frame


def _tables(folder: Path, prefix: str) -> dict[str, pd.DataFrame]:
    try:
        return {
            path.stem.removeprefix(prefix): pd.read_parquet(path)
            for path in sorted(folder.glob(f"{prefix}*.parquet"))
        }
    except (OSError, ValueError) as error:
        raise ContractError(f"{folder}: {error}") from None
