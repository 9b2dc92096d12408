"""`driftguard abi` on real environments of the real uv, with modules of a few bytes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.package_index import package_index
from tests.projects import Done, Project
from tests.shared_objects import numpy_header, numpy_module, shared_object
from tests.test_process import heed_interrupts

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "abi.schema.json").read_text())
CPYTHON = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
TAG = f"{CPYTHON}-x86_64-linux-gnu"
NUMPY_1 = {"numpy/core/include/numpy/_numpyconfig.h": numpy_header(abi=1, api=0x11)}
NUMPY_2 = {"numpy/_core/include/numpy/_numpyconfig.h": numpy_header(abi=2, api=0x15)}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An environment without a lock, to be left as it is."""
    folder = tmp_path_factory.mktemp("stack") / "app"
    folder.mkdir()
    return filled(Project(folder))


@pytest.fixture
def own(project: Project) -> Project:
    """One like it that a test may change."""
    return filled(project)


def filled(project: Project) -> Project:
    """Install NumPy 2, what only runs on it, what also runs on NumPy 1, and what needs neither."""
    for version, header in {"1.26.4": NUMPY_1, "2.4.5": NUMPY_2, "2.4.6": NUMPY_2}.items():
        core = "numpy/core" if version < "2" else "numpy/_core"
        module = {f"{core}/_multiarray_umath.{TAG}.so": shared_object("numpy")}
        project.wheel(f"numpy=={version}", files={"numpy/__init__.py": b"", **header, **module})
    project.wheel("fresh==3.0", files={f"fresh_ext.{TAG}.so": numpy_module(abi=2, feature="2.1")})
    project.wheel("wide==1.0", "numpy>=2", files={"wide_ext.abi3.so": numpy_module(abi=2, feature="1.23")})
    project.wheel(
        "stale==0.9", "numpy>=1.20", files={f"stale_ext.{TAG}.so": numpy_module(abi=1, feature="1.20")}
    )
    project.wheel("plain==1.0")
    assert project.uv("venv", ".venv").code == 0
    project.pip("install", "numpy==2.4.6", "fresh", "wide", "plain")
    return project


def abi(project: Project, *words: str, **variables: str) -> Done:
    """Run `driftguard abi` with the project's wheels for the only index, and a temporary folder of its own."""
    (project.folder.parent / "tmp").mkdir(exist_ok=True)
    settings = {
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(project.index),
        "TMPDIR": str(project.folder.parent / "tmp"),
        **variables,
    }
    done = project.driftguard("abi", *words, **settings)  # type: ignore[arg-type]
    assert not list((project.folder.parent / "tmp").iterdir())
    return done


def answer(done: Done) -> dict[str, Any]:
    """Return the JSON, which is as the schema says."""
    document: dict[str, Any] = json.loads(done.out)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return all that `stat` tells of what lies in a folder, but for when it was read."""
    found: dict[str, tuple[object, ...]] = {}
    for path in [folder, *folder.rglob("*")]:
        s = path.lstat()
        found[str(path)] = (s.st_mode, s.st_ino, s.st_nlink, s.st_size, s.st_mtime_ns, s.st_ctime_ns)
    return found


def codes(findings: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["code"], one["subject"]) for one in findings}


def test_the_table_of_an_environment_without_a_lock(stack: Project) -> None:
    done = abi(stack)

    assert (done.code, done.err) == (0, "")
    assert re.sub(r"CPython [\d.]+|\d\.\d\d s", "X", done.out) == (
        "driftguard abi\n"
        "  environment  .venv (X), .venv beside the lock\n"
        "\n"
        f"distribution  version  modules  numpy   built for  python{' ' * (len(CPYTHON) - 6)}  glibc\n"
        f"fresh         3.0      1        >=2.1   NumPy 2    {CPYTHON}  -\n"
        f"numpy         2.4.6    1        -       -          {CPYTHON}  -\n"
        f"wide          1.0      1        >=1.23  NumPy 2    {'abi3':<{len(CPYTHON)}}  -\n"
        "\n"
        "numpy>=2.1: floor from fresh\n"
        "NumPy 2.4.6 (ABI 2, C API 0x15) is installed\n"
        "\n"
        "4 packages, 3 native files judged in X: 0 errors, 0 warnings, 0 notes, 0 unknown\n"
    )


def test_a_range_with_nothing_in_it_and_who_drew_it(own: Project) -> None:
    own.pip("install", "stale")

    done = abi(own)
    document = answer(abi(own, "--format", "json"))

    assert done.code == 1
    assert "numpy>=2.1,<2: floor from fresh, cap from stale\nno NumPy is in that range\n" in done.out
    assert document["verdict"] == "fail"
    assert document["numpy"]["installed"] == {"version": "2.4.6", "abi": 2, "api": 0x15}
    assert document["numpy"]["range"]["empty"] is True
    (stale,) = (one for one in document["distributions"] if one["name"] == "stale")
    assert stale["numpy"] == {"floor": "1.20", "cap": "2", "generation": 1, "may_misread": False}
    assert stale["tags"] == [TAG]
    assert codes(document["findings"]) == {("DG301", "stale")}
    assert document["what_if"] is None


def test_links_into_a_cache_that_is_gone_are_not_called_sound(own: Project) -> None:
    cache = own.folder.parent / "cache"
    own.pip("install", "--reinstall", "numpy==2.4.6", "--link-mode", "symlink", "--cache-dir", str(cache))
    shutil.rmtree(cache)

    done = abi(own)

    assert done.code == 1
    assert "\nan unreadable NumPy is installed\n" in done.out
    assert codes(answer(abi(own, "--format", "json"))["findings"]) == {("DG307", "numpy")}


COUNT = """
import re, importlib.metadata as metadata
print(len({re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower() for one in metadata.distributions()}))
"""


def test_what_the_base_interpreter_has_is_counted(own: Project) -> None:
    config = own.folder / ".venv/pyvenv.cfg"
    config.write_text(config.read_text().replace("site-packages = false", "site-packages = true"))
    python = [str(own.folder / ".venv/bin/python"), "-I", "-c", COUNT]
    count = subprocess.run(python, check=True, capture_output=True, text=True).stdout.strip()

    assert f"\n{count} packages, " in abi(own).out


def test_only_what_is_named(own: Project) -> None:
    own.pip("install", "stale")

    document = answer(abi(own, "Fresh", "plain", "--format", "json"))

    assert [(one["name"], one["modules"]) for one in document["distributions"]] == [
        ("fresh", 1),
        ("plain", 0),
    ]
    assert document["findings"] == []
    assert document["numpy"]["range"]["cap_from"] == "stale", "the range is of all there is"


def test_the_lock_and_its_ignores_count_where_there_is_one(own: Project) -> None:
    own.pip("install", "stale")
    own.write(
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["stale"]

        [[tool.driftguard.ignore]]
        rule = "DG301"
        package = "stale"
        reason = "its module is never imported"
        """,
    )
    own.lock()

    document = answer(abi(own, "--format", "json"))

    assert document["facts"]["lock"] == "uv.lock"
    assert (document["verdict"], codes(document["ignored"])) == ("pass", {("DG301", "stale")})


@pytest.mark.parametrize("kind", ["text", "json", "markdown", "github"])
def test_every_format_goes_with_a_question_and_without(own: Project, kind: str) -> None:
    own.pip("install", "stale")

    for words in ((), ("--what-if", "numpy<2")):
        done = abi(own, *words, "--format", kind, "--report", "report.json")
        assert done.code == 1, done.err
        assert ("stale" if not words else "fresh") in done.out
        report = json.loads((own.folder / "report.json").read_text())
        Draft202012Validator(SCHEMA).validate(report)


def test_the_answer_is_among_the_annotations(stack: Project) -> None:
    done = abi(stack, "--what-if", "numpy==1.26.4", "--format", "github")

    assert done.out.splitlines()[0].startswith("numpy 2.4.6 -> 1.26.4: 1 distribution would break")
    assert done.out.splitlines()[1].startswith("::error ")


def test_a_downgrade_is_answered_and_nothing_is_changed(stack: Project) -> None:
    before = state(stack.folder)

    done = abi(stack, "--what-if", "numpy==1.26.4")

    assert state(stack.folder) == before
    assert done.code == 1
    first, _, rest = done.out.partition("\n")
    assert first == (
        "numpy 2.4.6 -> 1.26.4: 1 distribution would break, 1 distribution would not have what is required"
    )
    assert "\n  what if      numpy==1.26.4\n" in rest
    assert re.search(r"DG302 numpy api\n  error   fresh ", rest)
    assert re.search(r"DG111 unmet\n  warning wide  needs numpy>=2, installed 1.26.4\n", rest)
    assert "stale" not in rest
    assert str(stack.folder.parent / "tmp") not in done.out, "the folder is gone, and nobody can look there"


def test_an_upgrade_that_breaks_nothing(own: Project) -> None:
    own.pip("install", "numpy==2.4.5")

    done = abi(own, "--what-if")

    assert done.code == 0
    assert done.out.startswith("numpy 2.4.5 -> 2.4.6: nothing that can be read would break\n\n")
    assert "\n  what if      numpy\n" in done.out


def test_what_would_be_mended_and_what_remains(own: Project) -> None:
    own.pip("install", "stale")

    mending = answer(abi(own, "--what-if", "numpy<2", "--format", "json"))["what_if"]
    staying = abi(own, "--what-if", "numpy==2.4.5")

    assert codes(mending["mended"]) == {("DG301", "stale")}
    assert mending["remaining"] == []
    assert "1 distribution would break, 1 distribution would be mended" in mending["answer"]
    assert staying.code == 0
    assert staying.out.startswith(
        "numpy 2.4.6 -> 2.4.5: nothing that can be read would break, 1 distribution would stay broken\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--what-if", "numpy==1.26.4", "stale"),
        ("--what-if", "numpy==1.26.4", "--what-if", "stale"),
        ("--what-if", "NumPy == 1.26.4", "--what-if=STALE"),
    ],
)
def test_several_are_asked_about_at_once_whatever_their_case(stack: Project, words: tuple[str, ...]) -> None:
    document = answer(abi(stack, *words, "--format", "json"))

    assert document["what_if"]["changes"] == [
        {"name": "numpy", "installed": "2.4.6", "candidate": "1.26.4"},
        {"name": "stale", "installed": None, "candidate": "0.9"},
    ]
    assert codes(document["findings"]) == {("DG302", "fresh"), ("DG111", "wide")}


def test_what_is_asked_about_may_be_named_otherwise_than_what_is_installed(own: Project) -> None:
    own.wheel("Wide==2.0", files={"wide_ext.abi3.so": numpy_module(abi=1, feature="1.23")})

    document = answer(abi(own, "--what-if", "wide==2", "--format", "json"))

    assert document["what_if"]["changes"] == [{"name": "wide", "installed": "1.0", "candidate": "2.0"}]
    assert codes(document["findings"]) == {("DG301", "wide")}


def test_only_of_what_is_named_is_it_asked(stack: Project) -> None:
    done = abi(stack, "wide", "--what-if", "numpy<2", "--ignore", "DG111")

    assert done.code == 0
    assert done.out.startswith("numpy 2.4.6 -> 1.26.4: nothing that can be read would break\n")


def test_unmet_requirements_can_be_made_to_fail(stack: Project) -> None:
    assert abi(stack, "wide", "--what-if", "numpy<2").code == 0
    assert abi(stack, "wide", "--what-if", "numpy<2", "--fail-on", "warning").code == 1


def test_a_candidate_finds_the_libraries_of_its_neighbours(own: Project) -> None:
    own.wheel("lib-pack==1.0", files={"pack/lib/libpack-1.so": shared_object("pack")})
    for version in ("1.0", "2.0"):
        user = shared_object(version, needed=("libpack-1.so",), runpath="$ORIGIN/../pack/lib")
        own.wheel(f"user=={version}", files={f"user/_ext.{TAG}.so": user})
    own.pip("install", "lib-pack", "user==1.0")

    assert answer(abi(own, "--format", "json"))["findings"] == []
    assert answer(abi(own, "--what-if", "user", "--format", "json"))["findings"] == []

    own.pip("uninstall", "lib-pack")
    assert codes(
        answer(abi(own, "--what-if", "user==2", "fresh", "--format", "json"))["what_if"]["remaining"]
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--what-if=-r /etc/passwd",), "`-r /etc/passwd` is not a requirement"),
        (("--what-if=--index-url=http://user:secret@index.example/",), "is not a requirement"),
        (("--what-if", "./wheel.whl"), "is not a requirement"),
        (("--what-if", ""), "`` is not a requirement"),
        (("--what-if", "numpy\x1b[31m==1"), "is not a requirement"),
        (("--what-if", "numpy==1\n-r x"), "is not a requirement"),
        (("--what-if", "numpy" + "[x]" * 9_000), "is not a requirement"),
        (("--what-if", *(f"p{number}" for number in range(3_000))), "3000 requirements are asked about"),
        (("--what-if", "numpy==77"), "no version of numpy==77"),
        (("--what-if", "nothere"), "nothere was not found"),
        (("--what-if", "numpy==1.26.4", "numpy==2.4.6"), "No solution found"),
        (("--what-if", "numpy; python_version < '3'"), "no marker of it holds"),
        (("--what-if", "numpy @ http://user:secret@localhost:1/numpy-1-py3-none-any.whl"), "cannot be had"),
        (("--what-if", "numpy", "--no-exec"), "`--no-exec`"),
        (("--select", "DG1"), "`DG1` is not of DG3"),
        (("numpi",), "`numpi` is not installed here"),
        (("--python", "nowhere"), "nowhere"),
        (("--lock", "nowhere.lock"), "no such file"),
    ],
)
def test_what_cannot_be_judged_is_told_in_a_line(stack: Project, words: tuple[str, ...], told: str) -> None:
    done = abi(stack, *words, UV_OFFLINE="0", UV_HTTP_RETRIES="0")

    assert (done.code, done.out) == (3, "")
    said = [line for line in done.err.splitlines() if not line.startswith("hint: ")]
    assert len(said) == 1
    assert told in said[0]
    assert "secret" not in done.err
    assert done.err.replace("\n", "").isprintable()
    assert len(done.err) < 5_000


def test_an_index_by_the_simple_api_is_asked(stack: Project, tmp_path: Path) -> None:
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts" / "index.example").symlink_to(stack.index)

    with package_index(tmp_path / "hosts") as reach:
        index = {"UV_NO_INDEX": "0", "UV_FIND_LINKS": "", "UV_OFFLINE": "0"}
        url = {"UV_DEFAULT_INDEX": "http://index.example/simple/"}
        done = abi(stack, "--what-if", "numpy<2", **index, **url, **reach)

    assert done.code == 1, done.err
    assert done.out.startswith("numpy 2.4.6 -> 1.26.4: 1 distribution would break")


@contextmanager
def index_that_says(body: bytes, asked: Event, *, silent: bool = False) -> Iterator[dict[str, str]]:
    """Serve one answer to whatever is asked, or none at all, and yield the settings by which uv asks it."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            if silent:
                over.wait(60)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://user:secret@127.0.0.1:{server.server_port}/simple/"
    try:
        yield {
            "UV_NO_INDEX": "0",
            "UV_FIND_LINKS": "",
            "UV_OFFLINE": "0",
            "UV_HTTP_RETRIES": "0",
            "UV_DEFAULT_INDEX": url,
        }
    finally:
        over.set()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"\x00\xff\x1b[2J" * 99, b"[" * 100_000, b'{"meta": {"api-version": "9.9"}, "files": [1]}'],
)
def test_an_index_that_answers_nonsense_is_told_in_a_line(stack: Project, body: bytes) -> None:
    with index_that_says(body, Event()) as settings:
        done = abi(stack, "--what-if", "numpy<2", **settings)

    assert (done.code, done.out) == (3, "")
    assert len(done.err.splitlines()) == 1
    assert "cannot be had" in done.err
    assert "secret" not in done.err
    assert done.err.strip().isprintable()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_behind_when_it_is_interrupted(stack: Project, sent: signal.Signals) -> None:
    asked, folder = Event(), stack.folder.parent / "tmp"
    folder.mkdir(exist_ok=True)
    with index_that_says(b"", asked, silent=True) as settings:
        command = [sys.executable, "-m", "driftguard", "abi", "--what-if", "numpy<2"]
        place = {"TMPDIR": str(folder), "UV_CACHE_DIR": str(folder.parent / "cold")}
        running = subprocess.Popen(
            command,
            cwd=stack.folder,
            env={**os.environ, **place, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_interrupts,  # noqa: PLW1509 - before any thread of the child
        )
        try:
            assert asked.wait(60)
            (aside,) = folder.glob("driftguard-*")
            assert aside.stat().st_mode & 0o777 == 0o700
            running.send_signal(sent)
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
            running.wait()

    assert (running.returncode, out, err) == (130, "", "driftguard: interrupted\n")
    assert not list(folder.glob("driftguard-*"))


@pytest.mark.parametrize(
    "rows",
    [
        "../../../../../../../../etc/passwd.so,,\n",
        "/etc/ld.so.cache.so,,\n",
        "\x1b[2J.so,,\n" + "x" * 100_000 + ".so,,\n",
        "".join(f"made_{number}.so,,\n" for number in range(20_000)),
    ],
)
def test_a_candidate_with_a_hostile_record(own: Project, rows: str) -> None:
    own.wheel("fresh==4.0", files={f"fresh_ext.{TAG}.so": numpy_module(abi=2, feature="2.1")}, record=rows)

    done = abi(own, "--what-if", "fresh==4")

    assert done.code in {0, 3}, done.err
    assert "internal error" not in done.err
    assert done.out.replace("\n", "").isprintable()
    assert not done.out or done.out.startswith("fresh 3.0 -> 4.0: nothing that can be read would break")


@pytest.mark.network
@pytest.mark.slow
def test_the_real_numpy(project: Project) -> None:
    network = {"UV_OFFLINE": "0", "UV_NO_INDEX": "0", "UV_FIND_LINKS": ""}
    assert project.uv("venv", ".venv").code == 0
    install = ("uv", "pip", "install", "--python", ".venv", "--only-binary", ":all:")
    done = project.run(*install, "pandas==2.3.3", "numpy==2.3.4", "bottleneck==1.6.0", **network)  # type: ignore[arg-type]
    assert done.code == 0, done.err
    before = state(project.folder)

    same = abi(project, "--what-if", "numpy==1.26.4", **network)
    old = answer(abi(project, "--what-if", "pandas==2.1.4", "--format", "json", **network))

    assert same.code == 0
    assert same.out.startswith("numpy 2.3.4 -> 1.26.4: nothing that can be read would break\n")
    assert old["verdict"] == "fail"
    assert {one["subject"] for one in old["findings"] if one["code"].startswith("DG3")} == {"pandas"}
    assert state(project.folder) == before
