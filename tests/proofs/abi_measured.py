"""What the interpreter itself says of sizes and of NumPy's C API, beside what was read from the files."""

import json
import subprocess
from typing import NamedTuple

from driftguard.binary import Binaries
from tests.proofs.abi_environments import Made

ASK = """
import ctypes, importlib, json, sys
found = {"types": {}}
for name in json.loads(sys.argv[1]):
    module, _, attribute = name.rpartition(".")
    try:
        one = getattr(importlib.import_module(module), attribute)
        found["types"][name] = [one.__basicsize__, one.__itemsize__]
    except Exception:
        pass
try:
    import numpy
    core = getattr(numpy, "_core", None) or numpy.core
    capsule = core._multiarray_umath._ARRAY_API
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    api = ctypes.cast(pointer(capsule, None), ctypes.POINTER(ctypes.c_void_p))
    version = ctypes.CFUNCTYPE(ctypes.c_uint)
    found["numpy"] = [numpy.__version__, version(api[0])(), version(api[211])()]
except ImportError:
    pass
print(json.dumps(found))
"""
"""Slots 0 and 211 of NumPy's API table are PyArray_GetNDArrayCVersion and PyArray_GetNDArrayCFeatureVersion."""


class Differences(NamedTuple):
    """How many values were compared, and where they differ."""

    compared: int
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.compared - len(self.wrong)}/{self.compared}" if self.compared else ""


def differences(made: Made, binaries: Binaries) -> Differences:
    """Compare the sizes of all types that were read, and NumPy's ABI generation and C-API version."""
    names = sorted(binaries.provided)
    asked = subprocess.run(
        [made.python, "-I", "-c", ASK, json.dumps(names)], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise SystemExit(f"{made.folder}: {asked.stderr}")
    told = json.loads(asked.stdout.splitlines()[-1])
    compared, wrong = 0, []
    for name, (basic, items) in told["types"].items():
        read = [(one.basicsize, one.itemsize) for one in binaries.provided[name]]
        compared += 1
        if (basic, items) not in read:
            wrong.append(f"{name}: read {read}, is {(basic, items)}")
    if "numpy" in told and binaries.numpy:
        version, abi, api = told["numpy"]
        compared += 3
        wrong += _unlike("numpy", binaries.numpy.version, version)
        wrong += _unlike("NumPy's ABI generation", binaries.numpy.abi, abi >> 24)
        wrong += _unlike("NumPy's C-API version", binaries.numpy.api, api)
    elif "numpy" in told:
        wrong.append("NumPy is there and was not found")
    return Differences(compared, tuple(wrong))


def _unlike(what: str, read: object, there: object) -> list[str]:
    return [] if read == there else [f"{what}: read {read}, is {there}"]
