"""The rules: one module each, listed here and nowhere else.

A rule module is its page (the docstring), `RULE` and `check`.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module

from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

MODULES: Mapping[str, str] = {
    "DG101": "conformity.missing",
    "DG102": "conformity.other_version",
    "DG103": "conformity.other_origin",
    "DG104": "conformity.extraneous",
    "DG105": "conformity.other_selection",
    "DG106": "conformity.duplicate",
    "DG107": "conformity.unreadable",
    "DG108": "conformity.leftover",
    "DG109": "conformity.interpreter",
    "DG110": "conformity.wheel_tags",
    "DG111": "conformity.unmet",
    "DG112": "conformity.undecided",
    "DG113": "conformity.unseen",
    "DG114": "conformity.stale_source",
    "DG201": "declarations.unpinned",
    "DG202": "declarations.stale_lock",
    "DG301": "binary.numpy_abi",
    "DG302": "binary.numpy_api",
    "DG303": "binary.type_size",
    "DG304": "binary.numpy_pybind11",
    "DG305": "binary.python_tag",
    "DG306": "binary.python_symbol",
    "DG307": "binary.unloadable",
    "DG308": "binary.missing_library",
    "DG309": "binary.library_version",
    "DG310": "binary.libxml2",
    "DG311": "binary.cpu_baseline",
    "DG312": "binary.openmp",
    "DG313": "binary.known_pair",
    "DG314": "binary.unread",
    "DG701": "upstream.vulnerable",
    "DG702": "upstream.unaudited",
    "DG703": "upstream.pending",
    "DG901": "own.expired_ignore",
    "DG902": "own.unused_ignore",
    "DG903": "own.skipped",
}
"""The module of each rule by its code, in the order in which they speak. Only chosen ones are loaded."""


class RuleModule(Protocol):
    """What a module in this package has to have."""

    __doc__: str | None
    RULE: Rule

    def check(self, evidence: Evidence) -> Iterable[Finding]:
        """Judge; pure."""


def load(code: str) -> RuleModule:
    """Return the module of one rule."""
    module: RuleModule = import_module(f"driftguard.rules.{MODULES[code]}")
    return module


def every() -> tuple[RuleModule, ...]:
    """Return the modules of all rules."""
    return tuple(map(load, MODULES))
