"""Which known pairs are installed, and which of them the files themselves decide. Pure."""

from collections.abc import Iterator

from driftguard.abi.problems import usable
from driftguard.abi.remedy import Surroundings
from driftguard.tables import KnownPair, known_pairs


def matching(here: Surroundings) -> Iterator[KnownPair]:
    """Yield the known pairs whose every distribution is installed in a version that is meant."""
    names = {one.name for one in here.environment.installed}
    for pair in known_pairs():
        if names >= pair.breaks.keys() and all(here.meets(name, spec) for name, spec in pair.breaks.items()):
            yield pair


def decided(pair: KnownPair, here: Surroundings) -> bool:
    """Say whether the fact that would tell was read, so that another rule speaks, or rightly does not."""
    consumer = next(iter(pair.breaks))
    files = [
        one for one in here.binaries.images if one.distribution == consumer and usable(one, here.binaries)
    ]
    # Sizes stand in the code, which is followed on x86-64 alone.
    followed = bool(files) and here.binaries.host.machine == "x86_64"
    match pair.fact:
        case "numpy":
            known = followed or any(one.numpy or one.sizes for one in files)
            return known and here.binaries.numpy is not None
        case "sizes":
            return followed and any(one.sizes for one in files)
        case "libraries":
            return bool(files) and bool(here.binaries.host.glibc)
        case _:
            return False
