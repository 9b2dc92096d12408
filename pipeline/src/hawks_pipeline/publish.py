"""What people see: nights, each whole, and one link that says which of them is current."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from hawks_pipeline import files
from hawks_pipeline.errors import UsageError
from hawks_pipeline.root import Root

KEPT = 14
"""Nights that stay, the newest; the current one among them whatever its date."""

RUN = "run.json"
NOTE = "published.json"
TABLES = Path("parquet")
PAGE = Path("dashboard") / "index.html"

WAITING = Path("dashboard") / ".stale.html"
"""A second copy of the page, with the banner: it waits in every night until it is needed."""

STALE = "@@STALE@@"
"""Stands there for the sentence of the banner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that a night would add, change or drop."""

    name: str
    what: str
    size: int


def stem(team: str, when: date) -> str:
    """Return how the names of a night's report and workbook begin."""
    return f"{team.lower()}_report_{when.isoformat()}"


def contents(work: Path) -> dict[Path, Path]:
    """Return what a night consists of: the name of each file in it, and the file in the folder `work`."""
    places = {"report": Path(), "dashboard": Path("dashboard"), "silver": TABLES, "gold": TABLES}
    return {
        place / path.relative_to(work / made): path
        for made, place in places.items()
        for path in files.tree(work / made)
    }


def night(root: Root, when: date, contents: Mapping[Path, Path], run: Mapping[str, object]) -> Path:
    """Publish `contents` (name in the night: file to link to) with `run` as run.json; return the folder.

    The night is built aside in the same file system, flushed, and named after what is in it; one rename of a
    link makes it current. A night before the current one is published but does not become current: people
    would otherwise be taken back. Raises UsageError if what is current is from another kind of source.
    """
    _refuse_another_source(root, run)
    described = {**run, "files": {str(name): files.digest_of(path) for name, path in contents.items()}}
    text = json.dumps(described, sort_keys=True).encode()
    target = root.nights / f"{when.isoformat()}-{files.digest(text)[:12]}"
    if not target.exists():
        aside = root.nights / f"{files.ASIDE}{target.name}"
        if aside.exists():
            shutil.rmtree(aside)
        for name, path in contents.items():
            files.link(path, aside / name)
        files.write_json(aside / RUN, described)
        files.sync_tree(aside)
        aside.rename(target)
        files.sync_folder(root.nights)
    elif PAGE in contents and files.digest_of(target / PAGE) != files.digest_of(contents[PAGE]):
        # The same night once more, and the page still had its banner.
        files.write(target / PAGE, contents[PAGE].read_bytes())
    shown = current_date(root)
    if shown is None or shown <= when:
        files.point(root.current, f"{root.nights.name}/{target.name}")
    _prune(root, when)
    return target


def published(work: Path) -> Path | None:
    """Return the folder of the night that `work` has led to, None without one: the link, if it is current."""
    try:
        target = Path(json.loads((work / NOTE).read_bytes())["night"])
    except FileNotFoundError:
        return None
    root = work.parents[3]
    current = root / "current"
    return current if current.exists() and current.samefile(root / target) else root / target


def current_date(root: Root) -> date | None:
    """Return the date of the current night, None if there is none."""
    return date.fromisoformat(root.current.readlink().name[:10]) if root.current.is_symlink() else None


def mark_stale(root: Root, sentence: str) -> bool:
    """Let the current page say `sentence` in its banner, by one rename; tell whether there is such a page.

    Whatever else the night holds stays as it is. The banner goes when a night is published, this or another.
    """
    waiting = root.current / WAITING
    if not waiting.is_file():
        return False
    page = waiting.read_text(encoding="utf-8").replace(STALE, escape(sentence))
    files.write(root.current.resolve() / PAGE, page.encode())
    return True


def changes(before: Path, contents: Mapping[Path, Path]) -> list[Change]:
    """Return how `contents` (as for `night`) would differ from the night at `before`, which may not exist."""
    old = {path.relative_to(before): path for path in files.tree(before)} if before.is_dir() else {}
    found = []
    for name in sorted(old.keys() | contents.keys()):
        if name in (Path(RUN), WAITING):
            # The first says the same in other words, the second is the page once more, for nobody to see.
            continue
        if name not in contents:
            found.append(Change(name=str(name), what="gone", size=0))
        elif name not in old:
            found.append(Change(name=str(name), what="new", size=contents[name].stat().st_size))
        elif files.digest_of(old[name]) != files.digest_of(contents[name]):
            found.append(Change(name=str(name), what="changed", size=contents[name].stat().st_size))
    return found


def _refuse_another_source(root: Root, run: Mapping[str, object]) -> None:
    try:
        before = json.loads((root.current / RUN).read_bytes())
        same = _kind(before) == _kind(run)
    except (OSError, ValueError, KeyError):
        return
    if not same:
        raise UsageError(
            f"{root.current}: its numbers are {before['source']}; {run['source']} ones do not go there"
        )


def _kind(run: Mapping[str, object]) -> tuple[str, object]:
    # Another seed is no other kind.
    return str(run["source"]).split()[0], run["simulated"]


def _prune(root: Root, when: date) -> None:
    current = root.current.resolve().name
    nights = sorted(path for path in root.nights.iterdir() if not path.name.startswith(files.ASIDE))
    newest: dict[str, Path] = {}
    for path in sorted(nights, key=lambda path: (path.name[:10], path.stat().st_mtime_ns)):
        day = path.name[:10]
        if day not in newest or newest[day].name != current:
            newest[day] = path
    kept = {path.name for _, path in sorted(newest.items())[-KEPT:]} | {current}
    for path in nights:
        if path.name not in kept:
            files.remove(path)
    for path in sorted(root.run(when).parent.glob("????-??-??"))[:-KEPT]:
        if path != root.run(when):
            files.remove(path)
