"""deploy.sh step by step: the real script, the real uv and driftguard, a small stand-in for the pipeline."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.deploy_standin import Standin, standin, version_in
from tests.projects import find_uv

pytestmark = pytest.mark.slow

STEPS = ["tool", "build", "preflight", "switch", "run", "clean"]
LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (\d{8}T\d{6}\.\d{3}Z) (.*)")
LOSE_IDNA = 'rm -r -- "$release"/.venv/lib/python3*/site-packages/idna-*.dist-info'
LOSE_INTERPRETER = 'rm -- "$release"/.venv/bin/python*'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with standin(tmp_path_factory.mktemp("deploy")) as server:
        yield server


@pytest.fixture
def server(made: Standin) -> Iterator[Standin]:
    """A server on which nothing is deployed; uv's cache stays, for speed."""
    yield made
    made.version("one")
    made.after_build("true")
    (made.root.parent / "nights").unlink(missing_ok=True)
    for path in made.root.iterdir() if made.root.exists() else ():
        if path.name != "cache":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def steps(text: str) -> list[str]:
    return re.findall(rf" deploy: ({'|'.join(STEPS)})(?::|$)", text, re.M)


def everything(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def test_a_deployment_goes_through_its_steps_and_runs_the_pipeline(server: Standin) -> None:
    done = server.deploy("--", "--out", "a folder")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert steps(done.stdout) == STEPS
    assert server.releases == [server.current]
    assert server.installed == "one"
    assert [night["arguments"] for night in server.nights] == [["run", "--out", "a folder"]]


def test_every_line_has_a_time_and_the_id_of_the_run_in_the_log_as_on_the_terminal(server: Standin) -> None:
    done = server.deploy()

    lines = [LINE.fullmatch(line) for line in done.stdout.splitlines()]
    assert all(lines)
    (run_id,) = {line[2] for line in lines if line}
    assert (server.root / "logs" / f"{run_id}.log").read_text() == done.stdout
    assert server.current == f"releases/{run_id}"
    assert "a night of one" in [line[3] for line in lines if line]


def test_the_run_has_no_display_and_nobodys_python_path(server: Standin) -> None:
    server.succeed(
        DISPLAY=":0",
        WAYLAND_DISPLAY="w",
        PYTHONPATH="/nowhere",
        PYTHONHOME="",
        MPLBACKEND="TkAgg",
        VIRTUAL_ENV="/x",
    )

    (night,) = server.nights
    variables = night["variables"]
    assert isinstance(variables, dict)
    assert not {"DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"} & set(variables)
    assert (variables["MPLBACKEND"], variables["QT_QPA_PLATFORM"]) == ("Agg", "offscreen")
    assert variables["PATH"].split(":")[0] == str(server.root / server.current / ".venv" / "bin")


def test_what_is_deployed_can_be_read_by_others_whatever_the_umask(server: Standin) -> None:
    command = ["sh", "-c", 'umask 077; exec "$0"', str(server.checkout / "deploy" / "deploy.sh")]
    subprocess.run(command, env=server.variables, check=True, capture_output=True)

    assert (server.root / server.current / "uv.lock").stat().st_mode & 0o777 == 0o644
    assert (server.root / server.current / ".venv").stat().st_mode & 0o777 == 0o755


def test_a_full_disk_silences_the_log_and_not_the_terminal() -> None:
    script = (ROOT / "deploy" / "deploy.sh").read_text()
    (record,) = re.findall(r"^record\(\) \{\n.*?^\}\n", script, re.DOTALL | re.MULTILINE)

    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail; id=me; {record}record 3>/dev/full"],
        input="deploy: build\ndeploy: failed",
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line.partition(" ")[2] for line in done.stdout.splitlines()] == [
        "me deploy: build",
        "me deploy: failed",
    ]


def test_cron_s_path_is_enough(server: Standin) -> None:
    done = server.deploy(PATH="/usr/bin:/bin")

    assert done.returncode == 0, done.stdout + done.stderr


BROKEN = {
    "a build": ("exit 2", "build", 2, 3),
    "what cannot be started": ("exit 127", "build", 127, 3),
    "what is missing": (LOSE_IDNA, "preflight", 1, 1),
    "what cannot be judged": (LOSE_INTERPRETER, "preflight", 3, 3),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_fails_before_the_switch_leaves_current_alone(server: Standin, how: str) -> None:
    then, step, own, code = BROKEN[how]
    before = server.succeed()
    server.version("two")
    server.after_build(then)

    done = server.deploy()

    assert done.returncode == code, done.stdout
    assert f"step '{step}' failed with exit code {own}" in server.newest_log
    assert done.stdout.endswith(f" deploy: current is {before}\n")
    assert (server.current, server.installed, len(server.nights)) == (before, "one", 1)

    server.after_build("true")
    server.succeed()
    assert server.installed == "two"
    assert server.releases == sorted([before, server.current]), "what failed is gone"


def test_warnings_do_not_hold_a_deployment_up(server: Standin) -> None:
    server.after_build('mkdir -- "$(echo "$release"/.venv/lib/python3*/site-packages)/~dna"')

    done = server.deploy()

    assert done.returncode == 0, done.stdout
    assert "driftguard preflight: warn" in done.stdout


@pytest.mark.parametrize("code", [1, 2, 65, 75])
def test_a_run_that_fails_sets_current_back_and_its_exit_code_is_passed_on(
    server: Standin, code: int
) -> None:
    before = server.succeed()
    server.version("two")

    done = server.deploy(NIGHT_EXIT=str(code))

    assert done.returncode == code, done.stdout
    assert f"step 'run' failed with exit code {code}" in server.newest_log
    assert (server.current, server.installed) == (before, "one")
    assert [night["version"] for night in server.nights] == ["one", "two"]


def test_a_first_run_that_fails_leaves_no_current(server: Standin) -> None:
    done = server.deploy(NIGHT_EXIT="65")

    assert done.returncode == 65
    assert done.stdout.endswith(" deploy: current is not there yet\n")
    assert not os.path.lexists(server.root / "current")


def test_a_termination_during_the_run_sets_current_back(server: Standin) -> None:
    before = server.succeed()
    with subprocess.Popen(
        [server.checkout / "deploy" / "deploy.sh"],
        env={**server.variables, "NIGHT_SECONDS": "60"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as deployment:
        assert deployment.stdout
        for line in deployment.stdout:
            if "a night of" in line:
                break
        during = server.current
        os.killpg(deployment.pid, signal.SIGTERM)
        said = deployment.stdout.read()

    assert deployment.returncode == 143
    assert "step 'run' failed with exit code 143" in said
    assert during != before
    assert server.current == before


def test_a_log_that_cannot_be_written_is_3_in_one_line_and_nothing_begins(server: Standin) -> None:
    server.succeed()
    shutil.rmtree(server.root / "logs")
    (server.root / "logs").symlink_to("/proc")

    done = server.deploy("--run")

    assert (done.returncode, done.stdout, len(server.nights)) == (3, "", 1)
    assert re.fullmatch(rf"deploy: {server.root} cannot be used: .*\n", done.stderr)


def test_a_current_that_is_no_link_is_left_alone(server: Standin) -> None:
    (server.root / "current" / "precious").mkdir(parents=True)

    done = server.deploy()

    assert done.returncode == 3
    assert "step 'switch' failed" in done.stdout
    assert (server.root / "current" / "precious").is_dir()
    assert not os.path.lexists(server.root / ".current")


def test_the_second_of_two_at_once_says_who_holds_the_lock(server: Standin) -> None:
    before = server.succeed()
    with subprocess.Popen(
        [server.checkout / "deploy" / "deploy.sh", "--run"],
        env={**server.variables, "NIGHT_SECONDS": "7"},
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout
        line = LINE.fullmatch(first.stdout.readline().rstrip())
        second = server.deploy()
        rest = first.stdout.read()

    assert first.returncode == 0, rest
    assert line
    assert second.returncode == 75
    assert (
        f"another one is under way in {server.root}: run {line[2]}, process {first.pid} of " in second.stderr
    )
    assert server.current == before
    assert server.deploy().returncode == 0, "the lock is free again"


def test_the_lock_outlives_its_script_while_the_pipeline_still_runs(server: Standin) -> None:
    server.succeed()
    with subprocess.Popen(
        [server.checkout / "deploy" / "deploy.sh", "--run"],
        env={**server.variables, "NIGHT_SECONDS": "7"},
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout
        for line in first.stdout:
            if "a night of" in line:
                break
        first.kill()
        first.wait()
        assert server.deploy("--run").returncode == 75
        first.stdout.read()

    assert server.deploy("--run").returncode == 0


class TestRun:
    """`--run`: the night, for timer and cron."""

    def test_it_preflights_and_runs_what_is_current_and_builds_nothing(self, server: Standin) -> None:
        before = server.succeed()
        server.version("two")

        done = server.deploy("--run", "--", "--team", "BOS")

        assert done.returncode == 0, done.stdout
        assert steps(done.stdout) == ["preflight", "run"]
        assert (server.current, server.releases) == (before, [before])
        assert [night["version"] for night in server.nights] == ["one", "one"]
        assert server.nights[-1]["arguments"] == ["run", "--team", "BOS"]

    def test_it_asks_no_index_and_needs_no_lock_of_the_checkout(self, server: Standin) -> None:
        server.succeed()
        server.after_build("true")
        moved = server.checkout / "uv.lock"
        text = moved.read_text()
        moved.write_text("")
        try:
            done = server.deploy("--run", HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9")
        finally:
            moved.write_text(text)

        assert done.returncode == 0, done.stdout

    def test_it_does_not_run_in_what_has_drifted_and_says_what_mends_it(self, server: Standin) -> None:
        before = server.succeed()
        info = next((server.root / "current").glob("lib/python3*/site-packages/idna-*.dist-info"))
        shutil.rmtree(info)

        done = server.deploy("--run", PATH="/usr/bin:/bin")

        assert done.returncode == 1
        assert "step 'preflight' failed with exit code 1" in done.stdout
        assert (server.current, len(server.nights)) == (before, 1)

        (mend,) = re.findall(r" mend: (.*)", done.stdout)
        variables = {**server.variables, "PATH": "/usr/bin:/bin"}
        subprocess.run(
            mend, shell=True, cwd=server.root.parent, env=variables, check=True, capture_output=True
        )
        assert server.deploy("--run").returncode == 0

    def test_without_driftguard_nothing_was_judged_and_nothing_runs(self, server: Standin) -> None:
        server.succeed()
        (server.checkout / ".venv" / "bin" / "driftguard").unlink()

        done = server.deploy("--run")
        shutil.rmtree(server.checkout / ".venv")

        assert done.returncode == 3
        assert "step 'preflight' failed with exit code 127" in done.stdout
        assert len(server.nights) == 1

    def test_a_night_that_fails_changes_nothing(self, server: Standin) -> None:
        server.succeed()
        before = server.succeed()

        assert server.deploy("--run", NIGHT_EXIT="75").returncode == 75
        assert server.current == before

    def test_without_anything_deployed_it_says_so(self, server: Standin) -> None:
        done = server.deploy("--run")

        assert done.returncode == 64
        assert "nothing is deployed" in done.stdout


class TestRollback:
    def test_it_goes_back_to_the_release_before_and_what_was_installed_then(self, server: Standin) -> None:
        first = server.succeed()
        server.version("two")
        server.succeed()
        assert server.installed == "two"

        done = server.deploy("--rollback")

        assert done.returncode == 0, done.stdout
        assert (server.current, server.installed) == (first, "one")
        assert steps(done.stdout) == ["preflight", "switch"]
        assert len(server.nights) == 2, "a rollback runs nothing"

    def test_the_checkout_may_have_moved_on(self, server: Standin) -> None:
        first = server.succeed()
        server.succeed()
        lock = server.checkout / "uv.lock"
        text = lock.read_text()
        lock.write_text(text.replace("3.7", "3.8"))
        try:
            assert server.succeed("--rollback") == first
        finally:
            lock.write_text(text)

    def test_it_refuses_when_there_is_none(self, server: Standin) -> None:
        assert server.deploy("--rollback").returncode == 64
        before = server.succeed()

        done = server.deploy("--rollback")

        assert done.returncode == 64
        assert "no good release before" in done.stdout
        assert server.current == before

    def test_it_refuses_one_that_is_no_longer_sound(self, server: Standin) -> None:
        first = server.succeed()
        before = server.succeed()
        shutil.rmtree(next((server.root / first).glob(".venv/lib/python3*/site-packages/idna-*.dist-info")))

        done = server.deploy("--rollback")

        assert done.returncode == 1
        assert "step 'preflight' failed" in done.stdout
        assert server.current == before

    def test_one_after_the_other_and_never_to_what_failed(self, server: Standin) -> None:
        first = server.succeed()
        second = server.succeed()
        server.deploy(NIGHT_EXIT="70")
        server.succeed()

        assert server.succeed("--rollback") == second
        assert server.succeed("--rollback") == first
        assert server.deploy("--rollback").returncode == 64

    def test_what_was_killed_during_its_first_run_is_passed_over(self, server: Standin) -> None:
        first = server.succeed()
        killed = server.succeed()
        (server.root / killed / "good").unlink()  # as SIGKILL leaves it
        server.succeed()

        assert server.succeed("--rollback") == first

    def test_what_was_rolled_back_is_not_gone_back_to(self, server: Standin) -> None:
        first = server.succeed()
        withdrawn = server.succeed()
        server.succeed("--rollback")
        third = server.succeed()

        assert withdrawn not in server.releases
        assert server.releases == sorted([first, third])
        assert server.succeed("--rollback") == first


class TestKeep:
    def test_only_the_newest_stay(self, server: Standin) -> None:
        made = [server.succeed("--keep", "3") for _ in range(5)]

        assert server.releases == made[-3:]
        assert not (server.root / ".trash").exists()

    @pytest.mark.parametrize("keep", ["1", "2"])
    def test_the_current_one_and_the_one_before_always_stay(self, server: Standin, keep: str) -> None:
        made = [server.succeed("--keep", keep) for _ in range(3)]

        assert server.releases == made[-2:]

    def test_five_unless_told(self, server: Standin) -> None:
        made = [server.succeed() for _ in range(6)]

        assert server.releases == made[-5:]

    def test_after_a_rollback_the_current_one_is_the_old_one(self, server: Standin) -> None:
        made = [server.succeed() for _ in range(3)]
        server.succeed("--rollback")
        server.succeed("--rollback")

        last = server.succeed("--keep", "1")

        assert server.releases == sorted([made[0], last])

    def test_a_current_that_somebody_set_by_hand_stays(self, server: Standin) -> None:
        first = server.succeed()
        (server.root / "current").unlink()
        (server.root / "current").symlink_to(server.root / first / ".venv")  # absolute

        server.succeed("--keep", "1")

        assert first in server.releases
        assert server.succeed("--rollback") == first


@pytest.mark.parametrize("mode", [[], ["--run"], ["--rollback"]])
def test_a_dry_run_says_the_steps_and_changes_nothing(server: Standin, mode: list[str]) -> None:
    server.succeed()
    before, text = everything(server.root.parent), server.newest_log

    done = server.deploy("--dry-run", *mode)

    wanted = {"": STEPS, "--run": ["preflight", "run"], "--rollback": []}["".join(mode)]
    assert done.returncode == (64 if mode == ["--rollback"] else 0)
    assert steps(done.stdout) == wanted
    assert everything(server.root.parent) == before
    assert server.newest_log == text


def test_a_dry_run_on_a_new_machine_makes_no_folder(server: Standin, tmp_path: Path) -> None:
    done = server.deploy("--dry-run", DEPLOY_ROOT=str(tmp_path / "absent"))

    assert done.returncode == 0
    assert not (tmp_path / "absent").exists()
    assert done.stdout.endswith(" deploy: current is not there yet\n")
    assert (
        "sync --frozen --no-dev --package hawks-pipeline --no-editable "
        "--reinstall-package hawks-pipeline --link-mode copy" in done.stdout
    )


class TestWhyTheSyncHasThoseOptions:
    """What the real uv does without them, and that deploy.sh does not."""

    def sync(self, server: Standin, environment: Path, *words: str) -> None:
        variables = {
            "UV_PROJECT_ENVIRONMENT": str(environment),
            "UV_CACHE_DIR": str(server.root.parent / "own"),
        }
        command = [find_uv(), "sync", "--frozen", "--no-dev", "--package", "hawks-pipeline", *words]
        subprocess.run(
            command,
            cwd=server.checkout,
            env={**server.variables, **variables},
            check=True,
            capture_output=True,
        )

    def test_a_plain_sync_leans_on_the_checkout(self, server: Standin, tmp_path: Path) -> None:
        self.sync(server, tmp_path / "plain")
        deployed = server.succeed()
        server.version("two")

        assert version_in(tmp_path / "plain") == "two", "a rollback to it would roll nothing back"
        assert (server.current, server.installed) == (deployed, "one")

    def test_uv_serves_an_edited_module_from_its_cache(self, server: Standin, tmp_path: Path) -> None:
        self.sync(server, tmp_path / "first", "--no-editable")
        server.succeed()
        server.version("two")
        self.sync(server, tmp_path / "second", "--no-editable")
        self.sync(server, tmp_path / "third", "--no-editable", "--reinstall-package", "hawks-pipeline")
        server.succeed()

        assert version_in(tmp_path / "second") == "one", "the version in the manifest is the same"
        assert version_in(tmp_path / "third") == "two"
        assert server.installed == "two"

    def test_a_linked_cache_carries_an_edit_on_and_ours_does_not(
        self, server: Standin, tmp_path: Path
    ) -> None:
        self.sync(server, tmp_path / "first", "--no-editable", "--link-mode", "hardlink")
        module = next((tmp_path / "first").glob("lib/python3*/site-packages/idna.py"))
        if module.stat().st_nlink < 2:
            pytest.skip("no hard links from the cache to here")
        with module.open("a") as file:
            file.write("EDITED = True\n")
        self.sync(server, tmp_path / "second", "--no-editable", "--link-mode", "hardlink")
        first = server.succeed()
        with next((server.root / first).glob(".venv/lib/python3*/site-packages/idna.py")).open("a") as file:
            file.write("EDITED = True\n")
        server.succeed()

        assert "EDITED" in next((tmp_path / "second").glob("lib/python3*/site-packages/idna.py")).read_text()
        assert (
            "EDITED"
            not in next((server.root / "current").glob("lib/python3*/site-packages/idna.py")).read_text()
        )


def test_current_is_there_at_every_moment(server: Standin) -> None:
    server.succeed()
    python = server.root / "current" / "bin" / "python"
    with subprocess.Popen(
        [server.checkout / "deploy" / "deploy.sh"], env=server.variables, stdout=subprocess.DEVNULL
    ) as deployment:
        looks, seen = 0, set()
        while deployment.poll() is None:
            assert python.exists()
            seen.add(server.current)
            looks += 1
            time.sleep(0.0005)

    assert deployment.returncode == 0
    assert looks > 100
    assert len(seen) == 2
