"""Families DG2, DG7 and DG9: on what each rule is quiet and on what it speaks."""

from datetime import date
from pathlib import Path

import pytest

from driftguard.errors import FactUnavailable
from driftguard.finding import Ignore, IgnoreUse, Skip
from driftguard.model import Declaration, PendingChange, Unavailable, Vulnerability
from driftguard.rules.declarations import stale_lock, unpinned
from driftguard.rules.own import expired_ignore, skipped, unused_ignore
from driftguard.rules.upstream import pending, unaudited, vulnerable
from tests.builders import evidence, said


def declaration(problem: str, pin: str = "", name: str = "pandas") -> Declaration:
    return Declaration(
        name=name, text="pandas", path=Path("r.txt"), line=3, column=1, problem=problem, pin=pin
    )


def test_unpinned_is_quiet_where_nothing_is_loose() -> None:
    assert said(unpinned, evidence()) == []


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (declaration("has no version"), "DG201 error: pandas: has no version"),
        (
            declaration("has no version", "pandas==3.1.1"),
            "DG201 error: pandas: has no version, pin it as `pandas==3.1.1`",
        ),
        (declaration("is not a requirement", name=""), "DG201 error: pandas: is not a requirement"),
    ],
)
def test_unpinned_names_place_and_pin(one: Declaration, message: str) -> None:
    (finding,) = unpinned.check(evidence(declarations=(one,)))

    assert (str(finding), finding.where) == (message, "r.txt:3:1")


def test_stale_lock_is_quiet_when_the_lock_fits_and_repeats_what_uv_says_when_not() -> None:
    assert said(stale_lock, evidence(stale_lock=None)) == []
    assert said(stale_lock, evidence(stale_lock="`colorlog` was added")) == [
        "DG202 error: uv.lock: does not fit its manifests: `colorlog` was added"
    ]


AUDITED = Vulnerability(name="requests", version="2.31.0", identifier="PYSEC-1", summary="leaks")
SKIPPED = Vulnerability(name="inhouse", version="1.0", skipped="not found by the service")


def test_vulnerable_is_quiet_on_what_was_only_skipped() -> None:
    assert said(vulnerable, evidence(vulnerabilities=(SKIPPED,))) == []


@pytest.mark.parametrize(
    ("fixed", "message", "mend"),
    [
        ((), "DG701 error: requests: 2.31.0 has PYSEC-1, not fixed yet", "None"),
        (
            ("2.32.0", "2.33.0"),
            "DG701 error: requests: 2.31.0 has PYSEC-1, fixed in 2.32.0 or 2.33.0",
            "uv lock --upgrade-package requests",
        ),
    ],
)
def test_vulnerable_names_the_advisory_and_the_fix(fixed: tuple[str, ...], message: str, mend: str) -> None:
    one = Vulnerability(name="requests", version="2.31.0", identifier="PYSEC-1", fixed_in=fixed)

    (finding,) = vulnerable.check(evidence(vulnerabilities=(one,)))

    assert (str(finding), str(finding.mend)) == (message, mend)


def test_unaudited_is_quiet_on_what_was_audited_and_unknown_on_what_was_not() -> None:
    assert said(unaudited, evidence(vulnerabilities=(AUDITED,))) == []
    assert said(unaudited, evidence(vulnerabilities=(SKIPPED,))) == [
        "DG702 unknown: inhouse: could not be audited: not found by the service"
    ]


@pytest.mark.parametrize("module", [vulnerable, unaudited])
def test_an_audit_that_failed_is_never_a_pass(module: object) -> None:
    with pytest.raises(FactUnavailable, match="no network"):
        said(module, evidence(vulnerabilities=Unavailable("no network")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("a", "1.0", "2.0"), "DG703 note: a: locked 1.0, available 2.0"),
        (("a", "", "2.0"), "DG703 note: a: locked not at all, available 2.0"),
        (("a", "1.0", ""), "DG703 note: a: locked 1.0, available no more"),
    ],
)
def test_pending_names_both_versions(change: tuple[str, str, str], message: str) -> None:
    name, locked, available = change
    assert said(pending, evidence(pending=())) == []
    one = PendingChange(name=name, locked=locked, available=available)

    assert said(pending, evidence(pending=(one,))) == [message]


def use(*, used: bool = False, expired: bool = False, package: str = "") -> IgnoreUse:
    entry = Ignore(rule="DG104", reason="the old image", package=package, until=date(2026, 6, 30))
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
