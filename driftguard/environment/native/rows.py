"""Images as rows of JSON and back. What is of another shape than we write raises ValueError or its like."""

from driftguard.binary import Image, NumpyStyle, NumpyUse, TypeSize, WantedVersion
from driftguard.environment.native.files import NativeFile
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What loading a row of another shape raises."""
_STYLES = {style.value: style for style in NumpyStyle}


class Sharing:
    """What many rows have in common, each once: the files of a package mostly want the same versions."""

    def __init__(self) -> None:
        self._wants: dict[tuple[WantedVersion, ...], int] = {}
        self._sizes: dict[TypeSize, int] = {}

    @property
    def wants(self) -> list[tuple[WantedVersion, ...]]:
        """The lists of wanted versions by their numbers."""
        return list(self._wants)

    @property
    def sizes(self) -> list[TypeSize]:
        """The sizes by their numbers."""
        return list(self._sizes)

    def place(self, wants: tuple[WantedVersion, ...]) -> int:
        """Return the number of a list of wanted versions."""
        return self._wants.setdefault(wants, len(self._wants))

    def places(self, sizes: tuple[TypeSize, ...]) -> list[int]:
        """Return the number of each size."""
        return [self._sizes.setdefault(one, len(self._sizes)) for one in sizes]


class Shared:
    """The same, as it was kept. Raises one of MALFORMED for what is of another shape."""

    def __init__(self, wants: "list[list[list[Any]]]" = [], sizes: "list[list[Any]]" = []) -> None:  # noqa: B006
        self.wants = [tuple([_want(*one) for one in row]) for row in wants]
        self.sizes = [_size(*row) for row in sizes]


def dump(image: Image, shared: Sharing) -> list[object]:
    """Return the row of an image: what its file tells, without what its name and place do."""
    use = image.numpy
    return [
        bool(image.module),
        image.machine,
        image.soname,
        image.needed,
        image.rpath,
        image.runpath,
        shared.place(image.wants),
        image.defines,
        [use.style.value, use.abi, use.feature, use.old_pybind11] if use else None,
        shared.places(image.sizes),
        image.unresolved,
        image.libxml2,
        image.cpu_baseline,
    ]


def load(row: "list[Any]", file: NativeFile, shared: Shared) -> Image:
    """Return the image of `file` that a row tells of. Raises one of MALFORMED."""
    module, machine, soname, needed, rpath, runpath, place, defines, use, sizes, unresolved, *rest = row
    libxml2, cpu = rest
    if type(module) is not bool or place < 0 or min(sizes, default=0) < 0:
        raise TypeError
    return Image(
        path=file.path,
        distribution=file.distribution,
        module=file.module if module else "",
        tag=file.tag if module else "",
        machine=_text(machine),
        soname=_text(soname),
        needed=_texts(needed),
        rpath=_text(rpath),
        runpath=_text(runpath),
        wants=shared.wants[place],
        defines=_texts(defines),
        numpy=_use(*use) if use else None,
        sizes=tuple([shared.sizes[size] for size in sizes]),
        unresolved=_texts(unresolved),
        libxml2=_text(libxml2),
        replaced=file.replaced,
        fallback=file.fallback,
        cpu_baseline=_text(cpu),
    )


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _texts(value: "list[str]") -> tuple[str, ...]:
    if type(value) is not list or (value and set(map(type, value)) != {str}):
        raise TypeError
    return tuple(value)


def _want(library: str, version: str, weak: bool) -> WantedVersion:  # noqa: FBT001 - in the order of the row
    if type(weak) is not bool:
        raise TypeError
    return WantedVersion(_text(library), _text(version), weak)


def _use(style: str, abi: int, feature: str, *flags: bool) -> NumpyUse:
    if type(abi) is not int or {*map(type, flags)} != {bool}:
        raise TypeError
    return NumpyUse(_STYLES[style], abi, _text(feature), *flags)


def _size(module: str, name: str, size: int) -> TypeSize:
    if type(size) is not int:
        raise TypeError
    return TypeSize(_text(module), _text(name), size)
