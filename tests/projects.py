"""Real projects: manifests locked and synced by the real uv, from wheels in a folder, without a network."""

import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from tests import local_backend
from tests.wheels import make_wheel

BACKEND = Path(local_backend.__file__).read_text(encoding="utf-8")
"""A build backend that a project carries with it and that needs nothing from an index."""

AMBIENT = ("VIRTUAL_ENV", "DRIFTGUARD_", "UV_", "PIP_", "GITHUB_", "PYTHONPATH", "FORCE_COLOR", "NO_COLOR")
"""Variables of the surroundings that would change what a command says."""


def find_uv() -> str:
    """Return the uv of the development environment, else the one on PATH."""
    own = Path(sys.prefix, "bin", "uv")
    found = str(own) if own.exists() else shutil.which("uv")
    assert found, "uv is a development dependency"
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a manifest, an index of wheels beside it and an environment in `.venv`."""

    folder: Path

    @property
    def index(self) -> Path:
        """The folder of wheels."""
        return self.folder.parent / "wheels"

    def wheel(self, spec: str, *requires: str, **more: object) -> None:
        """Put a wheel into the index."""
        make_wheel(self.index, spec, requires=requires, **more)  # type: ignore[arg-type]

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return path

    def run(self, *command: str, cwd: Path | None = None, **variables: str) -> Done:
        """Run a command in the project with a clean environment."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(AMBIENT)}
        programs = self.folder.parent / "bin"
        programs.mkdir(exist_ok=True)
        if not (programs / "uv").exists():
            (programs / "uv").symlink_to(find_uv())
        settings = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "DRIFTGUARD_CACHE_DIR": str(self.folder.parent / "facts"),
            "UV_CACHE_DIR": str(self.folder.parent / "uv-cache"),
            "UV_LINK_MODE": "copy",
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_OFFLINE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env={**kept, **settings, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)

    def uv(self, *words: str, cwd: Path | None = None) -> Done:
        """Run uv and return what came of it."""
        return self.run(find_uv(), *words, cwd=cwd)

    def lock(self) -> None:
        """Write uv.lock."""
        self._succeed("lock", "--no-index", "--find-links", str(self.index))

    def sync(self, *words: str) -> None:
        """Bring `.venv` to the lock."""
        self._succeed("sync", "--frozen", *words)

    def pip(self, *words: str) -> None:
        """Change `.venv` behind the lock's back, by `uv pip`."""
        command, *rest = words
        index = ["--no-index", "--find-links", str(self.index)] if command == "install" else []
        self._succeed("pip", command, "--python", ".venv", *index, *rest)

    def driftguard(self, *words: str, cwd: Path | None = None, **variables: str) -> Done:
        """Run our command and return what came of it."""
        return self.run(sys.executable, "-m", "driftguard", *words, cwd=cwd, **variables)

    @property
    def site(self) -> Path:
        """The site-packages of `.venv`."""
        return next((self.folder / ".venv" / "lib").glob("python*/site-packages"))

    def _succeed(self, *words: str) -> None:
        done = self.uv(*words)
        assert done.code == 0, done.err
