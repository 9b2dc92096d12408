"""Inflict faults on a healthy real environment, and see each caught by its rule, mended by its command, and green again.

    scripts/prove faults [--write] [--only WORDS] [--jobs N]

Beside ours stand the verdicts of `uv sync --check`, `uv pip check` and `pip check`. A near miss is what looks like a
fault and is none: nothing may be said of it. Exit 1 when a row does not hold.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.checkout import ROOT
from tests.projects import Done
from tests.proofs import fault_cases
from tests.proofs.agreement import JOBS, Bench, versions
from tests.proofs.fault_cases import Fault

DOCUMENT = ROOT / "docs" / "faults.md"
UNJUDGED = 3
_CRON = {"LANG": "", "LC_ALL": "", "DISPLAY": "", "MPLBACKEND": ""}
"""Variables of a terminal that a nightly job has not; an empty one is as good as none."""


class Row(NamedTuple):
    """What became of one fault: exit codes of the four, the rules that spoke, the exit code after mending.

    `loud` are the rules that said more than a note, `left` those that did so after mending.
    """

    fault: Fault
    uv: int
    uv_pip: int
    pip: int
    ours: int
    codes: tuple[str, ...]
    loud: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    after: int | None = None
    left: tuple[str, ...] = ()
    said: str = ""

    @property
    def wrong(self) -> str:
        """Return what does not hold of this row, empty when all does."""
        fault, quiet = self.fault, (self.ours, self.loud) == (0, ())
        if fault.near or not fault.rule:
            return "" if quiet else "nothing is wrong, and something is said"
        if (fault.rule not in self.codes and fault.code != UNJUDGED) or self.ours != fault.code:
            return f"not {fault.rule} and exit code {fault.code}"
        if fault.by_hand:
            return ""
        if not self.commands:
            return "no command is printed"
        return (
            "" if self.after == 0 and not self.left else f"not green after mending: {self.after} {self.left}"
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as it is printed."""
        fault = self.fault
        rule = f"not {fault.rule}" if fault.near else fault.rule or "none"
        mended = "" if fault.near or not fault.rule else fault.by_hand or "green again"
        numbers = [str(code) for code in (self.uv, self.uv_pip, self.pip, self.ours)]
        return (fault.name, rule, *numbers, mended)


def run(faults: Sequence[Fault], folder: Path, jobs: int) -> Iterator[Row]:
    """Make the environment of each fault below `folder`, anew, and inflict it; in the order of `faults`."""
    template = Bench(folder / "template" / "app", folder / "tools")
    template.folder.mkdir(parents=True)
    fault_cases.prepare(template)
    template.shell("uv lock --quiet")
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(
            lambda one: inflicted(one[1], folder / str(one[0]), template), list(enumerate(faults))
        )


def inflicted(fault: Fault, folder: Path, template: Bench) -> Row:
    """Make one environment, inflict the fault, ask the four, mend, and ask again."""
    shutil.copytree(template.folder, folder / "app", symlinks=True)
    bench = Bench(folder / "app", template.tools)
    bench.shell(fault.made)
    healthy = judged(bench, fault._replace(options=""), {})
    if healthy.code or _codes(healthy):
        return Row(
            fault, 0, 0, 0, healthy.code, ("healthy:", *_codes(healthy)), said=healthy.out + healthy.err
        )
    bench.shell(fault.steps)
    if fault.config:
        bench.write("driftguard.toml", fault.config)
    variables = {
        name: value.format(folder=folder, app=bench.folder) for name, value in fault.variables.items()
    }
    theirs = {name: value for name, value in variables.items() if name != "PATH"}  # they have to be found
    uv = bench.run("uv", "sync", "--check", "--frozen", cwd=None, **theirs)
    uv_pip = bench.run("uv", "pip", "check", "--python", ".venv", cwd=None, **theirs)
    pip = bench.run(sys.executable, "-I", "-m", "pip", "--python", ".venv", "check", cwd=None, **theirs)
    first = judged(bench, fault, variables)
    codes, loud, said = _codes(first), _loud(first.out), first.out + first.err
    row = Row(fault, uv.code, uv_pip.code, pip.code, first.code, codes, loud, said=said)
    if fault.rule and not fault.near and not fault.by_hand:
        row = _mended(row, bench, variables)
    shutil.rmtree(folder)
    return row


def judged(bench: Bench, fault: Fault, variables: Mapping[str, str], mending: Sequence[str] = ()) -> Done:
    """Return what `preflight` says, in a shell that has run the commands `mending` before."""
    words = f"exec {sys.executable} -m driftguard preflight --format json {fault.options}"
    lines = "\n".join([*mending, words])
    return bench.run("bash", "-euo", "pipefail", "-c", lines, cwd=None, **{**_CRON, **variables})


def _commands(text: str) -> tuple[str, ...]:
    """Return the commands that findings name, in their order; else the one in a hint."""
    named = [one["mend"] for one in _findings(text) if one["mend"]] or re.findall(r"hint: .*`(.+)`", text)
    return tuple(dict.fromkeys(named))


def _mended(row: Row, bench: Bench, variables: Mapping[str, str]) -> Row:
    """Run the commands that the findings name, in their order, and judge again."""
    commands = _commands(row.said)
    last = judged(bench, row.fault, variables, ("unset UV_PYTHON", *commands))
    left = tuple(code for code in _loud(last.out) if code not in row.fault.left)
    said = f"{row.said}\n$ {' ; '.join(commands)}\n{last.out}{last.err}"
    return row._replace(commands=commands, after=last.code, left=left, said=said)


def _findings(text: str) -> list[dict[str, Any]]:
    """Return the findings of a report in JSON, with which `text` begins; none where there is no report."""
    if not text.startswith("{"):
        return []
    findings: list[dict[str, Any]] = json.JSONDecoder().raw_decode(text)[0]["findings"]
    return findings


def _codes(done: Done) -> tuple[str, ...]:
    return tuple(sorted({one["code"] for one in _findings(done.out)}))


def _loud(text: str) -> tuple[str, ...]:
    """Return the rules that have more to say than a note."""
    return tuple(sorted({one["code"] for one in _findings(text) if one["severity"] != "note"}))


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    head = (
        "fault",
        "rule",
        "uv sync --check",
        "uv pip check",
        "pip check",
        "ours",
        "after the printed command",
    )
    lines = [head, ("---",) * len(head), *(row.cells for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> int:
    """Inflict, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write docs/faults.md")
    parser.add_argument("--only", default="", help="faults whose name or rule has these words")
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--verbose", action="store_true", help="also say what was said")
    arguments = parser.parse_args()
    wanted = [one for one in fault_cases.cases() if arguments.only in f"{one.name} ({one.rule})"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for row in run(wanted, Path(folder).resolve(), arguments.jobs):
            rows.append(row)
            flag = "" if not row.wrong else f"   <-- {row.wrong}"
            numbers = f"uv {row.uv} uv-pip {row.uv_pip} pip {row.pip} ours {row.ours}"
            print(f"{row.fault.name:<58} {numbers} {' '.join(row.codes)}{flag}", flush=True)
            if arguments.verbose or row.wrong:
                print(row.said)
    wrong = [row for row in rows if row.wrong]
    misses = sum(row.fault.near for row in rows)
    print(f"{len(rows)} rows, {misses} of them near misses, {len(wrong)} do not hold, {versions()}")
    if arguments.write and not wrong and not arguments.only:
        top = DOCUMENT.read_text(encoding="utf-8").partition("<!-- table -->")[0]
        DOCUMENT.write_text(
            f"{top}<!-- table -->\n{datetime.now(UTC):%Y-%m-%d}, {versions()}.\n\n{table(rows)}"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
