"""A small stand-in for this checkout: the real deploy.sh and uv, a pipeline that does as it is told, and the real
driftguard behind a `driftguard` of its own, all of it built in a second."""

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import ROOT, fresh_environment
from tests.package_index import package_index
from tests.projects import BACKEND, find_uv
from tests.wheels import make_wheel

BUILD = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
TOOL = f"""\
[project]
name = "env-driftguard"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["sniffio"]
[project.scripts]
driftguard = "tool.cli:main"
[tool.uv.workspace]
members = ["pipeline"]
[[tool.uv.index]]
url = "http://index.example/simple"
default = true
[tool.driftguard]
select = ["DG1", "DG201", "DG3"]
{BUILD}"""
PIPELINE = f"""\
[project]
name = "hawks-pipeline"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["idna"]
[project.scripts]
hawks-pipeline = "hawks_pipeline.cli:main"
{BUILD}"""
DRIFTGUARD = f"""\
import os, sys
def main():
    os.execv({sys.executable!r}, [{sys.executable!r}, "-m", "driftguard", *sys.argv[1:]])
"""
NIGHT = """\
import json, os, sys, time
import hawks_pipeline, idna
def main():
    with open(os.environ["NIGHT"], "a") as nights:
        told = {"version": hawks_pipeline.VERSION, "arguments": sys.argv[1:], "variables": dict(os.environ)}
        told["prefix"] = sys.prefix
        nights.write(json.dumps(told) + "\\n")
    print("a night of", hawks_pipeline.VERSION, flush=True)
    time.sleep(float(os.environ.get("NIGHT_SECONDS", "0")))
    sys.exit(int(os.environ.get("NIGHT_EXIT", "0")))
"""
UV = """\
#!/usr/bin/env bash
# The real uv, and then what somebody does to its work.
set -euo pipefail
{uv} "$@"
case "$*" in *--reinstall-package*) release="${{@: -1}}" && {then} ;; esac
"""


@dataclass(frozen=True, slots=True)
class Standin:
    """A checkout, the folder that it is deployed to, and how its index is reached."""

    checkout: Path
    root: Path
    index: dict[str, str]

    @property
    def variables(self) -> dict[str, str]:
        """The surroundings of a deployment."""
        return fresh_environment(
            **self.index,
            DEPLOY_ROOT=str(self.root),
            NIGHT=str(self.root.parent / "nights"),
            UV_PYTHON=sys.executable,
            UV_PYTHON_DOWNLOADS="never",
        )

    def deploy(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run deploy.sh to its end."""
        return subprocess.run(
            [self.checkout / "deploy" / "deploy.sh", *words],
            cwd=self.root.parent,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def succeed(self, *words: str, **variables: str) -> str:
        """Run deploy.sh, which has to succeed, and return what became current."""
        done = self.deploy(*words, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.current

    def version(self, version: str) -> None:
        """Edit the pipeline's source, without a new version number in its manifest."""
        source = self.checkout / "pipeline" / "src" / "hawks_pipeline"
        source.mkdir(parents=True, exist_ok=True)
        (source / "__init__.py").write_text(f"VERSION = {version!r}\n")
        (source / "cli.py").write_text(NIGHT)

    def after_build(self, then: str) -> None:
        """Let every build of a release be followed by shell commands; `$release` is where it is."""
        script = self.checkout / "scripts" / "uv"
        script.parent.mkdir(exist_ok=True)
        script.write_text(UV.format(uv=find_uv(), then=then))
        script.chmod(0o755)

    @property
    def current(self) -> str:
        """The release that is current, as the link says it."""
        return str((self.root / "current").readlink()).removesuffix("/.venv")

    @property
    def installed(self) -> str:
        """The version of the pipeline that the current environment really imports."""
        return version_in(self.root / "current")

    @property
    def releases(self) -> list[str]:
        """The releases that are there."""
        return sorted(f"releases/{path.name}" for path in (self.root / "releases").iterdir())

    @property
    def newest_log(self) -> str:
        """What the last deployment has written down."""
        return max((self.root / "logs").iterdir()).read_text()

    @property
    def nights(self) -> list[dict[str, object]]:
        """What every run of the pipeline was told."""
        nights = self.root.parent / "nights"
        return [json.loads(line) for line in nights.read_text().splitlines()] if nights.exists() else []


def version_in(environment: Path) -> str:
    """Return the version of the pipeline that an environment really imports."""
    command = [str(environment / "bin" / "python"), "-Ic", "import hawks_pipeline as h; print(h.VERSION)"]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@contextmanager
def standin(folder: Path) -> Iterator[Standin]:
    """Make a checkout below `folder`, with the index served that its lock names."""
    for number in range(8):
        make_wheel(
            folder / "index" / "index.example",
            "idna==3.7" if not number else f"filler{number}==1.0",
            requires=[f"filler{one}" for one in range(1, 8)] if not number else [],
            files={f"stuff{number}/{one}.py": b"# stuff\n" * 400 for one in range(40)},
        )
    make_wheel(folder / "index" / "index.example", "sniffio==1.3")
    checkout = folder / "check out"
    (checkout / "tool").mkdir(parents=True)
    (checkout / "tool" / "cli.py").write_text(DRIFTGUARD)
    (checkout / "pyproject.toml").write_text(TOOL)
    (checkout / "backend.py").write_text(BACKEND)
    (checkout / "deploy").mkdir()
    shutil.copy2(ROOT / "deploy" / "deploy.sh", checkout / "deploy")
    with package_index(folder / "index") as index:
        made = Standin(checkout, folder / "the root", index)
        made.version("one")
        made.after_build("true")
        (checkout / "pipeline" / "pyproject.toml").write_text(textwrap.dedent(PIPELINE))
        (checkout / "pipeline" / "backend.py").write_text(BACKEND)
        cache = {"UV_CACHE_DIR": str(folder / "locking")}
        lock = [find_uv(), "lock", "--quiet", "--project", str(checkout)]
        subprocess.run(lock, check=True, env={**made.variables, **cache})
        yield made
