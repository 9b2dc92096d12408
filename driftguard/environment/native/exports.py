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
        try:
            with elf.open(library.path) as it:
                defined = symbols.read(it).defined
                names.update(name.decode("utf-8", "replace") for name in defined if name.startswith(PREFIXES))
        except (elf.ElfError, OSError):
            return None
    return frozenset(names) or None
