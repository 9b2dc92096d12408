"""The environment that causes are held against, with what the rules say of it."""

from collections.abc import Sequence

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding
from driftguard.mend import Mender
from driftguard.model import Environment, Installed, Lock, normalized
from driftguard.record import NamedTuple


class Seen(NamedTuple):
    """The environment that was looked at, and what the rules say of it.

    `given` is how `--python` names it; `whole` says whether all its native code could be judged.
    """

    environment: Environment
    lock: Lock
    mender: Mender
    findings: tuple[Finding, ...]
    missing: frozenset[str]
    given: str
    whole: bool

    def of(self, name: str) -> Installed | None:
        """Return the distribution of a normalised name that the interpreter finds."""
        there = (*self.environment.installed, *self.environment.inherited)
        return next((one for one in there if one.name == name), None)

    def locked(self, name: str) -> str:
        """Return the locked version, `without a version` for what is no pin, empty for neither."""
        versions = [one.version or "without a version" for one in self.lock.packages if one.name == name]
        return ", ".join(dict.fromkeys(versions))

    def about(self, name: str) -> list[Finding]:
        """Return the findings on a distribution."""
        return [one for one in self.findings if normalized(one.subject) == name and not one.unknown]


def seen_of(evidence: Evidence, findings: Sequence[Finding], given: str) -> Seen:
    """Return what confirmers look at. Raises FactUnavailable."""
    comparison = known(evidence.comparison)
    return Seen(
        environment=known(evidence.environment),
        lock=known(evidence.lock),
        mender=known(evidence.mender),
        findings=tuple(findings),
        missing=frozenset(entry.locked.name for entry in comparison.missing),
        given=given,
        whole=not any(one.unknown and one.code in {"DG314", "DG903"} for one in findings),
    )
