"""Family DG6: for each rule, on what it is quiet and on what it speaks."""

from typing import Any

import pytest

from driftguard.errors import FactUnavailable
from driftguard.evidence import Evidence
from driftguard.finding import Finding, Severity
from driftguard.mend import Mender
from driftguard.model import LockFormat, Unavailable
from driftguard.probes import Kind, Outcome, Probe, Probes, Result, Warned
from driftguard.rules import RuleModule
from driftguard.rules.probes import crashed, failed, hung, untried, warned
from tests.builders import LOCK, environment, evidence, said
from tests.builders import lock as lock_of
from tests.builders import locked as locked_of

PANDAS = Probe("pandas", Kind.DEPENDENCIES, ("pandas",), distribution="pandas")
PARQUET = Probe("parquet", Kind.READY, ("parquet",))
FIGURE = Probe("figure", Kind.READY, ("matplotlib",))
LOG = Probe("log", Kind.SYMBOL, ("nba_api.stats:playergamelog",))
SYNC = "uv sync --frozen --inexact"
AGAIN = f"{SYNC} --reinstall-package"


def outcome(result: Result, probe: Probe = PANDAS, **more: object) -> Outcome:
    return Outcome(probe, result, **more)  # type: ignore[arg-type]


def facts(
    *outcomes: Outcome, wanted: str = "pandas==2.0", there: str = "pandas==2.0", **more: object
) -> Evidence:
    return evidence(wanted.split(), environment(*there.split()), probes=Probes(outcomes), **more)


def only(module: RuleModule, given: Evidence) -> Finding:
    (finding,) = module.check(given)
    return finding


RULES = (failed, crashed, hung, warned, untried)


@pytest.mark.parametrize("module", RULES, ids=lambda module: module.RULE.name)
@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param((), id="nothing-tried"),
        pytest.param((outcome(Result.PASSED),), id="passed"),
        pytest.param((outcome(Result.PASSED, reused=True, spoke="with pyarrow", seconds=9.0),), id="reused"),
        pytest.param((outcome(Result.PASSED, refused=("index.example",)),), id="without-network"),
    ],
)
def test_all_are_quiet(module: RuleModule, outcomes: tuple[Outcome, ...]) -> None:
    assert said(module, facts(*outcomes)) == []


SPEAKS = {
    Result.RAISED: failed,
    Result.LEFT: failed,
    Result.CRASHED: crashed,
    Result.HUNG: hung,
    Result.STARVED: hung,
    Result.UNTRIED: untried,
}


@pytest.mark.parametrize("result", SPEAKS)
def test_one_rule_speaks_of_each_end(result: Result) -> None:
    given = facts(outcome(result, error="E: x", signal="SIGSEGV"))

    assert [module for module in RULES if said(module, given)] == [SPEAKS[result]]


@pytest.mark.parametrize("module", RULES, ids=lambda module: module.RULE.name)
def test_what_was_not_gathered_is_told(module: RuleModule) -> None:
    with pytest.raises(FactUnavailable, match="not run"):
        list(module.check(evidence(probes=Unavailable("not run"))))


@pytest.mark.parametrize(
    ("module", "found", "text"),
    [
        pytest.param(
            failed,
            outcome(Result.RAISED, error="ImportError: no"),
            "DG601 error: pandas: import `pandas`: ImportError: no",
            id="raised",
        ),
        pytest.param(
            failed,
            outcome(Result.RAISED, LOG, error="AttributeError: x"),
            "DG601 error: log: find `nba_api.stats:playergamelog`: AttributeError: x",
            id="symbol",
        ),
        pytest.param(
            failed,
            outcome(Result.LEFT, code=3, last_words="bye"),
            "DG601 error: pandas: import `pandas`: its process ended with exit code 3 and no answer (bye)",
            id="left",
        ),
        pytest.param(
            failed,
            outcome(Result.RAISED, PARQUET._replace(lenient=True), error="E"),
            "DG601 warning: parquet: write a table as Parquet and read it back: E",
            id="lenient",
        ),
        pytest.param(
            crashed,
            outcome(Result.CRASHED, FIGURE, signal="SIGSEGV"),
            "DG602 error: figure: draw a figure and save it without a display: its process was ended by SIGSEGV",
            id="crashed",
        ),
        pytest.param(
            hung,
            outcome(Result.HUNG, PANDAS._replace(timeout=2.5)),
            "DG603 error: pandas: import `pandas`: not done after 2.5 s",
            id="hung",
        ),
        pytest.param(
            hung,
            outcome(Result.STARVED, PANDAS._replace(memory=2**29, lenient=True)),
            "DG603 warning: pandas: import `pandas`: it asked for more memory than 0.5 GiB",
            id="starved",
        ),
        pytest.param(
            untried,
            outcome(Result.UNTRIED, error="the list of its files cannot be read"),
            "DG605 unknown: pandas: not tried: the list of its files cannot be read",
            id="untried",
        ),
    ],
)
def test_what_is_said(module: RuleModule, found: Outcome, text: str) -> None:
    assert said(module, facts(found)) == [text]


def test_where_and_why_are_said() -> None:
    found = outcome(
        Result.RAISED,
        error="RuntimeError: x",
        root="OSError: y",
        path="/env/a.py",
        line=7,
        refused=("index.example", "b:1"),
    )

    finding = only(failed, facts(found))

    assert (finding.where, finding.why) == ("/env/a.py:7", "it comes of OSError: y")
    assert finding.detail[0].startswith(
        "it asked for the network in vain (index.example, b:1): `network = true`"
    )


def test_what_fails_alike_is_said_at_length_once() -> None:
    same: Any = {"error": "ImportError: no", "root": "OSError: y", "path": "/env/a.py", "line": 7}
    given = facts(
        outcome(Result.RAISED, **same),
        outcome(Result.RAISED, LOG._replace(lenient=True), **same),
        outcome(Result.RAISED, PARQUET, **{**same, "line": 8}),
    )

    first, second, third = failed.check(given)

    assert str(second) == (
        "DG601 warning: log: find `nba_api.stats:playergamelog`: ImportError, as for `pandas`"
    )
    assert (second.why, second.mend) == ("the same exception in the same place", first.mend)
    assert [one.where for one in (first, second, third)] == ["/env/a.py:7", "", "/env/a.py:8"]
    assert third.message.endswith("ImportError: no")


NEEDS_NUMPY = outcome(
    Result.RAISED,
    error="ImportError: C extension",
    root="ImportError: needs numpy >= 2.",
    distribution="pandas",
)


def test_what_has_drifted_and_is_named_is_mended_first() -> None:
    given = facts(NEEDS_NUMPY, wanted="numpy==2.0 pandas==2.0", there="numpy==1.26 pandas==2.0")

    finding = only(failed, given)

    assert (str(finding.mend), finding.detail) == (SYNC, ("numpy: locked 2.0, installed 1.26",))


def test_what_is_named_and_has_not_drifted_is_left_alone() -> None:
    given = facts(NEEDS_NUMPY, wanted="numpy==2.0 pandas==2.0", there="numpy==2.0 pandas==2.0")

    assert str(only(failed, given).mend) == f"{AGAIN} pandas"


@pytest.mark.parametrize(
    ("error", "message", "rest"),
    [
        pytest.param("E: one", "E: one", (), id="one-line"),
        pytest.param("KeyError", "KeyError", (), id="no-words"),
        pytest.param(
            "E: \n\nREAD THIS\n\nlong\nOriginal error: x\n",
            "E: READ THIS",
            ("its last line: Original error: x",),
            id="long",
        ),
        pytest.param("E: \n \n", "E: \n \n", (), id="blank"),
        pytest.param("", "", (), id="nothing"),
    ],
)
def test_of_a_long_exception_the_ends_are_said(error: str, message: str, rest: tuple[str, ...]) -> None:
    finding = only(failed, facts(outcome(Result.RAISED, error=error)))

    assert finding.message == f"import `pandas`: {message}"
    assert finding.detail == rest


def test_the_last_words_of_a_crash_are_said() -> None:
    found = outcome(Result.CRASHED, signal="SIGABRT", last_words="OMP: Error #15")

    assert "it last said: OMP: Error #15" in only(crashed, facts(found)).detail


MISSING = outcome(Result.RAISED, error="ModuleNotFoundError: No module named 'pandas'", module="pandas.core")
ENGINE = outcome(Result.RAISED, PARQUET, error="ImportError: Unable to find a usable engine; tried using: …")


@pytest.mark.parametrize(
    ("found", "wanted", "there", "mend", "clause"),
    [
        pytest.param(MISSING, "pandas==2.0", "", SYNC, "pandas is locked, and not installed", id="missing"),
        pytest.param(
            MISSING,
            "pandas==2.0",
            "pandas==1.0",
            SYNC,
            "pandas: locked 2.0, installed 1.0",
            id="other-version",
        ),
        pytest.param(
            MISSING,
            "pandas==2.0",
            "pandas==2.0",
            f"{AGAIN} pandas",
            "pandas 2.0 is as locked: if its files are, too (DG4), the cause lies elsewhere",
            id="as-locked",
        ),
        pytest.param(
            MISSING._replace(module="sklearn"),
            "scikit-learn==1.0",
            "",
            SYNC,
            "scikit-learn is locked, and not installed",
            id="imported-under-another-name",
        ),
        pytest.param(
            MISSING._replace(module="sklearn"),
            "a==1",
            "a==1",
            "uv add scikit-learn",
            "`sklearn` is what scikit-learn is imported as, which is not locked",
            id="known-and-not-locked",
        ),
        pytest.param(
            MISSING._replace(module="nowhere.at"),
            "a==1",
            "a==1",
            None,
            "nothing that is locked is known to be imported as `nowhere.at`",
            id="unknown",
        ),
        pytest.param(
            ENGINE, "pyarrow==9", "", SYNC, "pyarrow is locked, and not installed", id="engine-missing"
        ),
        pytest.param(
            ENGINE, "fastparquet==9", "", SYNC, "fastparquet is locked, and not installed", id="other-engine"
        ),
        pytest.param(
            ENGINE,
            "a==1",
            "a==1",
            "uv add pyarrow",
            "neither pyarrow nor fastparquet is locked",
            id="no-engine",
        ),
        pytest.param(
            outcome(
                Result.RAISED,
                FIGURE,
                error="ImportError: Cannot load backend 'TkAgg'",
                distribution="matplotlib",
            ),
            "matplotlib==3",
            "matplotlib==3",
            "export MPLBACKEND=Agg",
            "its backend needs a display, which a job has not",
            id="backend",
        ),
        pytest.param(
            outcome(Result.CRASHED, signal="SIGSEGV", distribution="pandas"),
            "pandas==2.0",
            "pandas==2.0",
            f"{AGAIN} pandas",
            "pandas 2.0 is as locked: if its files are, too (DG4), the cause lies elsewhere",
            id="crashed",
        ),
        pytest.param(
            outcome(Result.HUNG, distribution="odd"),
            "a==1",
            "a==1 odd==1",
            None,
            "odd is not locked",
            id="not-locked",
        ),
        pytest.param(outcome(Result.HUNG), "a==1", "a==1", None, None, id="nothing-known"),
        pytest.param(
            outcome(Result.UNTRIED, error="x"),
            "pandas==2.0",
            "pandas==2.0",
            f"{AGAIN} pandas",
            None,
            id="untried",
        ),
    ],
)
def test_what_mends_it(found: Outcome, wanted: str, there: str, mend: str | None, clause: str | None) -> None:
    finding = only(SPEAKS[found.result], facts(found, wanted=wanted, there=there))

    assert (str(finding.mend) if finding.mend else None) == mend
    assert (finding.detail[-1] if finding.detail else None) == clause


def test_what_is_locked_for_others_has_to_be_asked_for() -> None:
    given = facts(
        MISSING, wanted="a==1", there="a==1", lock=lock_of(locked_of("a==1"), locked_of("pandas==2"))
    )

    finding = only(failed, given)

    assert str(finding.mend) == "uv add pandas"
    assert finding.detail == ("the lock has pandas, but nothing that is selected asks for it",)


def test_a_file_of_requirements_is_mended_by_its_pin() -> None:
    pip = Mender(format=LockFormat.REQUIREMENTS, python=".venv", interpreter=".venv/bin/python")

    finding = only(failed, facts(MISSING, mender=pip))

    assert str(finding.mend) == "uv pip install --python .venv --reinstall --no-deps pandas==2.0"


SIZE = Warned(
    "RuntimeWarning", "numpy.ndarray size changed, may indicate binary incompatibility.", "/e/a.py", 3
)
ODD = Warned("UserWarning", "odd", "/e/a.py", 3)


def test_a_warning_is_told_once() -> None:
    given = facts(
        outcome(Result.PASSED, warnings=(ODD, ODD, SIZE)),
        outcome(Result.RAISED, LOG, error="E", warnings=(ODD,)),
    )

    first, second = warned.check(given)

    assert str(first) == "DG604 note: pandas: UserWarning: odd"
    assert (first.where, first.detail) == ("/e/a.py:3", ("1 more probes show it",))
    assert (second.severity, second.detail) == (Severity.WARNING, ())


def test_the_lock_is_named_nowhere_by_mistake() -> None:
    assert only(failed, facts(MISSING)).path != str(LOCK)
