"""Read a requirements file as a lock: what it pins, and what it leaves open."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from driftguard.locks.requirements_settled import Answer, Ask, Target, settle
from driftguard.model import Declaration, Edge, Lock, Locked, LockFormat, Origin, Place, SourceKind
from driftguard.requirement_lines.forms import INDEX, Wanted, wanted
from driftguard.requirement_lines.links import UnreadableError
from driftguard.requirement_lines.nouns import UNREADABLE, RequirementLine
from driftguard.requirement_lines.reader import read as read_lines
from driftguard.untrusted import redacted

UNFIT = "is not a constraint pip can use"


def read(path: Path, environ: Mapping[str, str]) -> Lock:
    """Return a requirements file and its includes as a lock with one root that has no name.

    `environ` fills in `${NAME}`. A relative path is looked for beside the file that names it, then
    in the working directory. Raises InputError where the files cannot be read at all; a line that
    pip would refuse is in `unpinned` instead, and what it brings is not in the graph.
    """
    answers = settle(map(_ask, read_lines(path, environ).lines))
    targets = [target for answer in answers for target in answer.targets]
    packages = _packages(targets)
    root = Locked(
        name="",
        version=None,
        origin=Origin(kind=SourceKind.VIRTUAL),
        place=Place(path=path),
        edges=tuple(dict.fromkeys(_edge(target, packages) for target in targets)),
    )
    return Lock(
        path=path,
        format=LockFormat.REQUIREMENTS,
        packages=(root, *(one for named in packages.values() for one in named)),
        members=("",),
        root="",
        unpinned=tuple(_declarations(answers)),
    )


def _ask(line: RequirementLine) -> Ask:
    problems = tuple(filter(None, (line.refused, line.passed_over, line.suppression.problem)))
    if line.refused or not line.expanded:
        return Ask(line=line, wanted=None, problems=problems)
    shown = "" if line.has_secrets else line.text
    try:
        found = wanted(line.expanded, (line.path.parent, Path()), shown=shown, editable=line.editable)
    except UnreadableError as error:
        refused = UNREADABLE if line.has_secrets else f"{UNREADABLE}: {error}"
        return Ask(line=line, wanted=None, problems=(refused, *problems))
    if line.constraint and (unfit := _unfit(line, found)):
        return Ask(line=line, wanted=None, problems=(f"{UNFIT}: {unfit}", *problems))
    return Ask(line=line, wanted=found, problems=problems)


def _unfit(line: RequirementLine, found: Wanted) -> str:
    if line.editable:
        return "it is editable"
    if found.extras:
        return "it has extras"
    return "" if found.name and not found.guessed else "it has no name"


def _packages(targets: Iterable[Target]) -> dict[str, list[Locked]]:
    """Return what may be installed, by name; each version of each origin once, where it stands first."""
    groups: dict[tuple[str, str | None, Origin], list[Target]] = {}
    for target in targets:
        key = (target.edge.name, target.edge.version, target.edge.origin or INDEX)
        groups.setdefault(key, []).append(target)
    packages: dict[str, list[Locked]] = {}
    for (name, version, origin), group in groups.items():
        locked = Locked(name=name, version=version, origin=origin, place=group[0].place)
        markers = tuple(dict.fromkeys(target.edge.marker for target in group))
        packages.setdefault(name, []).append(locked if "" in markers else replace(locked, markers=markers))
    return packages


def _edge(target: Target, packages: Mapping[str, list[Locked]]) -> Edge:
    edge = target.edge
    if edge.version is None and edge.origin == INDEX and len(packages[edge.name]) > 1:
        # With an origin and no version it would lead to every version of that origin.
        return replace(edge, origin=None)
    return edge


def _declarations(answers: Iterable[Answer]) -> Iterator[Declaration]:
    for answer in answers:
        line = answer.line
        for problem in answer.problems:
            yield Declaration(
                name=answer.name,
                text=redacted(line.text),
                path=line.path,
                line=line.line,
                column=line.column,
                problem=problem,
                loose=problem not in {line.refused, line.passed_over, line.suppression.problem},
                suppressed=line.suppression.reason,
                suppressed_codes=line.suppression.codes,
            )
