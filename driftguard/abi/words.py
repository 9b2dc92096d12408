"""Say how far a problem reaches, how certain it is and who else would have told."""

from collections.abc import Sequence
from pathlib import PurePath

from driftguard.abi.loading import Refused
from driftguard.abi.problems import Broken, modules
from driftguard.abi.remedy import Remedy, Surroundings
from driftguard.binary import Image
from driftguard.finding import Mend, Severity
from driftguard.record import TYPE_CHECKING
from driftguard.requires import admits, asks

if TYPE_CHECKING:
    from typing import TypedDict
else:
    TypedDict = dict


def scope(images: Sequence[Image], total: int) -> str:
    """Return how many of a distribution's modules are meant, and which libraries."""
    names = {image.module for image in images if image.module}
    libraries = sorted({PurePath(image.path).name for image in images if not image.module})
    parts = []
    if names:
        parts.append("its only module" if total == 1 else f"{len(names)} of {total} modules")
    if libraries:
        more = f" and {len(libraries) - 1} more" if len(libraries) > 1 else ""
        parts.append(f"its library {libraries[0]}{more}")
    return ", ".join(parts)


def of(distribution: str, images: Sequence[Image], here: Surroundings) -> str:
    """Return `scope` beside all the modules that the distribution has for this interpreter."""
    return scope(images, modules(distribution, here.binaries))


def subject_of(image: Image) -> str:
    """Return the name by which people know a file: the module's, else the file's."""
    return image.module or PurePath(image.path).name


def ending(image: Image, error: str) -> str:
    """Return what becomes of loading a file: only what is imported raises an ImportError."""
    if image.module:
        return f"{image.module} raises `ImportError: {error}`"
    return f"{PurePath(image.path).name} cannot be loaded: `{error}`"


def raised(one: Broken) -> str:
    """Return which file raises what, in the words that Python prints."""
    problem = one.leading
    before = f"prints `{problem.before}`, then " if problem.before else ""
    return f"{subject_of(problem.image)} {before}raises `{problem.error}`"


def pip_check(consumer: str, provider: str, here: Surroundings) -> str:
    """Return whether `pip check` tells: only if the consumer's metadata excludes the provider's version."""
    one, version = here.installed.get(consumer), here.version(provider)
    asked = asks(one, provider, here.environment.interpreter.markers) if one else ()
    if version and not admits(asked, version):
        return f"`pip check` sees it too: {consumer} asks for {provider}{','.join(asked)}"
    return "`pip check` does not see it"


class Parts(TypedDict):
    """What findings on broken modules have in common."""

    why: str
    detail: tuple[str, ...]
    mend: Mend | None
    path: str


def finding_parts(one: Broken, remedy: Remedy, here: Surroundings) -> Parts:
    """Return error, reach, certainty, who else tells, where the values were read, and what mends it."""
    images = [problem.image for problem in one.problems]
    other = [problem for problem in one.problems if problem.kind is not one.leading.kind]
    mixed = f" ({len(other)} by `{other[0].error}`)" if other else ""
    reach = f"{scope(images, one.modules)}{mixed}; certain, both values were read"
    return Parts(
        why=raised(one),
        detail=(
            f"{reach}; {pip_check(one.distribution, one.provider, here)}",
            f"installed: {one.leading.source}",
            *filter(None, (remedy.clause,)),
        ),
        mend=remedy.mend,
        path=one.leading.image.path,
    )


CERTAIN = "certain, both sides were read"


def listed(names: Sequence[str]) -> str:
    """Return the first three names."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def only_running(one: Refused) -> str:
    """Return what reading cannot tell of files that not every import comes to."""
    if one.optional:
        return ", optional: plug-ins that nothing imports"
    return "; whether anything imports it only running can tell" if one.severity is Severity.WARNING else ""
