"""What the rules on native code look at, out of the evidence."""

from driftguard.abi.remedy import Surroundings
from driftguard.evidence import Evidence, known

NEEDS = ("environment", "comparison", "mender", "binaries")


def surroundings(evidence: Evidence) -> Surroundings:
    """Return what a remedy is looked for in. Raises FactUnavailable."""
    return Surroundings(
        binaries=known(evidence.binaries),
        environment=known(evidence.environment),
        comparison=known(evidence.comparison),
        mender=known(evidence.mender),
    )
