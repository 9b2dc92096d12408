"""Read `[tool.driftguard]` of a pyproject.toml, or a driftguard.toml."""

from collections.abc import Iterable
from pathlib import Path

from driftguard.cache import NO_CACHE, Cache, digest
from driftguard.errors import InputError
from driftguard.files import decoded, read_bytes, read_text
from driftguard.finding import Ignore, Severity
from driftguard.host import HostWishes
from driftguard.model import normalized
from driftguard.probes import Probe
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from driftguard.toml import Table

KEYS = ("allow", "fail-on", "host", "ignore", "probe", "select")
IGNORE_KEYS = ("package", "reason", "rule", "until")

_KIND = "configuration"
_NOTHING = {"driftguard": False}


class Config(NamedTuple):
    """What a project says once for all runs. `path` is None when it says nothing."""

    path: Path | None = None
    select: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    fail_on: Severity | None = None
    ignores: tuple[Ignore, ...] = ()
    host: HostWishes = HostWishes()
    probes: tuple[Probe, ...] = ()


def find(folders: Iterable[Path], cache: Cache = NO_CACHE) -> Config:
    """Return the configuration of the first folder that has one; the last may have a driftguard.toml.

    `folders` go from the judged package to the workspace root. Raises InputError.
    """
    last = None
    for folder in folders:
        last = folder
        path = folder / "pyproject.toml"
        if path.is_file():
            tool = _tool(path, cache)
            if tool and "driftguard" in tool.values:
                return _read(tool.table("driftguard"))
    if last is not None and (last / "driftguard.toml").is_file():
        path = last / "driftguard.toml"
        return _read(_parsed(read_text(path), path))
    return Config()


def _tool(path: Path, cache: Cache) -> "Table | None":
    """Return `[tool]`, None for a file that is known to have nothing for us there: most have not."""
    data = read_bytes(path)
    content = digest(data)
    if cache.get(_KIND, content) == _NOTHING:
        return None
    tool = _parsed(decoded(data, path), path).table("tool")
    if "driftguard" not in tool.values:
        cache.put(_KIND, content, _NOTHING)
    return tool


def _parsed(text: str, path: Path) -> "Table":
    from driftguard.toml import Document

    return Document(text, path).root


def severity(word: str) -> Severity | None:
    """Return the severity that `word` names, None when it names none."""
    return next((one for one in Severity if one.label == word), None)


def _read(table: "Table") -> Config:
    _refuse_unknown(table, KEYS)
    fail_on = table.text_or_none("fail-on")
    if fail_on is not None and severity(fail_on) is None:
        raise table.error("fail-on", f"`{fail_on}` is none of error, warning, note")
    return Config(
        path=table.document.path,
        select=table.texts("select"),
        allow=frozenset(map(normalized, table.texts("allow"))),
        fail_on=severity(fail_on) if fail_on else None,
        ignores=tuple(_ignore(entry) for entry in table.tables("ignore")),
        host=_host(table.table("host")) if "host" in table.values else HostWishes(),
        probes=_probes(table) if "probe" in table.values else (),
    )


def _host(table: "Table") -> HostWishes:
    from driftguard import wishes

    _refuse_unknown(table, wishes.KEYS)
    return wishes.read(table)


def _probes(table: "Table") -> tuple[Probe, ...]:
    from driftguard import probe_entries

    entries = tuple(table.tables("probe"))
    for entry in entries:
        _refuse_unknown(entry, probe_entries.KEYS)
    return tuple(map(probe_entries.read, entries))


def _ignore(table: "Table") -> Ignore:
    _refuse_unknown(table, IGNORE_KEYS)
    reason = table.text("reason").strip()
    if not reason:
        raise table.error("reason", "is empty: an ignore needs a reason")
    rule = table.text("rule")
    if not rule.startswith("DG"):
        raise table.error("rule", f"`{rule}` is no rule or prefix of rules")
    return Ignore(
        rule=rule,
        reason=reason,
        package=normalized(table.text_or_none("package") or ""),
        until=_day(table),
        path=table.document.path,
    )


def _day(table: "Table") -> str:
    from datetime import date, datetime

    value = table.values.get("until")
    if isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise table.error("until", f"`{value}` is not a date such as 2026-12-31") from None
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise table.error("until", "is not a date such as 2026-12-31")


def _refuse_unknown(table: "Table", known: tuple[str, ...]) -> None:
    for key in table.values:
        if key not in known:
            from difflib import get_close_matches

            close = get_close_matches(key, known, n=1)
            error: InputError = table.error(key, "is not a key that driftguard knows")
            error.hint = f"did you mean `{close[0]}`?" if close else f"it knows {', '.join(known)}"
            raise error
