"""The real pip-audit against a server on the loopback, then a table of answers it might give."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driftguard.adapters import pip_audit
from driftguard.adapters.pip_audit import answer as answers
from driftguard.adapters.pip_audit import audit
from driftguard.adapters.pip_audit.answer import read
from driftguard.adapters.pip_audit.pins import Pin
from driftguard.model import Unavailable, Vulnerability
from driftguard.process import Completed
from tests.osv_server import Mood, Osv, osv

HASH = f"--hash=sha256:{'0' * 64}"
EXPORT = f"""\
alpha==1.0 \\
    {HASH} \\
    {HASH}
beta==2.0 ; python_full_version < '3.4' \\
    {HASH}
beta==2.1 ; python_full_version >= '3.4' \\
    {HASH}
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Osv]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with osv() as service:
        for name, value in service.environment.items():
            monkeypatch.setenv(name, value)
        yield service


def reason(result: object) -> str:
    assert isinstance(result, Unavailable), result
    assert "\n" not in result.reason
    return result.reason


@pytest.mark.slow
def test_silence_about_all_packages_is_an_empty_answer(server: Osv) -> None:
    assert audit(f"alpha==1.0 {HASH}\n") == ()
    assert server.asked == [("alpha", "1.0")]


def test_an_advisory_is_told_with_what_fixes_it(server: Osv) -> None:
    server.knows(
        "alpha", "GHSA-aaaa-bbbb-cccc", aliases=["CVE-2026-1"], fixed="1.2", summary="Breaks\nin two"
    )

    found = audit("Alpha==1.0\nbeta==2.0\n")

    assert found == (
        Vulnerability(
            name="alpha",
            version="1.0",
            identifier="CVE-2026-1",
            aliases=("GHSA-aaaa-bbbb-cccc",),
            fixed_in=("1.2",),
            summary="Breaks in two",
        ),
    )


def test_what_the_marker_shuts_out_here_is_audited_all_the_same(server: Osv) -> None:
    server.knows("beta", "PYSEC-2026-1")

    found = audit(EXPORT)

    assert not isinstance(found, Unavailable)
    assert sorted(server.asked) == [("alpha", "1.0"), ("beta", "2.0"), ("beta", "2.1")]
    assert [(one.name, one.version, one.identifier) for one in found] == [
        ("beta", "2.0", "PYSEC-2026-1"),
        ("beta", "2.1", "PYSEC-2026-1"),
    ]


def test_what_has_no_version_is_not_passed_over(server: Osv) -> None:
    text = (
        "--index-url https://index.example/simple\n"
        "alpha==1.0\n"
        "gitty @ git+https://someone:sesame@git.example/gitty@0123456789012345678901234567890123456789\n"
        "-e ./libs/loc\n"
        "./wheels/local-1.0-py3-none-any.whl ; python_full_version >= '3.4'\n"
        "loose>=1\n"
        "wild==1.*\n"
        "-r other.txt\n"
    )

    found = audit(text)

    assert not isinstance(found, Unavailable)
    assert [(one.name, bool(one.skipped), one.identifier) for one in found] == [
        ("gitty", True, ""),
        ("-e ./libs/loc", True, ""),
        ("./wheels/local-1.0-py3-none-any.whl ; python_full_version >= '3.4'", True, ""),
        ("loose", True, ""),
        ("wild", True, ""),
        ("-r other.txt", True, ""),
    ]
    assert "sesame" not in str(found)


def test_nothing_to_ask_asks_nothing(server: Osv) -> None:
    assert audit("# nothing\n") == ()
    assert server.asked == []


@pytest.mark.slow
def test_an_advisory_that_pip_audit_cannot_read_is_not_passed_over(server: Osv) -> None:
    server.knows("alpha", "OSV-1", schema_version="2.0.0")

    found = audit("alpha==1.0\n")

    assert not isinstance(found, Unavailable)
    assert [one.name for one in found] == ["pip-audit"]
    assert "2.0.0" in found[0].skipped


@pytest.mark.parametrize(
    ("mood", "said"),
    [(Mood.BROKEN, "500 Server Error"), (Mood.GARBLED, "JSONDecodeError")],
)
def test_a_service_that_fails_is_no_verdict(server: Osv, mood: Mood, said: str) -> None:
    server.mood = mood

    assert said in reason(audit("alpha==1.0\n"))


@pytest.mark.slow
def test_a_service_that_hangs_is_no_verdict(server: Osv) -> None:
    server.mood = Mood.SILENT

    assert "did not finish within 4 s" in reason(audit("alpha==1.0\n", timeout=4))


@pytest.mark.slow
def test_a_service_that_is_not_there_is_no_verdict(server: Osv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://someone:sesame@127.0.0.1:9/v1/query")

    said = reason(audit("alpha==1.0\n"))

    assert "ConnectionError" in said
    assert "sesame" not in said


def test_the_users_own_settings_do_not_divert_the_answer(
    server: Osv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.knows("alpha", "OSV-1", summary="Told")
    monkeypatch.setenv("PIP_AUDIT_OUTPUT", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PIP_AUDIT_FORMAT", "markdown")
    monkeypatch.setenv("PIP_AUDIT_DESC", "off")
    monkeypatch.setenv("PIP_AUDIT_LOGLEVEL", "DEBUG")
    monkeypatch.setenv("FORCE_COLOR", "1")

    found = audit("alpha==1.0\n")

    assert not isinstance(found, Unavailable)
    assert [one.summary for one in found] == ["Told"]


@pytest.mark.slow
def test_a_module_in_the_working_folder_is_not_run(
    server: Osv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "requests.py").write_text("raise SystemExit('run!')\n")
    monkeypatch.chdir(tmp_path)

    assert audit("alpha==1.0\n") == ()


def test_without_pip_audit_there_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pip_audit, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "extra `report`" in reason(audit("alpha==1.0\n"))


def test_a_pip_audit_on_the_path_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "pip-audit"
    answer = {"dependencies": [{"name": "alpha", "version": "1.0", "vulns": []}], "fixes": []}
    program.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(pip_audit, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert audit("alpha==1.0\n") == ()


CLEAN = {"dependencies": [{"name": "alpha", "version": "1.0", "vulns": []}], "fixes": []}


@pytest.mark.parametrize(
    ("returncode", "stdout", "stderr", "said"),
    [
        pytest.param(
            1, "", "ERROR:pip_audit._cli:it broke\nERROR:pip_audit._cli:Tip: try", "it broke", id="told"
        ),
        pytest.param(
            1, "", "Traceback\n  x: y\na.b.CauseError: why\n\na.ServiceError\n", "CauseError: why", id="cause"
        ),
        pytest.param(0, "", "No known vulnerabilities found", "No known", id="nothing on standard output"),
        pytest.param(0, "{", "", "failed", id="half an answer"),
        pytest.param(0, "[" * 100_000, "", "failed", id="an answer without bottom"),
        pytest.param(1, json.dumps(CLEAN), "", "after its answer", id="an answer, then a failure"),
        pytest.param(-9, json.dumps(CLEAN), "", "exit code -9", id="killed"),
        pytest.param(2, "", "pip-audit: error: no such option", "no such option", id="usage"),
        pytest.param(
            1, "", "ERROR:pip_audit._cli:http://u:sesame@index.example/", "***@index.example", id="secret"
        ),
    ],
)
def test_a_failed_run_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, returncode: int, stdout: str, stderr: str, said: str
) -> None:
    done = Completed(returncode=returncode, stdout=stdout, stderr=stderr)
    monkeypatch.setattr(pip_audit, "run", lambda *_, **__: done)

    assert said in reason(audit("alpha==1.0\n"))


ASKED = (Pin(name="alpha", version="1.0"),)


def answered(*dependencies: Any) -> dict[str, Any]:
    return {"dependencies": list(dependencies), "fixes": []}


@pytest.mark.parametrize(
    ("answer", "skipped"),
    [
        pytest.param(answered(), "does not mention", id="not mentioned"),
        pytest.param(
            answered({"name": "beta", "version": "1.0", "vulns": []}), "does not mention", id="another"
        ),
        pytest.param(
            answered({"name": "ALPHA", "skip_reason": "not found\nreally"}), "not found", id="skipped"
        ),
        pytest.param(
            answered(
                {"name": "alpha", "skip_reason": "Dependency not found on X and could not be audited: a (1)"}
            ),
            "not found on X",
            id="skipped in pip-audit's own words",
        ),
        pytest.param(
            answered({"name": "alpha", "skip_reason": ""}), "no reason given", id="skipped without a word"
        ),
        pytest.param(
            answered({"name": "alpha", "version": "1.1", "vulns": []}), "1.1 instead of 1.0", id="other"
        ),
        pytest.param(answered({"name": "alpha", "vulns": []}), "None instead of 1.0", id="no version"),
    ],
)
def test_an_answer_that_is_none_reads_as_not_audited(answer: Any, skipped: str) -> None:
    (one,) = read(answer, ASKED)

    assert (one.name, one.version, one.identifier) == ("alpha", "1.0", "")
    assert skipped in one.skipped


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"dependencies": None},
        {"dependencies": {}},
        answered(None),
        answered({}),
        answered({"name": 1}),
        answered(*[{"name": "alpha", "version": "1.0", "vulns": []}] * 2),
        answered({"name": "alpha", "version": "1.0"}),
        answered({"name": "alpha", "version": "1.0", "vulns": None}),
        answered({"name": "alpha", "version": "1.0", "vulns": ["GHSA"]}),
        answered({"name": "alpha", "version": "1.0", "vulns": [{}]}),
        answered({"name": "alpha", "version": "1.0", "vulns": [{"id": ""}]}),
        answered({"name": "alpha", "version": "1.0", "vulns": [{"id": "X", "fix_versions": "1"}]}),
        answered({"name": "alpha", "version": "1.0", "vulns": [{"id": "X", "aliases": [None]}]}),
    ],
)
def test_an_answer_of_another_shape_is_refused(answer: Any) -> None:
    with pytest.raises(ValueError, match=r"^not an? "):
        list(read(answer, ASKED))


def test_a_description_is_cut_to_its_beginning() -> None:
    told = {"id": "X", "description": "## Impact  of it\nPages follow."}
    longer = {"id": "Y", "description": "word " * 100}

    first, second = read(answered({"name": "alpha", "version": "1.0", "vulns": [told, longer]}), ASKED)

    assert first.summary == "## Impact of it"
    assert len(second.summary) <= answers.LONGEST_SUMMARY + 2
    assert second.summary.endswith(" word …")
