"""Fetch the uv that uv.lock pins into .uv/ of the checkout: no pip, no root, checked by hash."""

import hashlib
import io
import platform
import ssl
import sys
import sysconfig
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from typing import Any


def main(checkout: Path) -> None:
    """Download, verify and unpack; an existing .uv/bin/uv is replaced in one step."""
    package = locked_uv(checkout / "uv.lock")
    wheel = fitting_wheel(package["wheels"])
    target = checkout / ".uv" / "bin"
    print(f"no uv on PATH: fetching uv {package['version']} into {target}")
    data = download(wheel["url"], wheel["hash"])
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.partition("/")[2].startswith("scripts/") and Path(name).stem in {"uv", "uvx"}:
                put(target / Path(name).name, archive.read(name))


def put(program: Path, data: bytes) -> None:
    """Write an executable in one step."""
    fresh = program.with_name(f".{program.name}.new")
    fresh.write_bytes(data)
    fresh.chmod(0o755)
    fresh.replace(program)


def locked_uv(lock: Path) -> dict[str, Any]:
    """Return the lock's entry for uv."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    return next(package for package in packages if package["name"] == "uv")


def fitting_wheel(wheels: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the wheel for this platform; uv's wheels need no particular Python."""
    system, machine = sysconfig.get_platform().replace("-", "_").replace(".", "_"), platform.machine()
    for wheel in wheels:
        tag = wheel["url"].rpartition("/")[2].removesuffix(".whl").split("-", 3)[-1]
        if _fits(tag, system, machine):
            return wheel
    raise SystemExit(f"uv.lock has no uv for {system}: install uv by hand")


def _fits(tag: str, system: str, machine: str) -> bool:
    if system.startswith("macosx"):
        return "macosx" in tag and tag.endswith(machine)
    if system.startswith("linux"):
        libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
        return libc in tag and tag.endswith(f"_{machine}")
    return system in tag


def download(url: str, expected: str) -> bytes:
    """Return what is behind `url`, refusing anything but the locked bytes."""
    with urllib.request.urlopen(url, timeout=120, context=ssl.create_default_context()) as answer:
        data: bytes = answer.read()
    algorithm, _, digest = expected.partition(":")
    if hashlib.new(algorithm, data).hexdigest() != digest:
        raise SystemExit(f"what was fetched is not the uv that uv.lock pins: {algorithm} differs")
    return data


if __name__ == "__main__":
    main(Path(sys.argv[1]))
