"""The player game log: read or made, and checked before anything is computed from it."""

import io
import reprlib
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from hawks_pipeline.errors import ContractError, UpstreamError, UsageError
from hawks_pipeline.metrics import COUNTS

MOST_IN_A_GAME = 200
"""No player has come near it in one game; season totals taken for games go past it."""

MOST_PLAYERS = 400
"""In one team: many seasons of them, and as many as a picture can hold."""

LARGEST_ID = 2**53

IMPOSSIBLE = ("FG3M > FGM", "FGM > FGA", "FTM > FTA", "PTS != 2 * FGM + FG3M + FTM")


@dataclass(frozen=True, slots=True, kw_only=True)
class GameLog:
    """One row per player and game: the columns of CLEANERS, checked and typed.

    `source` is what every output says about where the numbers come from.
    """

    table: pd.DataFrame
    source: str
    simulated: bool

    def of_team(self, team: str) -> pd.DataFrame:
        """Return the rows played for `team`, so that a traded player brings only these.

        Raises UsageError for a team that is not there, ContractError for one too large to be a team.
        """
        rows = self.table[self.table["TEAM_ABBREVIATION"] == team]
        if rows.empty:
            known = " ".join(sorted(self.table["TEAM_ABBREVIATION"].unique()))
            raise UsageError(f"{self.source}: no team {team!r}, only {known}")
        if (players := rows["PLAYER_ID"].nunique()) > MOST_PLAYERS:
            raise ContractError(f"{self.source}: {team} cannot have {players:,} players")
        return rows.reset_index(drop=True)


def load(path: Path) -> GameLog:
    """Read a CSV or Parquet game log. Raises UsageError, UpstreamError or ContractError."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise UsageError(f"{path}: a game log ends in {' or '.join(_READERS)}")
    data = _read_bytes(path)
    try:
        table = read(io.BytesIO(data))
    except (ValueError, OSError, pa.ArrowException) as error:
        reason = textwrap.shorten(str(error), 200, placeholder=" …")
        raise ContractError(f"{path}: not a readable {path.suffix[1:]} table: {reason}") from None
    try:
        return GameLog(table=checked(table), source=path.name, simulated=False)
    except ContractError as error:
        raise ContractError(f"{path}: {error}") from None


def make(seed: int) -> GameLog:
    """Make a small season of two teams, the same for the same seed.

    Among the players are one who never shoots (the last) and one who is traded half-way (the first).
    """
    players, games = 20, 24
    player, game = (grid.ravel() for grid in np.indices((players, games)))
    moved = (player == 0) & (game >= games // 2)
    dates = pd.Timestamp("2024-10-22") + pd.to_timedelta(3 * game, unit="D")
    identity = {
        "PLAYER_ID": player + 1,
        "PLAYER_NAME": [f"Player {number + 1:02d}" for number in player],
        "TEAM_ABBREVIATION": np.where((player % 2 == 1) | moved, "ATL", "BOS"),
        # Real ids begin with 00: these cannot be taken for games that were played.
        "GAME_ID": [f"99{number + 1:08d}" for number in game],
        "GAME_DATE": dates.strftime("%Y-%m-%d"),
    }
    counts = _made_counts(np.random.default_rng(seed), players=players, games=games)
    table = checked(pd.DataFrame(identity | counts))
    return GameLog(table=table, source=f"simulated (seed {seed})", simulated=True)


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of CLEANERS, typed. Raises ContractError naming every fault and its first row.

    Rows count from 1, without the header.
    """
    if missing := [name for name in CLEANERS if name not in table.columns]:
        raise ContractError(f"missing columns: {', '.join(missing)}")
    if table.empty:
        raise ContractError("no rows")
    raw = table.reset_index(drop=True)
    clean = pd.DataFrame({name: cleaner(raw[name]) for name, cleaner in CLEANERS.items()})
    _refuse(_bad_cell(raw[name], clean[name].isna()) for name in CLEANERS)
    clean = clean.astype(dict.fromkeys(("PLAYER_ID", *COUNTS), "int64"))
    twice = clean.duplicated(["PLAYER_ID", "GAME_ID"])
    _refuse(
        [
            *(_bad_row(rule, clean.eval(rule)) for rule in IMPOSSIBLE),
            _bad_row("the same player and game twice", twice),
        ]
    )
    return clean


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except OSError as error:
        raise UpstreamError(f"{path}: {error.strerror}") from None


def _read_csv(stream: io.BytesIO) -> pd.DataFrame:
    # As text, because a GAME_ID read as a number loses the zeros it begins with.
    return pd.read_csv(stream, dtype=str, keep_default_na=False, encoding="utf-8-sig")


_READERS: dict[str, Callable[[io.BytesIO], pd.DataFrame]] = {
    ".csv": _read_csv,
    ".parquet": partial(pd.read_parquet, engine="pyarrow"),
}


def _text(column: pd.Series, *, pattern: str = r"[^\x00-\x1f\x7f-\x9f]+") -> pd.Series:
    text = column.astype("string").str.strip()
    return text.where(text.str.fullmatch(pattern, na=False))


def _game_id(column: pd.Series) -> pd.Series:
    return _text(column, pattern="[0-9]{1,10}").str.zfill(10)


def _date(column: pd.Series) -> pd.Series:
    days = pd.to_datetime(column.astype("string").str[:10], format="%Y-%m-%d", errors="coerce")
    return days.dt.strftime("%Y-%m-%d")


def _whole(column: pd.Series, *, most: int) -> pd.Series:
    numbers = pd.to_numeric(column.astype(str), errors="coerce")
    return numbers.where(numbers.between(0, most) & (numbers % 1 == 0))


CLEANERS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "PLAYER_ID": partial(_whole, most=LARGEST_ID),
    "PLAYER_NAME": _text,
    "TEAM_ABBREVIATION": _text,
    "GAME_ID": _game_id,
    "GAME_DATE": _date,
    **dict.fromkeys(COUNTS, partial(_whole, most=MOST_IN_A_GAME)),
}
"""The columns a game log must have; each function leaves missing what breaks the contract."""


def _bad_cell(raw: pd.Series, wrong: pd.Series) -> str:
    if not wrong.any():
        return ""
    row = int(wrong.argmax())
    return f"{raw.name} cannot be {reprlib.repr(str(raw.iloc[row]))} ({_rows(wrong)})"


def _bad_row(rule: str, wrong: pd.Series) -> str:
    return f"{rule} ({_rows(wrong)})" if wrong.any() else ""


def _rows(wrong: pd.Series) -> str:
    first, others = int(wrong.argmax()) + 1, int(wrong.sum()) - 1
    return f"row {first}" + (f" and {others} more" if others else "")


def _refuse(faults: Iterable[str]) -> None:
    if told := [fault for fault in faults if fault]:
        raise ContractError("; ".join(told))


def _made_counts(random: np.random.Generator, *, players: int, games: int) -> dict[str, np.ndarray]:
    """Draw attempts and makes, players by games, laid out flat; points follow from the makes."""

    def shots(low: float, high: float, worst: float, best: float) -> tuple[np.ndarray, np.ndarray]:
        rate = random.uniform(low, high, (players, 1))
        rate[-1] = 0
        attempts = random.poisson(rate, (players, games))
        made = random.binomial(attempts, random.uniform(worst, best, (players, 1)))
        return attempts.ravel(), made.ravel()

    twos, twos_made = shots(1, 9, 0.44, 0.64)
    threes, threes_made = shots(0.5, 6, 0.30, 0.41)
    free_throws, free_throws_made = shots(0.5, 6, 0.62, 0.90)
    return {
        "FGM": twos_made + threes_made,
        "FGA": twos + threes,
        "FG3M": threes_made,
        "FTM": free_throws_made,
        "FTA": free_throws,
        "PTS": 2 * twos_made + 3 * threes_made + free_throws_made,
    }
