"""`NamedTuple` as `typing` has it, in a third of the time, and without loading `typing`.

There are dozens of these classes, each made anew in every run. Looking through their annotations, which mypy
has done before, takes longer than reading a large lock. TYPE_CHECKING stands here for the same reason; type
checkers know it by its name.
"""

import sys

__all__ = ["TYPE_CHECKING", "NamedTuple"]

TYPE_CHECKING = False

# From 3.14 on annotations are evaluated late.
if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple
else:
    from collections import namedtuple

    class _Maker(type):
        """Make a named tuple of the class body: annotated names are fields, all else belongs to the class."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Maker):
        """What classes derive from."""
