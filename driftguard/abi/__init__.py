"""Judge native code by what it says of itself: what cannot work here, and which NumPy would. Pure."""

from driftguard.abi.limits import Constraint, Range, constraints, effective
from driftguard.abi.problems import Broken, Kind, Problem, broken, old_pybind11

__all__ = [
    "Broken",
    "Constraint",
    "Kind",
    "Problem",
    "Range",
    "broken",
    "constraints",
    "effective",
    "old_pybind11",
]
