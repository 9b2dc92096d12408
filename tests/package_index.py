"""A package index that speaks the simple API (PEP 503, 691, 700), and plain files, under names of its own.

Programs reach it as their HTTP proxy, so that what they write down says `index.example` and no port. Each host is a
folder of distributions: `http://HOST/simple/` lists them, `http://HOST/files/` holds them, and
`http://HOST/flat/` is a page of links without hashes.
"""

import hashlib
import html
import io
import json
import os
import struct
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from driftguard.model import normalized

UPLOADED = datetime(2026, 1, 1, tzinfo=UTC)
_FOR_EVER = "max-age=365000000, immutable, public"
JSON = "application/vnd.pypi.simple.v1+json"


def make_sdist(folder: Path, spec: str, *, requires: Iterable[str] = ()) -> Path:
    """Write the source distribution of `name==version`, whose metadata is static (PEP 643), and return its path."""
    name, _, version = spec.partition("==")
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = [f"Metadata-Version: 2.2\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {line}" for line in requires]
    project = (
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = {json.dumps(list(requires))}\n'
    )
    files = {"PKG-INFO": "\n".join(metadata) + "\n", "pyproject.toml": project}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.tar.gz"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file, text in files.items():
            member = tarfile.TarInfo(f"{stem}/{file}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    path.write_bytes(_stored(raw.getvalue()))
    return path


def _stored(data: bytes) -> bytes:
    """Return gzip's form of up to 64 KiB, not compressed, so that it is the same on every machine."""
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block + struct.pack("<II", zlib.crc32(data), len(data))


def uploaded(file: Path, when: datetime = UPLOADED) -> None:
    """Let the index say that `file` was uploaded at that time."""
    os.utime(file, (when.timestamp(), when.timestamp()))


@contextmanager
def package_index(folder: Path) -> Iterator[dict[str, str]]:
    """Serve `folder/HOST/` for each host and yield the variables by which programs reach it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield {"HTTP_PROXY": address, "http_proxy": address, "NO_PROXY": "", "no_proxy": ""}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def _answer(self, *, body: bool) -> None:
            url = urlsplit(self.path)
            found = _page(folder / (url.hostname or ""), url.path)
            kind, data = found or ("text/plain", b"")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", _FOR_EVER if url.path.startswith("/files/") else "max-age=600")
            self.end_headers()
            if body:
                self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    return Handler


def _page(host: Path, path: str) -> tuple[str, bytes] | None:
    """Return content type and content of a page, None where there is none."""
    _, place, *names = path.split("/")
    files = sorted(host.iterdir()) if host.is_dir() else []
    match place, [name for name in names if name]:
        case "files", [name] if host / name in files:
            return "application/octet-stream", (host / name).read_bytes()
        case "flat", []:
            return "text/html", _links(files).encode()
        case "simple", [name]:
            found = [file for file in files if normalized(_project(file)) == name]
            return (JSON, json.dumps(_detail(name, found)).encode()) if found else None
        case _:
            return None


def _links(files: list[Path]) -> str:
    links = (f'<a href="/files/{html.escape(file.name)}">{html.escape(file.name)}</a>' for file in files)
    return f"<!DOCTYPE html><html><body>{' '.join(links)}</body></html>"


def _detail(name: str, files: list[Path]) -> dict[str, object]:
    return {"meta": {"api-version": "1.1"}, "name": name, "files": [_file(file) for file in files]}


def _file(file: Path) -> dict[str, object]:
    data = file.read_bytes()
    when = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    found = {
        "filename": file.name,
        "url": f"/files/{file.name}",
        "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
        "size": len(data),
        "upload-time": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "yanked": False,
    }
    return {**found, "requires-python": python} if (python := _requires_python(file)) else found


def _requires_python(file: Path) -> str:
    if file.suffix != ".whl":
        return ""
    with zipfile.ZipFile(file) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    label = "Requires-Python: "
    return next((line.removeprefix(label) for line in lines if line.startswith(label)), "")


def _project(file: Path) -> str:
    return file.name.split("-")[0] if file.suffix == ".whl" else file.name.rpartition("-")[0]
