"""What follows from the values in a message: whose a module is, who removed a name, what has a library."""

import re
import sys
from collections.abc import Callable, Mapping

from driftguard.model import normalized
from driftguard.tables import import_names, named, numpy_releases, removed, system_libraries
from driftguard.versions import release

_NAME_ENDS = re.compile(r"[\s<>=!~;@\[(]")
_ALIASES = {"np": "numpy", "tensorflow.compat.v1": "tensorflow"}
_OWN = frozenset(
    (
        *("app", "src", "utils", "util", "config", "settings", "main", "tests", "test", "helpers", "common"),
        *("core", "lib", "models", "constants", "scripts", "tools", "api", "db", "database", "my_module"),
        *("mymodule", "project", "pipeline", "backend", "server", "views", "urls", "conftest", "setup"),
        *("__main__", "local", "parser", "commands", "exceptions", "formatter", "symbol"),
    )
)
"""Names that people give to their own modules: no distribution is meant."""


def derived(facts: Mapping[str, str]) -> dict[str, str]:
    """Return what follows from the values, such as the distribution of a module."""
    known: dict[str, str] = {}
    if module := facts.get("module", ""):
        known["top"] = module.partition(".")[0]
        if name := distribution_of(module):
            known["distribution"] = name
    gone = removed().get((_ALIASES.get(module, module), facts.get("attribute", "")))
    if gone:
        known["removed_from"], known["removed_in"] = gone
    if library := system_libraries().get(facts.get("library", "")):
        known["system_package"] = library
    for key, section, value in (
        ("header_package", "system_packages", facts.get("header") or facts.get("program", "")),
        ("program_package", "programs", facts.get("program", "")),
        ("plugin_distribution", "plugins", facts.get("plugin", "")),
    ):
        if found := named(section).get(value):
            known[key] = found
    known["sizes"] = _sizes(facts)
    if written := facts.get("requirement", ""):
        known["name"] = _NAME_ENDS.split(written, maxsplit=1)[0]
    if meant := import_names().get(normalized(facts.get("name") or known.get("name", ""))):
        known["meant"] = meant
    return known


def _sizes(facts: Mapping[str, str]) -> str:
    """Say of which releases of NumPy the sizes in a message are; empty where the table does not tell."""
    steps = numpy_releases().sizes.get(facts.get("module", "").removeprefix("numpy."), {})
    told = []
    for words, size in (("built for", facts.get("built", "")), ("installed", facts.get("have", ""))):
        since = next((minor for minor, known in steps.items() if str(known) == size), "")
        later = [minor for minor, known in steps.items() if since and release(minor) > release(since)]
        if since:
            told.append(
                f"{words} NumPy {f'{since} or later, before {later[0]},' if later else f'{since} or later'}"
            )
    return f" ({' '.join(told).rstrip(',')})" if len(told) == 2 else ""


def distribution_of(module: str) -> str:
    """Return the distribution that has a module, as far as names tell, else an empty name."""
    parts = module.split(".")
    if parts[0] in sys.stdlib_module_names or parts[0] in _OWN:
        return ""
    if parts[:2] in (["google", "cloud"], ["azure", "mgmt"]) and len(parts) > 2:
        return "-".join(parts[:3]).replace("_", "-")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if meant := named("modules").get(name) or (
            import_names().get(normalized(name)) if length == 1 else None
        ):
            return meant
    return parts[0].replace("_", "-")


def _is_stdlib(facts: Mapping[str, str]) -> bool:
    return facts.get("module", "").partition(".")[0] in sys.stdlib_module_names


def _is_own(facts: Mapping[str, str]) -> bool:
    return facts.get("module", "").partition(".")[0] in _OWN


def _is_meant(facts: Mapping[str, str]) -> bool:
    """Say whether the name is one under which something is imported, and not that of a distribution."""
    return "meant" in facts


def _is_foreign(facts: Mapping[str, str]) -> bool:
    return not _is_stdlib(facts) and not _is_own(facts)


def _is_stdlib_name(facts: Mapping[str, str]) -> bool:
    return facts.get("name", "") in sys.stdlib_module_names


def _is_removed(facts: Mapping[str, str]) -> bool:
    return "removed_from" in facts


CONDITIONS: Mapping[str, Callable[[Mapping[str, str]], bool]] = {
    "own": _is_own,
    "foreign": _is_foreign,
    "import-name": _is_meant,
    "stdlib-name": _is_stdlib_name,
    "removed": _is_removed,
}
"""Conditions on the values that a pattern cannot express."""
