"""Read `additional_dependencies` of `.pre-commit-config.yaml`: which of them are not pinned."""

import re
from collections.abc import Iterator
from pathlib import Path

from driftguard.errors import InputError
from driftguard.manifests.yaml_nodes import Node, compose
from driftguard.model import Declaration
from driftguard.requirement_lines.forms import wanted
from driftguard.requirement_lines.links import UnreadableError
from driftguard.requirement_lines.nouns import UNREADABLE
from driftguard.requirement_lines.suppression import suppression
from driftguard.requirement_lines.text import refuse_binary, refuse_conflict
from driftguard.untrusted import redacted

KEY = "additional_dependencies"
LARGEST = 1024 * 1024
MOST_STEPS = 5_000
"""Entries and hooks that are looked at; aliases can make more of them than the file has characters."""

_PYTHON = frozenset({"python", "python_venv"})
_FOREIGN = re.compile(r"@[^/]+/.+|[^@\s]+@(?![^@]*://)[^/\s]+")  # `@scope/name`, `name@1.2`
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def additional_dependencies(text: str, path: Path) -> tuple[Declaration, ...]:
    """Return the Python requirements among all hooks' dependencies that are not pinned exactly.

    Raises InputError where the file is not what pre-commit reads. A hook of another language is
    left alone; where only the hook's own repository tells the language, so are entries that are
    written as another language writes them.
    """
    refuse_binary(text, path)
    refuse_conflict(text, path)
    if len(text) > LARGEST:
        raise InputError(f"larger than {LARGEST // 1024} KiB", path=path)
    if KEY not in text:
        return ()
    root = compose(text, path)
    if root is None:
        return ()
    reader = _Reader(path, _LINE_BREAK.split(text))
    found = (one for hook in reader.hooks(root) for one in reader.declarations(hook))
    # A list under an anchor is read once for each hook that names it.
    return tuple(dict.fromkeys(found))


class _Reader:
    """Walks the nodes of one file; `steps` bounds the way."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.steps = 0

    def hooks(self, root: Node) -> Iterator[Node]:
        """Yield every hook of every repository."""
        for repo in self._items(root, "repos"):
            yield from self._items(repo, "hooks")

    def declarations(self, hook: Node) -> Iterator[Declaration]:
        """Yield what one hook does not pin."""
        language = self._get(hook, "language")
        known = language.text if language else None
        if known is not None and known not in _PYTHON:
            return
        entries = [entry for entry in self._items(hook, KEY) if entry.text]
        if known is None and any(_FOREIGN.fullmatch(entry.text or "") for entry in entries):
            return
        for entry in entries:
            yield from self._entry(entry, entry.text or "", is_python=known is not None)

    def _entry(self, entry: Node, text: str, *, is_python: bool) -> Iterator[Declaration]:
        if text.startswith(("-", ".", "/")):
            return
        name, problem = "", ""
        try:
            read = wanted(text, (self.path.parent,), shown=text)
            name, problem = read.name, read.problem
            judged = is_python or bool(name)
        except UnreadableError as error:
            problem, judged = f"{UNREADABLE}: {error}", is_python
        ignore = suppression(self._comment(entry))
        for one in (problem, ignore.problem) if judged else ():
            if one:
                yield Declaration(
                    name=name,
                    text=redacted(text),
                    path=self.path,
                    line=entry.line,
                    column=entry.column,
                    problem=one,
                    loose=one == problem,
                    suppressed=ignore.reason,
                    suppressed_codes=ignore.codes,
                )

    def _comment(self, entry: Node) -> str:
        """Return what stands behind an entry on its line; of that only a comment can address driftguard."""
        return self.lines[entry.line - 1][entry.column + len(entry.text or "") - 1 :]

    def _items(self, node: Node, key: str) -> tuple[Node, ...]:
        """Return the list under a key, empty when there is none. Raises InputError."""
        found = self._get(node, key)
        if found is None or found.is_empty:
            return ()
        if found.items is None:
            raise self._error(found, f"`{key}` is not a list")
        self.steps += len(found.items)
        if self.steps > MOST_STEPS:
            raise self._error(found, f"more than {MOST_STEPS:,} hooks and dependencies")
        return found.items

    def _get(self, node: Node, key: str) -> Node | None:
        """Return the value of a key, also by way of `<<`. Raises InputError when it stands twice."""
        if node.pairs is None:
            raise self._error(node, f"not a mapping, so it has no `{key}`")
        found = [value for name, value in node.pairs if name.text == key]
        if len(found) > 1:
            raise self._error(found[1], f"`{key}` stands twice in one mapping")
        if found:
            return found[0]
        for name, merged in node.pairs:
            if name.text == "<<":
                for one in merged.items or (merged,):
                    self.steps += 1
                    if self.steps > MOST_STEPS:
                        raise self._error(one, "merged from too many places")
                    if (inherited := self._get(one, key)) is not None:
                        return inherited
        return None

    def _error(self, node: Node, message: str) -> InputError:
        return InputError(message, path=self.path, line=node.line)
