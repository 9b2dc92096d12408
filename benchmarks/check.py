"""Time driftguard beside uv and pip, in one run, on an environment of 62 packages and one of some 570.

Run by `scripts/bench`. hyperfine takes the times; the commands take turns in rounds, so that a slow minute of
the machine is shared by all. Ratios count, not milliseconds.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".bench"
RESULTS = ROOT / "benchmarks" / "results" / "check.json"
MANIFESTS = {
    "62 packages": ROOT / "tests" / "proofs" / "medium.toml",
    "570 packages": ROOT.parent / "shared" / "bench" / "big" / "pyproject.toml",
}
ROUNDS = 5
PYTHON = "3.11"


OURS = "driftguard check --select DG1"


class Aim(NamedTuple):
    """What a command is to reach: at most a ratio to the first one or a time, or at least a ratio to OURS."""

    words: str
    ratio: float = 0.0
    seconds: float = 0.0
    slower: float = 0.0

    def reached(self, seconds: float, first: float, ours: float) -> bool:
        """Say whether a median of `seconds` reaches it, beside the first command's and OURS."""
        if self.ratio:
            return seconds <= self.ratio * first
        return seconds <= self.seconds if self.seconds else seconds >= self.slower * ours


class Group(NamedTuple):
    """Commands that are measured against the first of them, by what they are called in the table."""

    name: str
    commands: Mapping[str, Sequence[str]]
    aims: Mapping[str, Aim]


def environment() -> dict[str, str]:
    """Return the variables of a user's shell: bytecode is compiled once, nothing names an environment."""
    names = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV", "FORCE_COLOR")
    return {key: value for key, value in os.environ.items() if key not in names}


def synced(name: str, manifest: Path, uv: str) -> Path:
    """Return a project made from `manifest`, locked and synced; what is there already is used again."""
    folder = WORK / name.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / "pyproject.toml"
    if not copy.exists() or copy.read_bytes() != manifest.read_bytes():
        shutil.copyfile(manifest, copy)
        (folder / "uv.lock").unlink(missing_ok=True)
    for command in (
        ["lock", "--quiet", "--python", PYTHON],
        ["sync", "--quiet", "--frozen", "--python", PYTHON],
    ):
        if command[0] == "sync" or not (folder / "uv.lock").exists():
            subprocess.run([uv, *command], cwd=folder, env=environment(), check=True)
    return folder


def bundled_pip() -> tuple[str, Path]:
    """Return the version of the pip that comes with this Python, and an interpreter that has it."""
    folder = WORK / f"pip-of-{platform.python_version()}"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, env=environment())
    told = subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True, text=True)
    return told.stdout.split()[1], python


def groups(uv: str) -> list[Group]:
    """Return what is compared."""
    own = Path(sys.executable).parent
    bundled, its_python = bundled_pip()
    driftguard, python = str(own / "driftguard"), sys.executable
    found = []
    for name, manifest in MANIFESTS.items():
        if not manifest.exists():
            print(f"{name}: left out, {manifest} is not there")
            continue
        project = synced(name, manifest, uv)
        target = ["--lock", str(project / "uv.lock"), "--python", str(project / ".venv")]
        judging = ["--python", str(project / ".venv")]
        check = [driftguard, "check", *target]
        commands = {
            "uv sync --check --frozen --offline": [
                uv,
                "sync",
                "--check",
                "--frozen",
                "--offline",
                "--project",
                str(project),
            ],
            OURS: [*check, "--select", "DG1"],
            "driftguard check": check,
            f"{OURS} --no-cache": [*check, "--select", "DG1", "--no-cache"],
            f"pip check ({version('pip')})": [python, "-m", "pip", *judging, "check"],
            f"pip check ({bundled}, comes with Python)": [str(its_python), "-m", "pip", *judging, "check"],
        }
        found.append(Group(name, commands, aims(name, bundled)))
    pinned = WORK / "requirements.txt"
    pinned.write_text("".join(f"package-{number}==1.{number}\n" for number in range(40)), encoding="utf-8")
    lint = {
        "python -c 'import argparse, re'": [python, "-c", "import argparse, re"],
        "driftguard lint requirements.txt": [driftguard, "lint", str(pinned)],
        "python -I -S -c pass": [python, "-I", "-S", "-c", "pass"],
    }
    return [
        *found,
        Group(
            "the hook, one file", lint, {"driftguard lint requirements.txt": Aim("at most 2.0", ratio=2.0)}
        ),
    ]


def aims(name: str, bundled: str) -> dict[str, Aim]:
    """Return the aims of one environment."""
    if name.startswith("62"):
        return {OURS: Aim("at most 2.5", ratio=2.5)}
    return {
        OURS: Aim("at most 2.0", ratio=2.0),
        f"{OURS} --no-cache": Aim("at most 250 ms", seconds=0.25),
        f"pip check ({bundled}, comes with Python)": Aim("at least 40 times driftguard", slower=40),
    }


def timed(group: Group, runs: int) -> dict[str, list[float]]:
    """Return wall times in seconds by command, taken in rounds. Raises CalledProcessError if one fails."""
    times: dict[str, list[float]] = {name: [] for name in group.commands}
    answer = WORK / "hyperfine.json"
    rounds = min(ROUNDS, runs)
    for _ in range(rounds):
        each = ["--runs", str(max(runs // rounds, 1)), "--warmup", "1", "--export-json", str(answer)]
        lines = [subprocess.list2cmdline(command) for command in group.commands.values()]
        subprocess.run(
            ["hyperfine", "--shell=none", "--style=none", *each, *lines],
            cwd=WORK, env=environment(), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for name, result in zip(group.commands, json.loads(answer.read_text())["results"], strict=True):
            times[name] += result["times"]
    return times


MEASURE = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, stderr=-3); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""What a small process does to measure another, which counts at its start the memory of whoever starts it."""


def peak(command: Sequence[str]) -> float:
    """Return the peak memory of one run, in MB."""
    told = subprocess.run(
        [sys.executable, "-S", "-c", MEASURE, *command],
        cwd=WORK,
        env=environment(),
        check=True,
        capture_output=True,
    )
    return int(told.stdout) / (1024 if sys.platform == "linux" else 1024 * 1024)


def measured(group: Group, runs: int) -> list[dict[str, object]]:
    """Measure one group, print its table, return its rows."""
    times = timed(group, runs)
    base = statistics.median(times[next(iter(times))])
    print(f"\n{group.name:<46} {'median':>9} {'least':>9} {'ratio':>7} {'memory':>8}")
    rows: list[dict[str, object]] = []
    for name, taken in times.items():
        median, least, memory = statistics.median(taken), min(taken), peak(group.commands[name])
        aim = group.aims.get(name)
        reached = aim and aim.reached(median, base, statistics.median(times.get(OURS, [median])))
        against = f"  ({aim.words}: {'reached' if reached else 'NOT reached'})" if aim else ""
        times_told = f"{median * 1000:>6.0f} ms {least * 1000:>6.0f} ms {median / base:>6.2f}x"
        print(f"{name:<46} {times_told} {memory:>5.0f} MB{against}")
        rows.append(
            {"group": group.name, "command": name, "median": median, "least": least,
             "ratio": median / base, "aim": aim and aim.words, "reached": reached, "peak_memory_mb": memory}
        )  # fmt: skip
    return rows


def write(results: Path, rows: Sequence[Mapping[str, object]], runs: int) -> None:
    """Write the rows as JSON, with when and on what they were measured, and say so."""
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": os.getloadavg()[0],
        "runs": runs,
        "rows": rows,
    }
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"\n{result['machine']}, load {result['load']:.1f}, {result['date']}, {runs} runs each")
    print(f"written to {results.relative_to(ROOT)}")


def main() -> int:
    """Measure, print a table, write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--uv", required=True)
    arguments = parser.parse_args()
    if not shutil.which("hyperfine"):
        print("hyperfine is not installed (Debian: apt-get install hyperfine)", file=sys.stderr)
        return 3
    WORK.mkdir(exist_ok=True)
    rows = [row for group in groups(arguments.uv) for row in measured(group, arguments.runs)]
    write(RESULTS, rows, arguments.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
