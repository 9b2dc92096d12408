"""What the native code of each distribution asks of NumPy, Python and libc, and the NumPy that suits all."""

import re
from collections.abc import Iterable, Iterator

from driftguard.abi.problems import NUMPY, is_old_pybind11, modules, qualified, usable
from driftguard.binary import Binaries, Image, NumpyStyle
from driftguard.record import NamedTuple
from driftguard.tables import numpy_releases
from driftguard.versions import release


class Constraint(NamedTuple):
    """What the native code of one distribution asks of its surroundings.

    `floor` is the least NumPy it runs on and `cap` the first it does not run on (`2`), empty where it does
    not say; `generation` is that of the NumPy headers it was built with (0 for none, the older where they
    differ), `suspect` whether it would silently misread NumPy 2; `tags` are those of its modules' file names,
    `glibc` the newest version of libc's symbols that it cannot do without (`2.34`).
    """

    distribution: str
    floor: str
    cap: str
    generation: int
    suspect: bool
    tags: tuple[str, ...]
    glibc: str
    modules: int


class Range(NamedTuple):
    """The NumPy that all native code here runs on, and which distribution drew each bound."""

    floor: str = ""
    cap: str = ""
    floor_from: str = ""
    cap_from: str = ""

    @property
    def requirement(self) -> str:
        """The range as a requirement (PEP 508)."""
        bounds = ([f">={self.floor}"] if self.floor else []) + ([f"<{self.cap}"] if self.cap else [])
        return f"numpy{','.join(bounds)}"

    @property
    def empty(self) -> bool:
        """Whether no NumPy is in it."""
        return bool(self.floor and self.cap) and release(self.floor) >= release(self.cap)

    def __str__(self) -> str:
        drawn = [
            f"{bound} from {name}"
            for bound, name in (("floor", self.floor_from), ("cap", self.cap_from))
            if name
        ]
        return f"{self.requirement}: {', '.join(drawn)}" if drawn else self.requirement


def constraints(binaries: Binaries) -> tuple[Constraint, ...]:
    """Return what each distribution with native code asks for, by name; NumPy itself is among them.

    What this interpreter does not take counts only where nothing else is there, for its tags.
    """
    groups: dict[str, list[Image]] = {}
    for image in binaries.images:
        groups.setdefault(image.distribution, []).append(image)
    return tuple(_constraint(name, group, binaries) for name, group in sorted(groups.items()))


def effective(several: Iterable[Constraint], *, suspects: bool = False) -> Range:
    """Return the range that all allow; with `suspects` also NumPy 2 is kept from what would misread it."""
    asking = [one for one in several if one.distribution != NUMPY]
    lowest = max((one for one in asking if one.floor), key=lambda one: release(one.floor), default=None)
    caps = [one._replace(cap=one.cap or ("2" if suspects and one.suspect else "")) for one in asking]
    highest = min((one for one in caps if one.cap), key=lambda one: release(one.cap), default=None)
    return Range(
        floor=lowest.floor if lowest else "",
        cap=highest.cap if highest else "",
        floor_from=lowest.distribution if lowest else "",
        cap_from=highest.distribution if highest else "",
    )


def _constraint(name: str, images: list[Image], binaries: Binaries) -> Constraint:
    taken = [image for image in images if usable(image, binaries)]
    bounds = [bound for image in taken for bound in _bounds(image)]
    generations = [image.numpy.abi for image in taken if image.numpy and image.numpy.abi]
    wanted = {
        want.version.removeprefix("GLIBC_")
        for image in taken
        for want in image.wants
        if re.fullmatch(r"GLIBC_[0-9.]+", want.version) and not want.weak
    }
    return Constraint(
        distribution=name,
        floor=max((floor for floor, _ in bounds if floor), key=release, default=""),
        cap=min((cap for _, cap in bounds if cap), key=release, default=""),
        generation=min(generations, default=0),
        suspect=any(map(is_old_pybind11, taken)),
        tags=tuple(sorted({image.tag for image in images if image.module and image.tag})),
        glibc=max(wanted, key=release, default=""),
        modules=modules(name, binaries),
    )


def _bounds(image: Image) -> Iterator[tuple[str, str]]:
    """Return floor and cap of the NumPy that each trait of a file allows."""
    use = image.numpy
    if use and use.style is NumpyStyle.IMPORT_ARRAY:
        yield use.feature, "2" if use.abi == 1 else ""
    for asked in image.sizes:
        steps = numpy_releases().sizes.get(qualified(asked).removeprefix("numpy."), {})
        if qualified(asked).startswith("numpy.") and steps:
            yield _within(asked.size, sorted(steps.items(), key=lambda step: release(step[0])))


def _within(size: int, steps: list[tuple[str, int]]) -> tuple[str, str]:
    """Return the first NumPy whose type is large enough, and the first after it whose type is not."""
    enough = next((at for at, (_, there) in enumerate(steps) if there >= size), None)
    if enough is None:
        return "", ""
    floor = steps[enough][0] if enough else ""
    return floor, next((minor for minor, there in steps[enough:] if there < size), "").removesuffix(".0")
