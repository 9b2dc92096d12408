"""The real uv on small projects whose index is a folder, so that no network is asked."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from driftguard.adapters import uv
from driftguard.model import PendingChange, Unavailable
from driftguard.process import Completed
from tests.wheels import make_wheel

UV = Path(sys.executable).with_name("uv")
INDEX = """
[[tool.uv.index]]
name = "local"
url = "{url}"
format = "{format}"
default = true
"""


class Project:
    """A project folder with an index of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = folder / "uv.lock"

    def asks_for(self, *requirements: str, index: str = "./wheels", more: str = "") -> None:
        listed = ", ".join(f'"{one}"' for one in requirements)
        head = '[project]\nname = "demo"\nversion = "0.1"\nrequires-python = ">=3.11"\n'
        manifest = f"{head}dependencies = [{listed}]\n{more}{INDEX.format(url=index, format='simple' if '://' in index else 'flat')}"
        (self.folder / "pyproject.toml").write_text(manifest)

    def publishes(self, name: str, version: str, *requires: str) -> None:
        make_wheel(self.folder / "wheels", f"{name}=={version}", requires=requires)

    def locks(self) -> None:
        self.call(str(UV), "lock", "--quiet")

    def call(self, *command: str, within: Path | None = None) -> None:
        subprocess.run(command, cwd=within or self.folder, check=True, capture_output=True)


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith("UV_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_PYTHON", sys.executable)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    made = Project(tmp_path / "project")
    made.publishes("alpha", "1.0")
    made.asks_for("alpha>=1.0")
    made.locks()
    return made


def reason(result: object) -> str:
    assert isinstance(result, Unavailable), result
    assert "\n" not in result.reason
    return result.reason


@contextmanager
def refusing(status: int) -> Iterator[str]:
    """Serve nothing but one status, and give the address with a password in it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://someone:sesame@127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_lock_that_fits(demo: Project) -> None:
    assert uv.stale_lock(demo.lock) is None


def test_a_lock_that_fits_even_where_a_newer_release_waits(demo: Project) -> None:
    demo.publishes("alpha", "1.1")

    assert uv.stale_lock(demo.lock) is None


def test_a_manifest_that_asks_for_something_else(demo: Project) -> None:
    demo.asks_for("alpha>=0.9")

    assert uv.stale_lock(demo.lock) == "mismatched requirements for: `demo==0.1`"


def test_a_manifest_that_asks_for_what_does_not_exist(demo: Project) -> None:
    demo.asks_for("alpha>=9")

    said = uv.stale_lock(demo.lock)

    assert isinstance(said, str)
    assert said.startswith("uv would write it anew and cannot: No solution found")


def test_a_manifest_that_is_broken(demo: Project) -> None:
    (demo.folder / "pyproject.toml").write_text("[[")

    assert reason(uv.stale_lock(demo.lock)).startswith("uv failed: Failed to parse: pyproject.toml; TOML")


def test_a_lock_of_a_format_that_is_not_known(demo: Project) -> None:
    demo.lock.write_text(demo.lock.read_text().replace("version = 1\n", "version = 9\n", 1))

    assert "unsupported schema version" in reason(uv.stale_lock(demo.lock))
    assert "unsupported schema version" in reason(uv.pending(demo.lock))
    assert "unsupported schema version" in reason(uv.export(demo.lock))


def test_no_lock_is_no_verdict(demo: Project) -> None:
    demo.lock.unlink()

    for result in (uv.stale_lock(demo.lock), uv.pending(demo.lock), uv.export(demo.lock)):
        assert "no such file" in reason(result)
    assert not demo.lock.exists()


def test_an_index_out_of_reach_is_no_verdict(demo: Project) -> None:
    demo.asks_for("beta", index="http://someone:sesame@127.0.0.1:9/")

    for result in (uv.stale_lock(demo.lock), uv.pending(demo.lock)):
        assert "127.0.0.1:9" in reason(result)
        assert "sesame" not in reason(result)


def test_being_offline_is_no_verdict(demo: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.asks_for("beta", index="http://127.0.0.1:9/")
    monkeypatch.setenv("UV_OFFLINE", "1")

    assert "network was disabled" in reason(uv.stale_lock(demo.lock))
    assert "network was disabled" in reason(uv.pending(demo.lock))


@pytest.mark.parametrize("status", [401, 403, 500])
def test_an_index_that_refuses_is_no_verdict(demo: Project, status: int) -> None:
    with refusing(status) as url:
        demo.asks_for("beta", index=url)

        for result in (uv.stale_lock(demo.lock), uv.pending(demo.lock)):
            assert str(status) in reason(result)
            assert "sesame" not in reason(result)


def test_an_interpreter_that_is_missing_is_not_fetched(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_PYTHON", "3.99")
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "automatic")

    assert "No interpreter found" in reason(uv.stale_lock(demo.lock))


def test_settings_of_the_user_do_not_answer_for_us(
    demo: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    demo.asks_for("alpha>=0.9")
    demo.publishes("alpha", "1.1")
    for name, value in {
        "UV_FROZEN": "1",
        "UV_LOCKED": "1",
        "UV_PROJECT": str(tmp_path),
        "UV_WORKING_DIR": str(tmp_path),
        "RUST_LOG": "off",
        "FORCE_COLOR": "1",
    }.items():
        monkeypatch.setenv(name, value)

    assert uv.stale_lock(demo.lock) == "mismatched requirements for: `demo==0.1`"
    assert uv.pending(demo.lock) == (PendingChange(name="alpha", locked="1.0", available="1.1"),)


def test_an_upgrade_is_told_and_not_made(demo: Project) -> None:
    for name, version, *requires in (
        ("beta", "1.0"),
        ("beta", "2.0"),
        ("gone", "1.0"),
        ("pole", "1.0", "gone"),
    ):
        demo.publishes(name, version, *requires)
    demo.asks_for("alpha", "pole", "beta<2; python_version<'3.13'", "beta>=2; python_version>='3.13'")
    demo.locks()
    for name, version, *requires in (
        ("alpha", "1.1"),
        ("beta", "1.5"),
        ("beta", "2.5"),
        ("fresh", "0.3"),
        ("pole", "1.1", "fresh"),
    ):
        demo.publishes(name, version, *requires)
    before = demo.lock.read_bytes(), demo.lock.stat().st_mtime_ns

    changes = uv.pending(demo.lock)

    assert not isinstance(changes, Unavailable)
    assert [(one.name, one.locked, one.available) for one in changes] == [
        ("alpha", "1.0", "1.1"),
        ("beta", "1.0, 2.0", "1.5, 2.5"),
        ("fresh", "", "0.3"),
        ("gone", "1.0", ""),
        ("pole", "1.0", "1.1"),
    ]
    assert (demo.lock.read_bytes(), demo.lock.stat().st_mtime_ns) == before
    assert sorted(path.name for path in demo.folder.iterdir()) == ["pyproject.toml", "uv.lock", "wheels"]


def test_nothing_is_waiting(demo: Project) -> None:
    assert uv.pending(demo.lock) == ()


def test_a_repository_moves_on(demo: Project, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "pyproject.toml").write_text('[project]\nname = "gitty"\nversion = "1.0"\n')
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@git.example")
    demo.call("git", "init", "--quiet", ".", within=repository)
    demo.call("git", "add", ".", within=repository)
    demo.call(*git, "commit", "--quiet", "-m", "one", within=repository)
    demo.asks_for("gitty", more=f'[tool.uv.sources]\ngitty = {{ git = "file://{repository}" }}\n')
    demo.locks()
    demo.call(*git, "commit", "--quiet", "--allow-empty", "-m", "two", within=repository)

    changes = uv.pending(demo.lock)

    assert not isinstance(changes, Unavailable)
    (one,) = changes
    assert one.name == "gitty"
    assert one.locked.startswith("1.0 (")
    assert one.available.startswith("1.0 (")
    assert one.locked != one.available


def test_the_export_is_pinned_and_hashed() -> None:
    text = uv.export(Path(__file__).parents[2] / "uv.lock", ("--package", "hawks-pipeline", "--no-dev"))

    assert isinstance(text, str)
    pins = text.replace("\\\n", "").splitlines()
    assert len(pins) > 20
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert "hawks-pipeline" not in text


def test_the_export_follows_the_selection(demo: Project) -> None:
    demo.publishes("beta", "1.0")
    demo.asks_for("alpha", more='[dependency-groups]\ndev = ["beta"]\n')
    demo.locks()

    whole, part = (
        uv.export(demo.lock),
        uv.export(demo.lock, ("--package", "demo", "--no-dev", "--no-editable")),
    )

    assert isinstance(whole, str)
    assert isinstance(part, str)
    assert "beta==1.0" in whole
    assert "beta" not in part


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (("--package", "nobody"), "does not have a member nobody"),
        (("--extra", "none"), "`none` is not defined"),
    ],
)
def test_a_selection_that_the_lock_does_not_have(
    demo: Project, selection: tuple[str, ...], said: str
) -> None:
    assert said in reason(uv.export(demo.lock, selection))


def test_without_uv_there_is_no_verdict(
    demo: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))

    for result in (uv.stale_lock(demo.lock), uv.pending(demo.lock), uv.export(demo.lock)):
        assert reason(result) == uv.ABSENT


def test_a_uv_on_the_path_will_do(demo: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(UV.parent), prepend=os.pathsep)

    assert uv.stale_lock(demo.lock) is None


def test_only_a_uv_lock_can_be_asked(tmp_path: Path) -> None:
    assert "`pylock.toml` is not" in reason(uv.stale_lock(tmp_path / "pylock.toml"))


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        pytest.param("Resolved 2 packages in 1ms\n", (), id="nothing"),
        pytest.param("Resolved 1 package in 1ms\n", (), id="one package"),
        pytest.param(
            "Resolved 2 packages in 1ms\nUpdate A_b.c v1!2.0rc1+x -> v2.0\n",
            (("a-b-c", "1!2.0rc1+x", "2.0"),),
            id="names",
        ),
        pytest.param(
            "Resolved 2 packages in 1ms\nUpdate a (dynamic) -> v2.0\n",
            (("a", "(dynamic)", "2.0"),),
            id="dynamic",
        ),
        pytest.param("Resolved 2 packages in 1ms\nAdd v v1, v2\n", (("v", "", "1, 2"),), id="add"),
        pytest.param(
            "Resolved 2 packages in 1ms\nUpdated https://git.example (abc)\n", (), id="git's progress"
        ),
    ],
)
def test_changes_are_read(
    demo: Project, monkeypatch: pytest.MonkeyPatch, stderr: str, expected: tuple[tuple[str, str, str], ...]
) -> None:
    monkeypatch.setattr(uv, "run", lambda *_, **__: Completed(returncode=0, stdout="", stderr=stderr))

    changes = uv.pending(demo.lock)

    assert not isinstance(changes, Unavailable)
    assert tuple((one.name, one.locked, one.available) for one in changes) == expected


@pytest.mark.parametrize("stderr", ["", "No lockfile changes detected\n", "Update a v1 -> v2\n"])
def test_words_that_do_not_say_that_it_looked_are_no_answer(
    demo: Project, monkeypatch: pytest.MonkeyPatch, stderr: str
) -> None:
    monkeypatch.setattr(uv, "run", lambda *_, **__: Completed(returncode=0, stdout="", stderr=stderr))

    assert "did not say that it looked" in reason(uv.pending(demo.lock))


@pytest.fixture
def wheels(demo: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of wheels that is the only index."""
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(demo.folder / "wheels"))
    return demo.folder / "wheels"


def test_the_newest_wheels_are_unpacked_without_what_they_require(
    wheels: Path, tmp_path: Path, demo: Project
) -> None:
    demo.publishes("alpha", "2.0", "beta")
    demo.publishes("gamma", "1.0")

    assert uv.unpack(["alpha", "Gamma==1.0"], tmp_path / "there", Path(sys.executable)) is None
    found = {path.name for path in (tmp_path / "there").glob("*.dist-info")}
    assert found == {"alpha-2.0.dist-info", "gamma-1.0.dist-info"}


@pytest.mark.parametrize("variable", ["UV_REQUIRE_HASHES", "UV_SYSTEM_PYTHON", "UV_NO_BINARY", "UV_NO_BUILD"])
def test_settings_of_the_user_do_not_keep_a_wheel_away(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")

    assert uv.unpack(["alpha"], tmp_path / "there", Path(sys.executable)) is None
    assert (tmp_path / "there" / "alpha.py").is_file()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("alpha==9", "there is no version of alpha==9"),
        ("nothere", "nothere was not found"),
        ("--help", "uv failed"),
        ("--index-url=http://user:secret@index.invalid", "uv failed"),
        ("alpha @ http://user:secret@localhost:1/alpha-1.0-py3-none-any.whl", "uv failed"),
    ],
)
def test_what_cannot_be_unpacked_is_told_in_a_line(
    wheels: Path, tmp_path: Path, asked: str, told: str
) -> None:
    said = reason(uv.unpack([asked], tmp_path / "there", Path(sys.executable)))

    assert told in said
    assert "secret" not in said


def test_nothing_is_built(wheels: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "backend.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )

    said = reason(uv.unpack([f"source @ {source.as_uri()}"], tmp_path / "there", Path(sys.executable)))

    assert "is disabled" in said
    assert not (tmp_path / "ran").exists()


def test_offline_is_told(tmp_path: Path, demo: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")

    assert "network was disabled" in reason(uv.unpack(["alpha"], tmp_path / "there", Path(sys.executable)))
