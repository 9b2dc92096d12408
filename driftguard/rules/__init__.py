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
    "DG401": "integrity.changed_file",
    "DG402": "integrity.missing_file",
    "DG403": "integrity.no_record",
    "DG404": "integrity.unowned_file",
    "DG405": "integrity.startup_code",
    "DG406": "integrity.owned_twice",
    "DG407": "integrity.foreign_shebang",
    "DG408": "integrity.linked_edit",
    "DG409": "integrity.other_than_locked",
    "DG410": "integrity.unanchored",
    "DG411": "integrity.other_bytecode",
    "DG501": "host.not_virtual",
    "DG502": "host.moved_base",
    "DG503": "host.other_python",
    "DG504": "host.other_python_version",
    "DG505": "host.python_path",
    "DG506": "host.user_site",
    "DG507": "host.system_site",
    "DG508": "host.headless",
    "DG509": "host.threads",
    "DG510": "host.encoding",
    "DG511": "host.time_zone",
    "DG512": "host.disk",
    "DG513": "host.not_writable",
    "DG514": "host.missing_variable",
    "DG515": "host.clock",
    "DG516": "host.loaded_code",
    "DG601": "probes.failed",
    "DG602": "probes.crashed",
    "DG603": "probes.hung",
    "DG604": "probes.warned",
    "DG605": "probes.untried",
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
