"""A night in progress: what its stages have left to each other, read from the disk as it is asked for."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path

from hawks_pipeline import plan, store
from hawks_pipeline.bronze import Bronze
from hawks_pipeline.contracts import Silver, empty
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.nightly import Night
from hawks_pipeline.teams import team_id


@dataclass(frozen=True, kw_only=True)
class Work:
    """A night in progress. What a stage leaves is read from the disk, for it may be from a run before."""

    night: Night
    bodies: Bronze

    @cached_property
    def team_id(self) -> int:
        """Return the NBA's number of the team. Raises UsageError."""
        return team_id(self.night.settings.team)

    @cached_property
    def plan(self) -> plan.Plan:
        """Return what stage plan has decided."""
        return plan.read(self.path("plan.json"))

    @cached_property
    def silver(self) -> Silver:
        """Return the cleaned tables of the season to date."""
        tables = {each.name: store.load(self.path("silver"), each.name) for each in fields(Silver)}
        # Before a season's first game nothing is kept of some.
        return Silver(**{name: empty(name) if table is None else table for name, table in tables.items()})

    @cached_property
    def gold(self) -> Gold:
        """Return the computed tables."""
        return Gold(**{each.name: store.load(self.path("gold"), each.name) for each in fields(Gold)})

    @cached_property
    def meta(self) -> Meta:
        """Return what every artefact says of itself."""
        night, notes = self.night, self.fetched()
        source = night.settings.described_source
        # A recording may be of a simulated night.
        simulated = any(each["simulated"] for each in notes)
        return Meta(
            team=night.settings.team,
            season=night.season,
            date=night.date,
            as_of=max(datetime.fromisoformat(str(each["fetched_at"])) for each in notes),
            run_id=night.run_id,
            source=source if simulated == night.settings.simulated else f"{source} (of a simulated night)",
            simulated=simulated,
        )

    @property
    def has_played(self) -> bool:
        """Tell whether the team has a game to report on."""
        return bool((self.silver.team_game["team_id"] == self.team_id).any())

    def path(self, *names: str) -> Path:
        """Return a path in the folder between the stages."""
        return self.night.work.joinpath(*names)

    def fetched(self) -> list[dict[str, object]]:
        """Return the note of every body of the night."""
        return list(json.loads(self.path("ingest.json").read_bytes()))
