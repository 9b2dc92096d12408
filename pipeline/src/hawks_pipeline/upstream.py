"""Which source a night asks."""

from datetime import date

from hawks_pipeline.errors import UsageError
from hawks_pipeline.settings import Settings
from hawks_pipeline.simulated.faults import planned
from hawks_pipeline.sources import Source
from hawks_pipeline.sources.live import LiveSource
from hawks_pipeline.sources.recorded import RecordedSource
from hawks_pipeline.sources.simulated import SimulatedSource


def open_source(asked: Settings, *, night: date) -> Source:
    """Return the source that is asked for, as it is on the morning after `night`. Raises UsageError."""
    if asked.source == "live":
        return LiveSource()
    if asked.source == "simulated":
        return SimulatedSource(asked.seed, as_of=night, faults=planned(asked.faults))
    if asked.recording is None:
        raise UsageError(f"--source {asked.source} needs --recording DIR")
    return RecordedSource(asked.recording)
