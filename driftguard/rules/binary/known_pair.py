"""Two installed releases are known not to work together

## What it finds

Distributions in versions that are known not to go together, by a table of such pairs
(`driftguard/data/abi_pairs.toml`) in which each entry says how it is known and when it was checked. What
the files themselves tell comes first: where they could be read, DG301, DG303, DG304 and DG309 decide and
the entry is silent.

It is an error where the import was seen to fail and both neighbours of the bound are known, else a warning.

## Why it matters

Metadata allows these pairs more often than not, so that installers choose them.

## Example

```text
DG313 error: gensim: does not work with scipy>=1.13, installed gensim 4.3.2 and scipy 1.13.1
```

## Fix

Run the printed command.
"""

from collections.abc import Iterator

from driftguard.abi.pairs import decided, matching
from driftguard.abi.remedy import Surroundings, for_known
from driftguard.abi.words import pip_check
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings
from driftguard.tables import KnownPair

RULE = Rule(
    code="DG313",
    name="known-pair",
    summary="two installed releases are known not to work together",
    severity=Severity.ERROR,
    needs=NEEDS,
)
SEEN = {
    "run": "seen when run",
    "wheels": "read in the released files",
    "metadata": "told by the releases' metadata",
    "issue": "told by the maintainers",
}
EDGES = {
    "wheels": "both sides of the bound were read",
    "bisected": "both sides of the bound were run",
    "declared": "the bound is in the metadata",
}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of every known pair that is installed, unless the files themselves decide."""
    here = surroundings(evidence)
    for pair in matching(here):
        if not decided(pair, here):
            yield _finding(pair, here)


def _finding(pair: KnownPair, here: Surroundings) -> Finding:
    consumer, provider = pair.breaks
    remedy = for_known(pair, here)
    sure = pair.at == "import" and pair.edge in EDGES and pair.seen in {"run", "wheels"}
    bound = EDGES.get(pair.edge, "where exactly it begins is not known")
    return RULE.finding(
        consumer,
        f"does not work with {provider}{pair.breaks[provider]}, "
        f"installed {consumer} {here.version(consumer)} and {provider} {here.version(provider)}",
        why=_why(pair),
        detail=(
            f"known pair: {SEEN[pair.seen]}, {bound}; {pip_check(consumer, provider, here)}",
            *filter(None, (remedy.clause,)),
        ),
        mend=remedy.mend,
        path=here.installed[consumer].path,
        severity=None if sure else Severity.WARNING,
    )


def _why(pair: KnownPair) -> str:
    if pair.silent:
        return "it may silently compute wrong numbers: it reads arrays as NumPy 1 lays them out"
    if not pair.error:
        return "it refuses to be imported" if pair.at == "import" else "it fails when used"
    return f"{'importing' if pair.at == 'import' else 'using'} it raises `{pair.error}`"
