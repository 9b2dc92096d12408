"""One pass over one file: what it asks of the loader, of the interpreter and of NumPy."""

from collections.abc import Iterable
from itertools import islice

from driftguard.binary import Image, ProvidedType
from driftguard.environment.native import elf, numpy_api, python_symbols, type_definitions, type_sizes
from driftguard.environment.native.elf import Elf, ElfError
from driftguard.environment.reading import reason

_LIBXML2 = (b"\00020", b"\00021")
"""How LIBXML_VERSION_STRING begins, from 2.0.0 to 2.19.99."""
_MOST_PLACES = 1 << 16


def read(path: str, *, distribution: str, module: str, tag: str, exports: frozenset[str] | None) -> Image:
    """Return what the file at `path` says of itself; why it says nothing stands in `fault`.

    `exports` are the `Py…` and `_Py…` symbols of the judged interpreter, None where they are not known:
    then nothing is told to be unresolved. `replaced` and `fallback` are for others to fill in.
    """
    image = Image(path, distribution, module, tag)
    try:
        with elf.open(path) as file:
            return _read(file, image, exports)
    except ElfError as error:
        return image._replace(fault=str(error))
    except (OSError, ValueError) as error:  # a path with a NUL
        return image._replace(fault=f"cannot be read: {_why(error)}")


def _why(error: OSError | ValueError) -> str:
    return reason(error) if isinstance(error, OSError) else str(error)


def _read(file: Elf, image: Image, exports: frozenset[str] | None) -> Image:
    image = image._replace(
        machine=file.machine,
        soname=file.soname,
        needed=file.needed,
        rpath=file.rpath,
        runpath=file.runpath,
        wants=file.wants,
        defines=file.defines,
    )
    if not _calls_python(file):
        return image
    return image._replace(
        numpy=numpy_api.use(file),
        sizes=type_sizes.expected(file) if file.find(type_sizes.CHECKED) >= 0 else (),
        unresolved=() if exports is None else python_symbols.unresolved(file, exports),
        libxml2=_libxml2(file) if file.find(b"libxml2") >= 0 else "",
        cpu_baseline=numpy_api.cpu_baseline(file) if image.module.startswith("numpy.") else "",
    )


def _calls_python(file: Elf) -> bool:
    """Say whether it may: most large libraries do not, and need not be searched for what such code holds."""
    return b"Py" in file.strings


def _libxml2(file: Elf) -> str:
    """Return LIBXML_VERSION_STRING, five digits; nothing if there are none or two different ones."""
    found = set()
    for beginning in _LIBXML2:
        for at in islice(file.find_all(beginning), _MOST_PLACES):
            text = file.mapped[at + 1 : at + 7]
            if text[5:] == b"\0" and text[:5].isdigit():
                found.add(text[:5].decode())
    return found.pop() if len(found) == 1 else ""


def provided(path: str, names: Iterable[str]) -> dict[str, tuple[ProvidedType, ...]]:
    """Return the sizes of those types of `names` (`numpy.ndarray`) that the file at `path` defines."""
    try:
        with elf.open(path) as file:
            return type_definitions.sizes(file, sorted(set(names)), path) if _calls_python(file) else {}
    except (ElfError, OSError, ValueError):
        return {}
