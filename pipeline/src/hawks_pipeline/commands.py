"""The commands, once their arguments have been understood."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

from hawks_pipeline import clock, log, nightly, publish, teams
from hawks_pipeline.errors import UsageError
from hawks_pipeline.nightly import Night, Outcome
from hawks_pipeline.root import Root
from hawks_pipeline.settings import Settings

Say = Callable[[str], None]


def run(options: argparse.Namespace, asked: Settings, say: Say) -> int:
    """Do a night, or rehearse it. Raises PipelineError."""
    if options.from_stage and options.from_stage not in nightly.STAGES:
        raise UsageError(f"--from-stage: none of {', '.join(nightly.STAGES)}")
    night = _night(asked, options.date, options.season, again=options.force)
    log.start(run_id=night.run_id, as_json=asked.log_json)
    log.event("begins", team=asked.team, date=night.date, source=asked.described_source)
    if options.dry_run:
        outcome = nightly.rehearse(night, _steps)
    else:
        again_from = nightly.STAGES[0] if options.force else options.from_stage
        outcome = nightly.run(night, _steps, again_from=again_from)
    log.event("ends", exit=0, seconds=round(outcome.seconds, 1), stages=",".join(outcome.done) or "none")
    # What people look for stands last, after all that is logged.
    (_say_changes if options.dry_run else _say_outputs)(night, outcome, say)
    return 0


def backfill(options: argparse.Namespace, asked: Settings, say: Say) -> int:
    """Keep the tables of a season. Raises PipelineError."""
    night = _night(asked, options.until, options.season)
    log.start(run_id=night.run_id, as_json=asked.log_json)
    from hawks_pipeline import backfill as work

    say(work.run(night))
    return 0


def verify(options: argparse.Namespace, asked: Settings, say: Say) -> int:
    """Check the formulas against recorded figures. Raises PipelineError."""
    log.start(run_id="verify", as_json=asked.log_json)
    from hawks_pipeline import verify as work

    work.run(options.data, say)
    return 0


def serve_stub(options: argparse.Namespace, asked: Settings, say: Say) -> int:
    """Serve the simulated league until interrupted. Raises UsageError."""
    from hawks_pipeline.simulated.faults import planned
    from hawks_pipeline.simulated.server import serve

    try:
        serve(options.port, asked.seed, planned(asked.faults), say=say)
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot serve: {error}") from None
    except KeyboardInterrupt:
        pass
    return 0


def _night(asked: Settings, day: date | None, season: str | None, *, again: bool = False) -> Night:
    newest = clock.last_night(clock.now())
    if day is None:
        day = min(newest, clock.season_days(season)[1]) if season else newest
    if day > newest + timedelta(days=1):
        raise UsageError(f"--date: {day} has not been")
    if day < clock.season_days(clock.FIRST_SEASON)[0]:
        raise UsageError(f"{day} is before the league's first season, {clock.FIRST_SEASON}")
    season = season or clock.season_of(day)
    if season != clock.season_of(day):
        raise UsageError(f"--season: {day} belongs to {clock.season_of(day)}, not to {season}")
    if asked.source == "recorded" and asked.recording is None:
        raise UsageError("--source recorded needs --recording DIR")
    root = Root.of(asked.out, source=asked.source, team=asked.team)
    try:
        known = root.path.exists()
    except OSError as error:
        raise UsageError(f"cannot use {asked.out}: {error.strerror}") from None
    if not known:
        teams.team_id(asked.team)
    return Night(settings=asked, date=day, season=season, root=root, again=again)


def _steps(night: Night) -> AbstractContextManager[nightly.Steps]:
    # pandas and matplotlib come with these: only when a stage has work to do.
    from hawks_pipeline.steps import opened

    return opened(night)


def _say_outputs(night: Night, outcome: Outcome, say: Say) -> None:
    say(_summary(night, outcome))
    if outcome.folder is None:
        say(f"nothing to show: {night.settings.team} has not played in {night.season}")
        return
    stem = publish.stem(night.settings.team, night.date)
    say(f"report     {outcome.folder / f'{stem}.pdf'}")
    say(f"workbook   {outcome.folder / f'{stem}.xlsx'}")
    say(f"dashboard  {outcome.folder / publish.PAGE}")


def _say_changes(night: Night, outcome: Outcome, say: Say) -> None:
    say(_summary(night, outcome))
    shown = publish.current_date(night.root)
    say(f"dry run, nothing published; against {f'the night of {shown}' if shown else 'an empty folder'}:")
    tables = [change for change in outcome.changes if change.name.startswith(f"{publish.TABLES}/")]
    for change in outcome.changes:
        if change not in tables:
            say(f"  {change.what:<8} {change.name}{f' ({change.size:,} bytes)' if change.size else ''}")
    for what in ("new", "changed", "gone"):
        if count := sum(change.what == what for change in tables):
            say(f"  {what:<8} {count} files of tables")
    if not outcome.changes:
        say("  nothing would change")


def _summary(night: Night, outcome: Outcome) -> str:
    what = (
        f"{len(outcome.done)} of {len(nightly.STAGES)} stages done"
        if outcome.done
        else "nothing was left to do"
    )
    return (
        f"{night.settings.team}, night of {night.date}, {night.settings.described_source}: "
        f"{outcome.games}; {what} in {outcome.seconds:.1f} s"
    )
