"""The symbols of CPython's C API that a file asks of the interpreter that loads it."""

from driftguard.environment.native import symbols
from driftguard.environment.native.elf import Elf

PREFIXES = (b"Py", b"_Py")

_COME_AND_GONE = """
    PyABIInfo PyAIter PyCMethod PyCObject PyClass PyConfig PyCriticalSection PyCriticalSection2
    PyEvent PyFPE PyFrameLocalsProxy PyGrammar PyHamt PyHash PyInitConfig PyInstance PyInt
    PyInterpreterConfig PyInterpreterID PyLongWriter PyModuleExport PyMonitoring PyMutex PyNode
    PyOnceFlag PyParkingLot PyParser PyPathConfig PyRWMutex PyRecursiveMutex PyRefTracer PySTEntry
    PyStatus PyString PySymtable PyTime PyTokenizer PyUnicodeUCS2 PyUnicodeUCS4 PyUnicodeWriter
    PyUnion PyUnstable PyWideStringList
"""
"""Families of which some CPython from 2.7 to 3.15 exports something, and some does not."""


def unresolved(elf: Elf, exports: frozenset[str]) -> tuple[str, ...]:
    """Return the strong undefined names of CPython that are not among `exports`, sorted. Raises ElfError.

    Libraries offer names like CPython's to each other (`PyArray_`, `PyImaging_`, `PyGevent_`). So a name
    counts only if the interpreter exports others of its family, what stands before the first underscore.
    """
    lacking = {name.decode("utf-8", "replace") for name in symbols.undefined(elf, PREFIXES)} - exports
    if not lacking:
        return ()
    # `PyInit_json` is a module's, whoever exports another one's.
    families = ({family(name) for name in exports} | set(_COME_AND_GONE.split())) - {"PyInit"}
    return tuple(sorted(name for name in lacking if family(name) in families))


def family(name: str) -> str:
    """Return what stands before an underscore that is not in front: `PyUnicode` of `_PyUnicode_Ready`."""
    return name.lstrip("_").partition("_")[0]
