"""Which module the file name of a shared object stands for, and which of several names Python takes.

Source: importlib.machinery.FileFinder and EXTENSION_SUFFIXES; PEP 3149 (tags in file names).
"""

import re
from collections.abc import Sequence
from keyword import iskeyword

from driftguard.record import NamedTuple

_TAG = re.compile(r"(?:cpython|cp|pypy|pp|graalpy|pyston)-?\d[\w-]*|abi3t?(?:-[\w-]+)?|pypy\d+-pp\d+[\w-]*")
_NEVER_IMPORTED = frozenset(("include",))
"""Folders of headers and what lies among them: TensorFlow ships a second copy of ml_dtypes there."""
_SUFFIX = ".so"


class ModuleName(NamedTuple):
    """A dotted name, and what stands between it and `.so`: `abi3`, or nothing."""

    name: str
    tag: str


NO_MODULE = ModuleName("", "")


def is_shared_object(file_name: str) -> bool:
    """Say whether a file is named as one: `x.so`, `libx.so.6.2`."""
    return file_name.endswith(_SUFFIX) or ".so." in file_name


def named(path: str) -> ModuleName:
    """Return the module that `path`, relative to a folder of `sys.path`, can be imported as; else NO_MODULE.

    A library with a plain `.so` looks like a module too: only its symbols tell.
    """
    *folders, file = path.split("/")
    stem, _, rest = file.partition(".")
    tag = rest.removesuffix("so").removesuffix(".")
    if not file.endswith(_SUFFIX) or (tag and not _TAG.fullmatch(tag)):
        return NO_MODULE
    # mypyc names the module of a whole package after a digest, which may begin with a digit.
    last = f"_{stem}" if tag else stem
    if folders[:1] == ["bin"] or not all(map(is_package, (*folders, last))):
        return NO_MODULE
    return ModuleName(".".join((*folders, stem)), tag)


def is_package(name: str) -> bool:
    """Say whether a folder of this name can be a part of a module's name."""
    return name.isidentifier() and not iskeyword(name) and name not in _NEVER_IMPORTED


def suffix(tag: str) -> str:
    """Return the suffix of a tag as the interpreter has it in its list (`.abi3.so`)."""
    return f".{tag}{_SUFFIX}" if tag else _SUFFIX


def taken(tags: Sequence[str], suffixes: Sequence[str]) -> str | None:
    """Return which tag of files of one name the interpreter takes; None if it takes none of them."""
    known = {suffix(tag): tag for tag in tags}
    return next((known[one] for one in suffixes if one in known), None)
