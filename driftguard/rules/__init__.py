"""The rules: one module each, listed here and nowhere else.

A rule module is its page (the docstring), `RULE` and `check`.
"""

from collections.abc import Iterable
from typing import Protocol

from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule
from driftguard.rules.conformity import (
    duplicate,
    extraneous,
    interpreter,
    leftover,
    missing,
    other_origin,
    other_selection,
    other_version,
    undecided,
    unmet,
    unreadable,
    unseen,
    wheel_tags,
)
from driftguard.rules.declarations import stale_lock, unpinned
from driftguard.rules.own import expired_ignore, skipped, unused_ignore
from driftguard.rules.upstream import pending, unaudited, vulnerable


class RuleModule(Protocol):
    """What a module in this package has to have."""

    __doc__: str | None
    RULE: Rule

    def check(self, evidence: Evidence) -> Iterable[Finding]:
        """Judge; pure."""


RULES: tuple[RuleModule, ...] = (
    missing,
    other_version,
    other_origin,
    extraneous,
    other_selection,
    duplicate,
    unreadable,
    leftover,
    interpreter,
    wheel_tags,
    unmet,
    undecided,
    unseen,
    unpinned,
    stale_lock,
    vulnerable,
    unaudited,
    pending,
    expired_ignore,
    unused_ignore,
    skipped,
)
