"""A season's tables, fetched by the month and kept by the day; memory holds one month at a time."""

import time
from datetime import date

from hawks_pipeline import bronze, clock, files, kept, lock, normalize, plan, reconcile
from hawks_pipeline.log import event
from hawks_pipeline.nightly import Night
from hawks_pipeline.sources import calls
from hawks_pipeline.steps import bodies_of


def run(night: Night) -> str:
    """Keep every day of the season up to `night.date` that is not kept; return what was done in a sentence.

    Each month is kept before the next is asked for: a backfill that was killed goes on where it was. Raises
    PipelineError.
    """
    begun = time.monotonic()
    root, season = night.root, night.season
    root.state.mkdir(parents=True, exist_ok=True)
    with lock.hold(root.lock, since=clock.now()), bodies_of(night) as bodies:
        files.sweep([root.state])
        known = kept.days(root.kept, season)
        first = clock.season_days(season)[0]
        spans = plan.missing(known, first=first, last=night.date)
        games = sum(_month(night, bodies, *span) for span in spans)
    days = sum((last - first).days + 1 for first, last in spans)
    seconds = time.monotonic() - begun
    return f"{season}: {games:,} games on {days} days kept in {root.kept} in {seconds:.1f} s"


def _month(night: Night, bodies: bronze.Bronze, first: date, last: date) -> int:
    """Keep the days from `first` to `last`; return how many games they had."""
    requests = (
        calls.player_log(night.season, first, last),
        calls.team_log(night.season, first, last),
        calls.shots(night.season, first, last),
    )
    responses = [bronze.read(bodies.get(request)) for request in requests]
    silver = normalize.tables(responses)
    # What the league says of a whole season is not about these days.
    reconcile.check(silver, complete=False)
    kept.keep(
        night.root.kept,
        silver,
        season=night.season,
        covered=plan.days(first, last),
        as_of=max(response.fetched_at for response in responses),
        source=night.settings.described_source,
    )
    games = int(silver.team_game["game_id"].nunique())
    event("days are kept", first=first, last=last, games=games, shots=len(silver.shot))
    return games
