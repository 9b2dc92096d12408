"""The one place that talks to the outside: a session, its pace and its patience."""

import logging
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from nba_api.library.proxy import ProxyRequiredError, as_proxies, resolve_proxy
from nba_api.stats.library.http import NBAStatsHTTP
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from hawks_pipeline import clock, log
from hawks_pipeline.errors import ContractError, UpstreamError, UsageError
from hawks_pipeline.sources.answers import HealsError, judge
from hawks_pipeline.sources.pace import Breaker, Pace, Policy, policy_of
from hawks_pipeline.sources.request import RawResponse, Request

LEAGUE = "https://stats.nba.com"
LARGEST = 256 * 1024 * 1024
"""Bytes of a body; the largest real one, a team's season of shots, is a fiftieth of it."""

_PASSING = (
    requests.Timeout,
    requests.ConnectionError,
    urllib3.exceptions.HTTPError,
)


class Redirect(HTTPAdapter):
    """Sends what is meant for the league to `base` on this machine, so that all else stays as it is."""

    def __init__(self, base: str) -> None:
        self._base = base
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send `request` to the other address, and through no proxy."""
        address = urlsplit(request.url or "")
        request.url = f"{self._base}{address.path}?{address.query}"
        return super().send(request, *args, **options | {"proxies": None})


class _Nowhere(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        raise requests.exceptions.InvalidURL(f"{urlsplit(request.url or '').hostname} is not to be asked")


class Transport:
    """Asks the league, or a stub of it at `base` on this machine. One request at a time."""

    def __init__(
        self,
        *,
        base: str = LEAGUE,
        pace: Pace | None = None,
        policy: Policy | None = None,
        now: Callable[[], datetime] = clock.now,
        simulated: bool = False,
    ) -> None:
        self._pace, self._now, self._simulated = pace or Pace(), now, simulated
        self._policy = policy or policy_of(urlsplit(base).hostname or "")
        self._breaker = Breaker()
        self._session, self._proxies = _session(base)
        self._nba_api = version("nba-api")

    def get(self, request: Request) -> RawResponse:
        """Return the answer to `request`. Raises UpstreamError or ContractError."""
        self._breaker.check()
        try:
            body = self._patiently(request)
        except UpstreamError:
            self._breaker.record(good=False)
            raise
        self._breaker.record(good=True)
        return RawResponse(
            request=request,
            body=body,
            status=200,
            fetched_at=self._now(),
            nba_api=self._nba_api,
            simulated=self._simulated,
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _patiently(self, request: Request) -> bytes:
        tries = Retrying(
            retry=retry_if_exception_type(HealsError),
            stop=stop_after_attempt(self._policy.attempts),
            wait=self._wait,
            before_sleep=self._tell,
            sleep=self._pace.sleep,
            reraise=True,
        )
        try:
            body: bytes = tries(self._once, request)
        except HealsError as error:
            raise UpstreamError(f"{request}: {error}, {self._policy.attempts} times") from None
        return body

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = round(state.next_action.sleep if state.next_action else 0.0, 1)
        log.event("asked again", level=logging.WARNING, request=state.args[0], reason=error, wait_s=wait)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, HealsError) else 0.0
        return max(asked, self._pace.wait_for(self._policy, state.attempt_number))

    def _once(self, request: Request) -> bytes:
        self._pace.take_turn(self._policy)
        try:
            status, headers, body = self._exchange(request)
            judge(status, headers, body, now=self._now())
        except requests.exceptions.SSLError:
            raise UpstreamError(f"{request}: no trusted connection (SSLError)") from None
        except _PASSING as error:
            # The text of these may hold a proxy's password.
            raise HealsError(f"no answer ({type(error).__name__})") from None
        except requests.RequestException as error:
            raise UpstreamError(f"{request}: cannot be asked ({type(error).__name__})") from None
        except HealsError as error:
            if error.after > self._policy.longest_wait:
                raise UpstreamError(f"{request}: {error}, to be left alone for {error.after:.0f} s") from None
            raise
        except (UpstreamError, ContractError) as error:
            raise type(error)(f"{request}: {error}") from None
        return body

    def _exchange(self, request: Request) -> tuple[int, requests.structures.CaseInsensitiveDict[str], bytes]:
        with self._session.get(
            NBAStatsHTTP.base_url.format(endpoint=request.endpoint),
            params=request.parameters,
            headers=NBAStatsHTTP.headers | {"Accept-Encoding": "gzip, deflate"},
            proxies=self._proxies,
            timeout=(self._policy.connect, self._policy.read),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code, answer.headers, self._body(answer)

    def _body(self, answer: requests.Response) -> bytes:
        end, parts, size = self._pace.clock() + self._policy.whole, [], 0
        # Not `iter_content`: it waits for a whole part, however slowly that trickles in.
        while part := answer.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise UpstreamError(f"more than {LARGEST >> 20} MB")
            if self._pace.clock() > end:
                raise HealsError(f"not finished after {self._policy.whole:.0f} s")
        return b"".join(parts)


def _session(base: str) -> tuple[requests.Session, dict[str, str] | None]:
    """Return a session that reaches the league alone, and the proxies it goes through. Raises UsageError."""
    session = requests.Session()
    for prefix in ("http://", "https://"):
        session.mount(prefix, _Nowhere())
    if base != LEAGUE:
        # What the environment says of proxies and passwords is not for this machine.
        session.trust_env = False
        session.mount(f"{LEAGUE}/", Redirect(base))
        return session, None
    session.mount(f"{LEAGUE}/", HTTPAdapter(max_retries=0))
    try:
        return session, as_proxies(resolve_proxy())
    except ProxyRequiredError as error:
        raise UsageError(str(error)) from None
