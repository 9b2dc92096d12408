"""Evidence: the one argument of every rule. A new fact is a new field; no signature changes."""

from driftguard.errors import FactUnavailable
from driftguard.finding import IgnoreUse, Skip
from driftguard.model import (
    Declaration,
    Environment,
    Lock,
    PendingChange,
    SourceState,
    Unavailable,
    Vulnerability,
)
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # `lint` has facts that need neither
    from typing import TypeVar

    from driftguard.binary import Binaries
    from driftguard.compare import Comparison
    from driftguard.host import Host
    from driftguard.integrity import Integrity
    from driftguard.mend import Mender
    from driftguard.probes import Probes

    T = TypeVar("T")

NOT_GATHERED = Unavailable("the rule does not declare that it needs this fact")


class Evidence(NamedTuple):
    """All that is known. Each fact is there, or `Unavailable` with the reason.

    `stale_lock` is None when the lock
    fits its manifests, else what uv says of it; `skipped` and `ignores` come from `judge` itself.
    """

    lock: Lock | Unavailable = NOT_GATHERED
    environment: Environment | Unavailable = NOT_GATHERED
    comparison: "Comparison | Unavailable" = NOT_GATHERED
    mender: "Mender | Unavailable" = NOT_GATHERED
    sources: tuple[SourceState, ...] | Unavailable = NOT_GATHERED
    binaries: "Binaries | Unavailable" = NOT_GATHERED
    integrity: "Integrity | Unavailable" = NOT_GATHERED
    host: "Host | Unavailable" = NOT_GATHERED
    probes: "Probes | Unavailable" = NOT_GATHERED
    declarations: tuple[Declaration, ...] | Unavailable = NOT_GATHERED
    stale_lock: str | Unavailable | None = NOT_GATHERED
    pending: tuple[PendingChange, ...] | Unavailable = NOT_GATHERED
    vulnerabilities: tuple[Vulnerability, ...] | Unavailable = NOT_GATHERED
    skipped: tuple[Skip, ...] | Unavailable = NOT_GATHERED
    ignores: tuple[IgnoreUse, ...] | Unavailable = NOT_GATHERED


def known(fact: "T | Unavailable") -> "T":
    """Return a fact that is there; raise FactUnavailable, which makes `judge` skip the rule, if it is not."""
    if isinstance(fact, Unavailable):
        raise FactUnavailable(fact.reason)
    return fact
