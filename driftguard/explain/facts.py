"""What follows from the values in a message: whose a module is, who removed a name, what has a library."""

import re
import sys
from collections.abc import Callable, Mapping

from driftguard.model import normalized
from driftguard.tables import Change, changes, import_names, named, numpy_releases, system_libraries
from driftguard.versions import release

_NAME_ENDS = re.compile(r"[\s<>=!~;@\[(]")
_ALIASES = {
    "np": "numpy",
    "pd": "pandas",
    "tensorflow.compat.v1": "tensorflow",
    "tensorflow._api.v2": "tensorflow",
    "requests.packages.urllib3": "urllib3",
    "botocore.vendored.requests.packages.urllib3": "urllib3",
}
_PYTHON = "python"
"""What the table of changes calls Python itself."""
_CLASS_FILE = 44
"""What the version of a class file is beyond that of its Java."""
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
    if attribute := facts.get("attribute", ""):
        known.update(_changed(module, attribute))
    if gone := facts.get("gone_from", ""):
        known["removed_from"], known["removed_in"] = normalized(gone), facts.get("gone_in", "")
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
    known.update(_looked_up(facts))
    if written := facts.get("requirement", ""):
        known["name"] = _NAME_ENDS.split(written, maxsplit=1)[0]
    if meant := import_names().get(normalized(facts.get("name") or known.get("name", ""))):
        known["meant"] = meant
    return known


def _looked_up(facts: Mapping[str, str]) -> dict[str, str]:
    """Return what tables have: the program that a distribution starts, what is of one source, which Java."""
    known = {"java_words": ""}
    if (started := named("started").get(facts.get("caller", ""))) and "program" not in facts:
        known["program"], known["program_package"] = started, named("programs").get(started, started)
    if (both := facts.get("both", "")) in (partners := named("partners")):
        known["partners"] = partners[both]
    if (major := facts.get("major", "")).isdecimal():
        known["java"] = str(int(major) - _CLASS_FILE)
        known["java_words"] = f" (class file version {major} is Java {known['java']})"
    return known


def _changed(module: str, attribute: str) -> dict[str, str]:
    """Say with which release a name went or came."""
    known: dict[str, str] = {}
    if gone := _change("removed", module, attribute):
        known["removed_from"], known["removed_in"] = gone.distribution, gone.version
        known["instead"] = f" (`{gone.instead}` has replaced it)" if gone.instead else ""
        if gone.distribution == _PYTHON:
            major, _, minor = gone.version.partition(".")
            known["last_python"] = f"{major}.{int(minor) - 1}"
    if came := _change("added", module, attribute):
        known["added_to"], known["added_in"] = came.distribution, came.version
        known["instead"] = f" (before, {came.instead} has it)" if came.instead else ""
    return known


def _change(kind: str, module: str, attribute: str) -> Change | None:
    """Return the change of a name; of a module that is not there that of the nearest parent that changed."""
    table = changes(kind)
    for alias, name in _ALIASES.items():
        if module == alias or module.startswith(f"{alias}."):
            module = name + module.removeprefix(alias)
    if (found := table.get((module, attribute))) or "." in module or "." not in attribute:
        return found
    parts = f"{module}.{attribute}".split(".")
    splits = ((cut, end) for end in range(len(parts), 1, -1) for cut in range(end - 1, 0, -1))
    names = ((".".join(parts[:cut]), ".".join(parts[cut:end])) for cut, end in splits)
    return next((table[name] for name in names if name in table), None)


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
    return "" if parts[0].startswith("_") else parts[0].replace("_", "-")


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
    return facts.get("removed_from", _PYTHON) != _PYTHON


def _is_removed_from_python(facts: Mapping[str, str]) -> bool:
    return facts.get("removed_from") == _PYTHON


def _is_added(facts: Mapping[str, str]) -> bool:
    return facts.get("added_to", _PYTHON) != _PYTHON and "removed_from" not in facts


def _starts_a_program(facts: Mapping[str, str]) -> bool:
    return facts.get("caller", "") in named("started")


def _is_added_to_python(facts: Mapping[str, str]) -> bool:
    return facts.get("added_to") == _PYTHON


CONDITIONS: Mapping[str, Callable[[Mapping[str, str]], bool]] = {
    "own": _is_own,
    "foreign": _is_foreign,
    "import-name": _is_meant,
    "stdlib-name": _is_stdlib_name,
    "removed": _is_removed,
    "removed-from-python": _is_removed_from_python,
    "added": _is_added,
    "added-to-python": _is_added_to_python,
    "starts-a-program": _starts_a_program,
}
"""Conditions on the values that a pattern cannot express."""
