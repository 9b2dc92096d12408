"""Time the check of all installed files beside `sha256sum` and `git status`, and a second preflight.

Run by `scripts/bench integrity`. The commands take turns in rounds, with a warm page cache; ratios count, not
seconds. Cold means without facts of an earlier run, warm with them and with nothing changed.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.check import MANIFESTS, ROOT, WORK, Aim, environment, peak, synced, write

RESULTS = ROOT / "benchmarks" / "results" / "integrity.json"
AIMED = "570 packages"
MEMORY = 200.0
"""MB that a check may take."""


def hashed(venv: Path) -> list[str]:
    """Return the command that has two processes hash all files."""
    listed = WORK / "files"
    names = [str(path) for path in sorted(venv.rglob("*")) if path.is_file() and not path.is_symlink()]
    listed.write_bytes(b"".join(os.fsencode(name) + b"\0" for name in names))
    return ["sh", "-c", f"xargs -0 -P2 -n500 sha256sum < '{listed}'"]


def repository(venv: Path) -> list[str]:
    """Return the command that has git look at the same files, in a repository that is made once."""
    folder = venv.parent / "repository"
    if not (folder / ".git" / "index").exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(venv, folder, symlinks=True, copy_function=os.link)
        (folder / ".gitignore").unlink(missing_ok=True)  # it ignores everything
        git = ["git", "-C", str(folder)]
        subprocess.run([*git, "init", "--quiet"], check=True, env=environment())
        for key, value in (("core.compression", "0"), ("core.autocrlf", "false"), ("gc.auto", "0")):
            subprocess.run([*git, "config", key, value], check=True, env=environment())
        subprocess.run([*git, "add", "--all", "--force"], check=True, env=environment())
        # Of files that are staged and not committed, git would print all names.
        author = ["-c", "user.name=bench", "-c", "user.email=bench@index.example"]
        subprocess.run([*git, *author, "commit", "--quiet", "-m", "Files"], check=True, env=environment())
    return ["git", "-C", str(folder), "status", "--porcelain", "--untracked-files=normal"]


def commands(project: Path) -> dict[str, list[str]]:
    """Return what is measured, by what it is called in the table."""
    venv = project / ".venv"
    driftguard = str(Path(sys.executable).parent / "driftguard")
    files = [
        driftguard,
        "check",
        "--select",
        "DG4",
        "--lock",
        str(project / "uv.lock"),
        "--python",
        str(venv),
    ]
    return {
        "xargs -0 -P2 -n500 sha256sum": hashed(venv),
        "driftguard check --select DG4 --no-cache": [*files, "--no-cache"],
        "git status": repository(venv),
        "driftguard check --select DG4, warm": files,
    }


def pipeline(uv: str) -> dict[str, list[str]]:
    """Return what is measured of the pipeline's own environment, made as a deployment makes it."""
    venv = WORK / "pipeline" / ".venv"
    selection = ["--no-dev", "--package", "hawks-pipeline", "--no-editable"]
    made = {**environment(), "UV_PROJECT_ENVIRONMENT": str(venv), "UV_COMPILE_BYTECODE": "1"}
    sync = [uv, "sync", "--frozen", "--project", str(ROOT), *selection]
    subprocess.run([*sync, "--quiet", "--link-mode", "copy"], env=made, check=True)
    time.sleep(3)  # of what is younger nothing is kept
    driftguard = str(Path(sys.executable).parent / "driftguard")
    judged = [driftguard, "preflight", "--lock", str(ROOT / "uv.lock"), "--python", str(venv), *selection]
    return {
        "uv sync --check --frozen": ["env", f"UV_PROJECT_ENVIRONMENT={venv}", *sync, "--check", "--quiet"],
        "driftguard preflight --fresh": [*judged, "--fresh"],
        "driftguard preflight, nothing changed": judged,
    }


PIPELINE = "the pipeline's environment"
AIMS: Mapping[str, tuple[str, Aim]] = {
    "driftguard preflight, nothing changed": (
        "uv sync --check --frozen",
        Aim("at most 0.5 s", seconds=0.5),
    ),
    "driftguard check --select DG4 --no-cache": (
        "xargs -0 -P2 -n500 sha256sum",
        Aim("at most 0.7", ratio=0.7),
    ),
    "driftguard check --select DG4, warm": ("git status", Aim("at most 1.5", ratio=1.5)),
}


def timed(named: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[float]]:
    """Return wall times in seconds by command, after one run of each that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in named}
    for number in range(runs + 1):
        for name, command in named.items():
            start = time.perf_counter()
            subprocess.run(command, cwd=WORK, env=environment(), stdout=subprocess.DEVNULL, check=False)
            if number:
                times[name].append(time.perf_counter() - start)
    return times


def measured(group: str, named: Mapping[str, Sequence[str]], runs: int) -> list[dict[str, object]]:
    """Measure one environment, print its table, return its rows."""
    medians = {name: statistics.median(taken) for name, taken in timed(named, runs).items()}
    print(f"\n{group:<46} {'median':>9} {'ratio':>7} {'memory':>8}")
    rows: list[dict[str, object]] = []
    for name, median in medians.items():
        against, aim = AIMS.get(name, (next(iter(named)) if group == PIPELINE else name, None))
        aim = aim if group in {AIMED, PIPELINE} else None  # in a small one, starting Python is most of it
        memory = peak(named[name])
        reached = aim and aim.reached(median, medians[against], median) and memory <= MEMORY
        told = f"  ({aim.words}: {'reached' if reached else 'NOT reached'})" if aim else ""
        print(f"{name:<46} {median:>7.2f} s {median / medians[against]:>6.2f}x {memory:>5.0f} MB{told}")
        rows.append(
            {"group": group, "command": name, "median": median, "ratio": median / medians[against],
             "against": against, "aim": aim and aim.words, "reached": reached, "peak_memory_mb": memory}
        )  # fmt: skip
    return rows


def main() -> int:
    """Measure, print a table, write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--uv", required=True)
    arguments = parser.parse_args()
    rows: list[dict[str, object]] = []
    for name, manifest in MANIFESTS.items():
        if manifest.exists():
            rows += measured(name, commands(synced(name, manifest, arguments.uv)), arguments.runs)
        else:
            print(f"{name}: left out, {manifest} is not there")
    rows += measured(PIPELINE, pipeline(arguments.uv), arguments.runs)
    write(RESULTS, rows, arguments.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
