"""Compose YAML into nodes that know their place, bounded in depth and number.

By events and not by PyYAML's own composer: that recurses without bound, keeps no limit on nodes
and takes the last of two equal keys. Aliases lead to the node they name, which is never copied.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from driftguard.errors import InputError
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import yaml

DEEPEST = 60
MOST_NODES = 100_000


class Node(NamedTuple):
    """A scalar (`text`), a list (`items`) or a mapping (`pairs`); `line` and `column` are 1-based."""

    line: int
    column: int
    text: str | None = None
    items: tuple["Node", ...] | None = None
    pairs: tuple[tuple["Node", "Node"], ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is written here."""
        return self.text == ""


def compose(text: str, path: Path) -> Node | None:
    """Return the root of the one document in `text`, None when there is none. Raises InputError."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Composer(yaml.parse(text, Loader=loader), path).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise InputError(f"not YAML: {error.problem or error.context}", path=path, line=line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(f"not YAML: {error.reason}", path=path, line=line) from None


class _Composer:
    """Turns events into nodes; `open` holds the collections that are not finished."""

    def __init__(self, events: Iterator[Any], path: Path) -> None:
        self.events = events
        self.path = path
        self.anchors: dict[str, Node] = {}
        self.open: list[tuple[yaml.CollectionStartEvent, list[Node]]] = []
        self.count = 0
        self.roots: list[Node] = []

    def document(self) -> Node | None:
        """Return the root node."""
        import yaml

        for event in self.events:
            if isinstance(event, yaml.ScalarEvent):
                self._add(_node(event, text=event.value), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._add(self._named(event), None)
            elif isinstance(event, yaml.CollectionStartEvent):
                self.open.append((event, []))
                if len(self.open) > DEEPEST:
                    raise self._error(event, f"more than {DEEPEST} levels deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.DocumentStartEvent) and self.roots:
                raise self._error(event, "a second document")
        return self.roots[0] if self.roots else None

    def _close(self) -> None:
        import yaml

        event, children = self.open.pop()
        if isinstance(event, yaml.SequenceStartEvent):
            node = _node(event, items=tuple(children))
        else:
            node = _node(event, pairs=tuple(zip(children[::2], children[1::2], strict=True)))
        self._add(node, event.anchor)

    def _add(self, node: Node, anchor: str | None) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            raise InputError(f"more than {MOST_NODES:,} values", path=self.path, line=node.line)
        if anchor:
            self.anchors[anchor] = node
        (self.open[-1][1] if self.open else self.roots).append(node)

    def _named(self, event: "yaml.AliasEvent") -> Node:
        # An anchor is known once its node is finished, so that nothing can hold itself.
        if event.anchor not in self.anchors:
            raise self._error(event, "an alias of nothing that stands before it")
        return self.anchors[event.anchor]

    def _error(self, event: "yaml.Event", message: str) -> InputError:
        return InputError(message, path=self.path, line=_node(event).line)


def _node(
    event: "yaml.Event",
    *,
    text: str | None = None,
    items: tuple[Node, ...] | None = None,
    pairs: tuple[tuple[Node, Node], ...] | None = None,
) -> Node:
    mark = event.start_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Node(line=line, column=column, text=text, items=items, pairs=pairs)
