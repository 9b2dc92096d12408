"""What would be if other wheels were installed: lay two judgements side by side."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from driftguard.commands.candidates import Asked, Change
from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Ignored, Severity
from driftguard.judge import Judgement
from driftguard.model import Environment, Installed, normalized
from driftguard.record import NamedTuple
from driftguard.requires import Need, unmet
from driftguard.rules.conformity.unmet import RULE as UNMET

__all__ = ["UNMET", "NewlyUnmet", "Outlook", "outlook", "placed"]

_ON_IGNORES = ("DG901", "DG902")


class Outlook(NamedTuple):
    """What would come of what was `asked`; `rules` are the codes of those that were let speak.

    `breaks` are findings that are there then and not today (`ignored` those of them that somebody accepted)
    and all that could not be judged, `mended` those that are there today and not then, `remaining` those that
    are there both times.
    """

    asked: tuple[Asked, ...]
    changes: tuple[Change, ...]
    rules: tuple[str, ...]
    breaks: tuple[Finding, ...]
    ignored: tuple[Ignored, ...]
    mended: tuple[Finding, ...]
    remaining: tuple[Finding, ...]

    def __str__(self) -> str:
        """The answer in one line."""
        few = ", ".join(map(str, self.changes[:3]))
        more = f" and {len(self.changes) - 3} more" if len(self.changes) > 3 else ""
        return f"{few}{more}: {', '.join(self._verdicts())}"

    def _verdicts(self) -> Iterator[str]:
        broken = _distributions(self.breaks, Severity.ERROR)
        doubtful = _distributions(self.breaks, Severity.WARNING) - broken
        yield f"{_counted(broken)} would break" if broken else "nothing that can be read would break"
        if doubtful:
            yield f"{_counted(doubtful)} may misbehave"
        if mended := _distributions(self.mended, Severity.ERROR):
            yield f"{_counted(mended)} would be mended"
        if remaining := _distributions(self.remaining, Severity.ERROR):
            yield f"{_counted(remaining)} would stay broken"
        if lacking := {one.subject for one in self.breaks if one.code == UNMET.code}:
            yield f"{_counted(lacking)} would not have what is required"
        if undecided := [one for one in self.breaks if one.unknown]:
            yield f"{len(undecided)} undecided"


def _distributions(findings: Iterable[Finding], severity: Severity) -> set[str]:
    """Return whom findings on native code are about."""
    native = (one for one in findings if one.code != UNMET.code and not one.unknown)
    return {one.subject for one in native if one.severity is severity}


def _counted(names: Collection[str]) -> str:
    return f"{len(names)} distribution{'' if len(names) == 1 else 's'}"


class NewlyUnmet:
    """A rule that speaks of the requirements that are met in `today` and not in the judged environment."""

    RULE = UNMET

    def __init__(self, today: Environment, asked: tuple[Asked, ...]) -> None:
        self._today = today
        self._extras = {one.name: one.extras for one in asked}

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Speak of what `pip check` would complain about only then."""
        before = {(one.name, need.text) for one, need in _unmet(self._today, {})}
        for one, need in _unmet(known(evidence.environment), self._extras):
            if (one.name, need.text) not in before:
                yield UNMET.finding(
                    one.name,
                    f"needs {need.text}, {need.found}",
                    why="its metadata says so, and `pip check` would complain",
                    path=one.path,
                    severity=Severity.WARNING,
                    unknown=need.unknown,
                )


def _unmet(
    environment: Environment, extras: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Installed, Need]]:
    there = {one.name: one for one in (*environment.inherited, *environment.installed)}
    for one in environment.installed:
        for need in unmet(one, there, environment.interpreter.markers, extras.get(one.name, ())):
            yield one, need


def outlook(
    asked: tuple[Asked, ...], changed: tuple[Change, ...], today: Judgement, then: Judgement
) -> Outlook:
    """Lay the two judgements side by side. What could not be judged is told however it was before."""
    before = {_key(one) for one in (*today.findings, *(entry.finding for entry in today.ignored))}
    after = {_key(one) for one in (*then.findings, *(entry.finding for entry in then.ignored))}
    told = [one for one in then.findings if one.code not in _ON_IGNORES]
    fresh = [one for one in told if one.unknown or _key(one) not in before]
    return Outlook(
        asked=asked,
        changes=changed,
        rules=then.rules,
        breaks=tuple(fresh),
        ignored=tuple(entry for entry in then.ignored if _key(entry.finding) not in before),
        mended=tuple(one for one in today.findings if _key(one) not in after and one.code not in _ON_IGNORES),
        remaining=tuple(one for one in told if one not in fresh),
    )


def _key(one: Finding) -> tuple[object, ...]:
    """Return what makes a finding the same in two environments: its numbers may differ."""
    return one.code, normalized(one.subject), one.severity, one.unknown


def placed(findings: Iterable[Finding], folder: Path) -> tuple[Finding, ...]:
    """Return the findings as they are told once `folder` is gone: its files by their paths in the wheels.

    They have no mend: nothing is broken yet.
    """

    def within(text: str) -> str:
        return text.replace(f"{folder}{os.sep}", "")

    return tuple(
        one._replace(
            message=within(one.message),
            why=within(one.why),
            detail=tuple(map(within, one.detail)),
            path=within(one.path),
            mend=None,
        )
        for one in findings
    )
