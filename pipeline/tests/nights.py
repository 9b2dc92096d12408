"""A small league's nights for the tests: early in a simulated season, below a temporary folder."""

import os
import subprocess
import sysconfig
from datetime import date
from pathlib import Path

from hawks_pipeline import files, nightly, settings, steps
from hawks_pipeline.clock import season_of
from hawks_pipeline.nightly import Night
from hawks_pipeline.root import Root

COMMAND = Path(sysconfig.get_path("scripts")) / "hawks-pipeline"
FIRST, SECOND = date(2025, 10, 28), date(2025, 10, 29)
"""A Tuesday and a Wednesday, a week into the season."""


def hawks(folder: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in `folder`, with nothing of ours in its environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HAWKS_", "NBA_API_"))}
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=clean | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def night(out: Path, when: date, *, team: str = "ATL", source: str = "simulated", faults: str = "") -> Night:
    """Return a night below `out`."""
    asked = settings.read({"team": team, "source": source, "faults": faults}, {}, out / ".env")
    root = Root.of(out, source=asked.source, team=asked.team)
    return Night(settings=asked, date=when, season=season_of(when), root=root)


def run(what: Night) -> nightly.Outcome:
    """Do a night in this process."""
    return nightly.run(what, steps.opened)


def published(root: Root) -> dict[str, bytes]:
    """Return what people see, by name."""
    current = root.current.resolve()
    return {str(path.relative_to(current)): path.read_bytes() for path in files.tree(current)}


def unfinished(root: Root) -> list[Path]:
    """Return what was left aside below `root`."""
    return list(root.path.rglob(f"{files.ASIDE}*"))
