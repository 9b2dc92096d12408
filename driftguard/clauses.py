"""Markers as a reader wants them: uv's encoded extras and groups in words, without what cannot be.

A lock with conflicts carries in nearly every marker `or (extra == 'extra-4-shop-cpu' and extra ==
'extra-4-shop-gpu')`, for selections that it refuses.
"""

import re
from collections.abc import Iterable

from driftguard.model import ConflictItem

_WORD = re.compile(r"'[^']*'|\"[^\"]*\"|[()]|\bor\b")
_EXTRA = re.compile(r"\bextra\s*(==|!=)\s*(?:'([^']*)'|\"([^\"]*)\")")
_ENCODED = re.compile(r"(extra|group|project)-(\d{1,3})-(.*)\Z", re.DOTALL)


def alternatives(marker: str) -> list[str]:
    """Return the clauses that a marker joins by `or`, without the brackets around each."""
    depth, start, found = 0, 0, []
    for word in _WORD.finditer(marker):
        depth += {"(": 1, ")": -1}.get(word[0], 0)
        if word[0] == "or" and depth == 0:
            found.append(marker[start : word.start()])
            start = word.end()
    return [_bare(clause.strip()) for clause in (*found, marker[start:])]


def possible(marker: str, conflicts: Iterable[Iterable[ConflictItem]]) -> str:
    """Return `marker` without the alternatives that ask for two sides of a conflict at once.

    Where that would leave nothing it is returned as it is.
    """
    clauses = alternatives(marker)
    kept = [clause for clause in clauses if not _torn(clause, conflicts)]
    if len(kept) == len(clauses) or not kept:
        return marker
    return " or ".join(f"({clause})" if len(kept) > 1 and " and " in clause else clause for clause in kept)


def favoured(marker: str) -> str:
    """Return `marker` with every question for an extra or group answered as it wishes.

    Markers have no negation: where this is false, `marker` is, whatever is selected.
    """
    return _EXTRA.sub("extra != ''", marker)


def worded(marker: str) -> str:
    """Return `marker` with `extra == 'extra-4-shop-cpu'` as `shop[cpu] selected`."""
    return _EXTRA.sub(_in_words, marker)


def items(marker: str) -> dict[str, ConflictItem]:
    """Return the extras, groups and projects that `marker` asks about, by the names that it has for them."""
    names = (match[2] or match[3] or "" for match in _EXTRA.finditer(marker))
    return {name: item for name in names if (item := decoded(name))}


def decoded(text: str) -> ConflictItem | None:
    """Return what `extra-4-shop-cpu`, `group-4-shop-dev` or `project-4-shop` stands for."""
    match = _ENCODED.match(text)
    if not match:
        return None
    kind, rest = match[1], match[3]
    length = int(match[2])
    package, name = rest[:length], rest[length + 1 :]
    return ConflictItem(
        package=package, extra=name if kind == "extra" else "", group=name if kind == "group" else ""
    )


def _in_words(match: re.Match[str]) -> str:
    item = decoded(match[2] or match[3] or "")
    if not item:
        return match[0]
    name = f"{item.package}[{item.extra}]" if item.extra else item.package
    name = f"{item.package}:{item.group}" if item.group else name
    return f"{name} selected" if match[1] == "==" else f"{name} not selected"


def _torn(clause: str, conflicts: Iterable[Iterable[ConflictItem]]) -> bool:
    if any(word[0] == "or" for word in _WORD.finditer(clause)):
        return False
    asked = {decoded(match[2] or match[3] or "") for match in _EXTRA.finditer(clause) if match[1] == "=="}
    return len(asked) > 1 and any(len(asked.intersection(group)) > 1 for group in conflicts)


def _bare(clause: str) -> str:
    """Return `clause` without brackets that enclose the whole of it."""
    if not (clause.startswith("(") and clause.endswith(")")):
        return clause
    depth = 0
    for word in _WORD.finditer(clause):
        depth += {"(": 1, ")": -1}.get(word[0], 0)
        if depth == 0:
            return _bare(clause[1:-1].strip()) if word.end() == len(clause) else clause
    return clause
