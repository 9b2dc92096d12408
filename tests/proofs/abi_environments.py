"""Real environments for the proof of binary truth: read from `abi_cases.toml`, made by uv in `.proofs/abi/`.

What was made is used again as long as its row is the same.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import NamedTuple

from tests.checkout import ROOT
from tests.projects import find_uv
from tests.proofs.agreement import interpreters

WORK = ROOT / ".proofs" / "abi"
CASES = Path(__file__).with_name("abi_cases.toml")


class Case(NamedTuple):
    """One row of `abi_cases.toml`, whose head says what the fields mean."""

    name: str
    python: str
    imports: str
    requirements: tuple[str, ...] = ()
    no_deps: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    foreign_python: str = ""
    locked: str = ""
    error: str = ""
    later: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    healthy: bool = False
    reviewed: tuple[str, ...] = ()
    sample: bool = False

    @property
    def folder(self) -> Path:
        """Where the environment lies: its name, and a digest of what it is made of."""
        made_of = [interpreters()[self.python], self.requirements, self.no_deps, self.foreign]
        if self.locked:
            made_of.append((ROOT / "uv.lock").read_text(encoding="utf-8"))
        digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:8]
        return WORK / f"{re.sub(r'[^a-z0-9.]+', '-', self.name.lower())}-{digest}"


class Made(NamedTuple):
    """An environment that is there."""

    case: Case
    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def site(self) -> Path:
        """Its site-packages."""
        return self.folder / "lib" / f"python{self.case.python}" / "site-packages"


def cases() -> list[Case]:
    """Return the rows of the table, also those whose interpreter is missing."""
    rows = tomllib.loads(CASES.read_text(encoding="utf-8"))["case"]
    return [_case(row) for row in rows]


def _case(row: dict[str, object]) -> Case:
    foreign = row.pop("foreign", {})
    assert isinstance(foreign, dict)
    later = row.pop("later", {})
    assert isinstance(later, dict)
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    more = {"foreign": tuple(foreign.get("requirements", ())), "foreign_python": foreign.get("python", "")}
    more["later"] = tuple(later.items())
    return Case(**values, **more)  # type: ignore[arg-type]


def make(case: Case) -> Made:
    """Make an environment, or take the one that is there. Raises SystemExit with uv's words if it cannot."""
    made = Made(case, case.folder)
    done = made.folder / "made"
    if done.exists():
        return made
    shutil.rmtree(made.folder, ignore_errors=True)
    _uv("venv", "--python", interpreters()[case.python], str(made.folder))
    wheels = ("pip", "install", "--only-binary", ":all:")
    here = ("--python", str(made.python))
    for words in (case.requirements, case.no_deps and ("--no-deps", *case.no_deps)):
        if words:
            _uv(*wheels, *here, *words)
    if case.foreign:
        of_another = ("--python", interpreters()[case.foreign_python], "--target", str(made.site))
        _uv(*wheels, *of_another, "--no-deps", *case.foreign)
    if case.locked:
        selection = ("--frozen", "--no-dev", "--package", case.locked)
        _uv(
            "sync",
            *selection,
            "--python",
            interpreters()[case.python],
            UV_PROJECT_ENVIRONMENT=str(made.folder),
        )
    done.touch()
    return made


def freeze(made: Made) -> Path:
    """Return a list of exactly what is installed, for those who judge by a lock."""
    file = made.folder / "installed.txt"
    file.write_text(_uv("pip", "freeze", "--python", str(made.python)), encoding="utf-8")
    return file


def compatible(made: Made) -> tuple[bool, bool]:
    """Say whether `pip check` and `uv pip check` find the environment in order."""
    # pip of today refuses the Pythons of yesterday: ask the one that came with the interpreter
    of_its_age = [interpreters()[made.case.python], "-m", "pip", "--python", str(made.python), "check"]
    pip = subprocess.run(of_its_age, capture_output=True, check=False)
    uv = subprocess.run(
        [find_uv(), "pip", "check", "--python", str(made.python)], capture_output=True, check=False
    )
    return pip.returncode == 0, uv.returncode == 0


def _uv(*words: str, **variables: str) -> str:
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "UV_PYTHON"}}
    done = subprocess.run(
        [find_uv(), "--quiet", *words],
        cwd=ROOT, env={**kept, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"uv {' '.join(words)}\n{done.stderr}")
    return done.stdout
