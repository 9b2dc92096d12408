"""One value as the league writes it to one as we keep it: dates in 5 kinds, minutes in 4, ids in 3."""

import re
from datetime import date, datetime

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_SPELLED = re.compile(r"([A-Z]{3})[A-Z]*\.? (\d{1,2}), (\d{4})", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d+):([0-5]\d)")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z]|\d|_|$)|[A-Z]?[a-z]+|\d+")
_ALIASES = {"person_id": "player_id"}


def column(header: str) -> str:
    """Return our name of a column: `PLAYER_ID`, `Player_ID` and `personId` are all `player_id`.

    >>> [column(each) for each in ("GAME_ID", "Game_ID", "gameId", "FG3M", "TeamID")]
    ['game_id', 'game_id', 'game_id', 'fg3m', 'team_id']
    """
    name = header.lower() if "_" in header or header.isupper() else "_".join(_WORD.findall(header)).lower()
    return _ALIASES.get(name, name)


def day(value: object) -> date:
    """Return the day of `2025-10-21`, `Feb 20, 2026`, `APR 14, 2024`, `2024-04-14T00:00:00` or `20251022`.

    What has a zone keeps its own day: `gameEt` says Z and means Eastern. Raises ValueError.
    """
    text = value if isinstance(value, str) else ""
    try:
        if spelled := _SPELLED.fullmatch(text):
            name, number, year = spelled.groups()
            return date(int(year), MONTHS.index(name.upper()) + 1, int(number))
        if compact := _COMPACT.fullmatch(text):
            return date(*map(int, compact.groups()))
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError(f"no date: {value!r}") from None


def minutes(value: object) -> float:
    """Return the minutes of 34, 48.0, "45:55" or 109.13; nothing at all, or an empty text, is none played.

    Raises ValueError.
    """
    if value is None or value == "":
        return 0.0
    if isinstance(value, str) and (clock := _CLOCK.fullmatch(value)):
        return int(clock[1]) + int(clock[2]) / 60
    # NaN is above nothing and below nothing.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    raise ValueError(f"no minutes: {value!r}")


def whole(value: object) -> int:
    """Return the whole number of 7 or 7.0. Raises ValueError for a text, a half, or nothing."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise ValueError(f"no whole number: {value!r}")
    return int(value)


def number(value: object) -> float:
    """Return a number as float. Raises ValueError."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"no number: {value!r}")


def text(value: object) -> str:
    """Return a text that says something, without blanks around it. Raises ValueError."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"no text: {value!r}")
    return value.strip()


def maybe_text(value: object) -> str | None:
    """Return a text, None for nothing. Raises ValueError."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return text(value)


def maybe_number(value: object) -> float:
    """Return a number, NaN for nothing. Raises ValueError."""
    return float("nan") if value is None else number(value)


def flag(value: object) -> bool:
    """Return the truth of true, false, 1 or 0. Raises ValueError."""
    if not (isinstance(value, (bool, int)) and value in (0, 1)):
        raise ValueError(f"neither yes nor no: {value!r}")
    return bool(value)


def game_id(value: object) -> str:
    """Return a game's ten digits. A number, or a text that lost its zeros, is refused. Raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(r"00[1-6]\d{7}", value):
        raise ValueError(f"no game id: {value!r}")
    return value


def season(value: object) -> str:
    """Return "2025-26" of the SEASON_ID "22025". Raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(r"[1-6]\d{4}", value):
        raise ValueError(f"no season id: {value!r}")
    year = int(value[1:])
    return f"{year}-{(year + 1) % 100:02d}"
