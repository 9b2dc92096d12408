"""Read a requirements file as a lock: what it pins, and what it leaves open."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from driftguard.locks.requirements_settled import Answer, Ask, Target, settle
from driftguard.model import Declaration, Edge, Excuse, Lock, Locked, LockFormat, Origin, Place, SourceKind
from driftguard.requirement_lines.forms import INDEX, Wanted, unquoted, wanted
from driftguard.requirement_lines.links import UnreadableError
from driftguard.requirement_lines.nouns import UNREADABLE, RequirementLine
from driftguard.requirement_lines.pins import NO_VERSION
from driftguard.requirement_lines.reader import identity
from driftguard.requirement_lines.reader import read as read_lines
from driftguard.untrusted import redacted

_SUFFIXES = (".in", ".lock", ".pip", ".txt")
"""Of files that people name as requirements."""
UNFIT = "is not a constraint pip can use"


def read(path: Path, environ: Mapping[str, str], *, named: Iterable[Path] = ()) -> Lock:
    """Return a requirements file and its includes as a lock with one root that has no name.

    `environ` fills in `${NAME}`. A relative path is looked for beside the file that names it, then
    in the working directory. Of an included file, unless it is one of `named`, no text is shown that
    names nothing. Raises InputError where the files cannot be read at all; a line that pip would
    refuse is in `unpinned` instead, and what it brings is not in the graph.
    """
    asks = tuple(map(_ask, _once(read_lines(path, environ, named=named))))
    answers = tuple(map(_guarded, settle(asks)))
    targets = [target for answer in answers for target in answer.targets]
    packages = _packages(targets)
    root = Locked(
        name="",
        version=None,
        origin=Origin(kind=SourceKind.VIRTUAL),
        place=Place(path=path),
        edges=_edges(targets, packages),
    )
    return Lock(
        path=path,
        format=LockFormat.REQUIREMENTS,
        packages=(root, *(one for group in packages.values() for one in group)),
        members=("",),
        root="",
        unpinned=tuple(dict.fromkeys(_declarations(answers))),
        excuses=tuple(dict.fromkeys(_excuses(asks, answers))),
    )


def _once(lines: Iterable[RequirementLine]) -> Iterable[RequirementLine]:
    """Return the lines without those that stand here because their file is included again."""
    known: dict[tuple[str, int, int, bool], RequirementLine] = {}
    for line in lines:
        known.setdefault((identity(line.path), line.line, line.column, line.constraint), line)
    return known.values()


def _ask(line: RequirementLine) -> Ask:
    problems = tuple(filter(None, (line.refused, line.passed_over, line.suppression.problem)))
    if line.refused or not line.expanded:
        return Ask(line=_unnamed(line), wanted=None, problems=problems)
    shown = "" if line.has_secrets else line.text
    try:
        found = wanted(line.expanded, (line.path.parent, Path()), shown=shown, editable=line.editable)
    except UnreadableError as error:
        refused = UNREADABLE if line.has_secrets or line.included else f"{UNREADABLE}: {error}"
        return Ask(line=_unnamed(line), wanted=None, problems=(refused, *problems))
    if line.included and not found.name:
        line, found = _unnamed(line), unquoted(found)
    if line.constraint and (unfit := _unfit(line, found)):
        return Ask(line=line, wanted=None, problems=(f"{UNFIT}: {unfit}", *problems))
    return Ask(line=line, wanted=found, problems=problems)


def _unnamed(line: RequirementLine) -> RequirementLine:
    """Return a line that names nothing as it may be shown; an included one may be of any file at all."""
    return line._replace(text=f"line {line.line}") if line.included else line


def _guarded(answer: Answer) -> Answer:
    """Return an answer that names nothing where its line is as likely a password as a requirement.

    A bare word can be either: one out of a variable is not told, nor one of an included file unless that
    is named as requirements are.
    """
    line = answer.line
    doubtful = line.has_secrets or (line.included and line.path.suffix not in _SUFFIXES)
    if not doubtful or NO_VERSION not in answer.problems:
        return answer
    return answer._replace(line=_unnamed(line), name="", targets=())


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
        packages.setdefault(name, []).append(locked if "" in markers else locked._replace(markers=markers))
    return packages


def _edges(targets: Iterable[Target], packages: Mapping[str, list[Locked]]) -> tuple[Edge, ...]:
    """Return what the lines ask for; those that differ in extras alone are one edge, with all extras."""
    extras: dict[Edge, set[str]] = {}
    for target in targets:
        edge = _edge(target, packages)
        extras.setdefault(edge._replace(extras=()), set()).update(edge.extras)
    return tuple(edge._replace(extras=tuple(sorted(names))) for edge, names in extras.items())


def _edge(target: Target, packages: Mapping[str, list[Locked]]) -> Edge:
    edge = target.edge
    if edge.version is None and edge.origin == INDEX and len(packages[edge.name]) > 1:
        # With an origin and no version it would lead to every version of that origin.
        return edge._replace(origin=None)
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
            )


def _excuses(asks: Iterable[Ask], answers: Iterable[Answer]) -> Iterator[Excuse]:
    for ask, answer in zip(asks, answers, strict=True):
        line, accepted = ask.line, ask.line.suppression
        if accepted.codes and not _settled_outside(ask, answer):
            yield Excuse(path=line.path, line=line.line, codes=accepted.codes, reason=accepted.reason)


def _settled_outside(ask: Ask, answer: Answer) -> bool:
    """Say whether an included line has no problem here, but may have one where its file is read by itself."""
    own = ask.wanted.problem if ask.wanted else ""
    return ask.line.included and bool(own) and not answer.problems
