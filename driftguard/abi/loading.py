"""What the dynamic loader refuses, by distribution, and how much of each that takes away. Pure."""

from collections.abc import Iterable
from pathlib import PurePath

from driftguard.abi.problems import by_depth, modules
from driftguard.binary import Binaries, Image, LoadProblem
from driftguard.finding import Severity
from driftguard.record import NamedTuple


class Refused(NamedTuple):
    """Files of a distribution that the loader refuses for reasons of one sort, and how bad that is."""

    distribution: str
    images: tuple[Image, ...]
    problems: tuple[LoadProblem, ...]
    severity: Severity

    @property
    def optional(self) -> bool:
        """Whether none of the files is imported: plug-ins that something may open, or not."""
        return not any(image.module for image in self.images)


def by_distribution(images: Iterable[Image]) -> dict[str, tuple[Image, ...]]:
    """Return the images of each distribution, those first that people know."""
    groups: dict[str, list[Image]] = {}
    for image in sorted(images, key=by_depth):
        groups.setdefault(image.distribution, []).append(image)
    return {name: tuple(group) for name, group in groups.items()}


def on_the_way(image: Image, binaries: Binaries) -> bool:
    """Say whether an import comes to the file: it is a module, or one of its distribution asks for it."""
    names = {image.soname, PurePath(image.path).name}
    return bool(image.module) or any(
        not names.isdisjoint(one.needed)
        for one in binaries.images
        if one.module and one.distribution == image.distribution
    )


def refused(binaries: Binaries, *, versions: bool) -> tuple[Refused, ...]:
    """Return what is refused for want of libraries, or of their `versions`; plug-ins apart from modules."""
    images = {image.path: image for image in binaries.images}
    failing = by_distribution(images[path] for path in {one.path for one in binaries.problems} & {*images})
    found = []
    for name, group in failing.items():
        for importable in (True, False):
            chosen = {image.path: image for image in group if bool(image.module) is importable}
            problems = tuple(
                one for one in binaries.problems if one.path in chosen and bool(one.version) is versions
            )
            meant = tuple(image for path, image in chosen.items() if path in {one.path for one in problems})
            if meant:
                severity = _severity(name, group, binaries) if importable else Severity.NOTE
                found.append(Refused(name, meant, problems, severity))
    return tuple(found)


def _severity(name: str, failing: Iterable[Image], binaries: Binaries) -> Severity:
    """Half of the modules, or one at the top, is what people import the distribution for."""
    gone = {image.module for image in failing if image.module}
    most = 2 * len(gone) >= modules(name, binaries) or any("." not in module for module in gone)
    return Severity.ERROR if most else Severity.WARNING
