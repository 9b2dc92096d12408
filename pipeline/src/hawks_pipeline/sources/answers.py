"""Is this an answer? Every failure is told apart here, before nba_api parses anything.

=====================================  =====================================================
can heal, so it is asked again         429, 5xx, a web page, an empty body or object, JSON that breaks off,
                                       the host's own `{"Message":"An error has occurred."}`
upstream, but asking again is no help  403 and 401 (shut out), redirections
broken contract                        any other 4xx (the request is no longer understood), JSON that is no
                                       envelope
=====================================  =====================================================
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from hawks_pipeline.errors import ContractError, UpstreamError

ENVELOPES = ("resultSets", "resultSet", "meta")
SHOWN = 120


class HealsError(Exception):
    """A failure that may be gone in a while: what it was, and how long the host asks to wait (s)."""

    def __init__(self, reason: str, *, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


def judge(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Return if `body` is an answer. Raises HealsError, UpstreamError or ContractError."""
    if status == 429:
        raise HealsError("asked too often (HTTP 429)", after=_retry_after(headers, now))
    if status >= 500:
        raise HealsError(f"the host failed (HTTP {status})", after=_retry_after(headers, now))
    if status in (401, 403):
        raise UpstreamError(f"the host shuts us out (HTTP {status})")
    if status >= 400:
        raise ContractError(f"the host does not understand the request (HTTP {status}): {_start(body)}")
    if status != 200:
        raise UpstreamError(f"the host sends us elsewhere (HTTP {status})")
    _judge_body(headers, body)


def _judge_body(headers: Mapping[str, str], body: bytes) -> None:
    start = body.lstrip()[:1]
    if not start:
        raise HealsError("an empty body")
    if start == b"<" or "html" in headers.get("Content-Type", ""):
        raise HealsError("a web page instead of data")
    try:
        content = json.loads(body)
    except ValueError:
        raise HealsError("JSON that breaks off") from None
    if content in ({}, [], None):
        raise HealsError("an empty answer")
    if not isinstance(content, dict):
        raise ContractError(f"JSON that is no envelope: {_start(body)}")
    if "Message" in content and not any(name in content for name in ENVELOPES):
        raise HealsError(f"the host's own error: {_start(body)}")
    if not any(name in content for name in ENVELOPES):
        raise ContractError(f"JSON that is no envelope, it has {', '.join(map(repr, content))[:SHOWN]}")


def _retry_after(headers: Mapping[str, str], now: datetime) -> float:
    text = headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _start(body: bytes) -> str:
    return repr(body[:SHOWN].decode("utf-8", "replace"))
