"""What each stage of a night does. Everything heavy is imported here, and this only when a stage has work."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, fields, replace
from importlib.metadata import version
from pathlib import Path

from hawks_pipeline import bronze, clock, files, kept, normalize, plan, publish, reconcile, selfcheck, store
from hawks_pipeline.bronze import Bronze
from hawks_pipeline.contracts import Silver
from hawks_pipeline.dashboard import build
from hawks_pipeline.metrics import Gold, gold, load
from hawks_pipeline.nightly import Night, Steps
from hawks_pipeline.report import pdf, workbook
from hawks_pipeline.sources import Request, Source, calls
from hawks_pipeline.upstream import open_source
from hawks_pipeline.work import Work

PACKAGES = ("hawks-pipeline", "matplotlib", "nba-api", "numpy", "openpyxl", "pandas", "pyarrow")
"""Whose versions run.json names: with others the same night may come out in other bytes."""


@contextmanager
def opened(night: Night) -> Iterator[Steps]:
    """Yield what does the work of `night`."""
    with bodies_of(night) as bodies:
        work = Work(night=night, bodies=bodies)
        yield lambda name: STEPS[name](work)


@contextmanager
def bodies_of(night: Night) -> Iterator[Bronze]:
    """Yield the bodies of `night`; their source is opened with the first that is missing."""
    with ExitStack() as stack:
        sources: list[Source] = []

        def source() -> Source:
            if not sources:
                sources.append(open_source(night.settings, night=night.date))
                stack.callback(sources[0].close)
            return sources[0]

        yield Bronze(folder=night.root.bronze, night=night.date, source=source, again=night.again)


def _self_check(work: Work) -> Iterable[Path]:
    selfcheck.check(work.night.root.path)
    return ()


def _plan(work: Work) -> Iterable[Path]:
    night = work.night
    note = work.bodies.get(calls.scoreboard(night.date))
    games = plan.games(bronze.read(note).body, night.date)
    plan.played(games, night.date)
    known = kept.days(night.root.kept, night.season)
    first = clock.season_days(night.season)[0]
    spans = plan.windows(known, first=first, night=night.date, whole=night.again)
    path = work.path("plan.json")
    plan.write(path, plan.Plan(games=tuple(games), windows=tuple(spans)))
    return [path]


def requests(work: Work) -> Iterator[Request]:
    """Yield the calls of the night, bulk before single."""
    night, season = work.night.date, work.night.season
    yield calls.scoreboard(night)
    for first, last in work.plan.windows:
        yield calls.player_log(season, first, last)
        yield calls.team_log(season, first, last)
        yield calls.shots(season, first, last)
    yield calls.roster(work.team_id, season)
    yield calls.official_players(season, night)
    yield calls.official_teams(season, night)
    yield calls.league_zones(season)
    for game in plan.played(work.plan.games, night):
        if work.night.settings.team in (game.home, game.away):
            yield calls.box_score(game.game_id)


def _ingest(work: Work) -> Iterable[Path]:
    notes = [work.bodies.get(request) for request in requests(work)]
    path = work.path("ingest.json")
    root = work.night.root.path
    files.write_json(
        path, [{**json.loads(note.read_bytes()), "note": str(note.relative_to(root))} for note in notes]
    )
    return [path, *notes, *map(bronze.body, notes)]


def _normalize(work: Work) -> Iterable[Path]:
    night, root = work.night, work.night.root
    responses = [bronze.read(root.path / str(each["note"])) for each in work.fetched()]
    tables = normalize.tables(responses)
    covered = [day for span in work.plan.windows for day in plan.days(*span)]
    kept.keep(
        root.kept,
        tables,
        season=night.season,
        covered=covered,
        as_of=work.meta.as_of,
        source=work.meta.source,
    )
    shutil.rmtree(work.path("silver"), ignore_errors=True)
    linked = store.link_days(root.kept, work.path("silver"), season=night.season, until=night.date)
    whole = kept.undated(tables)
    written = store.keep_whole(
        work.path("silver"), whole, season=night.season, night=night.date, source=work.meta.source
    )
    return [*linked, *written]


def _reconcile(work: Work) -> Iterable[Path]:
    reconcile.check(work.silver)
    path = work.path("reconcile.json")
    files.write_json(path, {each.name: len(getattr(work.silver, each.name)) for each in fields(Silver)})
    return [path]


def _metrics(work: Work) -> Iterable[Path]:
    shutil.rmtree(work.path("gold"), ignore_errors=True)
    if not work.has_played:
        return ()
    night = work.night
    before = kept.centres_before(night.root.kept, season=night.season, night=night.date)
    model = replace(load(), centres=before)
    tables = gold(work.silver, model, team_id=work.team_id, as_of=night.date, seed=night.settings.seed)
    kept.keep_centres(
        night.root.kept,
        tables.cluster_centres,
        season=night.season,
        night=night.date,
        source=work.meta.source,
    )
    return store.keep_whole(
        work.path("gold"),
        {each.name: getattr(tables, each.name) for each in fields(Gold)},
        season=night.season,
        night=night.date,
        source=work.meta.source,
    )


def _report(work: Work) -> Iterable[Path]:
    if not work.has_played:
        return ()
    stem = publish.stem(work.meta.team, work.meta.date)
    paths = [work.path("report", f"{stem}.pdf"), work.path("report", f"{stem}.xlsx")]
    shutil.rmtree(work.path("report"), ignore_errors=True)
    work.path("report").mkdir()
    pdf.write(work.gold, work.silver, work.meta, paths[0])
    workbook.write(work.gold, work.silver, work.meta, paths[1])
    return paths


def _dashboard(work: Work) -> Iterable[Path]:
    if not work.has_played:
        return ()
    pages = {publish.PAGE: work.meta, publish.WAITING: replace(work.meta, stale=publish.STALE)}
    for name, meta in pages.items():
        files.write(work.night.work / name, build.page(work.gold, work.silver, meta).encode())
    return [work.night.work / name for name in pages]


def _publish(work: Work) -> Iterable[Path]:
    if not work.has_played:
        return ()
    night, root = work.night, work.night.root
    folder = publish.night(root, night.date, publish.contents(night.work), _about(work))
    note = work.path(publish.NOTE)
    files.write_json(note, {"night": str(folder.relative_to(root.path))})
    # The page may get its banner later; that is no reason to publish the night again.
    return [note, *(path for path in files.tree(folder) if path != folder / publish.PAGE)]


def _about(work: Work) -> Mapping[str, object]:
    """Return what run.json says: what the night was made of, and nothing of when or where it was made."""
    meta = work.meta
    return {
        "run_id": meta.run_id,
        "team": meta.team,
        "season": meta.season,
        "date": meta.date.isoformat(),
        "as_of": meta.as_of.isoformat(),
        "source": meta.source,
        "simulated": meta.simulated,
        "versions": {name: version(name) for name in PACKAGES},
        "games": [asdict(game) for game in work.plan.games],
        "requests": [{key: each[key] for key in each if key != "note"} for each in work.fetched()],
        "rows": json.loads(work.path("reconcile.json").read_bytes()),
    }


STEPS: Mapping[str, Callable[[Work], Iterable[Path]]] = {
    "self-check": _self_check,
    "plan": _plan,
    "ingest": _ingest,
    "normalize": _normalize,
    "reconcile": _reconcile,
    "metrics": _metrics,
    "report": _report,
    "dashboard": _dashboard,
    "publish": _publish,
}
