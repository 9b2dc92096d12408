"""What the rules on installed files share: how they name files, and what lays them anew."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from driftguard.evidence import Evidence, known
from driftguard.finding import Mend
from driftguard.integrity import Altered, Verified
from driftguard.model import Installed

NEEDS = ("environment", "comparison", "mender", "integrity")
SHOWN = 5
"""Files that are named in a finding."""


def verified(evidence: Evidence) -> Iterable[Verified]:
    """Return the distributions beside their RECORDs. Raises FactUnavailable."""
    return known(evidence.integrity).verified


def below(path: str, one: Installed) -> str:
    """Return the path of a file as the RECORD of its distribution has it, as far as it lies beside that."""
    site = one.path.parent
    return str(PurePath(path).relative_to(site)) if PurePath(path).is_relative_to(site) else path


def differences(changed: Sequence[Altered], one: Installed) -> tuple[str, ...]:
    """Return both values of each changed file, in clauses, of the first few."""
    told = [f"{below(each.path, one)}: recorded {each.recorded}, found {each.found}" for each in changed]
    return tuple(told[:SHOWN])


def several(paths: Sequence[str], one: Installed) -> str:
    """Return the names of the first few files."""
    names = ", ".join(below(path, one) for path in paths[:SHOWN])
    return f"{names}, …" if len(paths) > SHOWN else names


def laid_anew(evidence: Evidence, one: Installed) -> Mend | None:
    """Return the command that lays all files of a distribution anew; None for one that is inherited.

    Raises FactUnavailable.
    """
    if all(one.path != there.path for there in known(evidence.environment).installed):
        return None
    pair = known(evidence.comparison).by_name.get(one.name)
    return known(evidence.mender).renew(one, pair.locked if pair else None)
