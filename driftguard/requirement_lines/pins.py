"""Say which version a specifier pins, or in one clause why it pins none."""

from collections.abc import Iterator

from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import Specifier, SpecifierSet

_SIGNS = "=<>!~"
NO_VERSION = "has no version"


def pinned(specifiers: "SpecifierSet", written: str) -> tuple[str | None, str]:
    """Return the pinned version and no problem, or None and the problem.

    `written` is the requirement as it may be shown; empty where it may not.
    """
    exact = [one for one in specifiers if _is_exact(one)]
    shown = _shown(written)
    if not any(one.version for one in specifiers):  # a bare `===` is a clause that `packaging` takes
        return None, NO_VERSION
    if not exact:
        wildcard = any(one.operator == "==" for one in specifiers)
        return None, f"is a wildcard{shown}" if wildcard else f"is a range{shown}"
    for version in sorted(map(_version, exact)):
        if len(specifiers) == 1 or admits(str(specifiers), version):
            return version, ""
    return None, f"contradicts itself{shown}"


def admits(specifiers: str, version: str) -> bool:
    """Say whether a version fits; what is no version (PEP 440) fits nothing."""
    from packaging.specifiers import SpecifierSet

    try:
        return SpecifierSet(specifiers).contains(version, prereleases=True)
    except ValueError:  # InvalidSpecifier, InvalidVersion, or numbers of more digits than Python reads
        return False


def agree(one: str, other: str) -> bool:
    """Say whether two pins can be met by one version: `2.0` and `2.0.0`, or `2.0` and `2.0+cpu`."""
    return one == other or any(admits(f"=={left}", right) for left, right in ((one, other), (other, one)))


def _is_exact(one: "Specifier") -> bool:
    return (one.operator == "===" and one.version != "") or (
        one.operator == "==" and not one.version.endswith(".*")
    )


def _version(one: "Specifier") -> str:
    from packaging.version import Version

    try:
        return one.version if one.operator == "===" else str(Version(one.version))
    except ValueError:  # numbers of more digits than Python reads
        return one.version


def _shown(written: str) -> str:
    """Return the specifiers as they stand in a requirement, ` (>=2,<3)`."""
    body = written.partition(";")[0]
    found = next(_starts(body), None)
    if found is None:
        return ""
    text = "".join(body[found:].split()).strip("()")
    return f" ({text})" if len(text) <= 100 else ""


def _starts(body: str) -> Iterator[int]:
    return (at for at, character in enumerate(body) if character in _SIGNS)
