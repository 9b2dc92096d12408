"""What we expect is what uv exports: each lock, many selections, 24 simulated environments, two formats.

`python -m tests.proofs.fidelity [FOLDER…]` prints the table; without folders it takes those of the corpus beside
the repository and the repository's own locks, one per clause of the format.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product
from pathlib import Path

from driftguard import expect, locks, subject
from driftguard.commands import arguments
from driftguard.environment.simulated import markers
from driftguard.errors import DriftguardError
from driftguard.markers import holds
from driftguard.model import Lock, Selection
from driftguard.selection import available, selected
from driftguard.versions import allows
from tests.checkout import ROOT
from tests.proofs.uv_export import FORMATS, Export, Pin, RefusedError, as_exported, export

CORPUS = sorted(path.parent for path in (ROOT.parent / "shared" / "corpus" / "uvlock").glob("*/uv.lock"))
CLAUSES = sorted(path.parent for path in (ROOT / "tests" / "locks" / "clauses").glob("*/*.lock"))
PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin", "windows")
ENVIRONMENTS = tuple(markers(f"3.{minor}.5", platform) for minor in range(9, 15) for platform in PLATFORMS)
ENOUGH = 7
"""Selections that differ, which a lock should be compared in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one lock."""

    name: str
    revision: str = ""
    packages: int = 0
    selections: int = 0
    distinct: int = 0
    """Selections that stand for different sets of members, extras and groups."""
    refused: int = 0
    """Selections that uv and we refuse alike."""
    environments: int = 0
    comparisons: int = 0
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def lock_in(folder: Path) -> Path:
    """Return the lock of the project or of the script that is in `folder`."""
    script = folder / "script.py.lock"
    return script if script.exists() else folder / "uv.lock"


def selection(words: str) -> Selection:
    """Read uv's options as our command line does."""
    parser = argparse.ArgumentParser()
    arguments.add_target(parser)
    arguments.add_selection(parser)
    return arguments.request(parser.parse_args(words.split())).selection


def candidates(lock: Lock) -> Iterator[str]:
    """Return options that the lock's own names suggest; its conflicts may forbid some."""
    labels = list(available(lock, Selection()))
    extras = list(dict.fromkeys(label.extra for label in labels if label.extra))
    groups = list(dict.fromkeys(label.group for label in labels if label.group))
    groups += [name for name in lock.loose_groups if name not in groups]
    yield from ("", "--no-default-groups", "--no-dev", "--all-extras", "--all-groups")
    yield from ("--all-extras --all-groups", "--no-editable", "--no-install-project")
    yield from (f"--extra {name}" for name in extras[:6])
    yield from (f"--{how} {name}" for name in groups[:6] for how in ("group", "only-group", "no-group"))
    yield from (f"--extra {one} --extra {other}" for one, other in islice(pairwise(extras), 3))
    yield from (f"--extra {extra} --group {group}" for extra, group in islice(product(extras, groups), 6))
    yield from (f"--only-group {one} --only-group {other}" for one, other in islice(pairwise(groups), 2))
    yield from (f"--all-extras --no-extra {name}" for name in extras[:2])
    yield from (f"--all-groups --no-group {name}" for name in groups[:2])
    members = [name for name in lock.members if name != lock.root]
    if members and not lock.conflicts:  # uv does not look at conflicts under this option
        yield from ("--all-packages", "--all-packages --no-dev", "--all-packages --all-extras --all-groups")
    for name in members[:6]:
        yield f"--package {name}"
        yield f"--package {name} --all-extras --all-groups"
        yield f"--package {name} --no-default-groups"
        for label in islice(available(lock, Selection(packages=(name,))), 4):
            yield (
                f"--package {name} --extra {label.extra}"
                if label.extra
                else (f"--package {name} --group {label.group}")
            )
    yield from (f"--package {one} --package {other}" for one, other in islice(pairwise(lock.members), 3))


def supported(lock: Lock) -> list[dict[str, str]]:
    """Return the environments for which the lock was made."""
    return [
        environment
        for environment in ENVIRONMENTS
        if allows(lock.requires_python, environment["python_full_version"])
        and (
            not lock.supported_markers
            or any(holds(marker, environment) is True for marker in lock.supported_markers)
        )
    ]


def compare(folder: Path, only: Sequence[str] | None = None) -> Result:
    """Lay our reading of the lock in `folder` beside uv's, in all its selections or in `only` some."""
    with tempfile.TemporaryDirectory() as scratch:
        whole, added = _with_manifests(folder, Path(scratch))
        result = _Comparison(whole, Path(scratch)).result(only)
        notes = (f"{added} manifests of members made up",) if added else ()
        return replace(result, notes=(*result.notes, *notes))


def _with_manifests(folder: Path, scratch: Path) -> tuple[Path, int]:
    """Return `folder`, or a copy in which each member has a manifest, and how many were made up.

    uv finds members by their manifests; what they depend on it reads, frozen, from the lock alone. A made up
    one says a name and a version, so it has uv's own default groups.
    """
    try:
        lock = locks.read(lock_in(folder), {})
    except DriftguardError:
        return folder, 0
    here = os.path.realpath(folder) + os.sep
    places = {one.name: one.origin.location for one in lock.packages if one.name in lock.members}
    missing = {
        name: place.removeprefix(here)
        for name, place in places.items()
        if place.startswith(here) and not Path(place, "pyproject.toml").exists()
    }
    if not missing:
        return folder, 0
    whole = scratch / folder.name
    shutil.copytree(folder, whole)
    for name, place in missing.items():
        (whole / place).mkdir(parents=True, exist_ok=True)
        text = f'[project]\nname = "{name}"\nversion = "0"\n'
        (whole / place / "pyproject.toml").write_text(text, encoding="utf-8")
    return whole, len(missing)


class _Comparison:
    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch
        self.lock = lock_in(folder)
        self.script = self.lock.name == "script.py.lock"
        self.differences: list[str] = []
        self.notes: dict[str, set[str]] = {}
        self.comparisons = self.selections = self.refused = 0
        self.labels: set[object] = set()

    def result(self, only: Sequence[str] | None) -> Result:
        try:
            lock = self._ours(Selection()).lock
        except DriftguardError as error:
            return self._unread(error)
        where = supported(lock)
        for words in dict.fromkeys(self._candidates(lock) if only is None else only):
            self._compare(words, where)
        if self.labels and len(self.labels) < ENOUGH and only is None:
            self.notes[f"{len(self.labels)} selections differ, all that exist"] = set()
        return Result(
            name=self.folder.name,
            revision=_revision(lock.path),
            packages=len(lock.packages),
            selections=self.selections,
            distinct=len(self.labels),
            refused=self.refused,
            environments=len(where),
            comparisons=self.comparisons,
            differences=tuple(self.differences),
            notes=(*lock.notes, *self._noted()),
        )

    def _note(self, note: str, words: str) -> None:
        self.notes.setdefault(note, set()).add(words)

    def _noted(self) -> Iterator[str]:
        for note, where in self.notes.items():
            yield f"{note} ({len(where)} selections)" if where else note

    def _candidates(self, lock: Lock) -> Iterator[str]:
        if self.script:  # it has nothing to select; uv 0.13.9 panics on `--all-extras`
            return iter(["", "--no-default-groups", "--no-dev"])
        return candidates(lock)

    def _ours(self, chosen: Selection) -> subject.Subject:
        environ = {"DRIFTGUARD_CACHE_DIR": str(self.scratch / "facts")}
        lock = Path(self.lock.name) if self.script else None  # else found as a user's is
        return subject.find(subject.Request(cwd=self.folder, environ=environ, lock=lock, selection=chosen))

    def _uvs(self, words: str, layout: str = FORMATS[0]) -> Export:
        script = ("--script", "script.py") if self.script else ()
        return export(self.folder, (*script, *words.split()), layout, self.scratch / "uv")

    def _unread(self, error: DriftguardError) -> Result:
        reason = error.message.rpartition(": ")[2]
        try:
            self._uvs("")
        except RefusedError:
            return Result(name=self.folder.name, notes=(f"refused, by uv too: {reason}",))
        old = "\n[[distribution]]\n" in self.lock.read_text(encoding="utf-8")
        differences = () if old else ("uv reads this lock, we do not",)
        return Result(name=self.folder.name, notes=(f"refused: {reason}",), differences=differences)

    def _compare(self, words: str, where: list[dict[str, str]]) -> None:
        try:
            what = self._ours(selection(words))
        except DriftguardError as error:
            self._compare_refusal(words, error)
            return
        done = [self._compare_format(words, what, layout, where) for layout in FORMATS]
        if any(done):
            self.selections += 1
            self.labels.add(frozenset(selected(what.lock, what.selection)))

    def _compare_refusal(self, words: str, error: DriftguardError) -> None:
        try:
            self._uvs(words)
        except RefusedError:
            self.refused += 1
        else:
            self.differences.append(f"[{words}] uv exports, we refuse: {error.message}")

    def _compare_format(
        self, words: str, what: subject.Subject, layout: str, where: list[dict[str, str]]
    ) -> bool:
        try:
            theirs = self._uvs(words, layout)
        except RefusedError as refusal:
            if reason := _unable(str(refusal)):
                self._note(f"{layout}: {reason}", words)
            elif stricter := self._stricter(str(refusal), what.lock, words):
                self._note(stricter, words)
            else:
                self.differences.append(f"[{words}] we select, uv refuses: {refusal}")
            return False
        for environment in where:
            ours = expect.expected(what.lock, what.selection, environment)
            mine = {as_exported(one.locked, layout, what.lock.path.parent) for one in ours.expected}
            self.comparisons += 1
            uvs = theirs.under(environment)
            twice = _several(uvs) if ours.undecided else {}
            for name in twice:
                self._note(f"uv exports several of {name} at once, which we call undecided", words)
            uvs -= {pin for pins in twice.values() for pin in pins}
            undecided = {one.name for one in ours.undecided} - set(twice)
            if undecided or mine != uvs:
                self.differences.append(
                    f"[{words}] {layout}, {_title(environment)}: only ours {_listed(mine - uvs)}, "
                    f"only uv's {_listed(uvs - mine)}, undecided {', '.join(undecided) or 'nothing'}"
                )
        return True

    def _stricter(self, refusal: str, lock: Lock, words: str) -> str:
        """Tell a refusal that is uv's alone: of a conflict between what is not even selectable.

        Its check asks whether a package is *reached* and its extra or group *named*, and `--all-extras`
        names every one, of packages too that are dependencies. That uv cannot select them is the evidence:
        each, asked for by its own name, is refused as not defined.
        """
        if "declared conflicts" not in refusal or "--all-" not in words:
            return ""
        labels = {(label.package, label.extra, label.group) for label in available(lock, selection(words))}
        named = [
            item for items in lock.conflicts for item in items if f"`{item.extra or item.group}`" in refusal
        ]
        foreign = [item for item in named if (item.package, item.extra, item.group) not in labels]
        for item in foreign:
            option = f"--extra {item.extra}" if item.extra else f"--group {item.group}"
            try:
                self._uvs(option)
            except RefusedError as refused:
                if "not defined" in str(refused):
                    return f"uv refuses for a conflict with {item.package}'s {option[2:]}, which it cannot select"
        return ""


def _several(pins: set[Pin]) -> dict[str, list[Pin]]:
    """Return the packages of which there are several."""
    named: dict[str, list[Pin]] = {}
    for pin in pins:
        named.setdefault(pin.name, []).append(pin)
    return {name: found for name, found in named.items() if name and len(found) > 1}


UNABLE = {
    "to compute missing hashes": "uv wants to fetch a hash that the lock lacks",
}
"""Words of uv when it cannot export for want of something that is not in the lock, and what it wants."""


def _unable(refusal: str) -> str:
    return next((reason for words, reason in UNABLE.items() if words in refusal), "")


def _title(environment: dict[str, str]) -> str:
    python, system = environment["python_version"], environment["sys_platform"]
    return f"Python {python} on {system} {environment['platform_machine']}"


def _listed(pins: set[Pin]) -> str:
    return ", ".join(" ".join(filter(None, pin)) for pin in sorted(pins)) or "nothing"


def _revision(lock: Path) -> str:
    head = lock.read_text(encoding="utf-8")[:200].splitlines()
    return next((line.partition("=")[2].strip() for line in head if line.startswith("revision")), "none")


COLUMNS = ("revision", "packages", "selections", "distinct", "refused", "envs", "comparisons", "differences")


def row(result: Result) -> tuple[object, ...]:
    """Return the figures of a lock in the order of COLUMNS."""
    figures = (result.packages, result.selections, result.distinct, result.refused)
    return (result.revision, *figures, result.environments, result.comparisons, len(result.differences))


def main(folders: Sequence[Path]) -> int:
    """Print the table. Return 1 when anything differs, 3 when there is nothing to compare."""
    folders = folders or [*CORPUS, *CLAUSES]
    if not folders:
        print("no lock to compare", file=sys.stderr)
        return 3
    began = time.monotonic()
    largest_first = sorted(folders, key=lambda folder: -lock_in(folder).stat().st_size)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = sorted(pool.map(compare, largest_first), key=lambda result: result.name)
    _print(results)
    total = [sum(getattr(result, name) for result in results) for name in ("selections", "comparisons")]
    different = sum(len(result.differences) for result in results)
    print(
        f"\n{len(results)} locks, {total[0]} selections, {len(ENVIRONMENTS)} environments, "
        f"{total[1]} comparisons, {different} differences, in {time.monotonic() - began:.0f} s"
    )
    return 1 if different else 0


def _print(results: Sequence[Result]) -> None:
    width = max(len(result.name) for result in results)
    print("lock".ljust(width), *COLUMNS)
    for result in results:
        figures = (str(cell).rjust(len(title)) for cell, title in zip(row(result), COLUMNS, strict=True))
        print(result.name.ljust(width), *figures, "; ".join(result.notes))
        for difference in result.differences[:5]:
            print(f"    {difference}")


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
