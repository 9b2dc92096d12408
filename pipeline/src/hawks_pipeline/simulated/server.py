"""The simulated league behind HTTP, on the loopback address alone."""

import gzip
import json
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from hawks_pipeline.simulated.bodies.envelope import RefusedError
from hawks_pipeline.simulated.faults import CONTENT, Fault, FaultPlan, Kind, bent_body, bent_query
from hawks_pipeline.simulated.league import League

HOST = "127.0.0.1"
RETRY_AFTER = "1"
PAGE = b"<!DOCTYPE html><html><head><title>NBA</title></head><body>The home page.</body></html>"
WORTH_PACKING = 2_000
CHUNK = 16_384
TRICKLE = 0.02
"""Seconds between two bytes."""

_PLAIN: dict[Kind, tuple[int, bytes, str]] = {
    Kind.TOO_MANY: (429, b"Too many requests", "text/plain"),
    Kind.ERROR: (500, PAGE, "text/html"),
    Kind.FORBIDDEN: (403, PAGE, "text/html"),
    Kind.MESSAGE: (200, b'{"Message":"An error has occurred."}', "application/json"),
    Kind.HTML: (200, PAGE, "text/html; charset=utf-8"),
    Kind.EMPTY: (200, b"{}", "application/json"),
    Kind.BLANK: (200, b"", "application/json"),
}


class Stub:
    """A server in a thread of its own: `with Stub(seed=7) as stub: … stub.url`.

    `port` 0 takes a free one. `requests` counts what was asked, good or bad.
    """

    def __init__(
        self,
        *,
        seed: int,
        port: int = 0,
        as_of: date | None = None,
        faults: Iterable[Fault | str] = (),
    ) -> None:
        self.requests = 0
        self._league = League(seed, as_of=as_of)
        self._plan = FaultPlan.of(faults)
        # One question at a time: the tables are shared, and a season is made once.
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._server = _Server((HOST, port), _Handler)
        self._server.stub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://{HOST}:{self._server.server_port}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop, and let go of the requests that hang."""
        self.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def fault(self, endpoint: str) -> Kind | None:
        """Count a request and return what goes wrong with it."""
        self.requests += 1
        return self._plan.next(endpoint)

    def body(self, kind: Kind | None, endpoint: str, query: dict[str, str]) -> bytes:
        """Return the answer, with its fault if it has one in what it says. Raises RefusedError."""
        with self._lock:
            if kind not in CONTENT:
                return self._league.answer(endpoint, query)
            body = self._league.body(endpoint, bent_query(kind, query))
            return json.dumps(bent_body(kind, endpoint, body), ensure_ascii=False).encode()


def serve(port: int, seed: int, faults: Iterable[Fault | str] = (), *, say: Callable[[str], None]) -> None:
    """Serve until interrupted; `say` is told the address. Raises UsageError for no such fault, OSError."""
    with Stub(seed=seed, port=port, faults=faults) as stub:
        say(f"simulated league (seed {seed}) at {stub.url}/stats/ENDPOINT, until interrupted")
        stub.closing.wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stub: Stub

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client who has gone: after a fault, that is what should happen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: else the other side's delayed acknowledgement costs 40 ms a request.
    wbufsize = -1
    disable_nagle_algorithm = True
    server_version = "simulated"
    server: _Server

    def do_GET(self) -> None:
        stub = self.server.stub
        address = urlsplit(self.path)
        endpoint = address.path.removeprefix("/stats/").lower()
        kind = stub.fault(endpoint)
        if kind is Kind.HANG:
            stub.closing.wait()
            self.close_connection = True
        elif kind in _PLAIN:
            self._send(*_PLAIN[kind], headers={"Retry-After": RETRY_AFTER} if kind is Kind.TOO_MANY else {})
        else:
            try:
                body = stub.body(kind, endpoint, dict(parse_qsl(address.query, keep_blank_values=True)))
            except RefusedError as refused:
                self._send(refused.status, str(refused).encode(), "text/plain")
            else:
                self._answer(kind, body)

    def _answer(self, kind: Kind | None, body: bytes) -> None:
        if kind is Kind.TRICKLE:
            self._send(200, body[:9], "application/json", announced=len(body))
            while not self.server.stub.closing.wait(TRICKLE):
                self.wfile.write(b" ")
                self.wfile.flush()
            self.close_connection = True
        elif kind is Kind.TRUNCATED:
            self._send(200, body[: len(body) // 2], "application/json")
        elif kind is Kind.DROP:
            self._send(200, body[: len(body) // 2], "application/json", announced=len(body))
            self.close_connection = True
        else:
            self._send(200, body, "application/json; charset=utf-8")

    def _send(
        self,
        status: int,
        body: bytes,
        kind: str,
        *,
        headers: dict[str, str] | None = None,
        announced: int | None = None,
    ) -> None:
        gzipped = "gzip" in self.headers.get("Accept-Encoding", "")
        packed = announced is None and len(body) > WORTH_PACKING and gzipped
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if packed:
            self.send_header("Content-Encoding", "gzip")
            # A host that packs as it goes cannot say how long it will be.
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(announced or len(body)))
        self.end_headers()
        self.wfile.write(_chunked(gzip.compress(body, compresslevel=1, mtime=0)) if packed else body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing: the other side logs what it asks."""


def _chunked(body: bytes) -> bytes:
    parts = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])
