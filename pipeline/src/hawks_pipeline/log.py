"""The run's log on stderr: lines for people, or one JSON object a line, each with the run's id."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

LOGGER = logging.getLogger("hawks_pipeline")
"""Everything in the package logs below this name; nothing outside is touched."""


def start(*, run_id: str, as_json: bool, stream: TextIO | None = None) -> None:
    """Send the package's records to `stream` (stderr) from now on, in place of where they went before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(run_id) if as_json else Lines(run_id))
    LOGGER.handlers = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def event(message: str, *, level: int = logging.INFO, **data: object) -> None:
    """Log `message` with `data` beside it: counts, stages, exit codes. No value of a setting belongs here."""
    LOGGER.log(level, message, extra={"data": data})


class Lines(logging.Formatter):
    """`12:00:01 INFO  message key=value` with the run's id."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, with what was raised below it."""
        told = " ".join(f"{key}={value}" for key, value in _data(record).items())
        head = f"{_time(record):%H:%M:%S} {record.levelname:<7} {self.run_id} {record.getMessage()}"
        return "\n".join(filter(None, [f"{head} {told}".rstrip(), self._raised(record)]))

    def _raised(self, record: logging.LogRecord) -> str:
        return self.formatException(record.exc_info) if record.exc_info else ""


class JsonLines(Lines):
    """One JSON object per record: time, level, run, logger, message, then the record's own data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        entry = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "run": self.run_id,
            "logger": record.name,
            "message": record.getMessage(),
            **_data(record),
        }
        if raised := self._raised(record):
            entry["raised"] = raised
        return json.dumps(entry, default=str)


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _data(record: logging.LogRecord) -> Mapping[str, object]:
    data = getattr(record, "data", {})
    return data if isinstance(data, Mapping) else {}
