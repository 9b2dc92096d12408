"""What can go wrong between asking and being answered, planned per request."""

import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from hawks_pipeline.errors import UsageError

if TYPE_CHECKING:  # numpy and pandas come with it, and the settings look at a plan before anything is done
    from hawks_pipeline.simulated.bodies.envelope import Body


class Kind(StrEnum):
    """A way to fail; the value is what the command line takes."""

    TOO_MANY = "429"
    """HTTP 429 with Retry-After."""
    ERROR = "500"
    MESSAGE = "message"
    """HTTP 200 with `{"Message":"An error has occurred."}`."""
    HTML = "html"
    """HTTP 200 with a web page."""
    EMPTY = "empty"
    """HTTP 200 with `{}`."""
    BLANK = "blank"
    """HTTP 200 with nothing."""
    HANG = "hang"
    """The connection stays open and nothing comes."""
    TRICKLE = "trickle"
    """The body comes, a byte now and then."""
    DROP = "drop"
    """The connection is closed in the middle of the body."""
    TRUNCATED = "truncated"
    """JSON that stops half-way, though as long as announced."""
    FORBIDDEN = "403"
    MISSING = "missing"
    """A column that is needed is gone."""
    RENAMED = "renamed"
    EXTRA = "extra"
    """A column more, in the middle."""
    RETYPED = "retyped"
    """A column of counts comes as text."""
    CAP = "cap"
    """The window of days is ignored: more rows than were asked for; so many shots that they are cut off."""
    MAKES_ONLY = "makes-only"
    """The measure is ignored: only the shots that went in."""
    LIVE = "live"
    """A game of the night is still being played."""


CONTENT = frozenset(
    {Kind.MISSING, Kind.RENAMED, Kind.EXTRA, Kind.RETYPED, Kind.CAP, Kind.MAKES_ONLY, Kind.LIVE}
)
"""Answers that arrive well and say the wrong thing. The others do not arrive well."""

COLUMNS = {
    "boxscoretraditionalv3": "fieldGoalsAttempted",
    "commonteamroster": "PLAYER_ID",
    "leaguedashplayerstats": "FGA",
    "leaguedashteamstats": "EFG_PCT",
    "leaguegamelog": "FGA",
    "scoreboardv3": "gameStatus",
    "shotchartdetail": "LOC_X",
    "shotchartleaguewide": "FGA",
}
"""The column that is taken away, renamed or retyped, for each endpoint."""

_PLANNED = re.compile(
    r"(?P<kind>[^@*+]+)(@(?P<endpoint>[a-z0-9]+))?(\*(?P<times>[0-9]+))?(\+(?P<after>[0-9]+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`kind` for `times` requests (None: for ever) to `endpoint` (empty: any), after `after` good ones.

    Written `KIND@ENDPOINT*TIMES+AFTER`; all but the kind may be left out.
    """

    kind: Kind
    endpoint: str = ""
    times: int | None = None
    after: int = 0

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read a fault as the command line has it. Raises UsageError."""
        found = _PLANNED.fullmatch(text)
        if not found or found["kind"] not in set(Kind):
            raise UsageError(
                f"not a fault: {text!r}; KIND[@ENDPOINT][*TIMES][+AFTER], KIND one of {' '.join(Kind)}"
            )
        if found["endpoint"] and found["endpoint"] not in COLUMNS:
            raise UsageError(f"no such endpoint: {found['endpoint']!r}, only {' '.join(COLUMNS)}")
        return cls(
            kind=Kind(found["kind"]),
            endpoint=found["endpoint"] or "",
            times=int(found["times"]) if found["times"] else None,
            after=int(found["after"] or 0),
        )


def planned(text: str) -> list[Fault]:
    """Return the faults of a plan, which a comma parts. Raises UsageError."""
    return [Fault.parse(each) for each in text.replace(" ", "").split(",") if each]


@dataclass(slots=True)
class FaultPlan:
    """Faults, and how many requests each has seen. The first that applies is the one."""

    faults: tuple[Fault, ...] = ()
    _seen: Counter[int] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, faults: "Iterable[Fault | str]") -> "FaultPlan":
        """Make a plan of faults, as they are or as written. Raises UsageError."""
        return cls(tuple(Fault.parse(each) if isinstance(each, str) else each for each in faults))

    def next(self, endpoint: str) -> Kind | None:
        """Return what goes wrong with this request, and count it."""
        with self._lock:
            for number, fault in enumerate(self.faults):
                if fault.endpoint not in ("", endpoint):
                    continue
                self._seen[number] += 1
                due = self._seen[number] - fault.after
                if due > 0 and (fault.times is None or due <= fault.times):
                    return fault.kind
        return None


def bent_query(kind: Kind | None, query: dict[str, str]) -> dict[str, str]:
    """Return the query as a host with this fault understands it."""
    if kind is Kind.CAP:
        return query | {"DateFrom": "", "DateTo": ""}
    if kind is Kind.MAKES_ONLY:
        return query | {"ContextMeasure": "PTS"}
    return query


def bent_body(kind: Kind, endpoint: str, body: "Body") -> "Body":
    """Return the body with its fault, for the kinds in CONTENT."""
    if kind is Kind.LIVE:
        for game in body.get("scoreboard", {}).get("games", [])[:1]:
            game |= {"gameStatus": 2, "gameStatusText": "Q3 5:12", "period": 3}
    elif kind in (Kind.MISSING, Kind.RENAMED, Kind.EXTRA, Kind.RETYPED):
        _bend(kind, COLUMNS[endpoint], body)
    return body


def _bend(kind: Kind, column: str, value: object) -> None:
    if isinstance(value, list):
        for each in value:
            _bend(kind, column, each)
    elif isinstance(value, dict) and "rowSet" in value:
        _bend_table(kind, column, value)
    elif isinstance(value, dict):
        if column in value:
            _bend_object(kind, column, value)
        for each in value.values():
            _bend(kind, column, each)


def _bend_table(kind: Kind, column: str, table: "Body") -> None:
    if column not in table["headers"]:
        return
    at = table["headers"].index(column)
    if kind is Kind.RENAMED:
        table["headers"][at] = f"{column}_V2"
    elif kind is Kind.EXTRA:
        table["headers"].insert(at, "BRAND_NEW")
    elif kind is Kind.MISSING:
        del table["headers"][at]
    for row in table["rowSet"]:
        if kind is Kind.EXTRA:
            row.insert(at, 0)
        elif kind is Kind.MISSING:
            del row[at]
        elif kind is Kind.RETYPED:
            row[at] = f"about {row[at]}"


def _bend_object(kind: Kind, column: str, value: "Body") -> None:
    if kind is Kind.EXTRA:
        value["brandNew"] = 0
    elif kind is Kind.RETYPED:
        value[column] = f"about {value[column]}"
    else:
        old = value.pop(column)
        if kind is Kind.RENAMED:
            value[f"{column}V2"] = old
