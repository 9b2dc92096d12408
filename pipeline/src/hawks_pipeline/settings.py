"""What a run is asked to do: the command line, then the environment, then `.env`, then the defaults.

The first that says something counts. `.env` is looked for in the current directory. Every setting is named
`HAWKS_` and the option's name: HAWKS_TEAM, HAWKS_SOURCE, HAWKS_SEED, HAWKS_OUT, HAWKS_RECORDING,
HAWKS_FAULTS, HAWKS_LOG_JSON. Names may be logged; values never are, for a proxy's may hold a password.
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from hawks_pipeline import clock
from hawks_pipeline.errors import UsageError

T = TypeVar("T")

PREFIX = "HAWKS_"
SOURCES = ("live", "recorded", "simulated")

FOR_NBA_API = ("NBA_API_PROXY", "NBA_API_REQUIRE_PROXY")
"""Settings of nba_api's own that `.env` may hold as well."""

_NAMED = re.compile(rf"{PREFIX}[A-Z_]*|{'|'.join(FOR_NBA_API)}")
"""One of ours in a line that cannot be read otherwise."""

DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "team": "ATL",
        # Nothing leaves the machine unless somebody says so.
        "source": "simulated",
        "seed": "7",
        "out": "out",
        "recording": "",
        "faults": "",
        "log_json": "",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that every command shares, checked."""

    team: str
    source: str
    seed: int
    out: Path
    recording: Path | None
    faults: str
    log_json: bool

    @property
    def described_source(self) -> str:
        """Return what every output says about where its numbers come from."""
        return f"simulated (seed {self.seed})" if self.source == "simulated" else self.source

    @property
    def simulated(self) -> bool:
        """Tell whether the numbers are made up."""
        return self.source == "simulated"


def read(options: Mapping[str, str | None], environment: Mapping[str, str], file: Path) -> Settings:
    """Return the settings. Raises UsageError that names the setting, and not its value."""
    outside = {**dotenv(file), **environment}
    told = {name.removeprefix(PREFIX).lower(): text for name, text in outside.items() if _is_ours(name)}
    if unknown := sorted(told.keys() - DEFAULTS.keys()):
        raise UsageError(f"no such setting: {PREFIX}{unknown[0].upper()}")
    given = {name: text for name, text in options.items() if text is not None}
    values = {**DEFAULTS, **{name: text for name, text in told.items() if text}, **given}

    def taken(name: str, convert: Callable[[str], T]) -> T:
        try:
            return convert(values[name])
        except ValueError as error:
            where = f"--{name.replace('_', '-')}" if name in given else f"{PREFIX}{name.upper()}"
            raise UsageError(f"{where}: {error}") from None

    return Settings(
        team=taken("team", _team),
        source=taken("source", _source),
        seed=taken("seed", _seed),
        out=taken("out", Path),
        recording=taken("recording", lambda text: Path(text) if text else None),
        faults=taken("faults", _faults),
        log_json=taken("log_json", _switch),
    )


def dotenv(file: Path) -> dict[str, str]:
    """Return what `file` sets of ours and of nba_api's; nothing if there is no such file.

    Raises UsageError for a file that is no text, and for a line about us that cannot be read.
    """
    if not file.is_file():
        return {}
    from dotenv.parser import parse_stream

    try:
        lines = list(parse_stream(io.StringIO(file.read_text(encoding="utf-8"))))
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"cannot read {file}: not UTF-8") from None
    for line in lines:
        if line.error and (named := _NAMED.search(line.original.string)):
            number = line.original.line + line.original.string[: named.start()].count("\n")
            raise UsageError(
                f"{file}, line {number}: {named[0]} cannot be read: is a quote not closed, or "
                'does something follow it? Write NAME=value or NAME="value"'
            )
    values = {line.key: line.value for line in lines if line.key}
    told = {name: text for name, text in values.items() if text and (_is_ours(name) or name in FOR_NBA_API)}
    if broken := [name for name, text in told.items() if "\0" in text]:
        raise UsageError(f"{broken[0]}: a NUL character")
    return told


def day(text: str) -> date:
    """Return the date that `text` names as year-month-day. Raises ValueError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("not a date like 2026-11-23") from None


def season(text: str) -> str:
    """Return `text` if it is a season like 2026-27. Raises ValueError."""
    try:
        clock.season_days(text)
    except ValueError:
        raise ValueError("not a season like 2026-27") from None
    return text


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX)


def _team(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError("not three letters, like ATL")
    return text.upper()


def _source(text: str) -> str:
    if text not in SOURCES:
        raise ValueError(f"not one of {', '.join(SOURCES)}")
    return text


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise ValueError("not a whole number below a billion")
    return int(text)


def _faults(text: str) -> str:
    """Return a plan of faults that can be read: where all bodies are kept, nobody else would look at it."""
    if text:
        from hawks_pipeline.simulated.faults import planned

        try:
            planned(text)
        except UsageError as error:
            raise ValueError(str(error)) from None
    return text


def _switch(text: str) -> bool:
    if text.lower() not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise ValueError("neither yes nor no")
    return text.lower() in {"1", "true", "yes"}
