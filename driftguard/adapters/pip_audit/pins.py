"""Take from requirements what an advisory service can be asked about."""

import re
from pathlib import Path

from driftguard.model import Vulnerability, normalized
from driftguard.record import TYPE_CHECKING, NamedTuple
from driftguard.requirement_lines import options
from driftguard.requirement_lines.logical import logical_lines
from driftguard.untrusted import redacted

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_ASKS = re.compile(r"-[erc]|--(?:editable|requirement|constraint)\b")


class Pin(NamedTuple):
    """What is asked about: one version of one package."""

    name: str
    version: str


def asked(text: str) -> tuple[list[Pin], list[Vulnerability]]:
    """Part requirements into pins and what no service can be asked about, as not audited.

    Raises DriftguardError for what is no requirements file.
    """
    pins: dict[Pin, None] = {}
    skipped: list[Vulnerability] = []
    for line in logical_lines(text, Path("requirements.txt")):
        wanted, option = options.split(line.text)
        requirement = _requirement(wanted)
        if not wanted and not _ASKS.match(option):
            continue
        if requirement is None:
            shown = redacted(wanted or option).strip()
            skipped.append(Vulnerability(name=shown, version="", skipped="it does not tell a version"))
        elif pin := _pin(requirement):
            pins[pin] = None
        else:
            why = "it comes from a URL" if requirement.url else "it is not pinned to one version"
            skipped.append(Vulnerability(name=normalized(requirement.name), version="", skipped=why))
    return list(pins), skipped


def batches(pins: list[Pin]) -> list[list[Pin]]:
    """Spread the versions that a forked lock has of one package: pip-audit refuses two in one file."""
    found: list[dict[str, Pin]] = []
    for pin in pins:
        batch = next((batch for batch in found if pin.name not in batch), None)
        if batch is None:
            found.append(batch := {})
        batch[pin.name] = pin
    return [list(batch.values()) for batch in found]


def _requirement(text: str) -> "Requirement | None":
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None


def _pin(requirement: "Requirement") -> Pin | None:
    from packaging.version import InvalidVersion, Version

    clauses = list(requirement.specifier)
    if requirement.url or len(clauses) != 1 or clauses[0].operator != "==":
        return None
    try:
        return Pin(name=normalized(requirement.name), version=str(Version(clauses[0].version)))
    except InvalidVersion:
        return None
