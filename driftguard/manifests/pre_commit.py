"""Read `additional_dependencies` of `.pre-commit-config.yaml`: which of them are not pinned."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from driftguard.errors import InputError, UsageError
from driftguard.manifests.yaml_nodes import Node, compose
from driftguard.model import Declaration, Excuse
from driftguard.record import NamedTuple
from driftguard.requirement_lines import options
from driftguard.requirement_lines.forms import wanted
from driftguard.requirement_lines.links import UnreadableError
from driftguard.requirement_lines.nouns import UNREADABLE
from driftguard.requirement_lines.suppression import Suppression, suppression
from driftguard.requirement_lines.text import refuse_binary, refuse_conflict
from driftguard.untrusted import redacted

KEY = "additional_dependencies"
NAMES = frozenset({".pre-commit-config.yaml", ".pre-commit-config.yml"})
LARGEST = 1024 * 1024
MOST_STEPS = 5_000
"""Entries and hooks that are looked at; aliases can make more of them than the file has characters."""

_PYTHON = frozenset({"python", "python_venv"})
_FOREIGN = re.compile(r"@[^/]+/.+|[^@\s]+@(?![^@]*://)[^/\s#]+")  # `@scope/name`, `name@1.2`
_PATH = (".", "/")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def additional_dependencies(text: str, path: Path) -> tuple[tuple[Declaration, ...], tuple[Excuse, ...]]:
    """Return the Python requirements among all hooks' dependencies that are not pinned exactly.

    The second part are the excuses in the lines of all of them, pinned or not. A hook of another
    language is left alone; where only the hook's own repository tells the language, so are entries
    that are written as another language writes them. Raises InputError where the file is not what
    pre-commit reads, UsageError where it is something else altogether.
    """
    refuse_binary(text, path)
    refuse_conflict(text, path)
    if len(text) > LARGEST:
        raise InputError(f"larger than {LARGEST // 1024} KiB", path=path)
    reader = _Reader(path, _LINE_BREAK.split(text))
    entries = tuple(entry for hook in reader.hooks(_root(text, path)) for entry in reader.entries(hook))
    # A list under an anchor is read once for each hook that names it.
    return tuple(dict.fromkeys(_declarations(entries, path))), tuple(dict.fromkeys(_excuses(entries, path)))


def _root(text: str, path: Path) -> Node:
    """Return the root of what is, by its name or by what it holds, a configuration of pre-commit."""
    root = compose(text, path)
    if path.name not in NAMES and not (root and any(name.text == "repos" for name, _ in root.pairs or ())):
        hint = "requirements files and .pre-commit-config.yaml are"
        raise UsageError(f"`{path}` is not linted", hint=hint)
    if root is None:
        raise InputError("is empty, so it has no `repos`", path=path)
    return root


class _Entry(NamedTuple):
    """An entry that is a Python requirement: what it names, what leaves it open, the comment on its line."""

    node: Node
    text: str
    name: str
    problem: str
    comment: Suppression


def _declarations(entries: Iterable[_Entry], path: Path) -> Iterator[Declaration]:
    for entry in entries:
        for problem in filter(None, (entry.problem, entry.comment.problem)):
            yield Declaration(
                name=entry.name,
                text=redacted(entry.text),
                path=path,
                line=entry.node.line,
                column=entry.node.column,
                problem=problem,
                loose=problem == entry.problem,
            )


def _excuses(entries: Iterable[_Entry], path: Path) -> Iterator[Excuse]:
    for entry in entries:
        if entry.comment.codes:
            codes, reason = entry.comment.codes, entry.comment.reason
            yield Excuse(path=path, line=entry.node.line, codes=codes, reason=reason)


class _Reader:
    """Walks the nodes of one file; `steps` bounds the way."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.steps = 0

    def hooks(self, root: Node) -> Iterator[Node]:
        """Yield every hook of every repository."""
        for repo in self._there(root, "repos"):
            yield from self._there(repo, "hooks")

    def entries(self, hook: Node) -> Iterator[_Entry]:
        """Yield the Python requirements of one hook."""
        language = self._get(hook, "language")
        known = language.text if language else None
        if known is not None and known not in _PYTHON:
            return
        nodes = [node for node in self._items(hook, KEY) if node.text]
        if known is None and any(_FOREIGN.fullmatch(node.text or "") for node in nodes):
            return
        for node in nodes:
            entry = self._entry(node, node.text or "")
            if entry and (entry.name or known is not None):
                yield entry

    def _entry(self, node: Node, text: str) -> _Entry | None:
        """Read one entry; None for a path, and for an option that asks for nothing."""
        asked = _editable(text) if text.startswith("-") else text
        if not asked or asked.startswith(_PATH):
            return None
        name = problem = ""
        try:
            read = wanted(asked, (self.path.parent,), shown=asked, editable=asked is not text)
            name, problem = read.name, read.problem
        except UnreadableError as error:
            problem = f"{UNREADABLE}: {error}"
        return _Entry(node, text, name, problem, suppression(self._comment(node)))

    def _comment(self, node: Node) -> str:
        """Return what stands behind an entry on its line; of that only a comment can address driftguard."""
        return self.lines[node.line - 1][node.column + len(node.text or "") - 1 :]

    def _there(self, node: Node, key: str) -> tuple[Node, ...]:
        """Return the list under a key that pre-commit asks for. Raises InputError."""
        if self._get(node, key) is None:
            raise self._error(node, f"has no `{key}`")
        return self._items(node, key)

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


def _editable(option: str) -> str:
    """Return the repository that `-e` names, empty for a folder, which is not pinned, and another option."""
    try:
        named = options.parse(option).values("editable")
    except options.BadOptionError:
        return ""
    return named[0] if named and ("://" in named[0] or "@" in named[0]) else ""
