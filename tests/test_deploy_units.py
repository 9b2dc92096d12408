"""What starts a night: the units of systemd, the line of cron, and who is told when it fails."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.deploy_standin import Standin, standin

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
CRON = ROOT / "deploy" / "hawks.cron"


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ROOT / "deploy" / "systemd" / name)
    return parser


def analyze(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Let systemd read copies in which the programs are there."""
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/hawks", str(ROOT)))
    command = ["systemd-analyze", *words]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze (Debian's systemd) is not installed"
)


@needs_systemd
def test_systemd_has_nothing_to_say(tmp_path: Path) -> None:
    done = analyze(tmp_path, "verify", "--man=no", *(path.name for path in UNITS))

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_systemd_calls_the_service_little_exposed(tmp_path: Path) -> None:
    done = analyze(tmp_path, "security", "--offline=true", "--threshold=20", "hawks.service")
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge files")

    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_the_service_may_write_to_its_own_folder_alone() -> None:
    service = unit("hawks.service")["Service"]

    assert service["ProtectHome"] == "read-only"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ReadWritePaths"] == "/srv/hawks"
    assert service["Environment"] == "DEPLOY_ROOT=/srv/hawks"


def test_a_failure_is_told_and_what_may_pass_is_tried_again() -> None:
    service = unit("hawks.service")

    assert service["Unit"]["OnFailure"] == "hawks-failed@%n.service"
    assert "75" not in service["Service"]["RestartPreventExitStatus"].split()
    assert {"1", "3", "64", "65", "66", "70"} == set(service["Service"]["RestartPreventExitStatus"].split())


@needs_systemd
def test_the_timer_s_time_is_one_that_systemd_knows() -> None:
    command = ["systemd-analyze", "calendar", unit("hawks.timer")["Timer"]["OnCalendar"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Normalized form: *-*-* 10:00:00 UTC" in done.stdout


def test_the_pipeline_knows_every_setting_of_its_own_that_is_named_here() -> None:
    """It refuses any other `HAWKS_…` in its surroundings, and with that the night."""
    known = (ROOT / "pipeline" / "README.md").read_text()
    texts = [path.read_text() for path in (ROOT / "deploy").rglob("*") if path.is_file()]

    named = set(re.findall(r"HAWKS_[A-Z_]+", "".join([*texts, (ROOT / "docs" / "deploy.md").read_text()])))

    assert {name for name in named if f"`{name}`" not in known} == set()


def test_a_night_that_was_slept_through_is_caught_up() -> None:
    assert unit("hawks.timer")["Timer"]["Persistent"] == "true"
    assert unit("hawks.timer")["Timer"]["RandomizedDelaySec"]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with standin(tmp_path_factory.mktemp("cron")) as server:
        shutil.copy2(ROOT / "deploy" / "tell.sh", server.checkout / "deploy")
        server.succeed()
        yield server


def by_cron(server: Standin, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the line of the crontab as cron does: four variables, those of the file, and nothing else."""
    settings = dict(re.findall(r"^([A-Z_]+)=(.*)$", CRON.read_text(), re.M))
    (line,) = [line for line in CRON.read_text().splitlines() if re.match(r"[\d*]", line)]
    *_, user, command = line.split(maxsplit=6)
    assert user == "hawks"
    assert "%" not in command, "cron makes a line break of it"
    command = command.replace("/opt/hawks", shlex.quote(str(server.checkout)))
    command = command.replace("/srv/hawks", shlex.quote(str(server.root)))
    surroundings = {
        "HOME": str(server.root.parent),
        "LOGNAME": "hawks",
        **settings,
        "DEPLOY_ROOT": str(server.root),
        "NIGHT": str(server.root.parent / "nights"),
        **variables,
    }
    return subprocess.run(
        [
            "env",
            "-i",
            *(f"{key}={value}" for key, value in surroundings.items()),
            settings["SHELL"],
            "-c",
            command,
        ],
        cwd=server.root.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_line_of_cron_runs_the_release_s_own_python_and_says_nothing(deployed: Standin) -> None:
    done = by_cron(deployed)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    night = deployed.nights[-1]
    assert night["arguments"] == ["run", "--source", "live", "--out", f"{deployed.root}/out"]
    assert night["prefix"] == str(deployed.root / deployed.current / ".venv")


@pytest.mark.slow
def test_a_night_by_cron_that_fails_is_mailed_with_its_log(deployed: Standin) -> None:
    done = by_cron(deployed, NIGHT_EXIT="65")

    assert "step 'run' failed with exit code 65" in done.stdout, "what is said is what cron mails"


def tell(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tell.sh with a logger and a sendmail that write down what they are given."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    for name in ("logger", "sendmail"):
        program = tmp_path / "bin" / name
        program.write_text(
            f'#!/bin/sh\necho "$@" >{tmp_path}/{name}\nif [ {name} = sendmail ]; then cat; fi >>{tmp_path}/{name}\n'
        )
        program.chmod(0o755)
    return subprocess.run(
        [ROOT / "deploy" / "tell.sh", "hawks.service"],
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "DEPLOY_ROOT": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_system_s_log_is_told_and_so_is_the_one_who_is_named(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "1.log").write_text("an older one\n")
    (tmp_path / "logs" / "2.log").write_text("step 'run' failed with exit code 65\ncurrent is releases/1\n")

    done = tell(tmp_path, DEPLOY_MAILTO="coach@index.example")

    assert done.returncode == 0, done.stderr
    assert "hawks.service has failed on " in (tmp_path / "logger").read_text()
    assert "step 'run' failed with exit code 65" in (tmp_path / "logger").read_text()
    mail = (tmp_path / "sendmail").read_text()
    assert mail.startswith("-t\nTo: coach@index.example\nSubject: hawks.service has failed on ")
    assert mail.endswith("\n\nstep 'run' failed with exit code 65\ncurrent is releases/1\n")


def test_without_a_log_or_anybody_to_mail_to_it_still_tells(tmp_path: Path) -> None:
    done = tell(tmp_path)

    assert done.returncode == 0, done.stderr
    assert "has failed on" in (tmp_path / "logger").read_text()
    assert not (tmp_path / "sendmail").exists()
