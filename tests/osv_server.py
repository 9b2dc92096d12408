"""A server on the loopback that speaks as much of OSV's protocol as the real pip-audit asks for."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONGEST_HANG = 30.0


class Mood(StrEnum):
    """How the server answers."""

    WELL = "well"
    BROKEN = "broken"
    SILENT = "silent"
    GARBLED = "garbled"


@dataclass
class Osv:
    """The server as a test sees it: what it knows, what it was asked, how it behaves."""

    url: str
    advisories: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    mood: Mood = Mood.WELL

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send pip-audit here, and nowhere else."""
        return {
            "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
            "PIP_AUDIT_OSV_URL": self.url,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def knows(
        self,
        name: str,
        identifier: str,
        *,
        aliases: Sequence[str] = (),
        fixed: str = "",
        summary: str | None = "Somebody can break it",
        **more: object,
    ) -> None:
        """Publish an advisory for every version of `name`."""
        events = [{"introduced": "0"}] + ([{"fixed": fixed}] if fixed else [])
        affected = {
            "package": {"name": name, "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": events}],
        }
        advisory = {"id": identifier, "aliases": list(aliases), "summary": summary, "affected": [affected]}
        self.advisories.setdefault(name, []).append({**advisory, **more})


@contextmanager
def osv() -> Iterator[Osv]:
    """Serve until the block is left."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.osv
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Server(ThreadingHTTPServer):
    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.osv = Osv(url=f"http://127.0.0.1:{self.server_port}/v1/query")
        self.over = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        osv = self.server.osv
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, version = query["package"]["name"], query["version"]
        osv.asked.append((name, version))
        match osv.mood:
            case Mood.SILENT:
                self.server.over.wait(LONGEST_HANG)
            case Mood.BROKEN:
                self._answer(500, {"code": 13, "message": "internal"})
            case Mood.GARBLED:
                self._answer(200, "<html>please log in</html>")
            case Mood.WELL:
                known = osv.advisories.get(name)
                self._answer(200, {"vulns": known} if known else {})

    def _answer(self, status: int, body: Mapping[str, object] | str) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep standard error for the tests."""
