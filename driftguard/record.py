"""`NamedTuple` as `typing` has it, in a tenth of the time, and without loading `typing`.

There are dozens of these classes, each made anew in every run. Looking through their annotations, which mypy
has done before, takes longer than reading a large lock, and so does compiling a constructor for each, as
`collections.namedtuple` does. TYPE_CHECKING stands here for the same reason; type checkers know it by its
name.
"""

import sys

__all__ = ["TYPE_CHECKING", "NamedTuple"]

TYPE_CHECKING = False

# From 3.14 on annotations are evaluated late.
if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple
else:
    from functools import cache

    try:
        from _collections import _tuplegetter
    except ImportError:  # not CPython
        from operator import itemgetter

        def _tuplegetter(index, doc):
            return property(itemgetter(index), doc=doc)

    class _Record(tuple):
        """What a named tuple does besides being one; the names are those of `collections.namedtuple`."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(made)}")
            return made

        def _replace(self, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no {', '.join(map(repr, changes))}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = (f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(fields)})"

        def __getnewargs__(self):
            return tuple(self)

    @cache
    def _constructor(count):
        """Return what makes a tuple of `count` arguments; classes differ in their names alone."""
        names = "".join(f"_{number}, " for number in range(count))
        return eval(f"lambda _cls, {names}: _new(_cls, ({names}))", {"_new": tuple.__new__})  # noqa: S307

    def _named(fields, defaults):
        constructor = _constructor(len(fields))
        code = constructor.__code__.replace(co_varnames=("_cls", *fields))
        return type(constructor)(code, constructor.__globals__, "__new__", defaults)

    class _Maker(type):
        """Make a named tuple of the class body: annotated names are fields, all else belongs to the class."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body["__annotations__"])
            defaults = tuple(body.pop(field) for field in fields if field in body)
            getters = {field: _tuplegetter(index, field) for index, field in enumerate(fields)}
            own = {"__slots__": (), "_fields": fields, "__match_args__": fields, **getters, **body}
            return type(name, (_Record,), {**own, "__new__": _named(fields, defaults)})

    class NamedTuple(metaclass=_Maker):
        """What classes derive from."""
