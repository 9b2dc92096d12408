"""Family DG7: for each rule, on what it is quiet and on what it speaks."""

import pytest

from driftguard.errors import FactUnavailable
from driftguard.model import PendingChange, Unavailable, Vulnerability
from driftguard.rules.upstream import pending, unaudited, vulnerable
from tests.builders import evidence, said

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
