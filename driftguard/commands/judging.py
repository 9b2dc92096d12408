"""The straight line that check, report and preflight share: gather, judge, report."""

import argparse
import time
from collections.abc import Sequence
from datetime import datetime

from driftguard import gather
from driftguard.commands import arguments as options
from driftguard.evidence import Evidence
from driftguard.finding import Report
from driftguard.judge import chosen, inline_ignores, judge
from driftguard.model import Environment


def judged(command: str, arguments: argparse.Namespace, default: Sequence[str]) -> Report:
    """Return the report of one run. Raises DriftguardError when nothing can be judged."""
    start = time.perf_counter()
    request = options.request(arguments)
    subject = gather.subject(request)
    rules = chosen(arguments.select or subject.config.select or default, arguments.ignore)
    evidence, facts = gather.gather(request, subject, rules)
    today = datetime.now().astimezone().date()
    judgement = judge(
        evidence,
        rules,
        ignores=(*subject.config.ignores, *inline_ignores(subject.lock.unpinned)),
        today=today,
    )
    return Report(
        command=command,
        findings=judgement.findings,
        ignored=judgement.ignored,
        rules=judgement.rules,
        facts=facts,
        notes=gather.notes(subject, evidence),
        judged=_counts(subject, evidence),
        seconds=time.perf_counter() - start,
        fail_on=options.fail_on(arguments, subject.config),
    )


def _counts(subject: gather.Subject, evidence: Evidence) -> tuple[tuple[str, int], ...]:
    if isinstance(evidence.environment, Environment):
        return (("package", len(evidence.environment.installed)),)
    return (("locked package", len(subject.lock.packages)),)
