"""The straight line that check, report and preflight share: gather, judge, report."""

import argparse
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext

from driftguard import answers, gather, subject
from driftguard.commands import arguments as options
from driftguard.commands.output import EXIT, deliver, formats
from driftguard.errors import UsageError
from driftguard.evidence import Evidence
from driftguard.finding import Report
from driftguard.judge import Judgement, chosen, inline_ignores, judge
from driftguard.model import Environment, Unavailable
from driftguard.rules import RuleModule

OF_ENVIRONMENTS = ("check", "preflight")
"""Commands that may not speak of an environment at which nobody looked."""


def judged(command: str, arguments: argparse.Namespace, default: Sequence[str]) -> Report:
    """Return the report of one run. Raises DriftguardError when nothing can be judged."""
    start = time.perf_counter()
    request = options.request(arguments)
    lock = subject.lock_path(request)
    with gather.asking(request, lock) if command in OF_ENVIRONMENTS else nullcontext() as inquiry:
        what = subject.find(request._replace(lock=lock))
        rules = chosen(arguments.select or what.config.select or default, arguments.ignore)
        if command in OF_ENVIRONMENTS:
            _refuse_blind(rules, command)
        evidence, facts = gather.gather(request, what, rules, inquiry)
    judgement = judged_by(rules, what, evidence)
    if isinstance(evidence.environment, Environment):
        answers.keep(evidence.environment, request.cache)
    return Report(
        command=command,
        findings=judgement.findings,
        ignored=judgement.ignored,
        rules=judgement.rules,
        facts=facts,
        notes=gather.notes(what, evidence),
        judged=_counts(what, evidence),
        seconds=time.perf_counter() - start,
        fail_on=options.fail_on(arguments, what.config),
    )


def _refuse_blind(rules: Iterable[RuleModule], command: str) -> None:
    if not any(
        {"environment", "comparison", "binaries", "integrity", "probes"} & {*one.RULE.needs} for one in rules
    ):
        raise UsageError(f"no rule is left that looks at the environment, which is what `{command}` is for")


def judged_by(rules: Iterable[RuleModule], what: subject.Subject, evidence: Evidence) -> Judgement:
    """Let the rules speak today, with the ignores of what is judged."""
    ignores = (*what.config.ignores, *inline_ignores(what.lock.excuses))
    return judge(evidence, rules, ignores=ignores, today=time.strftime("%Y-%m-%d"))


def judge_and_deliver(command: str, arguments: argparse.Namespace, default: Sequence[str]) -> int:
    """Judge, write the report where it was asked for, and return the exit code."""
    files = formats(arguments.report)
    report = judged(command, arguments, default)
    deliver(report, arguments.format, files)
    return EXIT[report.verdict]


def _counts(what: subject.Subject, evidence: Evidence) -> tuple[tuple[str, int], ...]:
    if isinstance(evidence.environment, Environment):
        found = [("package", len(evidence.environment.installed))]
        if not isinstance(evidence.integrity, Unavailable):
            found.append(("file", evidence.integrity.files))
        if not isinstance(evidence.probes, Unavailable) and evidence.probes.outcomes:
            found.append(("probe", len(evidence.probes.outcomes)))
        return tuple(found)
    return (("locked package", len(what.lock.packages)),)
