"""Lay our verdicts beside those of `uv sync --check` and `pip check`, on real environments.

    scripts/prove agreement [--write] [--only WORDS] [--jobs N]

Every environment is made anew, from the index this machine is set up for. Exit 1 when the table breaks a rule:
where uv says no, we do; where we are stricter, the reason is told; a healthy environment causes no finding.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.checkout import ROOT
from tests.projects import Done, Project, find_uv
from tests.proofs import environments
from tests.proofs.environments import Case

DOCUMENT = ROOT / "docs" / "agreement.md"
JOBS = os.cpu_count() or 2
OTHER = "3.9"
"""A Python that no workspace of the proof admits."""
_INDEX = re.compile(
    r"(?:UV|PIP)_(?:.*INDEX.*|FIND_LINKS|CERT|NATIVE_TLS|SYSTEM_CERTS|CONFIG_FILE|.*TIMEOUT)\Z"
)
_OWN_ENVIRONMENT = """uv() {
  if [ "$1" = pip ]; then command uv pip "$2" --python .venv "${@:3}"; else command uv "$@"; fi
}
"""
"""UV_PYTHON would send `uv pip` into the interpreter that the environments are made of."""


class Row(NamedTuple):
    """What the three said of one environment, and which findings ours were."""

    case: Case
    uv: int
    pip: int
    ours: int
    codes: tuple[str, ...]
    said: str = ""

    @property
    def wrong(self) -> str:
        """Return which rule this row breaks, empty when it breaks none."""
        uv, ours, case = bool(self.uv), bool(self.ours), self.case
        if case.healthy and (uv or ours or self.pip or self.codes):
            return "healthy, and somebody objects"
        if uv and not ours and not case.looser:
            return "uv objects, we do not"
        if ours and not uv and not case.stricter:
            return "stricter than uv, and nobody says why"
        if (case.stricter and uv == ours) or (case.looser and uv == ours):
            return "said to differ from uv, and does not"
        if self.pip and not (self.codes or ours):
            return "pip objects, we say nothing"
        return ""

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as it is printed."""
        case = self.case
        done = [f"uv sync {case.sync}".strip()] if case.sync is not None else []
        steps = [line for line in case.steps.splitlines() if line]
        words = "; ".join([*done, *steps])
        judged = f" ({case.judged})" if case.judged else ""
        why = "; ".join(filter(None, (case.stricter, case.looser and f"looser: {case.looser}", case.remark)))
        codes = ", ".join(self.codes)
        commands = f"`{words}`".replace("|", "\\|")
        return (f"{case.name}{judged}", commands, f"{self.uv}", f"{self.pip}", f"{self.ours}", codes, why)


@dataclass(frozen=True, slots=True)
class Bench(Project):
    """A project whose installers may ask the index, and a folder of tools beside all of them."""

    tools: Path
    python: str = ""
    environment: str = ".venv"

    def run(self, *command: str, cwd: Path | None = None, **variables: str) -> Done:
        """Run a command as a user of this machine would."""
        index = {name: value for name, value in os.environ.items() if _INDEX.match(name)}
        settings = {
            "UV_OFFLINE": "0",
            "UV_CACHE_DIR": _uv_cache(),
            "UV_PYTHON": self.python or sys.executable,
            "UV_PROJECT_ENVIRONMENT": self.environment,
            "TOOLS": str(self.tools),
            "BASE": _interpreter(self.python)
            if self.python
            else getattr(sys, "_base_executable", sys.executable),
            "OTHER": _interpreter(OTHER),
        }
        return Project.run(self, *command, cwd=cwd, **{**index, **settings, **variables})

    def shell(self, text: str) -> None:
        """Run lines of shell, of which none may fail."""
        (self.folder.parent / "bin").mkdir(exist_ok=True)
        pip = self.folder.parent / "bin" / "pip"
        pip.write_text(f'#!/bin/sh\nexec {sys.executable} -m pip --quiet --python .venv "$@"\n')
        pip.chmod(0o755)
        sites = sorted(self.folder.glob(".venv/lib/python*/site-packages"))
        site = str(sites[0]) if sites else ""
        done = self.run("bash", "-euo", "pipefail", "-c", f"{_OWN_ENVIRONMENT}{text}", SITE=site)
        if done.code:
            raise SystemExit(f"{self.folder}: {text}\n{done.out}{done.err}")


@cache
def interpreters() -> dict[str, str]:
    """Return the Pythons that uv finds on this machine, by minor version."""
    command = [find_uv(), "python", "list", "--only-installed", "--output-format", "json"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    for one in json.loads(listed):
        if one["implementation"] == "cpython" and one["variant"] == "default":
            found.setdefault(".".join(one["version"].split(".")[:2]), one["path"])
    for path in sorted(Path.home().glob(".pyenv/versions/3.*/bin/python")):
        found.setdefault(".".join(path.parents[1].name.split(".")[:2]), str(path))
    return found


def run(cases: Sequence[Case], folder: Path, jobs: int) -> Iterator[Row]:
    """Make every environment below `folder` and ask the three about it; in the order of `cases`."""
    pythons = interpreters()
    tools = Bench(folder / "tools", folder / "tools")
    tools.folder.mkdir(parents=True)
    environments.prepare(tools)
    templates = {}
    for kind in dict.fromkeys(case.project for case in cases):
        project = Bench(folder / "templates" / kind / "app", tools.folder)
        project.folder.mkdir(parents=True)
        environments.write(project, kind, tools.folder)
        project.shell("uv lock --quiet")
        templates[kind] = project.folder
    numbered = list(enumerate(cases))
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(
            lambda one: judge(one[1], folder / str(one[0]), templates[one[1].project], tools.folder, pythons),
            numbered,
        )


def judge(case: Case, folder: Path, template: Path, tools: Path, pythons: dict[str, str]) -> Row:
    """Make one environment and ask the three about it."""
    shutil.copytree(template, folder / "app")
    bench = Bench(folder / "app", tools, pythons[case.python] if case.python else "")
    if case.sync is not None:
        bench.shell(f"uv sync --quiet --frozen {case.sync}")
    bench.shell(case.steps)
    bench = replace(bench, environment=case.environment)
    inexact = ["--inexact"] if case.inexact else []
    if case.inexact:
        with (bench.folder / "pyproject.toml").open("a") as manifest:
            manifest.write("[tool.driftguard]\nallow = ['toml']\n")
    words = case.judged.split()
    uv = bench.run("uv", "sync", "--check", "--frozen", *inexact, *words)
    of_its_age = bench.python or sys.executable  # pip of today refuses the Pythons of yesterday
    pip = bench.run(of_its_age, "-m", "pip", "--python", case.environment, "check")
    ours = bench.run(sys.executable, "-m", "driftguard", "check", "--format", "json", *words)
    findings = json.loads(ours.out)["findings"] if ours.out else []
    codes = tuple(sorted({one["code"] for one in findings}))
    said = "\n".join(
        [*(str(one["subject"] + ": " + one["message"]) for one in findings), ours.err, pip.out, uv.err]
    )
    shutil.rmtree(folder)
    return Row(case, uv.code, pip.code, ours.code, codes, said)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    head = ("environment", "made by", "uv", "pip", "ours", "findings", "why")
    lines = [head, ("---",) * len(head), *(row.cells for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


@cache
def _uv_cache() -> str:
    done = subprocess.run([find_uv(), "cache", "dir"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


FEWEST = 4
"""Interpreters with which the table still says something of interpreters."""


def _interpreter(version: str) -> str:
    return interpreters().get(version, "") if "/" not in version else version


def versions() -> str:
    """Return what was laid side by side, and on what."""
    uv, pip = (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]
        for command in ([find_uv(), "--version"], [sys.executable, "-m", "pip", "--version"])
    )
    return f"uv {uv}, pip {pip}"


def main() -> int:
    """Make, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write docs/agreement.md")
    parser.add_argument("--only", default="", help="environments whose name or project has these words")
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--verbose", action="store_true", help="also say what the three said")
    arguments = parser.parse_args()
    there = interpreters()
    wanted = [one for one in environments.cases() if arguments.only in f"{one.name} ({one.project})"]
    chosen = [one for one in wanted if not one.python or one.python in there]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for row in run(chosen, Path(folder).resolve(), arguments.jobs):
            rows.append(row)
            flag = "" if not row.wrong else f"   <-- {row.wrong}"
            print(
                f"{row.cells[0]:<50} uv {row.uv} pip {row.pip} ours {row.ours} {' '.join(row.codes)}{flag}",
                flush=True,
            )
            if arguments.verbose or row.wrong:
                print(row.said)
    wrong = [row for row in rows if row.wrong]
    missing = [one.name for one in wanted if one not in chosen]
    print(f"{len(rows)} environments, {len(wrong)} against the rule, {versions()}")
    if missing:
        print(f"not made, for want of the interpreter: {', '.join(missing)}")
    if arguments.write and not wrong and not missing:
        text = DOCUMENT.read_text(encoding="utf-8")
        top = text.partition("<!-- table -->")[0]
        DOCUMENT.write_text(
            f"{top}<!-- table -->\n{datetime.now(UTC):%Y-%m-%d}, {versions()}.\n\n{table(rows)}"
        )
    if len(there) < FEWEST:
        print(f"only {len(there)} interpreters were found, which proves too little: {', '.join(there)}")
    return 1 if wrong or len(there) < FEWEST else 0


if __name__ == "__main__":
    sys.exit(main())
