"""Read `[[tool.driftguard.probe]]`: what is to be tried in the judged environment."""

import json
import re

from driftguard.probes import MEMORY, READY, TIMEOUT, Argument, Kind, Probe
from driftguard.toml import Table

KINDS = tuple(kind.value for kind in Kind)
KEYS = ("name", *KINDS, "args", "timeout", "memory", "severity", "network")
LONGEST_NAME = 200
LONGEST_ARGUMENTS = 32 * 1024
"""Characters of a call's arguments, as JSON."""
LONGEST_TIME = 3600
LEAST_MEMORY = 64 * 1024**2

_SIZE = re.compile(r"(\d{1,9}) ?(MiB|GiB|MB|GB)")
_UNITS = {"MiB": 1024**2, "GiB": 1024**3, "MB": 10**6, "GB": 10**9}


def read(table: Table) -> Probe:
    """Return the probe that one entry declares. Raises InputError."""
    name = table.text("name").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise table.error("name", f"is empty or longer than {LONGEST_NAME} characters")
    kinds = [kind for kind in Kind if kind in table.values]
    if len(kinds) != 1:
        raise table.error("", f"a probe has exactly one of {', '.join(KINDS)}")
    return Probe(
        name=name,
        kind=kinds[0],
        targets=_targets(table, kinds[0]),
        arguments=_arguments(table, kinds[0]),
        timeout=_timeout(table),
        memory=_memory(table),
        lenient=_is_lenient(table),
        network=_flag(table, "network"),
    )


def _targets(table: Table, kind: Kind) -> tuple[str, ...]:
    match kind:
        case Kind.DEPENDENCIES:
            if not _flag(table, kind):
                raise table.error(kind, "can only be true; leave the entry out otherwise")
            return ()
        case Kind.READY:
            if (ready := table.text(kind)) not in READY:
                raise table.error(kind, f"`{ready}` is none of {', '.join(READY)}")
            return (ready,)
        case Kind.IMPORT:
            several = isinstance(table.values[kind], list)
            names = table.texts(kind) if several else (table.text(kind),)
            if not names or not all(map(_is_dotted, names)):
                raise table.error(kind, "is not the dotted name of a module, or a list of such names")
            return names
        case Kind.SYMBOL | Kind.CALL:
            module, colon, name = table.text(kind).partition(":")
            if not (colon and _is_dotted(module) and _is_dotted(name)):
                raise table.error(kind, "is not a name such as `package.module:function`")
            return (f"{module}:{name}",)


def _is_dotted(name: str) -> bool:
    return len(name) <= LONGEST_NAME and all(part.isidentifier() for part in name.split("."))


def _arguments(table: Table, kind: Kind) -> tuple[Argument, ...]:
    if "args" not in table.values:
        return ()
    given = table.values["args"]
    if kind is not Kind.CALL:
        raise table.error("args", "goes with `call` only")
    if not isinstance(given, list):
        raise table.error("args", "is not a list")
    try:
        text = json.dumps(given, allow_nan=False)
    except (TypeError, ValueError):
        raise table.error("args", "holds something that JSON does not know, such as a date") from None
    if len(text) > LONGEST_ARGUMENTS:
        raise table.error("args", f"is longer than {LONGEST_ARGUMENTS:,} characters")
    return tuple(given)


def _timeout(table: Table) -> float:
    value = table.values.get("timeout", TIMEOUT)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < value <= LONGEST_TIME:
        raise table.error("timeout", f"is not a number of seconds up to {LONGEST_TIME}")
    return float(value)


def _memory(table: Table) -> int:
    text = table.text_or_none("memory")
    if text is None:
        return MEMORY
    match = _SIZE.fullmatch(text.strip())
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    if size < LEAST_MEMORY:
        raise table.error("memory", "is not a size of at least 64 MiB, such as `2 GiB`")
    return size


def _is_lenient(table: Table) -> bool:
    word = table.text_or_none("severity") or "error"
    if word not in {"error", "warning"}:
        raise table.error("severity", f"`{word}` is neither error nor warning")
    return word == "warning"


def _flag(table: Table, key: str) -> bool:
    value = table.values.get(key, False)
    if not isinstance(value, bool):
        raise table.error(key, "is neither true nor false")
    return value
