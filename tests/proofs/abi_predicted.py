"""What the rules of the family say of an environment, module by module.

A finding is about a distribution. Which modules are meant is found out by giving the rules one file at a time.
"""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from types import SimpleNamespace
from typing import NamedTuple, cast

from driftguard import gather, subject
from driftguard.binary import Binaries, Image
from driftguard.cache import NO_CACHE
from driftguard.environment import native
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Severity
from driftguard.judge import chosen
from driftguard.model import Environment
from driftguard.rules import RuleModule
from tests.proofs.abi_environments import Made, freeze

RAISED = re.compile(r"(?:prints|raises|says|ends with) `(.+?)`(?=[,;.) ]|\Z)")
"""What a finding quotes: a name of a version may stand in the quoted line as `this'."""


TOGETHER = ("DG301", "DG302", "DG303")
"""Of one distribution they speak once, of what most of its modules fail by."""


class Prediction(NamedTuple):
    """What was foretold: findings of the whole, and by module (or file) those that name it alone.

    `needs` are the files that a module needs which are flagged themselves; `seconds` is the time of one
    reading without any cache, of `files` files.
    """

    findings: tuple[Finding, ...]
    alone: Mapping[str, tuple[Finding, ...]]
    needs: Mapping[str, tuple[str, ...]]
    seconds: float
    files: int
    binaries: Binaries

    def errors(self) -> set[str]:
        """Return the modules of which an error is foretold."""
        return {name for name, said in self.alone.items() if any(_error(one) for one in said)}

    def noted(self) -> set[str]:
        """Return the modules of which less than an error is told."""
        return {name for name, said in self.alone.items() if said} - self.errors()

    def literal(self, module: str) -> list[str]:
        """Return the lines that Python is foretold to print for a module, the last one last."""
        return [line for one in self.alone[module] for line in RAISED.findall(one.why) if _error(one)]


def _error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and not finding.unknown


def predict(made: Made) -> Prediction:
    """Read an environment and let the rules speak, as `driftguard check --no-cache` does."""
    rules = chosen(["DG3"])
    request = subject.Request(
        cwd=made.folder, environ={}, lock=freeze(made), python=str(made.folder), use_cache=False
    )
    evidence = without_binaries(request, rules)
    there = cast("Environment", evidence.environment)
    began = time.perf_counter()
    everything = native.read((*there.inherited, *there.installed), there.interpreter, {}, NO_CACHE)
    seconds = time.perf_counter() - began
    whole = judged(evidence._replace(binaries=everything), rules)
    flagged: dict[str, tuple[Finding, ...]] = {image.module or image.path: () for image in everything.images}
    for image in everything.images:
        if any(one.subject == image.distribution for one in whole):
            key = image.module or image.path
            flagged[key] = (
                *flagged[key],
                *_alone(image, evidence._replace(binaries=everything), rules, whole),
            )
    errors = {key for key, said in flagged.items() if any(map(_error, said))}
    return Prediction(
        whole, flagged, _needs(everything.images, errors), seconds, len(everything.images), everything
    )


def _alone(
    image: Image, evidence: Evidence, rules: Sequence[RuleModule], whole: Iterable[Finding]
) -> Iterator[Finding]:
    """Return what is said of a distribution if this is its only file, as far as it is said of the whole."""
    everything = known(evidence.binaries)
    problems = tuple(one for one in everything.problems if one.path == image.path)
    alone = everything._replace(images=(image,), problems=problems)
    said = [one for one in whole if one.subject == image.distribution]
    for rule in rules:
        # How many of its modules are meant is what some findings weigh by.
        weight = max((one.severity for one in said if _rule(one.code) == _rule(rule.RULE.code)), default=None)
        if weight is None:
            continue
        found = [*rule.check(evidence._replace(binaries=alone))]
        if not found and rule.RULE.code not in TOGETHER:
            others = (one for one in everything.images if one.distribution != image.distribution)
            found = [*rule.check(evidence._replace(binaries=alone._replace(images=(*others, image))))]
        for one in found:
            if one.subject == image.distribution:
                yield one._replace(severity=min(one.severity, weight))


def _rule(code: str) -> str:
    return "NumPy" if code in TOGETHER else code


def without_binaries(request: subject.Request, rules: Iterable[RuleModule]) -> Evidence:
    """Return all the facts that `rules` need but those on native code."""
    needs = tuple({need for one in rules for need in one.RULE.needs} - {"binaries"})
    asking = cast("RuleModule", SimpleNamespace(RULE=SimpleNamespace(needs=needs)))
    return gather.gather(request, subject.find(request), [asking])[0]


def judged(evidence: Evidence, rules: Iterable[RuleModule]) -> tuple[Finding, ...]:
    """Let the rules speak."""
    return tuple(finding for one in rules for finding in one.check(evidence))


def _needs(images: Iterable[Image], errors: set[str]) -> dict[str, tuple[str, ...]]:
    """Return, by module, the flagged libraries that the loader brings with it."""
    images = tuple(images)
    by_name: dict[str, Image] = {}
    for image in images:
        for name in (image.soname, PurePath(image.path).name):
            by_name.setdefault(name, image)
    found = {}
    for image in images:
        if image.module:
            reached: dict[str, None] = {}
            waiting = list(image.needed)
            while waiting:
                one = by_name.get(waiting.pop())
                if one and one.path not in reached:
                    reached[one.path] = None
                    waiting += one.needed
            found[image.module] = tuple(path for path in reached if path in errors)
    return found
