"""Run the table and print it; exit 1 when a row breaks the contract. Words choose rows by group or name.

Where every row was run and holds, docs/hostile.md gets their numbers and the day.
"""

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from driftguard.untrusted import printable
from tests.checkout import ROOT
from tests.proofs.hostile.contract import broken, run
from tests.proofs.hostile.row import Row
from tests.proofs.hostile.stage import Answer, Skipped
from tests.proofs.hostile.table import rows

PAGE = ROOT / "docs" / "hostile.md"


def main(words: Sequence[str]) -> int:
    """Run the chosen rows, all of them by default."""
    chosen = [row for row in rows() if not words or {row.group, row.name} & {*words}]
    failed = skipped = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row, answer in zip(chosen, pool.map(_answer, chosen), strict=True):
            faults = [] if isinstance(answer, str) else list(broken(row, answer))
            failed, skipped = failed + bool(faults), skipped + isinstance(answer, str)
            _say(
                f"{row.group:15} {row.name:40} {_told(answer)}", *(f"{'':15} BROKEN: {one}" for one in faults)
            )
    _say(f"{len(chosen)} rows: {failed} broken, {skipped} skipped")
    if not (failed or skipped or words):
        _write_page(chosen)
    return 1 if failed else 0


def _answer(row: Row) -> Answer | str:
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        try:
            return run(row, Path(folder))
        except Skipped as reason:
            return f"skipped: {reason}"


def _told(answer: Answer | str) -> str:
    if isinstance(answer, str):
        return answer
    said = answer.line or "(nothing)"
    return f"{answer.exit:>2} {answer.cpu:5.2f} s {answer.memory // 2**20:4} MiB  {said}"


def _say(*lines: str) -> None:
    for line in lines:
        shown = printable(line)
        sys.stdout.write(f"{shown if len(shown) <= 180 else f'{shown[:179]}…'}\n")
    sys.stdout.flush()


def _write_page(chosen: Sequence[Row]) -> None:
    """Bring the numbers and the day of the page up to date."""
    text = PAGE.read_text(encoding="utf-8")
    for group, count in Counter(row.group for row in chosen).items():
        text = re.sub(
            rf"^(\| `{re.escape(group)}` \|.*\| )\d+ \|$", rf"\g<1>{count} |", text, flags=re.MULTILINE
        )
    text = re.sub(
        r"Last run, all rows: \S+", f"Last run, all rows: {datetime.now().astimezone():%Y-%m-%d}", text
    )
    text = re.sub(r"[\d,]+ rows in all", f"{len(chosen):,} rows in all", text)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
