"""What a night has to fetch: its games, and the days of the season that are not known or may have changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from hawks_pipeline import files
from hawks_pipeline.errors import ContractError, UpstreamError

WINDOW = 30
"""Days of one call. The league cuts a list of shots at 102,400; its fullest month has half as many."""

CORRECTED = 7
"""Days that are fetched again each night, for the league corrects its statistics after the fact."""

REFRESH = 0
"""The weekday, a Monday, of the night that fetches the whole season again."""

FINAL = 3
CALLED_OFF = ("PPD", "postponed", "cancelled", "canceled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """A game of the night as the scoreboard has it."""

    game_id: str
    status: int
    status_text: str
    home: str
    away: str

    @property
    def called_off(self) -> bool:
        """Tell whether nobody has played and nobody will tonight."""
        return self.status != FINAL and self.status_text.strip().lower().startswith(
            tuple(word.lower() for word in CALLED_OFF)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The night's games, and the spans of days to fetch."""

    games: tuple[Game, ...]
    windows: tuple[tuple[date, date], ...]


def write(path: Path, decided: Plan) -> None:
    """Write `decided` to `path`."""
    spans = [[first.isoformat(), last.isoformat()] for first, last in decided.windows]
    files.write_json(path, {"games": [asdict(game) for game in decided.games], "windows": spans})


def read(path: Path) -> Plan:
    """Return what was written to `path`."""
    told = json.loads(path.read_bytes())
    spans = [tuple(date.fromisoformat(day) for day in span) for span in told["windows"]]
    return Plan(
        games=tuple(Game(**game) for game in told["games"]),
        windows=tuple((first, last) for first, last in spans),
    )


def games(body: bytes, night: date) -> list[Game]:
    """Return the games on a body of `scoreboardv3`. Raises ContractError."""
    try:
        board = json.loads(body)["scoreboard"]
        found = [
            Game(
                game_id=game["gameId"],
                status=int(game["gameStatus"]),
                status_text=str(game["gameStatusText"]),
                home=str(game["homeTeam"]["teamTricode"]),
                away=str(game["awayTeam"]["teamTricode"]),
            )
            for game in board["games"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ContractError(f"scoreboardv3: not as expected: {type(error).__name__} {error}") from None
    if board.get("gameDate", night.isoformat()) != night.isoformat():
        raise ContractError(f"scoreboardv3: games of {board['gameDate']}, asked for {night}")
    return found


def played(found: Sequence[Game], night: date) -> list[Game]:
    """Return the games of `found` that are over. Raises UpstreamError while one is still to come or on."""
    on = [game for game in found if game.status != FINAL and not game.called_off]
    if on:
        states = ", ".join(f"{game.game_id} ({game.status_text.strip()})" for game in on[:3])
        raise UpstreamError(f"{len(on)} of {len(found)} games of {night} are not over: {states}")
    return [game for game in found if game.status == FINAL]


def windows(
    known: Mapping[str, object], *, first: date, night: date, whole: bool = False
) -> list[tuple[date, date]]:
    """Return the spans of days to fetch, both ends included, oldest first.

    `known` has the days, in ISO form, whose rows are kept already; the season begins on `first`. Days not
    known are fetched, and the last days before `night` in any case; with `whole`, and on Mondays, all.
    """
    span = days(first, night)
    if not whole and night.weekday() != REFRESH:
        again = night - timedelta(days=CORRECTED)
        span = [day for day in span if day > again or day.isoformat() not in known]
    return _spans(span)


def missing(known: Mapping[str, object], *, first: date, last: date) -> list[tuple[date, date]]:
    """Return the spans of days from `first` to `last` that `known` has not."""
    return _spans([day for day in days(first, last) if day.isoformat() not in known])


def days(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _spans(wanted: Sequence[date]) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for day in wanted:
        if spans and day - spans[-1][1] == timedelta(days=1) and (day - spans[-1][0]).days < WINDOW:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans
