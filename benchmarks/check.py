"""Time `driftguard check` beside `uv sync --check` and `pip check` on one environment, in one run.

Run by `scripts/bench`. The commands take turns, so that a slow minute of the machine is shared by all; ratios
count, not milliseconds.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
SELECTION = ("--package", "hawks-pipeline", "--no-dev")
ENVIRONMENT = ".venv-pipeline"
RESULTS = ROOT / "benchmarks" / "results" / "check.json"


def commands(uv: str) -> dict[str, list[str]]:
    """Return what is compared, by name; the first is what the others are measured against."""
    driftguard = [sys.executable, "-m", "driftguard", "check", "--python", ENVIRONMENT, *SELECTION]
    return {
        "uv sync --check": [uv, "sync", "--check", "--frozen", "--offline", *SELECTION],
        "driftguard check": driftguard,
        "driftguard check --no-cache": [*driftguard, "--no-cache"],
        "pip check": [sys.executable, "-m", "pip", "--python", ENVIRONMENT, "check"],
        "python -I -S -c pass": [sys.executable, "-I", "-S", "-c", "pass"],
    }


def measure(runs: int, uv: str) -> dict[str, list[float]]:
    """Return wall times in seconds by name; every command has to succeed."""
    times: dict[str, list[float]] = {}
    for round_ in range(runs + 1):
        for name, command in commands(uv).items():
            taken = _once(command)
            if round_:  # the first round warms the page cache and our facts
                times.setdefault(name, []).append(taken)
    return times


def _once(command: Sequence[str]) -> float:
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": ENVIRONMENT}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as a user has it: compiled once
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return taken


def main() -> int:
    """Measure, print a table, write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--uv", required=True)
    arguments = parser.parse_args()
    times = measure(arguments.runs, arguments.uv)
    base = statistics.median(times["uv sync --check"])
    rows = []
    print(f"{'command':<30} {'median':>9} {'least':>9} {'ratio':>7}")
    for name, taken in times.items():
        median, least = statistics.median(taken), min(taken)
        rows.append({"command": name, "median": median, "least": least, "ratio": median / base})
        print(f"{name:<30} {median * 1000:>6.0f} ms {least * 1000:>6.0f} ms {median / base:>6.1f}x")
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "runs": arguments.runs,
        "rows": rows,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{result['machine']}, {result['date']}, {arguments.runs} runs each")
    print(f"written to {RESULTS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
