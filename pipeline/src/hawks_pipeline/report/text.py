"""Words and numbers as a reader sees them; the same on paper, in the workbook and on the page."""

import unicodedata
from math import isfinite

MISSING = "\N{EN DASH}"
"""What stands for a figure that there is not."""

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def printable(words: str, *, most: int | None = 60) -> str:
    """Return `words` on one line, without control and direction characters, no longer than `most`."""
    seen = words if words.isprintable() else "".join(map(_shown, words))
    return seen if most is None or len(seen) <= most else f"{seen[: most - 1]}…"


def _shown(letter: str) -> str:
    hidden = unicodedata.category(letter) in _UNPRINTABLE and letter not in _JOINERS
    return "\N{REPLACEMENT CHARACTER}" if hidden else letter


def percent(share: float, *, digits: int = 1) -> str:
    """Return a proportion in percent."""
    return f"{100 * share:.{digits}f}%" if isfinite(share) else MISSING


def points(value: float) -> str:
    """Return points per shot with two digits."""
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}") if isfinite(value) else MISSING


def gap(value: float, *, scale: float = 100, digits: int = 1) -> str:
    """Return a difference with its sign: in percentage points, or as it is with `scale` 1."""
    if not isfinite(value):
        return MISSING
    # Adding nought takes its sign from what rounds to nought.
    return f"{round(scale * value, digits) + 0.0:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def whole(value: float) -> str:
    """Return a count with thousands set apart."""
    return f"{value:,.0f}" if isfinite(value) else MISSING


def span(low: float, high: float, *, scale: float = 100, digits: int = 0) -> str:
    """Return an interval."""
    if not (isfinite(low) and isfinite(high)):
        return MISSING
    return f"{scale * low:.{digits}f} to {scale * high:.{digits}f}".replace("-", "\N{MINUS SIGN}")
