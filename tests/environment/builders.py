"""Build what is judged: site-packages from a dict of files, real environments, real interpreters."""

import os
import shutil
import struct
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from driftguard.environment.target import Target, find
from tests.projects import AMBIENT, find_uv

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


def tree(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` below `folder` and return it; a name that ends with `/` is an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def dist(spec: str, **more: str | bytes) -> dict[str, str | bytes]:
    """Return the files of one `.dist-info`; `more` are files in it, with `_` for the dot in their names."""
    name, _, version = spec.partition("==")
    folder = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files: dict[str, str | bytes] = {"METADATA": metadata, **more}
    return {
        f"{folder}/{file.replace('direct_url_json', 'direct_url.json')}": text for file, text in files.items()
    }


def clean(**variables: str) -> dict[str, str]:
    """Return our environment variables without those that would lead a child astray."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(AMBIENT)}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **variables}


def run(*command: str | Path, **variables: str) -> str:
    """Run a program that must succeed and return what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        env=clean(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def python(version: str) -> Path:
    """Return a CPython `X.Y` of this machine, from PATH or pyenv; skip the test where there is none."""
    found = [shutil.which(f"python{version}")]
    found += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}")))
    for candidate in filter(None, found):
        done = subprocess.run(
            [candidate, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        told, _, executable = done.stdout.strip().partition(" ")
        if done.returncode == 0 and told == version:
            return Path(executable)
    pytest.skip(f"no CPython {version} on this machine")


def venv(folder: Path, interpreter: Path, *flags: str) -> Path:
    """Make an environment with `python -m venv`."""
    run(interpreter, "-m", "venv", "--without-pip", *flags, folder)
    return folder


def uv_venv(folder: Path, interpreter: Path, *flags: str) -> Path:
    """Make an environment with `uv venv`."""
    run(find_uv(), "venv", "--no-project", "--offline", "--python", interpreter, *flags, folder)
    return folder


def uv_install(folder: Path, *words: str | Path) -> None:
    """Install into an environment with `uv pip install`, from nowhere but the given files."""
    own = {"UV_CACHE_DIR": str(folder.parent / "uv-cache"), "UV_LINK_MODE": "copy"}
    run(
        find_uv(), "pip", "install", "--offline", "--no-index", "--no-deps", "--python", folder, *words, **own
    )


def site_of(root: Path) -> Path:
    """Return the site-packages of a POSIX environment."""
    return next((root / "lib").glob("python*/site-packages"))


def target(where: Path, **variables: str) -> Target:
    """Return the target that `--python` with `where` names."""
    return find(
        python=str(where),
        active=False,
        project=where.parent,
        environ=variables,
        cwd=where.parent,
        own_prefix=Path("/nowhere"),
    )


def script(path: Path, text: str) -> Path:
    """Write an executable shell script that stands in for an interpreter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def elf(
    machine: int, loader: str = "/lib64/ld-linux-x86-64.so.2", *, order: str = "<", wide: bool = True
) -> bytes:
    """Return the head of an ELF program with one program header, PT_INTERP."""
    text = loader.encode() + b"\0"
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    if wide:
        rest = struct.pack(f"{order}HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
        entry = struct.pack(f"{order}IIQQQQQQ", 3, 4, 120, 120, 120, len(text), len(text), 1)
    else:
        rest = struct.pack(f"{order}HHIIIIIHHHHHH", 3, machine, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
        entry = struct.pack(f"{order}IIIIIIII", 3, 84, 84, 84, len(text), len(text), 4, 1)
    return ident + rest + entry + text


def pe(machine: int) -> bytes:
    """Return the head of a Windows program."""
    return (
        b"MZ".ljust(0x3C, b"\0")
        + struct.pack("<I", 0x80)
        + bytes(0x40)
        + struct.pack("<4sH", b"PE\0\0", machine)
    )
