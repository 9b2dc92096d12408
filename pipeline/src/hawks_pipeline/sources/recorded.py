"""A directory of recorded bodies with an index, answered without a network.

`index.json` is a list of objects, one for each body:

=========  ================================================================================
file       name of a gzip file beside the index, `ENDPOINT__KEY.json.gz`
endpoint   as on the wire, in lower case
params     the parameters that are not empty, as text
status     the HTTP status, 200
recorded   when it was fetched, as an HTTP date or in ISO 8601
nba_api    (may be missing) the version that asked
simulated  (may be missing) true if nobody played these games
=========  ================================================================================

Any other field is left alone. A request is answered by the entry with the same endpoint and the same
parameters, empty ones apart. `archive` makes such a directory of responses.
"""

import gzip
import json
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from hawks_pipeline.errors import ContractError, UpstreamError, UsageError
from hawks_pipeline.sources.request import RawResponse, Request

INDEX = "index.json"
FIELDS = {"file": str, "endpoint": str, "params": dict, "status": int, "recorded": str}


class RecordedSource:
    """Answers from `directory`. Raises UsageError without an index, ContractError for one that is broken."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._entries = {_request(entry): entry for entry in _index(directory / INDEX)}

    @property
    def name(self) -> str:
        """Return what every output says about where its figures come from."""
        return f"{'simulated, ' if self.simulated else ''}recorded in {self._directory.name}"

    @property
    def simulated(self) -> bool:
        """Return whether any of the bodies is simulated."""
        return any(entry.get("simulated", False) for entry in self._entries.values())

    @property
    def requests(self) -> list[Request]:
        """Return what can be asked, in the index's order."""
        return list(self._entries)

    def fetch(self, request: Request) -> RawResponse:
        """Return the recorded answer. Raises UpstreamError for what was never recorded, ContractError."""
        entry = self._entries.get(Request.of(request.endpoint, request.asked))
        if entry is None:
            raise UpstreamError(
                f"{request}: not among the {len(self._entries)} bodies recorded in {self._directory}"
            )
        return RawResponse(
            request=request,
            body=_unpacked(self._directory / str(entry["file"])),
            status=int(str(entry["status"])),
            fetched_at=_moment(str(entry["recorded"])),
            nba_api=str(entry.get("nba_api", "")),
            simulated=bool(entry.get("simulated", False)),
        )

    def close(self) -> None:
        """Do nothing: a directory holds nothing open."""


def archive(responses: Iterable[RawResponse]) -> dict[str, bytes]:
    """Return the files, by name, of a directory that answers with these responses, whatever their order."""
    files, entries = {}, []
    for response in sorted(responses, key=lambda each: each.request.file_name):
        request = response.request
        # No time of packing inside: the bytes depend on the body alone.
        files[request.file_name] = gzip.compress(response.body, mtime=0)
        entries.append(
            {
                "file": request.file_name,
                "endpoint": request.endpoint,
                "params": dict(sorted(request.asked.items())),
                "status": response.status,
                "recorded": response.fetched_at.isoformat(),
                "nba_api": response.nba_api,
                "simulated": response.simulated,
            }
        )
    files[INDEX] = json.dumps(entries, indent=1, ensure_ascii=False).encode() + b"\n"
    return files


Entry = dict[str, object]


def _index(path: Path) -> list[Entry]:
    try:
        entries = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{path.parent}: no recording, it has no {INDEX}") from None
    except OSError as error:
        raise UpstreamError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ContractError(f"{path}: {error}") from None
    if not isinstance(entries, list):
        raise ContractError(f"{path}: not a list of bodies")
    for number, entry in enumerate(entries):
        _check(entry, f"{path}: entry {number}")
    return entries


def _check(entry: object, where: str) -> None:
    if not isinstance(entry, dict):
        raise ContractError(f"{where}: not an object")
    for name, kind in FIELDS.items():
        if not isinstance(entry.get(name), kind):
            raise ContractError(f"{where}: `{name}` is not there, or no {kind.__name__}")
    if Path(entry["file"]).name != entry["file"]:
        raise ContractError(f"{where}: {entry['file']!r} is not beside the index")


def _request(entry: Entry) -> Request:
    parameters = entry["params"]
    assert isinstance(parameters, dict)  # noqa: S101 - `_check` has seen to it
    return Request.of(str(entry["endpoint"]), {name: said for name, said in parameters.items() if said})


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except OSError as error:
        # gzip's own complaint is an OSError without a number.
        if error.errno is None:
            raise ContractError(f"{path}: {error}") from None
        raise UpstreamError(f"{path}: {error.strerror}") from None
    except (EOFError, zlib.error) as error:
        raise ContractError(f"{path}: {error}") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            raise ContractError(f"not a time: {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
