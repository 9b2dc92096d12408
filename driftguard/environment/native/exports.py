"""The names of Python's C API that the judged interpreter offers: those its program and its libpython export.

A name is exported in one interpreter and not in the next; no table says which so surely as the file itself.
"""

from driftguard.environment.native import elf, symbols
from driftguard.environment.native.loader import Process, pythons
from driftguard.environment.native.python_symbols import PREFIXES


def read(process: Process) -> frozenset[str] | None:
    """Return the names; None where they cannot be read, or where there are none to be seen."""
    names: set[str] = set()
    for library in pythons(process):
        offered = of(library.path)
        if offered is None:
            return None
        names |= offered
    return frozenset(names) or None


def of(path: str) -> frozenset[str] | None:
    """Return the names like Python's that one file offers; None where it cannot be read."""
    try:
        with elf.open(path) as it:
            defined = symbols.read(it).defined
    except (elf.ElfError, OSError):
        return None
    return frozenset(name.decode("utf-8", "replace") for name in defined if name.startswith(PREFIXES))
