"""Evaluate PEP 508 markers in an environment of which not everything may be known.

The evaluation is `packaging`'s, each marker once for each environment; like those of `versions`, the answers
may be kept.
"""

import re
from collections.abc import Mapping
from functools import cache

from driftguard.errors import DriftguardError
from driftguard.model import LockFormat, Unavailable

VARIABLES = (
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
)
Answers = dict[str, bool]
"""By marker and the extras that it asks for."""

_STRING = r"'[^']*'|\"[^\"]*\""
_EXTRA = (  # like _STRING compiled where it is needed
    rf"\bextra\s*(==|!=)\s*({_STRING})|({_STRING})\s*(==|!=)\s*extra\b"
)
_ANSWERS: dict[tuple[str | None, ...], Answers] = {}


class MarkerError(DriftguardError):
    """A marker that PEP 508 does not allow."""


def resolved_for(format: LockFormat, environment: Mapping[str, str]) -> Mapping[str, str]:  # noqa: A002
    """Return the environment as a lock's resolver took it: for uv a pre-release of Python is the release.

    By PEP 440, 3.14.0rc1 is neither `>=3.14` nor `<3.14`, and a package forked there would be in neither.
    """
    version = environment.get("python_full_version", "")
    release = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    if format is not LockFormat.UV or not release or release[0] == version:
        return environment
    return {**environment, "python_full_version": release[0]}


def answers(environment: Mapping[str, str]) -> Answers:
    """Return what was found to hold in `environment`, to be added to by whoever has kept more."""
    return _ANSWERS.setdefault(tuple(map(environment.get, VARIABLES)), {})


def unknown_variables(marker: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that `marker` asks for and `environment` does not tell."""
    unknown = [name for name in VARIABLES if name not in environment]
    if not unknown:
        return ()
    asked = re.sub(_STRING, "", marker)
    return tuple(name for name in unknown if re.search(rf"\b{name}\b", asked))


def holds(
    marker: str, environment: Mapping[str, str], active: frozenset[str] = frozenset()
) -> bool | Unavailable:
    """Say whether `marker` holds where the extras `active` are active; an empty marker always does.

    `extra == 'x'` asks for membership, since uv encodes a whole selection in such clauses
    (`extra-3-foo-cpu`). Raises MarkerError when the marker is malformed.
    """
    if not marker:
        return True
    known = answers(environment)
    question = _question(marker, active)
    if question not in known:
        found = _evaluated(marker, environment, active)
        if isinstance(found, Unavailable):
            return found
        known[question] = found
    return known[question]


def _question(marker: str, active: frozenset[str]) -> str:
    """Return the marker with those of the active extras that it asks for, each on a line of its own."""
    if not active or "extra" not in marker:
        return marker
    asked = ((match[2] or match[3])[1:-1] for match in re.finditer(_EXTRA, marker))
    return "\n".join([marker, *sorted(active.intersection(asked))])


def _evaluated(marker: str, environment: Mapping[str, str], active: frozenset[str]) -> bool | Unavailable:
    if missing := unknown_variables(marker, environment):
        return Unavailable(f"`{marker}` asks for {', '.join(missing)}, which is not known")
    parsed = _parse(marker)
    try:
        return bool(parsed.evaluate({**environment, "extras": active}, context="lock_file"))  # type: ignore[attr-defined]
    except (ValueError, KeyError) as error:
        raise MarkerError(f"the marker `{marker}` cannot be evaluated: {error}") from None


@cache
def _parse(marker: str) -> object:
    from packaging.markers import InvalidMarker, Marker

    membership = re.sub(_EXTRA, _as_member, marker)
    try:
        return Marker(membership)
    except (InvalidMarker, RecursionError):
        raise MarkerError(f"`{marker}` is not a marker") from None


def _as_member(match: re.Match[str]) -> str:
    operator = "in" if "==" in (match[1], match[4]) else "not in"
    return f"{match[2] or match[3]} {operator} extras"
