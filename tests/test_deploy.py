"""deploy.sh as it is run on a server: a real build from the lock, a real preflight, a real run."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.checkout import ROOT, copy_checkout, fresh_environment

SABOTAGE = """\
#!/usr/bin/env bash
# uv, and then somebody who spoils what it has built.
set -euo pipefail
"$(dirname "$0")/real-uv" "$@"
if [[ $UV_PROJECT_ENVIRONMENT == */releases/* ]]; then %s; fi
"""
LOSE_NUMPY = 'rm -r "$UV_PROJECT_ENVIRONMENT"/lib/python3*/site-packages/numpy-*.dist-info'
LOSE_INTERPRETER = 'rm "$UV_PROJECT_ENVIRONMENT"/bin/python*'


@dataclass(frozen=True, slots=True)
class Server:
    """A checkout and the folder that it is deployed to."""

    checkout: Path
    root: Path

    def deploy(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "deploy" / "deploy.sh", *arguments],
            cwd=self.root.parent,
            env=fresh_environment(DEPLOY_ROOT=str(self.root)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def spoil(self, how: str) -> None:
        """Let every build be followed by `how`."""
        scripts = self.checkout / "scripts"
        if not (scripts / "real-uv").exists():
            (scripts / "uv").rename(scripts / "real-uv")
        (scripts / "uv").write_text(SABOTAGE % how)
        (scripts / "uv").chmod(0o755)

    @property
    def current(self) -> str:
        return str((self.root / "current").readlink())

    @property
    def newest_log(self) -> str:
        return max((self.root / "logs").iterdir()).read_text()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("server")
    return Server(copy_checkout(folder / "checkout"), folder / "hawks")


@pytest.fixture(scope="module")
def first(server: Server) -> subprocess.CompletedProcess[str]:
    """The first deployment, on which every test builds."""
    return server.deploy("--out", "results")


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.usefixtures("first")
class TestDeploy:
    """In order: what is built is spoiled further down."""

    def test_a_first_deployment_runs_the_pipeline(
        self, server: Server, first: subprocess.CompletedProcess[str]
    ) -> None:
        assert first.returncode == 0, first.stdout + first.stderr
        assert re.fullmatch(r"releases/\d{8}T\d{6}Z", server.current)
        assert list((server.root.parent / "results").iterdir())
        assert re.findall(r"^deploy: [\d:]+ (\w+)", first.stdout, re.M) == [
            "build",
            "preflight",
            "switch",
            "run",
        ]
        assert server.newest_log == first.stdout

    def test_the_release_does_not_lean_on_the_checkout(self, server: Server) -> None:
        (package,) = (server.root / "current").glob("lib/python3*/site-packages/hawks_pipeline")

        assert (package / "cli.py").is_file()

    def test_the_exit_code_is_the_pipelines(self, server: Server) -> None:
        before = server.current

        done = server.deploy("--team", "nowhere")

        assert done.returncode == 64, done.stdout
        assert "step 'run' failed with exit code 64" in done.stdout
        assert server.current > before

    @pytest.mark.parametrize(
        ("how", "code"),
        [pytest.param(LOSE_NUMPY, 1, id="findings"), pytest.param(LOSE_INTERPRETER, 3, id="unknown")],
    )
    def test_a_broken_environment_is_refused(self, server: Server, how: str, code: int) -> None:
        before = server.current
        server.spoil(how)

        done = server.deploy()

        assert done.returncode == code, done.stdout
        assert f"step 'preflight' failed with exit code {code}" in server.newest_log
        assert f"current is {before}" in done.stdout
        assert server.current == before
        assert not list(server.root.glob(".current*"))

    def test_a_build_that_fails_stops_there(self, server: Server) -> None:
        before = server.current
        server.spoil("exit 2")

        done = server.deploy()

        assert done.returncode == 2
        assert "step 'build' failed with exit code 2" in done.stdout
        assert server.current == before

    def test_a_current_that_is_no_link_is_left_alone(self, server: Server) -> None:
        server.spoil(":")
        (server.root / "current").unlink()
        (server.root / "current" / "precious").mkdir(parents=True)

        done = server.deploy()

        assert done.returncode != 0
        assert "step 'switch' failed" in done.stdout
        assert (server.root / "current" / "precious").is_dir()
        assert not list(server.root.glob(".current*"))


def test_two_at_once_are_one_too_many(tmp_path: Path) -> None:
    with subprocess.Popen(
        ["flock", tmp_path / ".lock", "sh", "-c", "echo held; cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        done = Server(ROOT, tmp_path).deploy()
        holder.stdin.close()

    assert done.returncode == 75
    assert "another one is under way" in done.stderr
    assert not list((tmp_path / "releases").iterdir())


def test_a_folder_must_be_named() -> None:
    done = subprocess.run(
        [ROOT / "deploy" / "deploy.sh"], env=fresh_environment(), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "DEPLOY_ROOT" in done.stderr


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    shell = [path for path in (ROOT / "scripts").iterdir() if path.suffix != ".py" and path.is_file()]
    scripts = [ROOT / "deploy" / "deploy.sh", ROOT / ".ci" / "run", *shell]

    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
