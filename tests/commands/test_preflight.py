"""`driftguard preflight`: one verdict before the job, and then the job itself."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.projects import Project


def test_a_pass_is_said_first_and_last_and_is_exit_code_0(shop: Project) -> None:
    shop.sync()

    done = shop.driftguard("preflight")

    lines = done.out.splitlines()
    assert done.code == 0
    assert lines[0].startswith(
        "driftguard preflight: pass: the job may run (3 packages, 21 files, 1 probe judged in "
    )
    assert lines[-1] == lines[0]


def test_a_fail_is_exit_code_1_and_the_command_is_not_run(shop: Project) -> None:
    shop.sync()
    shop.pip("install", "numpy<2")

    done = shop.driftguard("preflight", "--", "touch", "ran")

    assert done.code == 1
    assert done.out.splitlines()[0].startswith("driftguard preflight: fail: the job must not run (")
    assert not (shop.folder / "ran").exists()


def warned(shop: Project) -> None:
    shop.sync()
    (shop.site / "~umpy").mkdir()


def test_warnings_are_exit_code_2_and_the_command_runs(shop: Project) -> None:
    warned(shop)

    assert shop.driftguard("preflight").code == 2
    done = shop.driftguard("preflight", "--", "sh", "-c", "echo ran; exit 9")

    assert done.code == 9
    assert done.out.splitlines()[-2].startswith("driftguard preflight: warn: the job may run with caution (")
    assert done.out.splitlines()[-1] == "ran"


def test_strict_makes_warnings_forbid_the_run(shop: Project) -> None:
    warned(shop)

    done = shop.driftguard("preflight", "--strict", "--", "touch", "ran")

    assert done.code == 1
    assert not (shop.folder / "ran").exists()
    assert done.out.splitlines()[0].startswith("driftguard preflight: fail: the job must not run (")


@pytest.mark.parametrize(
    "words",
    [
        ("--no-exec",),
        ("--lock", "absent"),
        ("--nonsense",),
        ("--extra", "absent"),
        ("--ignore", "DG1,DG3,DG4,DG5,DG6"),
        ("--select", "DG201"),
        ("--select", "DG9"),
    ],
)
def test_what_could_not_be_judged_is_exit_code_3_and_runs_nothing(
    shop: Project, words: tuple[str, ...]
) -> None:
    shop.sync()

    done = shop.driftguard("preflight", *words, "--", "touch", "ran")

    assert done.code == 3
    assert not (shop.folder / "ran").exists()


def test_an_empty_command_is_no_job_well_done(shop: Project) -> None:
    shop.sync()

    done = shop.driftguard("preflight", "--", "")

    assert (done.code, done.out) == (3, "")
    assert "no command stands behind `--`" in done.err


def test_what_is_missing_forbids_the_run_whatever_else_is_left_out(shop: Project) -> None:
    shop.sync("--no-default-groups", "--only-group", "docs")

    done = shop.driftguard("preflight", "--ignore", "DG105", "--", "touch", "ran")

    assert done.code == 1
    assert not (shop.folder / "ran").exists()


@pytest.mark.parametrize("code", [0, 1, 2, 3, 64, 75])
def test_the_exit_code_of_the_command_is_passed_on(shop: Project, code: int) -> None:
    shop.sync()

    assert shop.driftguard("preflight", "--", "sh", "-c", f"exit {code}").code == code


def test_the_words_of_the_command_are_its_own(shop: Project) -> None:
    shop.sync()

    done = shop.driftguard("preflight", "--", "printf", "%s|", "--format", "json", "--", "a b")

    assert done.out.splitlines()[-1] == "--format|json|--|a b|"


def test_a_command_that_is_not_there_is_exit_code_3(shop: Project) -> None:
    shop.sync()

    done = shop.driftguard("preflight", "--", "no-such-command")

    assert done.code == 3
    assert "`no-such-command` could not be started: No such file or directory" in done.err


def test_preflight_becomes_the_command_so_that_signals_reach_it(shop: Project) -> None:
    shop.sync()
    job = subprocess.Popen(
        [sys.executable, "-m", "driftguard", "preflight", "--", "sh", "-c", "echo $$; exec sleep 60"],
        cwd=shop.folder,
        env={key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert job.stdout is not None
    pid = next(int(line) for line in job.stdout if line.strip().isdigit())
    assert pid == job.pid

    time.sleep(0.2)
    job.send_signal(signal.SIGTERM)

    assert job.wait(timeout=10) == -signal.SIGTERM
    job.stdout.close()


def test_other_formats_keep_standard_output_to_themselves(shop: Project) -> None:
    import json

    shop.sync()

    done = shop.driftguard("preflight", "--format", "json")

    assert json.loads(done.out)["verdict"] == "pass"
    assert done.err.startswith("driftguard preflight: pass")
