"""The Dockerfile, without a container engine: what it promises, and its own instructions carried out in a folder.

`scripts/prove image` builds it for real.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.checkout import ROOT, copy_checkout, fresh_environment

TEXT = (ROOT / "deploy" / "Dockerfile").read_text()
INSTRUCTIONS = [
    tuple(line.split(maxsplit=1)) for line in TEXT.splitlines() if line and not line.startswith(("#", " "))
]


def of(kind: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == kind]


@dataclass
class Image:
    """What the instructions have made so far: each stage is a folder that stands for `/`."""

    context: Path
    scratch: Path
    stages: dict[str, Path] = field(default_factory=dict)
    stage: Path = Path()
    work: str = "/"
    variables: dict[str, str] = field(default_factory=dict)

    def build(self) -> None:
        for number, (instruction, rest) in enumerate(INSTRUCTIONS):
            getattr(self, f"_{instruction.lower()}")(rest, number)

    def here(self, text: str) -> str:
        """Return `text` with the paths of the image as they are in the folder.

        Both stages stand in the same folder, one after the other: an environment knows its own path.
        """
        return re.sub(r"(?<![\w.])/(opt/hawks|data|tmp)\b", rf"{self.scratch}/root/\1", text)

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        inherited = {key: value for key, value in fresh_environment().items() if not key.startswith("MPL")}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        own = {
            key: self.here(value)
            for key, value in self.variables.items()
            if key not in {"PATH", "UV_NO_CACHE"}
        }
        folder = Path(self.here(self.work))
        folder.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            command,
            cwd=folder,
            env={**inherited, **own, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def _from(self, rest: str, number: int) -> None:
        root = self.scratch / "root"
        if root.exists():  # kept as layers keep it: with new times of its own
            shutil.copytree(root, self.scratch / "build", symlinks=True)
            shutil.rmtree(root)
        root.mkdir()
        self.variables, self.work = {}, "/"

    def _workdir(self, rest: str, number: int) -> None:
        self.work = rest

    def _env(self, rest: str, number: int) -> None:
        self.variables |= dict(one.split("=", 1) for one in shlex.split(rest))

    def _copy(self, rest: str, number: int) -> None:
        *sources, target = shlex.split(rest)
        source_root = self.context
        if sources[0].startswith("--from="):
            source_root = self.scratch / "build"
            sources = [source.lstrip("/") for source in sources[1:]]
        folder = Path(self.here(target if target.startswith("/") else f"{self.work}/{target}"))
        for source in sources:
            path = source_root / source
            if path.is_dir():
                shutil.copytree(path, folder, symlinks=True, dirs_exist_ok=True)
            else:
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, folder)

    def _run(self, rest: str, number: int) -> None:
        if "useradd" in rest:
            return  # not on this machine
        done = self.run(["sh", "-c", self.here(rest)])
        assert done.returncode == 0, (rest, done.stdout, done.stderr)

    def _user(self, rest: str, number: int) -> None:
        assert rest == "hawks"

    def _entrypoint(self, rest: str, number: int) -> None:
        self.entrypoint = [self.here(word) for word in json.loads(rest)]

    def _cmd(self, rest: str, number: int) -> None:
        self.command = [self.here(word) for word in json.loads(rest)]


@pytest.mark.slow
@pytest.mark.network
def test_its_instructions_build_what_runs_a_night_and_not_in_a_broken_environment(tmp_path: Path) -> None:
    image = Image(copy_checkout(tmp_path / "context"), tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()

    image.build()

    night = image.run([*image.entrypoint, *image.command, "--team", "nowhere"])
    assert night.returncode == 64, night.stdout + night.stderr  # the pipeline's own: it was asked
    assert "driftguard preflight: pass" in night.stdout

    info = next(
        Path(image.here("/opt/hawks/environment")).glob("lib/python3*/site-packages/numpy-*.dist-info")
    )
    shutil.rmtree(info)
    assert image.run([*image.entrypoint, "--dry-run"]).returncode == 1


def test_no_line_goes_on_so_that_this_reader_is_right() -> None:
    assert not [line for line in TEXT.splitlines() if line.endswith("\\")]


def test_both_stages_stand_on_the_same_python_which_the_lock_allows() -> None:
    bases = {rest.split()[0] for rest in of("FROM")}

    assert len(of("FROM")) == 2
    assert bases == {"python:3.11-slim"}, "no latest, and no registry of our own"


def test_it_runs_as_somebody_and_without_a_display() -> None:
    assert of("USER") == ["hawks"]
    assert "MPLBACKEND=Agg" in of("ENV")[-1]
    assert "QT_QPA_PLATFORM=offscreen" in of("ENV")[-1]


def test_it_judges_when_it_is_built_and_when_it_starts() -> None:
    (entrypoint,) = of("ENTRYPOINT")

    assert [line for line in of("RUN") if "driftguard preflight" in line]
    assert json.loads(entrypoint)[1] == "preflight"


def test_it_builds_as_deploy_sh_does() -> None:
    script = (ROOT / "deploy" / "deploy.sh").read_text()
    (line,) = [line for line in of("RUN") if "--reinstall-package" in line]

    words = set(re.findall(r"--[a-z-]+", line))
    assert words == {
        "--frozen",
        "--no-dev",
        "--package",
        "--no-editable",
        "--reinstall-package",
        "--link-mode",
    }
    assert all(word in script for word in words)
    assert all("UV_COMPILE_BYTECODE=1" in text for text in (script, of("ENV")[0]))


def test_all_that_is_copied_is_there_and_let_in() -> None:
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()

    for rest in of("COPY"):
        *sources, _ = shlex.split(rest)
        if sources[0].startswith("--from="):
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert {f"!{source.rstrip('/')}", f"!{source.split('/')[0]}"} & set(ignored), source
