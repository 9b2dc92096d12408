"""Which requirements among installed distributions are not met, as `pip check` asks."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from driftguard.markers import unknown_variables
from driftguard.model import Installed, normalized

if TYPE_CHECKING:
    from packaging.requirements import Requirement


class Need(NamedTuple):
    """A requirement that is not met: `text` as a user reads it, `found` what is there instead."""

    name: str
    text: str
    found: str
    unknown: bool = False


def unmet(
    one: Installed,
    there: Mapping[str, Installed],
    environment: Mapping[str, str],
    extras: tuple[str, ...] = (),
) -> Iterator[Need]:
    """Return what `one`, with `extras`, needs and `there` (by normalised name) does not give."""
    for line in one.requires:
        requirement = _parse(line)
        if requirement is None:
            yield Need(name="", text=repr(line), found="which is not a requirement (PEP 508)", unknown=True)
            continue
        name = normalized(requirement.name)
        text = f"{name}{requirement.specifier}"
        if missing := unknown_variables(str(requirement.marker or ""), environment):
            yield Need(name=name, text=text, found=f"where {', '.join(missing)} is not known", unknown=True)
        elif (applies := _applies(requirement, environment, extras)) is None:
            yield Need(name=name, text=repr(line), found="whose marker cannot be evaluated", unknown=True)
        elif applies and (found := _lack(requirement, there.get(name))):
            yield Need(name=name, text=text, found=found)


def needed(
    roots: Iterable[tuple[Installed, tuple[str, ...]]],
    there: Mapping[str, Installed],
    environment: Mapping[str, str],
) -> dict[str, str]:
    """Return, for all that `roots` (each with its extras) bring along, who needs it: name to name."""
    by: dict[str, str] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    queue = deque(roots)
    while queue:
        one, extras = queue.popleft()
        if (one.name, extras) in seen:
            continue
        seen.add((one.name, extras))
        for requirement in filter(None, map(_parse, one.requires)):
            name = normalized(requirement.name)
            if name in there and _applies(requirement, environment, extras):
                by.setdefault(name, one.name)
                queue.append((there[name], tuple(sorted(requirement.extras))))
    return by


@cache
def _parse(line: str) -> "Requirement | None":
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line)
    except (InvalidRequirement, RecursionError):
        return None


def _applies(
    requirement: "Requirement", environment: Mapping[str, str], extras: tuple[str, ...]
) -> bool | None:
    """Say whether the marker holds for the distribution or one of its extras; None where nobody can."""
    if requirement.marker is None:
        return True
    try:
        return any(requirement.marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras))
    except (ValueError, KeyError):
        return None


def _lack(requirement: "Requirement", found: Installed | None) -> str:
    if found is None:
        return "not installed"
    if found.version is None or requirement.url is not None:
        return ""
    try:
        fits = requirement.specifier.contains(found.version, prereleases=True)
    except ValueError:  # InvalidVersion, or numbers of more digits than Python reads
        fits = False
    return "" if fits else f"installed {found.version}"
