"""Write down what native code asks for: as text, as Markdown, or as JSON (docs/abi.schema.json)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from driftguard.abi import Constraint, Range, constraints, effective
from driftguard.binary import Binaries, NumpyRuntime
from driftguard.commands.what_if import Outlook
from driftguard.finding import Finding, Report
from driftguard.model import Environment
from driftguard.record import NamedTuple
from driftguard.reporters import markdown
from driftguard.reporters import render as written
from driftguard.untrusted import printable

VERSION = 0
HEADINGS = ("distribution", "version", "modules", "numpy", "built for", "python", "glibc")
WIDEST = 36
"""Characters that a column takes at most."""
_NOTHING = Constraint("", floor="", cap="", generation=0, suspect=False, tags=(), glibc="", modules=0)


class Table(NamedTuple):
    """What is shown of an environment: `rows` are those asked about, the ranges are of all there is.

    `careful` also keeps NumPy 2 from what would silently misread it.
    """

    rows: tuple[Constraint, ...]
    versions: Mapping[str, str]
    numpy: NumpyRuntime | None
    range: Range
    careful: Range


def table(environment: Environment, binaries: Binaries, names: Sequence[str] = ()) -> Table:
    """Return the table of an environment, or of what is named."""
    found = {one.distribution: one for one in constraints(binaries)}
    return Table(
        rows=tuple(found.get(name, _NOTHING._replace(distribution=name)) for name in names or found),
        versions={one.name: one.version or "" for one in (*environment.inherited, *environment.installed)},
        numpy=binaries.numpy,
        range=effective(found.values()),
        careful=effective(found.values(), suspects=True),
    )


def render(report: Report, kind: str, shown: Table, outlook: Outlook | None) -> str:
    """Return the report in one of FORMATS: with the table, or with the answer to what was asked."""
    match kind:
        case "text":
            return _foretold(report, outlook) if outlook else _text(report, shown)
        case "markdown":
            return _with_answer(report, outlook) if outlook else _markdown(report, shown)
        case "json":
            return _json(report, shown, outlook)
        case _:
            answer = f"{printable(str(outlook))}\n" if outlook else ""
            return answer + written(report, kind)


def _text(report: Report, shown: Table) -> str:
    """Put the table between what was judged and what was found."""
    head, _, rest = written(report, "text").partition("\n\n")
    return "\n".join([head, "", *_aligned(shown), "", *map(printable, _on_numpy(shown)), "", rest])


def _foretold(report: Report, outlook: Outlook) -> str:
    """Put the answer before the report, and before its last line what else would change."""
    body, _, summary = written(report, "text").rstrip("\n").rpartition("\n")
    lines = [printable(str(outlook)), "", body]
    if outlook.mended:
        lines += ["would be mended", *(f"  {printable(str(one))}" for one in outlook.mended), ""]
    if outlook.remaining:
        lines += [f"as today: {len(outlook.remaining)} more, which `driftguard abi` tells", ""]
    return "\n".join([*lines, summary]) + "\n"


def _markdown(report: Report, shown: Table) -> str:
    lines = ["", f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    lines += [
        f"| {' | '.join(markdown.code(printable(cell)) for cell in _cells(one, shown))} |"
        for one in shown.rows
    ]
    lines += ["", *(f"* {markdown.escaped(printable(line))}" for line in _on_numpy(shown))]
    return written(report, "markdown") + "\n".join(lines) + "\n"


def _with_answer(report: Report, outlook: Outlook) -> str:
    return written(report._replace(facts=(("answer", str(outlook)), *report.facts)), "markdown")


def _json(report: Report, shown: Table, outlook: Outlook | None) -> str:
    import json

    document: dict[str, Any] = json.loads(written(report, "json"))
    document["schema"] = {"name": "driftguard-abi", "version": VERSION}
    document["numpy"] = _numpy(shown)
    document["distributions"] = [_row(one, shown.versions) for one in shown.rows]
    document["what_if"] = _what_if(outlook) if outlook else None
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _aligned(shown: Table) -> list[str]:
    if not shown.rows:
        return ["no native code is here"]
    rows = [HEADINGS, *(tuple(map(printable, _cells(one, shown))) for one in shown.rows)]
    widths = [min(max(map(len, column)), WIDEST) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cells(one: Constraint, shown: Table) -> tuple[str, ...]:
    bounds = ",".join(filter(None, (one.floor and f">={one.floor}", one.cap and f"<{one.cap}")))
    generation = f"NumPy {one.generation}" if one.generation else ""
    return (
        one.distribution,
        shown.versions.get(one.distribution, ""),
        str(one.modules),
        bounds or "-",
        f"{generation}{'?' if one.suspect else ''}" or "-",
        ", ".join(dict.fromkeys("-".join(tag.split("-")[:2]) for tag in one.tags)) or "-",
        one.glibc or "-",
    )


def _on_numpy(shown: Table) -> Iterator[str]:
    """Say which NumPy all of it runs on, and which is here."""
    bounded = shown.range.floor or shown.range.cap
    yield str(shown.range) if bounded else "nothing here bounds NumPy"
    if shown.range.empty:
        yield "no NumPy is in that range"
    if shown.careful != shown.range:
        yield f"{shown.careful}, because it may silently misread NumPy 2"
    there = shown.numpy
    if there:
        yield f"NumPy {there.version} (ABI {there.abi}, C API {there.api:#x}) is installed"
    else:
        yield f"{'an unreadable' if 'numpy' in shown.versions else 'no'} NumPy is installed"


def _row(one: Constraint, versions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": printable(one.distribution),
        "version": printable(versions.get(one.distribution, "")) or None,
        "modules": one.modules,
        "numpy": {
            "floor": printable(one.floor) or None,
            "cap": printable(one.cap) or None,
            "generation": one.generation or None,
            "may_misread": one.suspect,
        },
        "tags": list(map(printable, one.tags)),
        "glibc": printable(one.glibc) or None,
    }


def _numpy(shown: Table) -> dict[str, Any]:
    there = shown.numpy
    return {
        "installed": {"version": printable(there.version), "abi": there.abi, "api": there.api}
        if there
        else None,
        "range": _range(shown.range),
        "careful_range": _range(shown.careful),
    }


def _range(one: Range) -> dict[str, Any]:
    return {
        "requirement": printable(one.requirement),
        "empty": one.empty,
        "floor_from": printable(one.floor_from) or None,
        "cap_from": printable(one.cap_from) or None,
    }


def _what_if(outlook: Outlook) -> dict[str, Any]:
    return {
        "answer": printable(str(outlook)),
        "changes": [
            {
                "name": one.name,
                "installed": printable(one.installed) or None,
                "candidate": printable(one.candidate),
            }
            for one in outlook.changes
        ],
        "mended": [_told(one) for one in outlook.mended],
        "remaining": [_told(one) for one in outlook.remaining],
    }


def _told(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity.label,
        "unknown": one.unknown,
        "subject": printable(one.subject),
        "message": printable(one.message),
    }
