"""The deployment as it is on a server: this checkout, the real lock, the index, a night; and what needs none of it."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from tests.checkout import ROOT, copy_checkout, fresh_environment


@dataclass(frozen=True, slots=True)
class Server:
    """A checkout that has been deployed by `scripts/run`, and what that said."""

    checkout: Path
    said: str

    @property
    def root(self) -> Path:
        """Where it was deployed to."""
        return self.checkout / ".deploy"

    @property
    def release(self) -> Path:
        """The release that is current."""
        return (self.root / "current").resolve().parent

    def deploy(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run deploy.sh."""
        return self.run("deploy/deploy.sh", *words, DEPLOY_ROOT=str(self.root), **variables)

    def judging(self, *words: str) -> list[str]:
        """Return the command by which deploy.sh judges what is deployed."""
        target = ["--lock", str(self.release / "uv.lock"), "--python", str(self.release / ".venv")]
        selection = ["--no-dev", "--package", "hawks-pipeline", "--no-editable"]
        return [str(self.checkout / ".venv/bin/driftguard"), "preflight", *target, *selection, *words]

    def preflight(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Judge what is deployed, as deploy.sh does."""
        program, *rest = self.judging(*words)
        return self.run(program, *rest, **variables)

    def shell(self, text: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run lines of shell, of which none may fail; $ENV is the environment that is deployed."""
        environment = str(self.release / ".venv")
        return self.run("/bin/bash", "-euo", "pipefail", "-c", text, ENV=environment, **variables)

    def run(self, program: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the checkout."""
        return subprocess.run(
            [self.checkout / program, *words],
            cwd=self.checkout,
            env=fresh_environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )


class Failure(NamedTuple):
    """One of the failures of that month: how it comes about, and what is to be said of it before the job runs."""

    name: str
    inflict: str = ""
    variables: Mapping[str, str] = MappingProxyType({})
    options: tuple[str, ...] = ()
    code: str = ""
    says: str = ""


FAILURES = (
    Failure(
        "pandas is missing because cron runs another Python",
        variables={"PATH": "/usr/bin:/bin"},
        options=("--path", "/usr/bin:/bin"),
        code="DG503",
        says="python3",
    ),
    Failure("pandas is missing", 'uv pip uninstall --python "$ENV" pandas', code="DG101", says="pandas"),
    Failure(
        "an unpinned nba_api moved",
        'uv pip install --python "$ENV" --no-deps nba_api==1.1.11',
        code="DG102",
        says="nba-api",
    ),
    Failure(
        "a window on a server",
        "printf 'backend: MacOSX\\nbackend_fallback: False\\n' > of-a-desktop.rc",
        variables={"MATPLOTLIBRC": "of-a-desktop.rc"},
        code="DG508",
        says="MacOSX",
    ),
    Failure(
        "no engine for Parquet", 'uv pip uninstall --python "$ENV" pyarrow', code="DG601", says="parquet"
    ),
    Failure(
        "numpy changed under what was built on another",
        'uv pip install --python "$ENV" --no-deps numpy==1.26.4',
        code="DG302",
        says="pyarrow",
    ),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A fresh clone in which `scripts/run` was called."""
    checkout = copy_checkout(tmp_path_factory.mktemp("server") / "checkout")
    done = Server(checkout, "").run("scripts/run")
    assert done.returncode == 0, done.stdout + done.stderr
    return Server(checkout, done.stdout)


@pytest.mark.slow
@pytest.mark.network
class TestDeployed:
    """Each test leaves what is deployed as it was."""

    def test_the_main_job_ends_with_what_it_made(self, server: Server) -> None:
        made = dict(line.split(maxsplit=1) for line in server.said.splitlines()[-3:])

        assert list(made) == ["report", "workbook", "dashboard"]
        assert all((server.checkout / path).is_file() for path in made.values())

    def test_the_release_leans_on_neither_checkout_nor_cache(self, server: Server) -> None:
        site = next(server.release.glob(".venv/lib/python3*/site-packages"))

        assert (site / "hawks_pipeline" / "cli.py").is_file()
        assert not [path for path in site.rglob("*") if path.is_file() and path.stat().st_nlink > 1]
        assert str(server.checkout / "pipeline") not in "".join(
            path.read_text() for path in site.glob("*.pth")
        )

    def test_a_night_needs_no_index(self, server: Server) -> None:
        nowhere = "http://127.0.0.1:9"

        done = server.deploy("--run", "--", "--out", "out", HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere)

        assert done.returncode == 0, done.stdout
        assert "nothing was left to do" in done.stdout

    def test_what_the_pipeline_refuses_is_passed_on_and_undone(self, server: Server) -> None:
        before = server.release

        done = server.deploy("--", "--team", "nowhere")

        assert done.returncode == 64, done.stdout
        assert server.release == before

    @pytest.mark.parametrize("failure", FAILURES, ids=lambda one: one.name)
    def test_what_failed_in_that_month_is_stopped_told_and_mended(
        self, server: Server, failure: Failure
    ) -> None:
        if failure.inflict:
            done = server.shell(failure.inflict)
            assert done.returncode == 0, done.stderr

        first = server.preflight("--format", "json", *failure.options, **failure.variables)
        findings = json.loads(first.stdout)["findings"]
        mending = list(dict.fromkeys(one["mend"] for one in findings if one["mend"]))
        judging = shlex.join(server.judging()) + (' --path "$PATH"' if failure.variables.get("PATH") else "")
        last = server.shell("\n".join([*mending, f"exec {judging}"]), **failure.variables)

        assert first.returncode == 1, first.stdout
        assert [one for one in findings if one["code"] == failure.code and failure.says in str(one)], findings
        assert last.returncode == 0, last.stdout + last.stderr

    def test_a_night_does_not_begin_in_what_has_drifted(self, server: Server, tmp_path: Path) -> None:
        info = next(server.release.glob(".venv/lib/python3*/site-packages/numpy-*.dist-info"))
        shutil.move(info, tmp_path)

        done = server.deploy("--run")

        assert done.returncode == 1, done.stdout
        assert "step 'preflight' failed with exit code 1" in done.stdout
        shutil.move(tmp_path / info.name, info)
        assert server.preflight().returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--bogus",),
        ("--out", "x"),
        ("word",),
        ("--keep",),
        ("--keep", "0"),
        ("--keep", "many"),
        ("--keep=-1",),
        ("--run", "--rollback"),
        ("--rollback", "--", "x"),
        ("--rollback", "--run"),
    ],
)
def test_what_cannot_be_used_is_64_with_help_and_does_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(ROOT / "deploy" / "deploy.sh"), *words],
        env=fresh_environment(DEPLOY_ROOT=str(tmp_path / "root")),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 64
    assert done.stderr.startswith("deploy: ")
    assert "usage: DEPLOY_ROOT=DIR deploy.sh" in done.stderr
    assert not (tmp_path / "root").exists()


def test_a_folder_must_be_named() -> None:
    command = [ROOT / "deploy" / "deploy.sh"]
    done = subprocess.run(command, env=fresh_environment(), capture_output=True, text=True, check=False)

    assert done.returncode == 64
    assert "DEPLOY_ROOT" in done.stderr


@pytest.mark.parametrize("words", [(), ("--run",), ("--rollback",)])
def test_a_folder_that_cannot_be_made_is_3_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    root = tmp_path / "file" / "root"
    command = [str(ROOT / "deploy" / "deploy.sh"), *words]
    variables = fresh_environment(DEPLOY_ROOT=str(root))
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch(rf"deploy: {root} cannot be used: .*Not a directory\n", done.stderr)


def test_help_is_on_standard_output() -> None:
    command = [str(ROOT / "deploy" / "deploy.sh"), "--help"]
    done = subprocess.run(command, env=fresh_environment(), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    shell = [path for path in (ROOT / "scripts").iterdir() if path.suffix != ".py" and path.is_file()]
    scripts = [*(ROOT / "deploy").glob("*.sh"), ROOT / ".ci" / "run", *shell]

    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
