"""Write down what is expected and why: as text, or as JSON (docs/expect.schema.json)."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from driftguard.model import Declaration, Lock, Locked, SourceKind
from driftguard.reasons import Explained, Kind, Reason
from driftguard.record import NamedTuple
from driftguard.untrusted import printable

VERSION = 0
FEW = 3
"""Reasons that a list tells of one package."""
LONGEST_PATH = 6
"""Names of a path that a list shows."""
WIDEST = (28, 14, 12)
"""Characters that the columns of name, version and origin take at most."""
LONGEST_TEXT = 120
"""Characters of a reason's text that a list shows."""


class Named(NamedTuple):
    """The target: its marker values, and where they come from."""

    markers: Mapping[str, str]
    origin: str

    def __str__(self) -> str:
        known = self.markers.get
        version = known("python_full_version") or known("python_version") or "of unknown version"
        python = f"{known('platform_python_implementation') or 'Python'} {version}"
        system = known("sys_platform") or "an unknown platform"
        machine = known("platform_machine")
        return f"{python} on {system} ({machine})" if machine else f"{python} on {system}"


class Answer(NamedTuple):
    """What `driftguard expect` says. `unread` are lines of a requirements file that name no package."""

    lock: Lock
    path: str
    selection: tuple[str, ...]
    target: Named
    notes: tuple[str, ...]
    packages: tuple[Explained, ...]
    unread: tuple[Declaration, ...]
    in_detail: bool

    @property
    def is_decided(self) -> bool:
        """Say whether nothing is left open."""
        return not self.unread and all(one.expected is not None for one in self.packages)

    def number(self, *, verdict: bool | None) -> int:
        """Return how many packages have this verdict."""
        return sum(one.expected is verdict for one in self.packages)


def text(answer: Answer) -> str:
    """Return the answer for a terminal: what is expected, what is not, and a last line that counts."""
    words = " ".join(answer.selection)
    lines = [
        "driftguard expect",
        f"  target  {answer.target}, {answer.target.origin}",
        f"  lock    {answer.path}{f' ({words})' if words else ''}",
    ]
    written = _in_detail if answer.in_detail else _List(answer.packages).lines
    for title, verdict in (("expected", True), ("not expected", False), ("undecided", None)):
        chosen = [one for one in answer.packages if one.expected is verdict]
        section = [line for one in chosen for line in written(one)]
        if verdict is None:
            section += [f"  a line  {line.problem} ({line.path}:{line.line})" for line in answer.unread]
        lines += ["", title, *section] if section else []
    left = answer.number(verdict=None) + len(answer.unread)
    asked = "packages asked about are" if answer.in_detail else "locked packages"
    counted = f"{answer.number(verdict=True)} of {len(answer.packages)} {asked} expected"
    lines += ["", f"{counted}, {left} undecided" if left else counted]
    return "".join(f"{printable(line)}\n" for line in lines)


class _List:
    """One line a package and reason, in columns as wide as the packages that are shown."""

    def __init__(self, packages: Iterable[Explained]) -> None:
        rows = [_row(one.locked) for one in packages]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        self.widths = list(map(min, widths, WIDEST))

    def lines(self, one: Explained) -> Iterator[str]:
        cells = zip(_row(one.locked), self.widths, strict=True)
        head = f"  {'  '.join(f'{cell:<{width}}' for cell, width in cells if width)}  "
        reasons = one.because[: 1 if one.expected else FEW]
        for number, reason in enumerate(reasons):
            start = f"{head}because " if number == 0 else f"{' ' * len(head)}    and "
            yield start + _sentence(reason, in_detail=False)
        more = len(one.because) - len(reasons)
        if more and not one.expected:
            yield f"{' ' * len(head)}    and {'at least ' if one.more else ''}{more} more"


def _in_detail(one: Explained) -> Iterator[str]:
    """A package on a line of its own, below it all its reasons in full."""
    name, version, _ = _row(one.locked)
    origin = one.locked.origin
    where = "" if origin.kind is SourceKind.REGISTRY else f"  {origin.kind} {origin.location} {origin.commit}"
    yield f"  {name}  {version}{where}".rstrip()
    for number, reason in enumerate(one.because):
        yield f"    {'because' if number == 0 else '    and'} {_sentence(reason, in_detail=True)}"
    if one.more:
        yield "        and more"


def _row(locked: Locked) -> tuple[str, str, str]:
    kind = locked.origin.kind
    commit = f" {locked.origin.commit[:8]}" if locked.origin.commit else ""
    return locked.name, locked.version or "-", "" if kind is SourceKind.REGISTRY else f"{kind}{commit}"


def _sentence(reason: Reason, *, in_detail: bool) -> str:
    path = _path(reason, in_detail=in_detail)
    whole = in_detail or reason.kind is Kind.UNKNOWN
    said = reason.text if whole else textwrap.shorten(reason.text, LONGEST_TEXT, placeholder="…")
    if reason.kind is Kind.PATH:
        return f"{path} {said}".rstrip()
    option = f" ({reason.option})" if reason.option else ""
    return f"{said}{option}: {path}" if len(reason.path) + len(reason.beyond) > 1 else f"{said}{option}"


def _path(reason: Reason, *, in_detail: bool) -> str:
    """Return `shop → flask → click ↛ colorama`: the broken arrow is where it was stopped."""
    came, beyond = " → ".join(_few(reason.path, in_detail)), " → ".join(_few(reason.beyond, in_detail))
    return f"{came} ↛ {beyond}" if came and beyond else came or beyond


def _few(names: tuple[str, ...], in_detail: bool) -> tuple[str, ...]:  # noqa: FBT001
    half = LONGEST_PATH // 2
    return names if in_detail or len(names) <= LONGEST_PATH else (*names[:half], "…", *names[-half:])


def json(answer: Answer) -> str:
    """Return the answer as one JSON object."""
    from json import dumps

    document: dict[str, Any] = {
        "schema": {"name": "driftguard-expect", "version": VERSION},
        "lock": answer.path,
        "selection": list(answer.selection),
        "target": {
            "name": str(answer.target),
            "origin": answer.target.origin,
            "markers": dict(answer.target.markers),
        },
        "notes": list(answer.notes),
        "summary": {
            "locked": len(answer.packages),
            "expected": answer.number(verdict=True),
            "not_expected": answer.number(verdict=False),
            "undecided": answer.number(verdict=None) + len(answer.unread),
        },
        "packages": [_package(one) for one in answer.packages],
        "unread": [
            {"path": str(line.path), "line": line.line, "problem": line.problem} for line in answer.unread
        ],
    }
    return dumps(_printable(document), indent=2, ensure_ascii=False) + "\n"


def _package(one: Explained) -> dict[str, Any]:
    origin = one.locked.origin
    return {
        "name": one.locked.name,
        "version": one.locked.version,
        "source": {
            "kind": origin.kind.value,
            "location": origin.location or None,
            "commit": origin.commit or None,
        },
        "expected": one.expected,
        "because": [_reason(reason) for reason in one.because],
        "more": one.more,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.kind.value,
        "path": list(reason.path),
        "beyond": list(reason.beyond),
        "markers": list(reason.markers),
        "option": reason.option or None,
        "text": reason.text or None,
    }


def _printable(value: object) -> object:
    """Return the value with every text in it made printable: no field can be forgotten."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {printable(key): _printable(item) for key, item in value.items()}
        case list():
            return [_printable(item) for item in value]
        case _:
            return value


RENDERERS: Mapping[str, Callable[[Answer], str]] = {"text": text, "json": json}
