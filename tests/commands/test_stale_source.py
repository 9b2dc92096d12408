"""Local packages whose source has changed since they were installed, by the real uv and the real pip."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.projects import BACKEND, Done, Project

MANIFEST = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "app"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["idna"]
"""


@pytest.fixture
def app(project: Project) -> Project:
    """A locked project with a source of its own."""
    project.wheel("idna==3.7")
    project.wheel("idna==3.8")
    project.write("pyproject.toml", MANIFEST)
    project.write("backend.py", BACKEND)
    project.write("src/app/__init__.py", "VALUE = 1\n")
    project.write("src/app/more.py", "VALUE = 2\n")
    project.write("src/app/_version.py", "made by a build\n")
    project.lock()
    return project


def keyed(app: Project, keys: str) -> None:
    app.write("pyproject.toml", f"{MANIFEST}[tool.uv]\ncache-keys = [{keys}]\n")
    app.lock()


def found(app: Project, *words: str) -> tuple[int, list[str]]:
    """Return the exit code and what DG114 says."""
    done = app.driftguard("check", "--format", "json", *words)
    assert done.out, done
    findings = json.loads(done.out)["findings"]
    assert {one["code"] for one in findings} <= {"DG114"}, findings
    return done.code, [one["message"] for one in findings]


def uv_says(app: Project, *words: str) -> int:
    return app.uv("sync", "--check", "--frozen", *words).code


def pip(app: Project, *words: str) -> None:
    done: Done = app.run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        ".venv",
        "--quiet",
        *words,
        PIP_NO_INDEX="1",
        PIP_CONFIG_FILE=os.devnull,
    )
    assert done.code == 0, done


def git(app: Project, *words: str) -> None:
    identity = ("-c", "user.name=tests", "-c", "user.email=tests@index.example", "-c", "commit.gpgsign=false")
    done = app.run("git", *identity, *words)
    assert done.code == 0, done


@pytest.mark.parametrize("mode", [(), ("--no-editable",)])
def test_what_uv_just_installed_is_not_stale(app: Project, mode: tuple[str, ...]) -> None:
    app.sync(*mode)

    assert found(app, *mode) == (0, [])


@pytest.mark.parametrize("mode", [(), ("--no-editable",)])
def test_a_manifest_that_changed_is_told_with_both_times_and_mended_by_the_command(
    app: Project, mode: tuple[str, ...]
) -> None:
    app.sync(*mode)
    (app.folder / "pyproject.toml").touch()

    code, (message,) = found(app, *mode)
    assert (code, uv_says(app, *mode)) == (1, 1)
    assert message.startswith("pyproject.toml changed 20")
    assert ", installed as of 20" in message

    app.sync("--inexact", *mode, "--reinstall-package", "app")
    assert found(app, *mode) == (0, [])


def _commit(app: Project) -> None:
    git(app, "commit", "--quiet", "--allow-empty", "-m", "two")


def _made_anew(app: Project) -> None:
    (app.folder / "src").rename(app.folder / "old")
    (app.folder / "src").mkdir()
    for path in (app.folder / "old").iterdir():
        path.rename(app.folder / "src" / path.name)


CHANGES: dict[str, tuple[str, Callable[[Project], object], str]] = {
    "a new setup.cfg": ("", lambda app: app.write("setup.cfg", ""), "setup.cfg changed"),
    "mode": ("", lambda app: (app.folder / "pyproject.toml").chmod(0o600), "pyproject.toml changed"),
    "src made anew": ("", _made_anew, "the folder src was made"),
    "any depth": ("'*.txt'", lambda app: app.write("docs/deep/a.txt", "2"), "docs/deep/a.txt changed"),
    "below a folder": (
        "{file = 'docs/**'}",
        lambda app: app.write("docs/deep/a.txt", "2"),
        "docs/deep/a.txt changed",
    ),
    "either": (
        "'docs/**/*.{md,txt}'",
        lambda app: app.write("docs/deep/a.txt", "2"),
        "docs/deep/a.txt changed",
    ),
    "gone": (
        "'pyproject.toml', 'docs/late.txt'",
        lambda app: (app.folder / "docs/late.txt").unlink(),
        "the source has no file changed so late",
    ),
    "commit": ("{git = true}", _commit, "its repository is at"),
    "tags": ("{git = {tags = true}}", lambda app: git(app, "tag", "v1"), "its repository has 1 tags"),
    "folder": ("{dir = 'data'}", lambda app: (app.folder / "data").mkdir(), "the folder data is there"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_kind_of_cache_key_is_read_as_uv_reads_it(app: Project, change: str) -> None:
    keys, make, message = CHANGES[change]
    app.write("docs/deep/a.txt", "1")
    git(app, "init", "--quiet")
    _commit(app)
    if keys:
        keyed(app, keys)
    app.write("docs/late.txt", "1")
    app.sync()
    assert (uv_says(app), *found(app)) == (0, 0, [])

    make(app)

    code, (said,) = found(app)
    assert (uv_says(app), code) == (1, 1)
    assert said.startswith(message)


def test_packed_references_are_the_same_commit_and_tags(app: Project) -> None:
    git(app, "init", "--quiet")
    _commit(app)
    git(app, "tag", "-a", "v1", "-m", "one")
    keyed(app, "{git = {commit = true, tags = true}}")
    app.sync()

    git(app, "pack-refs", "--all")

    assert (uv_says(app), *found(app)) == (0, 0, [])


def test_a_variable_is_compared_and_its_value_not_shown(app: Project) -> None:
    keyed(app, "{env = 'BUILD_SECRET'}")
    app.sync()
    assert found(app) == (0, [])

    done = app.driftguard("check", BUILD_SECRET="hunter2")

    assert done.code == 1
    assert "the variable BUILD_SECRET has changed" in done.out
    assert "hunter2" not in done.out


def test_a_pattern_that_is_too_rare_for_us_says_nothing(app: Project) -> None:
    app.write("docs/a.txt", "1")
    keyed(app, "'docs/[ab].txt'")
    app.sync()

    assert (uv_says(app), *found(app)) == (0, 0, [])


def test_an_edited_file_is_stale_in_a_copy_and_not_where_it_is_editable(app: Project) -> None:
    app.sync("--no-editable")
    app.write("src/app/more.py", "VALUE = 3\n")

    assert uv_says(app, "--no-editable") == 0, "uv does not look"
    assert found(app, "--no-editable") == (1, ["src/app/more.py has changed, installed app/more.py"])

    app.sync("--no-editable", "--reinstall-package", "app")
    assert found(app, "--no-editable") == (0, [])
    app.sync()
    app.write("src/app/more.py", "VALUE = 4\n")
    assert found(app) == (0, [])


def test_a_long_file_does_not_hide_those_behind_it(app: Project) -> None:
    long = app.folder / "src/app/data.txt"
    with long.open("wb") as stream:
        stream.truncate(70_000_000)
    app.sync("--no-editable")
    app.write("src/app/more.py", "VALUE = 3\n")

    assert found(app, "--no-editable") == (1, ["src/app/more.py has changed, installed app/more.py"])


def test_the_end_of_a_long_file_counts(app: Project) -> None:
    long = app.folder / "src/app/data.txt"
    with long.open("wb") as stream:
        stream.truncate(6_000_000)
    app.sync("--no-editable")
    with long.open("ab") as stream:
        stream.write(b"more")

    assert found(app, "--no-editable") == (1, ["src/app/data.txt has changed, installed app/data.txt"])


def test_a_touched_file_and_what_a_build_wrote_are_no_change(app: Project) -> None:
    version = app.folder / "src/app/_version.py"
    backend = BACKEND.replace("path.read_text()", "path.read_text() + '# built'")
    app.write("backend.py", backend)
    app.sync("--no-editable")
    assert (app.site / "app/more.py").read_text() != (app.folder / "src/app/more.py").read_text()

    assert found(app, "--no-editable") == (0, [])

    app.write("backend.py", BACKEND)
    app.sync("--no-editable", "--reinstall-package", "app")
    version.touch()
    assert found(app, "--no-editable") == (0, [])


def test_what_a_compiler_wrote_in_place_is_no_change(app: Project) -> None:
    compiled = app.folder / "src/app/core.abi3.so"
    compiled.write_text("built once")
    app.sync("--no-editable")
    assert (app.site / "app/core.abi3.so").exists()

    compiled.write_text("built again")

    assert found(app, "--no-editable", "--select", "DG1") == (0, [])


def test_a_file_that_is_gone_is_a_note(app: Project) -> None:
    app.sync("--no-editable")
    (app.folder / "src/app/more.py").unlink()

    assert found(app, "--no-editable") == (0, ["src/app/more.py is not there, installed app/more.py"])


def test_a_record_that_leads_out_is_not_followed(app: Project) -> None:
    app.sync("--no-editable")
    app.write("../outside.py", "secret\n")
    record = next(app.site.glob("app-*.dist-info")) / "RECORD"
    record.write_text(record.read_text() + "../../../../../outside.py,,\napp/../../x.py,,\n/etc/hosts,,\n")

    assert found(app, "--no-editable") == (0, [])


@pytest.mark.parametrize(
    "text", ["", "[", "{}", '{"timestamp": 1, "env": [], "directories": {"src": "x"}}', "[" * 9999]
)
def test_a_broken_record_of_uv_s_says_nothing(app: Project, text: str) -> None:
    app.sync()
    (next(app.site.glob("app-*.dist-info")) / "uv_cache.json").write_text(text)

    assert found(app) == (0, [])


@pytest.mark.parametrize(
    "text",
    [
        "[tool.uv]\ncache-keys = ['docs/[ab].txt', '\\u0000*', \"\\u0000*\", {}, 3, {file = 3}]\n",
        "[tool.uv]\ncache-keys = ['pyproject.toml', 'a*b*c*d*e*f*g*h*']\n",
        "[tool]\nuv = 3\n",
    ],
)
def test_odd_manifests_of_a_source_do_not_stop_us(shop: Project, text: str) -> None:
    """uv refuses some of them; then nothing can have been installed by them, yet they may lie there now."""
    project = shop
    project.write("part/pyproject.toml", MANIFEST.replace("app", "part").replace('"idna"', ""))
    project.write("part/backend.py", BACKEND)
    text_of_all = (project.folder / "pyproject.toml").read_text().replace('["pandas"', '["part", "pandas"')
    project.write("pyproject.toml", f"{text_of_all}[tool.uv.sources]\npart = {{ path = 'part' }}\n")
    project.lock()
    project.sync()
    odd = f"{MANIFEST.replace('app', 'part')}dynamic = [{{}}, 3]\nscripts = {{ a = 3 }}\n{text}"
    project.write("part/pyproject.toml", odd.replace('["idna"]', "[3, 'idna ==', {}]"))

    done = project.driftguard("check")

    assert (done.code, done.err) in {(1, ""), (0, "")}, done


@pytest.mark.parametrize("kind", [["-e", "."], ["."]])
def test_what_pip_installed_is_unknown_to_uv_s_lock(app: Project, kind: list[str]) -> None:
    mode = () if kind == ["-e", "."] else ("--no-editable",)
    app.sync(*mode)
    pip(app, "install", "--no-deps", "--force-reinstall", *kind)

    code, (message,) = found(app, *mode)

    assert (code, uv_says(app, *mode)) == (3, 1)
    assert message == "pip did not record which state of the source it installed"


def test_what_pip_installed_is_compared_with_a_manifest_that_changed(app: Project) -> None:
    app.sync()
    pip(app, "install", "--no-deps", "--force-reinstall", "-e", ".")
    app.write(
        "pyproject.toml",
        MANIFEST.replace('"idna"', '"idna>=3.8"') + '[project.scripts]\nrun = "app:main"\n',
    )

    code, (message,) = found(app)

    assert code == 1
    assert message == (
        "requirement idna>=3.8 is declared, installed without it; requirement idna is not declared, "
        "installed with it; script run is app:main, installed without it"
    )


def test_requirements_of_extras_are_declared_and_installed_alike(app: Project) -> None:
    extras = '[project.optional-dependencies]\nfast = ["sniffio>=1"]\nall = ["app[fast]"]\n'
    keys = '[tool.uv]\ncache-keys = [{ file = "src/app/__init__.py" }]\n'
    app.wheel("sniffio==1.3")
    app.write("pyproject.toml", f"{MANIFEST}{extras}{keys}")
    app.lock()
    app.sync()
    (app.folder / "pyproject.toml").touch()

    assert uv_says(app) == 0
    assert found(app) == (0, [])


def test_beside_requirements_what_pip_installed_is_as_it_should_be(app: Project) -> None:
    app.sync()
    pip(app, "install", "--no-deps", "--force-reinstall", "-e", ".")
    app.write("requirements.txt", "-e .\nidna==3.8\n")

    assert found(app, "--lock", "requirements.txt") == (0, [])

    app.write("pyproject.toml", MANIFEST.replace("1.0", "1.1"))
    assert found(app, "--lock", "requirements.txt") == (1, ["version is 1.1, installed 1.0"])


def test_an_archive_that_was_made_anew_is_stale(project: Project) -> None:
    project.wheel("parser==1.0")
    wheel = project.index / "parser-1.0-py3-none-any.whl"
    project.write(
        "pyproject.toml",
        f"""
        [project]
        name = "app"
        version = "0"
        requires-python = ">=3.11"
        dependencies = ["parser"]
        [tool.uv.sources]
        parser = {{ path = "{wheel}" }}
        """,
    )
    project.lock()
    project.sync()
    assert found(project) == (0, [])

    wheel.touch()

    code, (message,) = found(project)
    assert (uv_says(project), code) == (1, 1)
    assert message.startswith("parser-1.0-py3-none-any.whl changed")


def test_no_local_package_costs_no_import(shop: Project) -> None:
    shop.sync()
    text = (
        "import sys; from driftguard.cli import main; code = main(['check']);"
        "assert code == 0 and 'driftguard.environment.sources' not in sys.modules, code"
    )

    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=shop.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
