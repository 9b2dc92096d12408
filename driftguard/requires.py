"""Which requirements among installed distributions are not met, as `pip check` asks."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from driftguard.markers import MarkerError, holds
from driftguard.model import Installed, Unavailable, normalized
from driftguard.record import NamedTuple
from driftguard.versions import contains

# Nearly every requirement is of this form, which `packaging` takes twenty times as long to take apart. What
# is not, its parser decides.
_RELEASE = r"[0-9]{1,18}(?:\.[0-9]{1,18}){0,9}"
_EXTRA = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_VERSION = (
    rf"(?:(?:>=|<=|>|<|!=|==)[ \t]*{_RELEASE}(?:(?:a|b|rc|\.?post|\.?dev)[0-9]{{1,18}})?"
    rf"|(?:!=|==)[ \t]*{_RELEASE}\.\*|~=[ \t]*[0-9]{{1,18}}\.{_RELEASE})"
)
_PLAIN = (  # compiled where a line is met that was never seen before
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*"
    rf"(?:\[(?P<extras>{_EXTRA}(?:[ \t]*,[ \t]*{_EXTRA})*)\][ \t]*)?"
    rf"(?P<open>\([ \t]*)?(?P<specifier>{_VERSION}(?:[ \t]*,[ \t]*{_VERSION})*)?(?(open)[ \t]*\))[ \t]*"
    r"(?:;[ \t]*(?P<marker>\S.*))?\Z"
)


class Need(NamedTuple):
    """A requirement that is not met: `text` as a user reads it, `found` what is there instead."""

    name: str
    text: str
    found: str
    unknown: bool = False


class Requirement(NamedTuple):
    """A requirement (PEP 508) taken apart: its name normalised, the rest as written."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    marker: str

    def __str__(self) -> str:
        return f"{self.name}{self.specifier}"


PARSED: dict[str, Requirement | None] = {}
"""What became of each line; like the answers in `versions`, it may be kept."""


def unmet(
    one: Installed,
    there: Mapping[str, Installed],
    environment: Mapping[str, str],
    extras: tuple[str, ...] = (),
) -> Iterator[Need]:
    """Return what `one`, with `extras`, needs and `there` (by normalised name) does not give."""
    active = frozenset(extras)
    for line in _asked(one, active):
        requirement = _parse(line)
        if requirement is None:
            yield Need(name="", text=repr(line), found="which is not a requirement (PEP 508)", unknown=True)
            continue
        name = requirement.name
        try:
            applies = holds(requirement.marker, environment, active)
        except MarkerError:
            yield Need(name=name, text=repr(line), found="whose marker cannot be evaluated", unknown=True)
            continue
        if isinstance(applies, Unavailable):
            why = f"which is not known to apply: {applies.reason}"
            yield Need(name=name, text=str(requirement), found=why, unknown=True)
        elif applies and (found := _lack(requirement, there.get(name))):
            yield Need(name=name, text=str(requirement), found=found)


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
        active = frozenset(extras)
        for requirement in filter(None, map(_parse, _asked(one, active))):
            name = requirement.name
            if name in there and _applies(requirement, environment, active):
                by.setdefault(name, one.name)
                queue.append((there[name], tuple(sorted(requirement.extras))))
    return by


def asks(one: Installed, name: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the specifiers with which `one` asks for `name` here; those that are not empty."""
    asked = [
        requirement.specifier
        for requirement in filter(None, map(_parse, one.requires))
        if requirement.name == name
        and requirement.specifier
        and _applies(requirement, environment, frozenset())
    ]
    return tuple(dict.fromkeys(asked))


def admits(specifiers: Iterable[str], version: str) -> bool:
    """Say whether all of the specifiers admit `version`; one that cannot be read admits none."""
    try:
        return all(contains(specifier, version) for specifier in specifiers)
    except ValueError:
        return False


def _asked(one: Installed, active: frozenset[str]) -> tuple[str, ...]:
    return (*one.requires, *one.optional) if active else one.requires


def _parse(line: str) -> Requirement | None:
    if line not in PARSED:
        PARSED[line] = _parsed(line)
    return PARSED[line]


def _parsed(line: str) -> Requirement | None:
    if plain := re.match(_PLAIN, line):
        return Requirement(
            name=normalized(plain["name"]),
            extras=tuple(extra.strip() for extra in (plain["extras"] or "").split(",") if extra),
            specifier=plain["specifier"] or "",
            marker=plain["marker"] or "",
        )
    from packaging import requirements

    try:
        parsed = requirements.Requirement(line)
    except (requirements.InvalidRequirement, RecursionError):
        return None
    return Requirement(
        name=normalized(parsed.name),
        extras=tuple(sorted(parsed.extras)),
        specifier=str(parsed.specifier),
        marker=str(parsed.marker or ""),
    )


def _applies(requirement: Requirement, environment: Mapping[str, str], active: frozenset[str]) -> bool:
    try:
        return holds(requirement.marker, environment, active) is True
    except MarkerError:
        return False


def _lack(requirement: Requirement, found: Installed | None) -> str:
    if found is None:
        return "not installed"
    if found.version is None:
        return ""
    try:
        fits = contains(requirement.specifier, found.version)
    except ValueError:  # numbers of more digits than Python reads
        fits = False
    return "" if fits else f"installed {found.version}"
