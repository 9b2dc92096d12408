"""Family DG9: for each rule, on what it is quiet and on what it speaks."""

from driftguard.finding import Ignore, IgnoreUse, Skip
from driftguard.rules.own import expired_ignore, skipped, unused_ignore
from tests.builders import evidence, said


def use(*, used: bool = False, expired: bool = False, package: str = "") -> IgnoreUse:
    entry = Ignore(rule="DG104", reason="the old image", package=package, until="2026-06-30")
    return IgnoreUse(ignore=entry, used=used, expired=expired)


def test_expired_ignore_is_quiet_before_its_last_day_and_speaks_after() -> None:
    assert said(expired_ignore, evidence(ignores=(use(),))) == []
    assert said(expired_ignore, evidence(ignores=(use(expired=True),))) == [
        "DG901 warning: DG104: ignored until 2026-06-30: the old image"
    ]


def test_unused_ignore_is_quiet_on_what_hides_something_or_has_expired() -> None:
    assert said(unused_ignore, evidence(ignores=(use(used=True), use(expired=True)))) == []
    assert said(unused_ignore, evidence(ignores=(use(), use(package="colorlog")))) == [
        "DG902 warning: DG104: ignored, but there is nothing to hide: the old image",
        "DG902 warning: DG104: ignored for colorlog, but there is nothing to hide: the old image",
    ]


def test_skipped_is_quiet_when_every_rule_ran_and_unknown_when_not() -> None:
    assert said(skipped, evidence(skipped=())) == []
    assert said(skipped, evidence(skipped=(Skip(code="DG110", reason="nobody asked"),))) == [
        "DG903 unknown: DG110: skipped: nobody asked"
    ]
