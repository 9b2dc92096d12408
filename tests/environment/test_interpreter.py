"""What an interpreter is asked, what it answers, and when it is not asked again."""

import json
import sys
from pathlib import Path

import pytest

from driftguard.cache import Cache
from driftguard.environment import interpreter, question
from driftguard.errors import TargetError
from driftguard.markers import VARIABLES
from driftguard.model import Unavailable
from tests.environment.builders import (
    VERSIONS,
    elf,
    python,
    run,
    script,
    site_of,
    target,
    tree,
    uv_venv,
    venv,
)

NOTHING = Cache(None)
SITE_OF_PACKAGING = str(Path(sys.modules["pytest"].__file__ or "").parent.parent)
TAGS = f"""
import sys
sys.path.append({SITE_OF_PACKAGING!r})
try:
    from packaging import tags
except (ImportError, SyntaxError, TypeError):
    from pip._vendor.packaging import tags
print(*sorted(set(map(str, tags.sys_tags()))))
"""
MARKERS = f"""
import json, sys
sys.path.append({SITE_OF_PACKAGING!r})
try:
    from packaging.markers import default_environment
except (ImportError, SyntaxError, TypeError):
    from pip._vendor.packaging.markers import default_environment
print(json.dumps(default_environment()))
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_tags_are_those_that_packaging_finds_inside(version: str) -> None:
    where = python(version)

    tags = interpreter.ask(target(where), NOTHING).tags

    assert isinstance(tags, frozenset)
    expected = {*run(where, "-c", TAGS).split(), f"cp{version.replace('.', '')}-none-any"}
    assert sorted(tags) == sorted(expected), "a packaging that still runs on 3.8 leaves out the last of these"


@pytest.mark.parametrize("version", VERSIONS)
def test_markers_are_those_that_packaging_finds_inside(version: str) -> None:
    where = python(version)

    asked = interpreter.ask(target(where), NOTHING)

    assert asked.markers == json.loads(run(where, "-c", MARKERS))
    assert asked.version.startswith(f"{version}.")
    assert asked.asked


SUFFIXES = """
import importlib.machinery, sysconfig
print(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), *importlib.machinery.EXTENSION_SUFFIXES)
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_suffixes_are_those_in_the_order_of_the_interpreter(version: str) -> None:
    where = python(version)

    asked = interpreter.ask(target(where), NOTHING)

    assert [str(asked.free_threaded), *asked.extension_suffixes] == run(where, "-c", SUFFIXES).split()


def test_suffixes_are_not_guessed(tmp_path: Path) -> None:
    looked = interpreter.read(target(venv(tmp_path / "env", Path(sys.executable))))

    assert (looked.extension_suffixes, looked.free_threaded) == ((), False)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [venv, uv_venv])
def test_an_environment_is_seen_from_inside(tmp_path: Path, make: object, version: str) -> None:
    root = make(tmp_path / "env", python(version))  # type: ignore[operator]

    asked = interpreter.ask(target(root), NOTHING)

    told = run(
        root / "bin/python", "-c", "import site, sys; print(sys.prefix, *site.getsitepackages())"
    ).split()
    assert asked.prefix == root == Path(told[0])
    assert asked.site_packages == (site_of(root),)
    assert str(site_of(root)) in told[1:]
    assert asked.inherited_site_packages == ()
    assert asked.executable == root / "bin/python"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_base_interpreter_is_seen_from_inside(version: str) -> None:
    where = python(version)
    told = run(where, "-I", "-c", "import site, sys; print(sys.prefix, *site.getsitepackages())").split()

    asked = interpreter.ask(target(where), NOTHING)

    assert str(asked.prefix) == told[0]
    assert {path for path in told[1:] if Path(path).is_dir()} <= set(map(str, asked.site_packages))


@pytest.mark.parametrize(
    ("value", "inherits"),
    [
        pytest.param("true", True, id="true"),
        pytest.param("TRUE", True, id="upper-case"),
        pytest.param(None, True, id="missing-means-true-to-site"),
        pytest.param("false", False, id="false"),
        pytest.param("yes", False, id="another-word"),
    ],
)
def test_system_packages_are_inherited_as_site_decides(
    tmp_path: Path, value: str | None, inherits: bool
) -> None:
    root = venv(tmp_path / "env", Path(sys.executable))
    configuration = root / "pyvenv.cfg"
    lines = [line for line in configuration.read_text().splitlines() if "system-site" not in line]
    lines += [] if value is None else [f"include-system-site-packages = {value}"]
    configuration.write_text("\n".join(lines) + "\n")

    asked = interpreter.ask(target(root), NOTHING)

    path = run(root / "bin/python", "-c", "import sys; print(*sys.path)").split()
    assert bool(asked.inherited_site_packages) is inherits
    assert any(str(folder) in path for folder in asked.inherited_site_packages) is inherits


def test_two_names_of_one_folder_are_one(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", Path(sys.executable))
    if not (root / "lib64").exists():
        (root / "lib64").symlink_to("lib")

    assert interpreter.ask(target(root), NOTHING).site_packages == (site_of(root),)


def test_no_code_of_the_environment_is_run(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", Path(sys.executable), "--system-site-packages")
    mark = tmp_path / "mark"
    plant = f"open({str(mark)!r}, 'a').write('x')\n"
    tree(
        site_of(root),
        {
            "sitecustomize.py": plant,
            "usercustomize.py": plant,
            "evil.pth": f"import sys; {plant}",
            "json.py": plant,
            "sysconfig.py": plant,
        },
    )
    tree(tmp_path / "path", {"json.py": plant, "sitecustomize.py": plant, "startup.py": plant})
    surroundings = {"PYTHONPATH": str(tmp_path / "path"), "PYTHONSTARTUP": str(tmp_path / "path/startup.py")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings.items():
            patch.setenv(name, value)
        patch.chdir(tmp_path / "path")

        interpreter.ask(target(root), NOTHING)

    assert not mark.exists()
    run(root / "bin/python", "-c", "pass")
    assert mark.exists(), "the trap itself works"


def test_nothing_is_written_into_the_environment(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", Path(sys.executable))
    before = sorted(tmp_path.rglob("*"))

    interpreter.ask(target(root), NOTHING)

    assert sorted(tmp_path.rglob("*")) == before


def test_a_build_for_another_host_in_the_surroundings_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_PYTHON_HOST_PLATFORM", "linux-mips")
    tags = interpreter.ask(target(Path(sys.executable)), NOTHING).tags

    assert isinstance(tags, frozenset)
    assert not any("mips" in tag for tag in tags)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("exit 3", "failed with exit code 3: 'no output'", id="fails"),
        pytest.param("echo one >&2; echo two >&2; exit 1", "failed with exit code 1: 'two'", id="last-words"),
        pytest.param("echo one >&2; echo two >&2; exit 127", "failed with exit code 127: 'one'", id="shim"),
        pytest.param("kill -9 $$", "was ended by signal 9", id="crashes"),
        pytest.param("sleep 60", "does not answer: `python` did not finish within 0.5 s", id="hangs"),
        pytest.param("echo hello", "does not answer as Python does: it printed 'hello'", id="garbage"),
        pytest.param("echo '{}'", "it printed '{}'", id="another-object"),
        pytest.param("echo '[1]'", "it printed '[1]'", id="no-object"),
        pytest.param("printf '\\033[31m'; echo", r"it printed '\x1b[31m'", id="control-characters"),
        pytest.param("head -c 100000 /dev/zero | tr '\\0' '['", "it printed '[[[[", id="deep"),
        pytest.param("true", "it printed 'no output'", id="silent"),
        pytest.param("exec yes", "does not answer: `python` printed more than 16 MiB", id="for-ever"),
        pytest.param("echo 'Unknown option: -I' >&2; exit 2", "is Python 2", id="python-2"),
    ],
)
def test_what_does_not_answer_as_python_does_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(question, "TIMEOUT", 0.5 if "sleep" in text else 30)
    script(tmp_path / "env/bin/python", text)

    with pytest.raises(TargetError) as caught:
        interpreter.ask(target(tmp_path / "env"), NOTHING)

    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 400


@pytest.mark.parametrize("content", [b"\x7fELF nonsense", b"no interpreter"])
def test_what_cannot_be_started_is_told(tmp_path: Path, content: bytes) -> None:
    tree(tmp_path / "env", {"bin/python": content})
    (tmp_path / "env/bin/python").chmod(0o755 if content.startswith(b"\x7f") else 0o644)

    with pytest.raises(TargetError, match="could not be started"):
        interpreter.ask(target(tmp_path / "env"), NOTHING)


def test_a_wrapper_may_speak_before(tmp_path: Path) -> None:
    script(tmp_path / "bin/python", f'echo loading modules; exec "{sys.executable}" "$@"')

    asked = interpreter.ask(target(tmp_path / "bin/python"), NOTHING)

    assert asked.prefix == Path(sys.prefix)


@pytest.mark.parametrize(
    ("name", "spoken", "libc"),
    [
        pytest.param(
            "ld-musl-x86_64.so.1", "musl libc (x86_64)\\nVersion 1.2.4\\nDynamic", "musllinux", id="musl"
        ),
        pytest.param("ld-musl-x86_64.so.1", "nonsense", "linux", id="musl-that-does-not-tell"),
        pytest.param("ld-musl-x86_64.so.1", "glibc\\nVersion 1.2.4\\n", "linux", id="another-that-speaks-so"),
        pytest.param("ld-other.so.1", "musl libc (x86_64)\\nVersion 1.2.4\\nDynamic", "linux", id="another"),
    ],
)
def test_musl_is_asked_for_its_version(tmp_path: Path, name: str, spoken: str, libc: str) -> None:
    loader = script(tmp_path / name, f"printf '{spoken}' >&2; exit 1")
    (tmp_path / "program").write_bytes(elf(62, str(loader)))
    edit = f's#"libc": "[^"]*"#"libc": ""#; s#"executable": "[^"]*"#"executable": "{tmp_path}/program"#'
    script(tmp_path / "bin/python", f'"{sys.executable}" "$@" | sed \'{edit}\'')

    tags = interpreter.ask(target(tmp_path / "bin/python"), NOTHING).tags

    assert isinstance(tags, frozenset)
    kinds = {tag.rpartition("-")[2].partition("_")[0] for tag in tags}
    assert kinds == {"any", "linux", libc}
    assert ("py3-none-musllinux_1_2_x86_64" in tags) is (libc == "musllinux")


class TestCached:
    @pytest.fixture
    def cache(self, tmp_path: Path) -> Cache:
        return Cache(tmp_path / "cache")

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return venv(tmp_path / "env", Path(sys.executable))

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Count the questions, which are still asked."""
        questions: list[str] = []
        begin = question.begin

        def counted(where: object) -> object:
            questions.append(str(where))
            return begin(where)  # type: ignore[arg-type]

        monkeypatch.setattr(question, "begin", counted)
        return questions

    def test_an_answer_is_kept(self, root: Path, cache: Cache, asked: list[str]) -> None:
        first = interpreter.ask(target(root), cache)

        assert interpreter.ask(target(root), cache) == first
        assert len(asked) == 1

    def test_tags_that_are_not_known_are_kept_as_that(
        self, root: Path, cache: Cache, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reason = Unavailable("nobody knows")
        monkeypatch.setattr("driftguard.environment.tags.accepted", lambda _: reason)

        assert [interpreter.ask(target(root), cache).tags for _ in range(2)] == [reason, reason]
        assert len(asked) == 1

    @pytest.mark.parametrize("what", ["pyvenv.cfg", "interpreter", "host"])
    def test_it_is_asked_again_when_something_changed(
        self, root: Path, cache: Cache, asked: list[str], monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        interpreter.ask(target(root), cache)
        if what == "pyvenv.cfg":
            with (root / "pyvenv.cfg").open("a") as stream:
                stream.write("prompt = other\n")
        elif what == "interpreter":
            link = root / "bin/python"
            other = root / "bin/other"
            other.write_bytes(Path(sys.executable).resolve().read_bytes())
            other.chmod(0o755)
            link.unlink()
            link.symlink_to(other)
        else:
            monkeypatch.setattr("driftguard.environment.interpreter._host", lambda: ("another",))

        interpreter.ask(target(root), cache)

        assert len(asked) == 2

    def test_a_shim_is_asked_every_time(self, tmp_path: Path, cache: Cache, asked: list[str]) -> None:
        script(tmp_path / "shims/python", f'exec "{sys.executable}" "$@"')

        for _ in range(2):
            interpreter.ask(target(tmp_path / "shims/python"), cache)

        assert len(asked) == 2

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            pytest.param("tags", None, id="no-tags"),
            pytest.param("tags", [], id="empty-tags"),
            pytest.param("tags", [1], id="tags-not-texts"),
            pytest.param("facts", {}, id="no-facts"),
            pytest.param("facts", [], id="facts-a-list"),
            pytest.param("facts.prefix", 1, id="prefix-a-number"),
            pytest.param("facts.prefix", "nul\0l", id="prefix-with-null"),
            pytest.param("facts.markers", {"os_name": "nt"}, id="markers-missing"),
            pytest.param("facts.markers", dict.fromkeys(VARIABLES, 1), id="markers-numbers"),
            pytest.param("facts.site_packages", "/", id="site-a-text"),
            pytest.param("facts.bits", 8, id="bits"),
            pytest.param("facts.bits", True, id="bits-a-flag"),
            pytest.param("facts.debug", 0, id="flag-a-number"),
        ],
    )
    def test_a_poisoned_answer_is_asked_afresh(
        self, *, root: Path, cache: Cache, asked: list[str], field: str, value: object
    ) -> None:
        first = interpreter.ask(target(root), cache)
        assert cache.folder is not None
        entry = next(cache.folder.iterdir())
        frame = json.loads(entry.read_text().partition("\n")[2])
        *way, last = field.split(".")
        table = frame["value"]
        for key in way:
            table = table[key]
        table[last] = value
        cache.put("interpreter", frame["key"], frame["value"])

        assert interpreter.ask(target(root), cache) == first
        assert len(asked) == 2
