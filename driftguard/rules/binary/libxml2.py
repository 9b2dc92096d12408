"""lxml and xmlsec were built with different versions of libxml2

## What it finds

`lxml` and `xmlsec`, each with the libxml2 it was built with compiled in, where these are of different
versions. The versions are read from the modules.

## Why it matters

The two hand each other structures of libxml2, so xmlsec compares the versions when it is imported, and
refuses.

## Example

```text
DG310 error: xmlsec: built with libxml2 2.12.6, installed lxml 6.0.2 with 2.14.6
```

## Fix

Take releases of the two that were built with the same libxml2, or build both from source
(`--no-binary lxml --no-binary xmlsec`) against the system's.
"""

from collections.abc import Iterator

from driftguard.abi.problems import by_depth, usable
from driftguard.abi.remedy import as_locked
from driftguard.abi.words import CERTAIN, pip_check
from driftguard.binary import Image
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Rule, Severity
from driftguard.rules.surroundings import NEEDS, surroundings

RULE = Rule(
    code="DG310",
    name="libxml2",
    summary="lxml and xmlsec were built with different versions of libxml2",
    severity=Severity.ERROR,
    needs=NEEDS,
)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if the two have no version in common."""
    here = surroundings(evidence)
    files = [image for image in here.binaries.images if image.libxml2 and usable(image, here.binaries)]
    # The last of a version wins: that is the module people import.
    files.sort(key=by_depth, reverse=True)
    lxml = {image.libxml2: image for image in files if image.distribution == "lxml"}
    xmlsec = {image.libxml2: image for image in files if image.distribution == "xmlsec"}
    if not lxml or not xmlsec or not lxml.keys().isdisjoint(xmlsec):
        return
    (built, image), (there, other) = min(xmlsec.items()), min(lxml.items())
    remedy = as_locked(here, "lxml", "xmlsec")
    yield RULE.finding(
        "xmlsec",
        f"built with libxml2 {_version(built)}, installed lxml {here.version('lxml')} with {_version(there)}",
        why=f"{_module(image)} raises "
        "`xmlsec.InternalError: (-1, 'lxml & xmlsec libxml2 library version mismatch')`",
        detail=(
            f"{CERTAIN}; {pip_check('xmlsec', 'lxml', here)}",
            f"installed: {other.path}",
            *(() if remedy else ("two releases built with the same libxml2 have to be found",)),
        ),
        mend=remedy.mend if remedy else None,
        path=image.path,
    )


def _module(image: Image) -> str:
    return image.module or "xmlsec"


def _version(text: str) -> str:
    """Return `2.14.6` for libxml2's own `21406`."""
    if not text.isdigit() or len(text) > 9:
        return text
    number = int(text)
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"
