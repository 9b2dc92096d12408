"""Let each chosen rule speak, then set aside what somebody accepted."""

from collections.abc import Iterable, Sequence

from driftguard.errors import FactUnavailable, InputError, UsageError
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Ignore, Ignored, IgnoreUse, Skip
from driftguard.model import Excuse, Unavailable
from driftguard.record import NamedTuple
from driftguard.rules import MODULES, RuleModule, load
from driftguard.rules.own import expired_ignore, skipped, unused_ignore

OWN = "DG9"


class Judgement(NamedTuple):
    """What the rules said: findings in the order of the rules, and those that an ignore covers."""

    findings: tuple[Finding, ...]
    ignored: tuple[Ignored, ...]
    rules: tuple[str, ...]


def chosen(select: Sequence[str], ignore: Sequence[str] = ()) -> tuple[RuleModule, ...]:
    """Return the rules whose codes begin with one of `select` and none of `ignore`.

    DG9 is not among what can be chosen: `judge` always lets it speak. Raises UsageError for a prefix
    of no rule, for leaving DG9 out, and when nothing is left to judge.
    """
    for prefix in (*select, *ignore):
        if not prefix or not any(code.startswith(prefix) for code in MODULES):
            raise UsageError(f"no rule begins with `{prefix}`", hint="`driftguard rule` lists them")
    if any(prefix.startswith(OWN) for prefix in ignore):
        raise UsageError(f"{OWN} cannot be left out: it says what could not be judged")
    rules = tuple(
        load(code)
        for code in MODULES
        if code.startswith(tuple(select)) and not code.startswith(tuple(ignore))
    )
    if all(module.RULE.code.startswith(OWN) for module in rules):
        raise UsageError("no rule is left: nothing would be judged")
    return rules


def judge(
    evidence: Evidence, rules: Iterable[RuleModule], *, ignores: Sequence[Ignore] = (), today: str
) -> Judgement:
    """Return what the rules say of the evidence. A rule whose facts are not there is skipped, visibly."""
    _refuse_unknown(ignores)
    ran = [module for module in rules if not module.RULE.code.startswith(OWN)]
    found: list[Finding] = []
    skips: list[Skip] = []
    for module in ran:
        try:
            _refuse_missing_facts(module, evidence)
            found += module.check(evidence)
        except FactUnavailable as reason:
            skips.append(Skip(code=module.RULE.code, reason=str(reason)))
    found += skipped.check(evidence._replace(skipped=tuple(skips)))

    current = [entry for entry in ignores if not entry.until or entry.until >= today]
    accepted = [
        (finding, next((entry for entry in current if entry.covers(finding)), None)) for finding in found
    ]
    hidden = tuple(Ignored(finding=finding, ignore=entry) for finding, entry in accepted if entry is not None)
    codes = tuple(module.RULE.code for module in ran)
    uses = _uses(ignores, current, hidden, codes)
    own = evidence._replace(ignores=uses)
    return Judgement(
        findings=(
            *(finding for finding, entry in accepted if entry is None),
            *expired_ignore.check(own),
            *unused_ignore.check(own),
        ),
        ignored=hidden,
        rules=codes,
    )


def inline_ignores(excuses: Iterable[Excuse]) -> tuple[Ignore, ...]:
    """Return the excuses that stand in the lines themselves."""
    return tuple(
        Ignore(rule=code, reason=one.reason, path=one.path, at=f"{one.path}:{one.line}")
        for one in excuses
        for code in dict.fromkeys(one.codes)
    )


def _refuse_unknown(ignores: Iterable[Ignore]) -> None:
    for entry in ignores:
        if entry.path and not any(code.startswith(entry.rule) for code in MODULES):
            hint = "`driftguard rule` lists them"
            message = f"an ignore names `{entry.rule}`, with which no rule begins"
            raise InputError(message, path=entry.path, line=entry.line, hint=hint)


def _refuse_missing_facts(module: RuleModule, evidence: Evidence) -> None:
    for need in module.RULE.needs:
        fact = getattr(evidence, need)
        if isinstance(fact, Unavailable):
            raise FactUnavailable(fact.reason)


def _uses(
    ignores: Sequence[Ignore], current: Sequence[Ignore], hidden: Sequence[Ignored], codes: Sequence[str]
) -> tuple[IgnoreUse, ...]:
    """Say which entries were of use; an entry for a rule that did not run is neither used nor unused."""
    used = {id(entry.ignore) for entry in hidden}
    return tuple(
        IgnoreUse(ignore=entry, used=id(entry) in used, expired=entry not in current)
        for entry in ignores
        if any(code.startswith(entry.rule) for code in codes) or id(entry) in used or entry not in current
    )
