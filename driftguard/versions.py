"""Versions and specifiers (PEP 440), by `packaging`; each question is asked once.

`packaging` takes longer to load than all the rest of a run. Its answers are functions of two texts, so they
may be kept between runs: whoever has kept some puts them into ANSWERS.
"""

import re
from functools import cache

from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

ANSWERS: dict[str, bool] = {}
"""By specifier and version, or by two versions and `=` between them, each on a line of its own."""


def contains(specifier: str, version: str) -> bool:
    """Say whether `specifier` admits `version`, pre-releases included.

    A version that PEP 440 does not know is admitted by the empty specifier alone. Raises ValueError when
    the specifier is malformed.
    """
    if not specifier:
        return True
    question = f"{specifier}\n{version}"
    known = ANSWERS.get(question)
    if known is None:
        known = ANSWERS[question] = _contains(specifier, version)
    return known


def allows(specifier: str, version: str) -> bool:
    """Say whether a `Requires-Python` admits `version`.

    In metadata what is malformed admits all, as for installers; a lock's was looked at by its reader.
    """
    try:
        return contains(specifier, version)
    except ValueError:
        return True


def equal(one: str, other: str) -> bool:
    """Compare as PEP 440 does; versions it does not know compare as text."""
    if one == other:
        return True
    question = f"{one}\n=\n{other}"
    known = ANSWERS.get(question)
    if known is None:
        known = ANSWERS[question] = _equal(one, other)
    return known


def release(version: str) -> tuple[int, ...]:
    """Return the numbers a version begins with, for comparison: (1, 23) for `1.23.0rc1`.

    Zeros at the end do not count, nor does what is longer than a version's parts ever are.
    """
    parts = [int(part) for part in re.findall(r"\d{1,9}", re.split(r"[^0-9.]", version)[0])]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _contains(specifier: str, version: str) -> bool:
    from packaging.version import InvalidVersion

    # `===` compares the texts, and so is asked with one.
    try:
        return _specifier(specifier).contains(
            version if "===" in specifier else _version(version), prereleases=True
        )
    except InvalidVersion:
        return False


@cache
def _specifier(text: str) -> "SpecifierSet":
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(text)


@cache
def _version(text: str) -> "Version":
    from packaging.version import Version

    return Version(text)


def _equal(one: str, other: str) -> bool:
    from packaging.version import Version

    try:
        return Version(one) == Version(other)
    except ValueError:  # InvalidVersion, or numbers of more digits than Python reads
        return False
