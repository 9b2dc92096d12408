"""Keep the answers about versions, markers and requirements between runs, each environment's together."""

from collections.abc import Mapping

from driftguard import markers, requires, versions
from driftguard.cache import Cache
from driftguard.model import Environment
from driftguard.requires import Requirement

MOST = 50_000
"""Answers beyond which one begins anew: most of them are about packages that are long gone."""

_KIND = "answers"
_recalled: dict[str, int] = {}


def recall(environment: Environment, cache: Cache) -> None:
    """Take up what was answered before."""
    key = _key(environment)
    entry = cache.get(_KIND, key) or {}
    about = markers.answers(environment.interpreter.markers)
    for known, kept in ((versions.ANSWERS, entry.get("versions")), (about, entry.get("markers"))):
        if isinstance(kept, dict) and len(kept) <= MOST and {*map(type, kept.values())} <= {bool}:
            known.update(kept)
    requires.PARSED.update(_requirements(entry.get("requirements")))
    _recalled[key] = _count(environment)


def keep(environment: Environment, cache: Cache) -> None:
    """Keep what has been answered, if that is more than was recalled."""
    key = _key(environment)
    if _count(environment) > _recalled.get(key, 0):
        about = markers.answers(environment.interpreter.markers)
        value = {"versions": versions.ANSWERS, "markers": about, "requirements": requires.PARSED}
        cache.put(_KIND, key, value)


def _requirements(rows: object) -> dict[str, Requirement | None]:
    try:
        return {line: _requirement(*row) if row else None for line, row in dict(rows or {}).items()}  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return {}


def _requirement(name: str, extras: list[str], specifier: str, marker: str) -> Requirement:
    return Requirement(name, tuple(extras), specifier, marker)


def _count(environment: Environment) -> int:
    about = markers.answers(environment.interpreter.markers)
    return len(versions.ANSWERS) + len(about) + len(requires.PARSED)


def _key(environment: Environment) -> str:
    """Return what an answer hangs on besides its question; and the environment, which asks its own."""
    from packaging import __version__ as packaging_version

    told: Mapping[str, str] = environment.interpreter.markers
    values = (f"{name}={told[name]}" for name in markers.VARIABLES if name in told)
    return "\n".join([packaging_version, str(environment.root), *values])
