"""`driftguard preflight` tries what only running can tell, on real environments synced by the real uv."""

import json
import os
import time

import pytest

from driftguard.commands import check
from tests.projects import Done, Project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="probes are run on POSIX systems")

SELECT = ("--select", "DG1,DG6")
SEGFAULT = b"import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"


def preflight(project: Project, *words: str, own: str = "") -> Done:
    return project.driftguard("preflight", *SELECT, *words, OWN=own)


def findings(done: Done) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(done.out)["findings"]
    return found


@pytest.fixture
def farm(project: Project) -> Project:
    """An application with a healthy dependency `good`, which needs `deep`, synced; no probe is declared."""
    project.wheel(
        "good==1.0", "deep", files={"good.py": b"import deep\n\ndef f(*given):\n    return given\n"}
    )
    project.wheel("deep==1.0")
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "farm"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["good"]
        """,
    )
    project.lock()
    project.sync()
    return project


def declare(project: Project, *entries: str) -> None:
    """Declare probes, each by its lines."""
    text = (project.folder / "pyproject.toml").read_text()
    text += "\n[tool.driftguard]\n" + "".join(f"\n[[tool.driftguard.probe]]\n{entry}\n" for entry in entries)
    project.write("pyproject.toml", text)


def test_dependencies_are_imported_unasked(farm: Project) -> None:
    done = preflight(farm)

    assert done.code == 0, done.out
    assert " 1 probe judged in " in done.out.splitlines()[0]
    assert "  probes       1 of 1 passed: good" in done.out.splitlines()
    assert done.out.splitlines()[0] == done.out.splitlines()[-1]


def test_a_healthy_set_of_probes_passes(farm: Project) -> None:
    declare(
        farm,
        'name = "both"\nimport = ["good", "deep"]',
        'name = "the function"\nsymbol = "good:f"',
        'name = "a call"\ncall = "good:f"\nargs = [1, "x"]',
        'name = "all"\ndependencies = true',
    )

    done = preflight(farm)

    assert done.code == 0, done.out
    assert "3 of 3 passed: both, the function, a call" in done.out


def test_a_broken_import_forbids_the_run_and_is_mended_by_what_is_printed(farm: Project) -> None:
    (farm.site / "deep.py").write_text("import nowhere\n")

    done = preflight(farm, "--", "touch", "ran")

    assert done.code == 1
    assert not (farm.folder / "ran").exists()
    assert "DG601 probe failed" in done.out
    assert "import `good`: ModuleNotFoundError: No module named 'nowhere'" in done.out
    assert "deep.py:1" in done.out


def test_a_file_that_is_gone_is_mended_by_what_is_printed(farm: Project) -> None:
    (farm.site / "deep.py").unlink()
    done = preflight(farm, "--format", "json")
    (finding,) = findings(done)

    mended = farm.run("sh", "-c", str(finding["mend"]))

    assert mended.code == 0, mended.err
    assert finding["detail"] == [
        "deep 1.0 is as locked: if its files are, too (DG4), the cause lies elsewhere"
    ]
    assert preflight(farm).code == 0


def test_a_broken_file_is_mended_by_what_is_printed(farm: Project) -> None:
    (farm.site / "deep.py").write_text("def f(:\n")
    (finding,) = findings(preflight(farm, "--format", "json"))

    assert str(finding["message"]).startswith("import `good`: SyntaxError: invalid syntax")
    farm.run("sh", "-c", str(finding["mend"]))
    assert preflight(farm).code == 0


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        pytest.param(SEGFAULT, "DG602", "its process was ended by SIGSEGV", id="crash"),
        pytest.param(b"import time\ntime.sleep(60)\n", "DG603", "not done after 2 s", id="hang"),
        pytest.param(b"raise SystemExit(0)\n", "DG601", "SystemExit: 0", id="leaves"),
        pytest.param(b"import os\nos._exit(0)\n", "DG601", "exit code 0 and no answer", id="leaves-at-once"),
        pytest.param(
            b"import socket\nsocket.create_connection(('127.0.0.1', 9))\n",
            "DG601",
            "the network is closed to this probe (127.0.0.1)",
            id="network",
        ),
        pytest.param(
            b"raise ValueError('\\x1b[31m\\nred')\n", "DG601", r"ValueError: \x1b[31m", id="control"
        ),
    ],
)
def test_what_a_dependency_can_do(farm: Project, code: bytes, rule: str, words: str) -> None:
    farm.wheel("good==1.0", "deep", files={"good.py": code})
    farm.pip("install", "--reinstall", "--no-deps", "good")
    declare(farm, 'name = "all"\ndependencies = true\ntimeout = 2')

    done = preflight(farm, "--format", "json")

    assert done.code == 1
    found = {str(one["code"]): one for one in findings(done)}
    assert words in str(found[rule]["message"])
    assert str(found[rule]["path"]).endswith("good.py") or "no answer" in words or "network" in words
    assert "\x1b" not in done.out


def test_a_lenient_probe_warns(farm: Project) -> None:
    declare(farm, 'name = "odd"\nimport = "nowhere"\nseverity = "warning"')

    assert preflight(farm).code == 2
    assert preflight(farm, "--strict").code == 1


def test_a_warning_is_a_note(farm: Project) -> None:
    (farm.site / "deep.py").write_text("import warnings\nwarnings.warn('here')\n")

    done = preflight(farm)

    assert done.code == 0
    assert "DG604 probe warned\n  note    good  UserWarning: here" in done.out


def test_a_second_run_tries_nothing_and_a_fresh_one_all(farm: Project) -> None:
    time.sleep(2.1)  # what is younger is not kept
    assert "in an earlier run" not in preflight(farm).out

    assert "1 of 1 passed, 1 of them as in an earlier run: good" in preflight(farm).out
    for words in (("--fresh",), ("--no-cache",)):
        assert "in an earlier run" not in preflight(farm, *words).out
    assert "in an earlier run" in preflight(farm).out
    assert "in an earlier run" not in preflight(farm, own="x").out
    (farm.site / "deep.py").write_text("1/0\n")
    done = preflight(farm)
    assert (done.code, "ZeroDivisionError" in done.out) == (1, True)


def test_the_path_of_the_job_is_that_of_its_probes(farm: Project) -> None:
    (farm.site / "deep.py").write_text("import os\nassert os.environ['PATH'] == '/nowhere'\n")

    assert preflight(farm).code == 1
    assert preflight(farm, "--path", "/nowhere").code == 0


def test_probing_changes_nothing_in_the_environment(farm: Project) -> None:
    before = sorted(farm.site.rglob("*"))

    preflight(farm)

    assert sorted(farm.site.rglob("*")) == before


def test_probes_are_not_run_where_nothing_is_to_be_run(farm: Project) -> None:
    (farm.site / "deep.py").write_text("open('ran', 'w')\n")

    done = preflight(farm, "--no-exec", "--ignore", "DG110", "--format", "json")

    assert done.code == 3
    told = {str(one["why"]) + str(one["message"]) for one in findings(done) if one["unknown"]}
    assert any(
        "probes are run by the interpreter, which is not to be run (`--no-exec`)" in one for one in told
    )
    assert not (farm.folder / "ran").exists()


def test_check_runs_none_of_it_unasked() -> None:
    assert not any(code.startswith("DG6") for code in (*check.SELECT, *check.DEEP))


def test_a_malformed_probe_is_one_line(farm: Project) -> None:
    declare(farm, 'name = "x"\nimport = "a b"')

    done = preflight(farm)

    assert (done.code, done.out) == (3, "")
    assert "tool.driftguard.probe[0].import: is not the dotted name of a module" in done.err
