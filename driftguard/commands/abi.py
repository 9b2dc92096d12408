"""`driftguard abi [PACKAGE…]`: what does native code here ask for, and what would break with other wheels?"""

import argparse
import time
from collections.abc import Sequence
from difflib import get_close_matches

from driftguard import gather, inspection, locks, subject
from driftguard.binary import Binaries
from driftguard.cache import Consulted
from driftguard.commands import abi_table, candidates, what_if
from driftguard.commands import arguments as options
from driftguard.commands.judging import judged_by
from driftguard.commands.output import EXIT, beside, formats, write
from driftguard.config import find as configured
from driftguard.errors import DriftguardError, InputError, UsageError
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Report
from driftguard.judge import OWN, Judgement, chosen
from driftguard.model import Environment, Lock, LockFormat, Unavailable, normalized
from driftguard.record import NamedTuple
from driftguard.rules import RuleModule
from driftguard.subject import Request, Subject

FAMILY = "DG3"


class Look(NamedTuple):
    """What was looked at, by which rules, and what they say of it; `facts` are the labelled lines on it."""

    request: Request
    what: Subject
    rules: tuple[RuleModule, ...]
    evidence: Evidence
    facts: tuple[tuple[str, str], ...]
    judgement: Judgement

    @property
    def environment(self) -> Environment:
        """The environment as it is."""
        return known(self.evidence.environment)

    @property
    def binaries(self) -> Binaries:
        """Its native code. Raises DriftguardError when that could not be read."""
        if isinstance(self.evidence.binaries, Unavailable):
            raise DriftguardError(self.evidence.binaries.reason)
        if self.evidence.binaries.elsewhere:
            raise DriftguardError(self.evidence.binaries.elsewhere)
        return self.evidence.binaries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `abi`."""
    parser.add_argument(
        "names", nargs="*", type=options.name, metavar="PACKAGE", help="only about this distribution"
    )
    parser.add_argument(
        "--what-if",
        action="append",
        nargs="*",
        metavar="REQUIREMENT",
        help="what would break if this were installed (repeatable; without one: the newest numpy)",
    )
    options.add_target(parser)
    options.add_selection(parser)
    options.add_rules(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, judge, print, and return the exit code."""
    start = time.perf_counter()
    files = formats(arguments.report)
    asked = () if arguments.what_if is None else candidates.requirements(arguments.what_if)
    if asked and arguments.no_exec:
        raise UsageError("`--what-if` lets uv ask the interpreter, which `--no-exec` forbids")
    look = _look(arguments)
    _refuse_absent(arguments.names, look.environment)
    outlook = _outlook(asked, arguments, look) if asked else None
    report = _report(look, outlook, arguments)._replace(seconds=time.perf_counter() - start)
    table = abi_table.table(look.environment, look.binaries, arguments.names)
    write(lambda kind: abi_table.render(beside(report), kind, table, outlook), arguments.format, files)
    return EXIT[report.verdict]


def _look(arguments: argparse.Namespace) -> Look:
    request = options.request(arguments)
    if strange := [prefix for prefix in arguments.select or () if not prefix.startswith(FAMILY)]:
        raise UsageError(f"`{strange[0]}` is not of {FAMILY}, which is what `abi` is about")
    rules = chosen(arguments.select or (FAMILY,), arguments.ignore)
    what, there = _subject(request)
    evidence, facts = gather.gather(request, what, rules)
    return Look(
        request=request,
        what=what,
        rules=rules,
        evidence=evidence,
        facts=facts if there else tuple(fact for fact in facts if fact[0] != "lock"),
        judgement=judged_by(rules, what, evidence),
    )


def _report(look: Look, outlook: what_if.Outlook | None, arguments: argparse.Namespace) -> Report:
    said = look.judgement
    report = Report(
        command="abi",
        findings=_about(said.findings, arguments.names),
        ignored=said.ignored,
        rules=said.rules,
        facts=look.facts,
        notes=gather.notes(look.what, look.evidence),
        judged=(
            ("package", len(_names(look.environment))),
            ("native file", len(look.binaries.images)),
        ),
        fail_on=options.fail_on(arguments, look.what.config),
    )
    if outlook is None:
        return report
    asked = ", ".join(one.text for one in outlook.asked)
    return report._replace(
        findings=outlook.breaks,
        ignored=outlook.ignored,
        rules=outlook.rules,
        facts=(*look.facts, ("what if", asked)),
    )


def _subject(request: Request) -> tuple[Subject, bool]:
    """Return what is judged, and whether a lock is there: an environment alone is enough."""
    path = request.lock
    try:
        path = path or locks.find(request.cwd, request.cache)
    except InputError:
        nothing = Lock(
            path=request.cwd / locks.REQUIREMENTS[-1],
            format=LockFormat.REQUIREMENTS,
            packages=(),
            members=(),
            root=None,
        )
        config = configured([request.cwd], request.cache)
        return Subject(lock=nothing, selection=request.selection, config=config), False
    return subject.find(request._replace(lock=path)), True


def _names(environment: Environment) -> set[str]:
    return {one.name for one in (*environment.installed, *environment.inherited)}


def _refuse_absent(names: Sequence[str], environment: Environment) -> None:
    there = sorted(_names(environment))
    for name in names:
        if name not in there:
            near = get_close_matches(name, there, n=1)
            raise UsageError(
                f"`{name}` is not installed here", hint=f"did you mean `{near[0]}`?" if near else None
            )


def _outlook(
    asked: tuple[candidates.Asked, ...], arguments: argparse.Namespace, look: Look
) -> what_if.Outlook:
    """Judge the environment as it would be."""
    today = look.environment
    rules = look.rules
    if not arguments.select and not what_if.UNMET.code.startswith(tuple(arguments.ignore)):
        rules = (*rules, what_if.NewlyUnmet(today, asked))
    with candidates.aside() as folder:
        brought = candidates.bring(asked, folder, today.interpreter)
        then = candidates.laid_over(today, brought)
        known_of_today = Consulted(look.request.cache.folder)
        binaries = inspection.binaries_of(then, look.request.environ, known_of_today)
        evidence = look.evidence._replace(environment=then, binaries=binaries)
        judgement = judged_by(rules, look.what, evidence)
    found = what_if.outlook(asked, candidates.changes(today, brought), look.judgement, judgement)
    return found._replace(
        breaks=what_if.placed(_about(found.breaks, arguments.names), folder),
        ignored=tuple(
            entry._replace(finding=finding)
            for entry in found.ignored
            for finding in what_if.placed([entry.finding], folder)
        ),
        mended=_about(found.mended, arguments.names),
        remaining=what_if.placed(_about(found.remaining, arguments.names), folder),
    )


def _about(findings: Sequence[Finding], names: Sequence[str]) -> tuple[Finding, ...]:
    """Leave out what is about other distributions, but nothing that says what was not judged."""
    return tuple(
        one for one in findings if not names or one.code.startswith(OWN) or normalized(one.subject) in names
    )
