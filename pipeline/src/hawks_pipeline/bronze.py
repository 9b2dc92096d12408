"""Bodies as they came, kept compressed, so that nothing is asked twice for one night."""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from hawks_pipeline import clock, files
from hawks_pipeline.log import event
from hawks_pipeline.sources.request import RawResponse, Request, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Bronze:
    """The bodies of one night below `folder`, `<endpoint>/<night>/<key>.json.gz` with a note beside each.

    `source` is opened when the first body is missing. With `again` what is kept is fetched anew.
    """

    folder: Path
    night: date
    source: Callable[[], Source]
    again: bool = False

    def get(self, request: Request) -> Path:
        """Return the note of the answer to `request`, fetched if need be. Raises what `Source.fetch` does."""
        note = self.folder / request.endpoint / self.night.isoformat() / f"{request.key}.note.json"
        if not self.again and _is_whole(note):
            return note
        response = self.source().fetch(request)
        if response.simulated:
            # Nobody fetched anything: the same night must not differ by the hour it was made up.
            response = replace(response, fetched_at=clock.morning_after(self.night))
        event("fetched", request=str(request), bytes=len(response.body))
        files.write(body(note), gzip.compress(response.body, mtime=0))
        files.write_json(
            note,
            {
                "endpoint": request.endpoint,
                "parameters": dict(request.parameters),
                "status": response.status,
                "fetched_at": response.fetched_at.isoformat(),
                "nba_api": response.nba_api,
                "simulated": response.simulated,
                "sha256": files.digest(response.body),
            },
        )
        return note


def read(note: Path) -> RawResponse:
    """Return the response that `note` and the body beside it tell of."""
    told = json.loads(note.read_bytes())
    return RawResponse(
        request=Request.of(told["endpoint"], told["parameters"]),
        body=gzip.decompress(body(note).read_bytes()),
        status=told["status"],
        fetched_at=datetime.fromisoformat(told["fetched_at"]),
        nba_api=told["nba_api"],
        simulated=told["simulated"],
    )


def body(note: Path) -> Path:
    """Return where the body is that `note` tells of."""
    return note.with_name(note.name.replace(".note.json", ".json.gz"))


def _is_whole(note: Path) -> bool:
    try:
        told: dict[str, str] = json.loads(note.read_bytes())
        return files.digest(gzip.decompress(body(note).read_bytes())) == told["sha256"]
    except (OSError, ValueError, EOFError, KeyError, zlib.error):
        return False
