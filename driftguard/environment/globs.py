"""Files that a glob of `tool.uv.cache-keys` chooses, in a time that no pattern and no name can drive up."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

_MOST_ENTRIES = 20_000
_MOST_CHOICES = 64
_SPECIAL = "*?[{"


def is_glob(name: str) -> bool:
    """Say whether `name` is a pattern rather than one file."""
    return any(character in name for character in _SPECIAL)


def files(source: Path, pattern: str) -> tuple[list[Path], bool]:
    """Return the files below `source` that a pattern chooses, and whether all of them were seen.

    As in a `.gitignore` below the pattern's first plain folders: one without a slash fits in any depth. Sets
    of characters (`[ab]`), nested braces and exclusions are not read: nothing was seen then.
    """
    choices = list(_choices(pattern))
    if len(choices) == _MOST_CHOICES or any(character in pattern for character in "[\\!\0"):
        return [], False
    found: list[Path] = []
    seen = 0
    for choice in choices:
        parts = choice.split("/")
        plain = next((at for at, part in enumerate(parts) if is_glob(part)), len(parts) - 1)
        top, rest = source.joinpath(*parts[:plain]), parts[plain:]
        wanted = rest if len(rest) > 1 else ["**", *rest]
        for folder, below, names in os.walk(top):
            seen += len(names) + len(below)
            if seen > _MOST_ENTRIES:
                return found, False
            inside = Path(folder).relative_to(top).parts
            found += [Path(folder, name) for name in names if _fits((*inside, name), wanted)]
    return found, True


def _choices(pattern: str) -> Iterator[str]:
    """Yield the pattern with each choice of its braces, at most some dozens."""
    waiting, count = [pattern], 0
    while waiting and count < _MOST_CHOICES:
        before, brace, after = waiting.pop().partition("{")
        inside, closed, rest = after.partition("}")
        if not brace or not closed:
            yield before + brace + after
            count += 1
        else:
            waiting += [f"{before}{one}{rest}" for one in inside.split(",")][:_MOST_CHOICES]


def _fits(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Say whether a path fits a pattern, part by part; `**` stands for any number of folders."""
    states = _onward({0}, wanted)
    for part in parts:
        moved = {state for state in states if state < len(wanted) and wanted[state] == "**"}
        moved |= {state + 1 for state in states if state < len(wanted) and _matches(part, wanted[state])}
        states = _onward(moved, wanted)
    return len(wanted) in states


def _onward(states: set[int], wanted: Sequence[str]) -> set[int]:
    reached = set(states)
    for state, part in enumerate(wanted):
        if state in reached and part == "**" and state + 1 < len(wanted):
            reached.add(state + 1)
    return reached


def _matches(name: str, glob: str) -> bool:
    """Match `*` and `?`; on failure only the last `*` takes one character more, which is enough."""
    at = star = resume = 0
    since = -1
    while at < len(name):
        if star < len(glob) and (glob[star] == "?" or glob[star] == name[at]) and glob[star] != "*":
            at, star = at + 1, star + 1
        elif star < len(glob) and glob[star] == "*":
            since, resume, star = star, at, star + 1
        elif since >= 0:
            resume += 1
            at, star = resume, since + 1
        else:
            return False
    return not glob[star:].strip("*")
