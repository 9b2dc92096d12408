"""deploy.sh killed with SIGKILL, the whole process group, at 20 moments spread over all its steps."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.deploy_standin import Standin, standin

WIDTHS = {"tool": 0.5, "build": 0.5, "preflight": 0.4, "switch": 0.02, "run": 0.3, "clean": 0.05}
"""The seconds after a step's first line among which the moment is drawn; some lie in the step that follows."""


def moments() -> list[tuple[str, float]]:
    drawn = random.Random(20)
    steps = [step for step in WIDTHS for _ in range(4 if step in ("tool", "build") else 3)]
    return [(step, drawn.uniform(0, WIDTHS[step])) for step in steps]


def works(server: Standin) -> bool:
    command = [
        str(server.root / "current" / "bin" / "python"),
        "-Ic",
        "import hawks_pipeline.cli, idna, filler7",
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def kill(server: Standin, step: str, seconds: float) -> str:
    """Kill a deployment so long after the first line of a step and return what it had said."""
    with subprocess.Popen(
        [server.checkout / "deploy" / "deploy.sh", "--keep", "2"],
        env={**server.variables, "NIGHT_SECONDS": "0.3"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as deployment:
        assert deployment.stdout
        said = ""
        for line in deployment.stdout:
            said += line
            if f" deploy: {step}: " in line:
                break
        time.sleep(seconds)
        os.killpg(deployment.pid, signal.SIGKILL)
        said += deployment.stdout.read()
    assert f" deploy: {step}: " in said
    return said


@pytest.mark.slow
def test_killed_at_any_moment_the_next_succeeds_and_current_always_works(tmp_path: Path) -> None:
    with standin(tmp_path) as server:
        server.succeed()
        killed = 0
        for number, (step, seconds) in enumerate(moments()):
            before = server.current
            server.version(str(number))
            if step == "tool":  # else there is nothing to build
                shutil.rmtree(server.checkout / ".venv")

            said = kill(server, step, seconds)

            killed += " deploy: current is " not in said
            assert works(server), said
            reached = server.current
            done = server.deploy("--keep", "2")
            assert done.returncode == 0, (step, seconds, said, done.stdout)
            assert server.current not in (before, reached)
            assert server.installed == str(number)
            assert works(server)
            assert server.releases == sorted([reached, server.current]), "nothing half-made stays"
    assert len(moments()) == 20
    assert killed >= 15, "most of them before the end"


@pytest.mark.slow
def test_killed_before_anything_was_deployed_the_first_succeeds(tmp_path: Path) -> None:
    with standin(tmp_path) as server:
        for step in ("tool", "build", "preflight") * 3:
            kill(server, step, 0.1)  # at once, while what was killed is still dying
            assert not os.path.lexists(server.root / "current") or works(server)

        server.succeed()

        assert works(server)


HALF = """
case "$*" in *--check*) ;; *--inexact*) rm -- .venv/lib/python3*/site-packages/sniffio.py; kill -KILL 0 ;; esac
"""


@pytest.mark.slow
def test_half_a_package_in_the_tool_s_own_environment_is_made_whole(tmp_path: Path) -> None:
    with standin(tmp_path) as server:
        whole = server.checkout / "scripts" / "uv"
        text = whole.read_text()
        whole.write_text(f'{text}cd "$(dirname "$0")/.."\n{HALF}')
        with subprocess.Popen(
            [server.checkout / "deploy" / "deploy.sh"],
            env=server.variables,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        ) as deployment:
            assert deployment.wait() == -signal.SIGKILL
        whole.write_text(text)
        sync = [str(whole), "sync", "--frozen", "--no-dev", "--inexact", "--project", str(server.checkout)]
        assert not list(server.checkout.glob(".venv/lib/python3*/site-packages/sniffio.py"))
        assert subprocess.run(sync, env=server.variables, check=False).returncode == 0
        assert not list(server.checkout.glob(".venv/lib/python3*/site-packages/sniffio.py")), (
            "uv sees nothing"
        )

        server.succeed()

        assert list(server.checkout.glob(".venv/lib/python3*/site-packages/sniffio.py"))
