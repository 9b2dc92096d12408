"""The healthy project that every row spoils, and the run of one row in it."""

import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from driftguard.environment.reading import is_file
from tests.projects import AMBIENT
from tests.proofs.hostile.row import Row

LAUNCHER = Path(__file__).with_name("launch.py")
COMMAND = str(Path(sys.executable).with_name("driftguard"))
MEMORY = 200 * 1024 * 1024
"""Bytes of resident size that no input may exceed."""
PATIENCE = 10.0
"""Seconds by the clock that nothing may take; a busy machine makes them longer than those of the CPU."""
WITHOUT_POWERS = (
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)
"""What makes root one who may read only what its mode allows."""
COMMIT = "0123456789abcdef0123456789abcdef01234567"

LOCK = f"""\
version = 1
revision = 3
requires-python = ">=3.11"

[manifest]
members = ["app"]

[[package]]
name = "app"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "alpha" }},
    {{ name = "beta", extra = ["fast"], marker = "python_full_version >= '3.8'" }},
    {{ name = "gamma" }},
    {{ name = "delta" }},
]

[package.optional-dependencies]
plot = [{{ name = "alpha" }}]

[package.dev-dependencies]
dev = [{{ name = "alpha" }}]

[[package]]
name = "alpha"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}
wheels = [{{ url = "https://index.example/alpha-1.0-py3-none-any.whl", hash = "sha256:aa", size = 1 }}]

[[package]]
name = "beta"
version = "2.0"
source = {{ registry = "https://index.example/simple" }}

[package.optional-dependencies]
fast = [{{ name = "alpha" }}]

[[package]]
name = "gamma"
version = "3.0"
source = {{ git = "https://git.example/gamma?rev=main#{COMMIT}" }}

[[package]]
name = "delta"
version = "4.0"
source = {{ url = "https://files.example/delta-4.0.tar.gz" }}
"""
PYPROJECT = '[project]\nname = "app"\nversion = "0.1.0"\n'
REQUIREMENTS = f"""\
alpha==1.0
beta==2.0
gamma @ git+https://git.example/gamma@{COMMIT}
delta @ https://files.example/delta-4.0.tar.gz
"""
HOOKS = """\
repos:
  - repo: https://git.example/hooks
    rev: v1
    hooks:
      - id: one
        language: python
        additional_dependencies: [alpha==1.0]
"""
GIT_ORIGIN = (
    f'{{"url": "https://git.example/gamma", "vcs_info": {{"vcs": "git", "commit_id": "{COMMIT}", '
    '"requested_revision": "main"}}'
)
URL_ORIGIN = '{"url": "https://files.example/delta-4.0.tar.gz", "archive_info": {}}'


def dist(name: str, version: str) -> str:
    """Return the METADATA of a distribution."""
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def healthy() -> Iterator[tuple[str, str]]:
    """Yield the files of the healthy project, the environment's own aside."""
    yield "uv.lock", LOCK
    yield "pyproject.toml", PYPROJECT
    yield "requirements.txt", REQUIREMENTS
    yield ".pre-commit-config.yaml", HOOKS
    for name, version in (("alpha", "1.0"), ("beta", "2.0"), ("gamma", "3.0"), ("delta", "4.0")):
        own = f"{{site}}/{name}-{version}.dist-info"
        yield f"{own}/METADATA", dist(name, version)
        yield f"{own}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"
        yield f"{own}/INSTALLER", "uv\n"
        yield f"{own}/RECORD", ""
    yield "{site}/gamma-3.0.dist-info/direct_url.json", GIT_ORIGIN
    yield "{site}/delta-4.0.dist-info/direct_url.json", URL_ORIGIN


def lock(old: str, new: str) -> str:
    """Return the healthy lock with one place changed."""
    assert old in LOCK, old
    return LOCK.replace(old, new, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one run said and took.

    `seconds` are by the clock and `cpu` its share of the processor, `memory` its highest resident size in
    bytes; `left` what is there afterwards and was not before, `written` the text of reports and cache.
    """

    exit: int
    out: str
    err: str
    seconds: float
    cpu: float
    memory: int = 0
    left: tuple[str, ...] = ()
    written: str = ""

    @property
    def line(self) -> str:
        """The one line that was said, else the first finding."""
        said = self.err.splitlines()
        found = re.findall(r"^  (?:error|warning|note|unknown)\s.*", self.out, re.MULTILINE)
        return said[0] if said else found[0].strip() if found else ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder with a project that `check` and `lint` pass, in `app`, and its cache beside it."""

    folder: Path

    @property
    def app(self) -> Path:
        """The project."""
        return self.folder / "app"

    @property
    def site(self) -> Path:
        """The site-packages of its environment."""
        return self.app / f".venv/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"

    def set_up(self) -> None:
        """Write the healthy project."""
        venv.EnvBuilder(symlinks=True).create(self.app / ".venv")
        for name, text in healthy():
            self.put(name, text)

    def path(self, name: str) -> Path:
        """Return the path that a row means."""
        return self.app / name.replace("{site}", str(self.site))

    def put(self, name: str, text: str) -> None:
        """Write one file of the project."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def spoil(self, row: Row) -> None:
        """Lay over what the row says."""
        for name, content in row.files.items():
            path = self.path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(path)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, row: Row) -> Answer:
        """Run the row's command and return what came of it."""
        note = self.folder / "note"
        words = [word.replace("{site}", str(self.site)) for word in row.words]
        command = ["/bin/bash", "-c", row.shell, "bash", COMMAND, *words]
        if row.plain and os.geteuid() == 0:
            command = [find_setpriv(), *WITHOUT_POWERS, *command]
        before = self._tree()
        begun = time.perf_counter()
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", LAUNCHER, note, *command],
                cwd=self.app,
                env=self._variables(row),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=max(PATIENCE, row.seconds * 2),
            )
        except subprocess.TimeoutExpired:
            return Answer(exit=-9, out="", err="hangs", seconds=PATIENCE, cpu=PATIENCE)
        seconds = time.perf_counter() - begun
        cpu, memory, code = note.read_text().split()
        return Answer(
            exit=int(code),
            out=done.stdout.decode("utf-8", "surrogateescape"),
            err=done.stderr.decode("utf-8", "surrogateescape"),
            seconds=seconds,
            cpu=float(cpu),
            memory=int(memory),
            left=tuple(sorted(self._tree() - before)),
            written="".join(self._written(row)),
        )

    def _variables(self, row: Row) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(AMBIENT)}
        ours = {"DRIFTGUARD_CACHE_DIR": str(self.folder / "facts"), "PYTHONDONTWRITEBYTECODE": "1"}
        asked = {**kept, **ours, **row.variables}
        return {
            name: value.replace("{here}", str(self.folder))
            for name, value in asked.items()
            if value is not None
        }

    def _tree(self) -> set[str]:
        return {str(path) for path in self.app.rglob("*")}

    def _written(self, row: Row) -> Iterator[str]:
        """Yield the text of the reports and of the cache."""
        reports = [Path(self.app, word) for word in row.words if word.endswith((".txt", ".json", ".md"))]
        for path in (*reports, *(self.folder / "facts").glob("*")):
            if is_file(path) and path.name != "requirements.txt":
                yield path.read_text(errors="replace")


def find_setpriv() -> str:
    """Return what takes powers away from root. Raises Skipped where there is none."""
    if found := shutil.which("setpriv"):
        return found
    raise Skipped("root reads everything, and there is no setpriv to take that away")


class Skipped(Exception):  # noqa: N818 - no fault of the command's
    """A row that cannot be run on this machine, and why."""
