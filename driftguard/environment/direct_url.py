"""`direct_url.json` (PEP 610): where a distribution came from that did not come from an index."""

import json
import os
import re
from urllib.parse import unquote, urlsplit

from driftguard.environment.reading import head, reason
from driftguard.model import Origin, SourceKind

LIMIT = 1024 * 1024
NAME = "direct_url.json"

_FILE = re.compile(r"file:(?://([^/]*))?(/.*)\Z", re.IGNORECASE | re.DOTALL)
_DRIVE = re.compile(r"/[A-Za-z]:(?:/|\Z)")
_KINDS = ("archive_info", "dir_info", "vcs_info")


def read(path: str) -> tuple[Origin | None, str]:
    """Return the origin, or None and the fault that keeps it from being known."""
    try:
        data = head(path, LIMIT + 1)
        if len(data) > LIMIT:
            return None, f"{NAME} is larger than 1 MiB"
        value = json.loads(data)
    except OSError as error:
        return None, f"{NAME} cannot be read: {reason(error)}"
    except (ValueError, RecursionError):
        return None, f"{NAME} is not JSON"
    try:
        return _origin(value), ""
    except _MalformedError as error:
        return None, f"{NAME} {error}"


class _MalformedError(Exception):
    """What is wrong with the file, as a clause that its name precedes."""


def _origin(value: object) -> Origin:
    if not isinstance(value, dict):
        raise _MalformedError("is not an object")
    url, subdirectory = _well_formed(_text(value, "url")), _text(value, "subdirectory", needed=False)
    told = [key for key in _KINDS if isinstance(value.get(key), dict)]
    if len(told) != 1:
        raise _MalformedError(f"has {'none' if not told else 'more than one'} of {', '.join(_KINDS)}")
    if told[0] == "vcs_info":
        return _from_repository(value["vcs_info"], url, subdirectory)
    location, local = _location(url)
    if told[0] == "archive_info":
        kind = SourceKind.PATH if local else SourceKind.URL
    elif not local:
        raise _MalformedError("names a directory by a URL that is not `file:`")
    else:
        kind = SourceKind.EDITABLE if value["dir_info"].get("editable") is True else SourceKind.DIRECTORY
    return Origin(kind=kind, location=location, subdirectory=subdirectory)


def _from_repository(info: dict[str, object], url: str, subdirectory: str) -> Origin:
    vcs = _text(info, "vcs")
    return Origin(
        kind=SourceKind.GIT if vcs == "git" else SourceKind.URL,
        location=url if vcs == "git" else f"{vcs}+{url}",
        commit=_text(info, "commit_id"),
        revision=_text(info, "requested_revision", needed=False),
        subdirectory=subdirectory,
    )


def _text(table: dict[str, object], key: str, *, needed: bool = True) -> str:
    value = table.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value):
        raise _MalformedError(f"has no {key}")
    return value


def _well_formed(url: str) -> str:
    """Return `url`, which those who compare it will have to take apart."""
    try:
        urlsplit(url)
    except ValueError:
        raise _MalformedError("has a malformed url") from None
    return url


def _location(url: str) -> tuple[str, bool]:
    """Return the path as written for a `file:` URL, else the URL, and whether it is a path."""
    match = _FILE.match(url)
    if not match:
        return url, False
    path = unquote(match[2])
    if os.name == "nt" and _DRIVE.match(path):
        path = path[1:]
    host = match[1] or ""
    return path if host.lower() in ("", "localhost") else f"//{host}{path}", True
