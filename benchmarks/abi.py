"""Time the reading of native code beside pyelftools and beside importing, in one run; every aim is printed.

Run by `scripts/bench abi`, on the two environments of `benchmarks/check.py`. Each measurement is a process of
its own; the kinds take turns in rounds, so that a slow minute of the machine is shared by all.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.check import MANIFESTS, ROOT, environment, synced
from tests.proofs.abi_environments import Case, Made
from tests.proofs.abi_oracle import load_alone

RESULTS = ROOT / "benchmarks" / "results" / "abi.json"
PEERS = ROOT / ".proofs" / "abi" / "peers"
CACHE = ROOT / ".proofs" / "abi" / "facts"
PYELFTOOLS = "pyelftools==0.33"
ROUNDS = 7
ALONE = "import, each alone"
CHILD = Path(__file__).with_name("abi_child.py")


class Aim(NamedTuple):
    """A figure, what is aimed at, and whether less or more than that is good."""

    what: str
    figure: float
    aim: float
    unit: str
    more: bool = False

    @property
    def reached(self) -> bool:
        """Whether the figure is as good as was aimed at."""
        return self.figure >= self.aim if self.more else self.figure <= self.aim

    def __str__(self) -> str:
        places = 0 if self.aim >= 10 else 2
        word = "at least" if self.more else "at most"
        reached = "reached" if self.reached else "NOT reached"
        return f"{self.what:<58} {self.figure:>9.{places}f} {self.unit:<4} {word} {self.aim:g}: {reached}"


class Measured(NamedTuple):
    """What was measured on one environment; times in seconds, memory in MB."""

    name: str
    files: int
    megabytes: float
    times: Mapping[str, float]
    memory: float
    cold_read: float

    def aims(self) -> list[Aim]:
        """Lay the figures beside what is aimed at."""
        large = not self.name.startswith("62")
        times, scan = self.times, self.times["scan, warm"]
        found = [Aim("scan, page cache warm", scan, 1.3 if large else 0.3, "s")]
        if not large:
            found.append(Aim("scan, page cache cold", times["scan, cold"], 0.7, "s"))
        more = (times["check"] - times["check --ignore DG3"]) * 1000
        found.append(Aim("check, facts kept: more than with --ignore DG3", more, 60, "ms"))
        peers = times["pyelftools"] / times["headers"]
        found.append(Aim("pyelftools, against our reader of the same headers", peers, 20, "x", more=True))
        if (alone := times.get(ALONE)) is not None:
            found.append(
                Aim("importing every module alone, against the scan", alone / scan, 25, "x", more=True)
            )
        found.append(Aim("memory, mapped pages aside", self.memory, 150, "MB"))
        return found


def measure(name: str, project: Path, rounds: int) -> Measured:
    """Measure all on one environment."""
    folder = project / ".venv"
    first = child("scan", project)
    files = [*map(str, first["files"])]  # type: ignore[call-overload]
    cpu: list[float] = []

    def scan() -> float:
        said = child("scan", project)
        cpu.append(float(str(said["cpu"])))
        return _seconds(said)

    kinds: dict[str, Callable[[], float]] = {
        "scan, warm": scan,
        "headers": lambda: _seconds(child("headers", project, files)),
        "pyelftools": lambda: _seconds(child("pyelftools", project, files)),
        "check --ignore DG3": lambda: check(project, "--ignore", "DG3"),
        "check": lambda: check(project),
    }
    for measured in kinds.values():
        measured()
    taken: dict[str, list[float]] = {kind: [] for kind in (*kinds, "scan, cold")}
    for _ in range(rounds):
        for kind, measured in kinds.items():
            taken[kind].append(measured())
    reads = []
    for _ in range(min(rounds, 3)):
        forget(files)
        cold = child("scan", project)
        taken["scan, cold"].append(_seconds(cold))
        reads.append(float(str(cold["read"])) / 1e6)
    times = {kind: statistics.median(several) for kind, several in taken.items()}
    times["scan, warm, processor time"] = statistics.median(cpu)
    if name.startswith("62"):
        case = Case(name, "3.11", "")
        times[ALONE] = load_alone(Made(case, folder))
    size = sum(Path(one).stat().st_size for one in files) / 1e6
    return Measured(name, len(files), size, times, peak(project), statistics.median(reads))


def child(what: str, project: Path, files: Sequence[str] = ()) -> dict[str, object]:
    """Run one measurement in a fresh process and return what it says."""
    done = subprocess.run(
        [sys.executable, str(CHILD), what, str(project), str(PEERS)],
        input="\n".join(files), cwd=ROOT, env={**environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _seconds(said: Mapping[str, object]) -> float:
    return float(str(said["seconds"]))


def command(project: Path, *options: str) -> list[str]:
    """Return how `driftguard check` is called on an environment."""
    own = str(Path(sys.executable).with_name("driftguard"))
    return [own, "check", "--lock", str(project / "uv.lock"), "--python", str(project / ".venv"), *options]


def check(project: Path, *options: str) -> float:
    """Return the wall time of one `driftguard check` whose facts are kept."""
    began = time.perf_counter()
    done = subprocess.run(
        command(project, *options), env={**environment(), "DRIFTGUARD_CACHE_DIR": str(CACHE)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    taken = time.perf_counter() - began
    if done.returncode == 3:
        raise SystemExit(done.stderr)
    return taken


def forget(files: Sequence[str]) -> None:
    """Ask the kernel to drop files from its page cache."""
    os.sync()
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def peak(project: Path) -> float:
    """Return the most memory of a check without a cache, in MB; pages of mapped files are not counted."""
    most = 0
    process = subprocess.Popen(
        command(project, "--select", "DG3", "--no-cache"), env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None:
        try:
            lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
        except OSError:
            break
        most = max([most, *(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))])
        time.sleep(0.001)
    process.wait()
    return most / 1024


def table(found: Sequence[Measured]) -> str:
    """Return the figures as Markdown."""
    lines = [("environment", "what", "figure", "aim", "reached"), ("---",) * 5]
    for one in found:
        for aim in one.aims():
            places = 0 if aim.aim >= 10 else 2
            goal = f"{'≥' if aim.more else '≤'} {aim.aim:g} {aim.unit}"
            name = f"{one.name}: {one.files} files, {one.megabytes:.0f} MB"
            reached = "yes" if aim.reached else "**no**"
            lines.append((name, aim.what, f"{aim.figure:.{places}f} {aim.unit}", goal, reached))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(text: str, dated: str) -> None:
    """Put the table into the document."""
    document = ROOT / "docs" / "binary.md"
    before, mark, rest = document.read_text(encoding="utf-8").partition("<!-- benchmark -->\n")
    _, end, after = rest.partition("<!-- end of benchmark -->\n")
    document.write_text(f"{before}{mark}{dated}\n\n{text}{end}{after}", encoding="utf-8")


def main() -> int:
    """Measure, print, write as JSON. What is not reached is told and is no failure: it may be the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=ROUNDS)
    parser.add_argument("--uv", required=True)
    parser.add_argument("--write", action="store_true", help="write the table in docs/binary.md")
    arguments = parser.parse_args()
    if not PEERS.exists():
        install = [arguments.uv, "pip", "install", "--quiet", "--target", str(PEERS), PYELFTOOLS]
        subprocess.run(install, check=True)
    shutil.rmtree(CACHE, ignore_errors=True)
    python = f"Python {platform.python_version()}"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {python}, {PYELFTOOLS}"
    found = []
    for name, manifest in MANIFESTS.items():
        if not manifest.exists():
            print(f"{name}: left out, {manifest} is not there")
            continue
        found.append(measure(name, synced(name, manifest, arguments.uv), arguments.runs))
        print(f"\n{name}: {found[-1].files} ELF files, {found[-1].megabytes:.0f} MB")
        for kind, seconds in found[-1].times.items():
            ratio = seconds / found[-1].times["scan, warm"]
            print(f"{kind:<58} {seconds * 1000:>9.0f} ms  {ratio:>8.2f}x the scan")
        print(f"{'read from the disk by the cold scan':<58} {found[-1].cold_read:>9.0f} MB")
        for aim in found[-1].aims():
            print(aim)
    load = f"load {os.getloadavg()[0]:.1f}"
    dated = f"{datetime.now(UTC):%Y-%m-%d}, {machine}, median of {arguments.runs}, {load}"
    result = {"date": dated, "machine": machine, "environments": [one._asdict() for one in found]}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"\n{dated}\nwritten to {RESULTS.relative_to(ROOT)}")
    if arguments.write:
        write(table(found), dated)
    return 0


if __name__ == "__main__":
    sys.exit(main())
