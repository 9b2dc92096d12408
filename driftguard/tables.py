"""Load the tables of `data/`, each once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_DATA = Path(__file__).parent / "data"
_SECTIONS = ("absent", "placeholder", "unrelated")


@cache
def import_names() -> Mapping[str, str]:
    """Return, by the name under which it is imported, the distribution that is meant. Both are normalised."""
    import tomli

    table = tomli.loads((_DATA / "import_names.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: meant for section in _SECTIONS for name, meant in table[section].items()})
