"""What a probe rests on is changed, one thing at a time: then it is tried again, and only then."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard.adapters.probes import running, tried, variables
from driftguard.adapters.probes.plan import Plan
from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import stamps
from driftguard.model import Environment
from driftguard.probes import Kind, Probe, Probes, Result
from tests.adapters.probes.builders import calling, environment, importing
from tests.environment.builders import clean, tree

pytestmark = pytest.mark.skipif(os.name != "posix", reason="probes are run on POSIX systems")

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
PROBE = importing("good")


@pytest.fixture(autouse=True)
def old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a state be settled from the start: the tests change files within a tick or two."""
    monkeypatch.setattr(stamps, "_SETTLED", -3_600_000_000_000)


class World:
    """An environment, folders beside it, and the runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "env"
        self.site = self.root / "lib" / f"python{MINOR}" / "site-packages"
        self.python = self.root / "bin" / "python"
        binary = os.path.realpath(sys.executable)
        home = f"home = {Path(binary).parent}\ninclude-system-site-packages = false\n"
        tree(self.root, {"pyvenv.cfg": home, "bin/": ""})
        self.python.symlink_to(binary)
        tree(self.site, {"good.py": "import beside, idle\n", "idle.py": "", "data.txt": "1"})
        self.beside = tree(folder / "beside", {"beside.py": f"open({str(folder / 'settings')!r}).read()\n"})
        self.libraries = tree(folder / "libraries", {"libx.so": ""})
        tree(folder, {"settings": "a", "home/": "", "other/": ""})
        self.cache = Cache(folder / "facts")
        self.environ = clean(
            PYTHONPATH=str(self.beside),
            LD_LIBRARY_PATH=str(self.libraries),
            HOME=str(folder / "home"),
            OWN="1",
        )
        self.cwd = folder
        self.probes = [PROBE]

    @property
    def there(self) -> Environment:
        return environment(self.site)

    def run(self, *, fresh: bool = False, cache: Cache | None = None) -> Probes:
        return tried(
            Plan(tuple(self.probes), ()),
            self.there,
            python=self.python,
            environ=variables(self.environ, None),
            cwd=self.cwd,
            cache=self.cache if cache is None else cache,
            fresh=fresh,
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in which one probe has passed."""
    made = World(tmp_path)
    (outcome,) = made.run().outcomes
    assert (outcome.result, outcome.reused) == (Result.PASSED, False)
    return made


def test_nothing_has_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "attend", lambda *_, **__: pytest.fail("a probe was run"))

    for _ in range(3):
        (outcome,) = world.run().outcomes
        assert (outcome.result, outcome.reused) == (Result.PASSED, True)


def in_place(path: Path, text: str) -> None:
    """Change a file by as many bytes as it has, and put its times back, as far as a user can."""
    status = path.stat()
    with path.open("r+") as stream:
        stream.write(text[: status.st_size])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def configure(world: World) -> None:
    path = world.root / "pyvenv.cfg"
    path.write_text(path.read_text().replace("false", "true"))


def replace_interpreter(world: World) -> None:
    binary = Path(os.path.realpath(world.python))
    world.python.unlink()
    shutil.copy(binary, world.python)


CHANGES: dict[str, Callable[[World], object]] = {
    "a file in place": lambda world: in_place(world.site / "good.py", "import idle, beside"),
    "a file that is not loaded": lambda world: in_place(world.site / "data.txt", "2"),
    "a file added": lambda world: (world.site / "new.py").write_text(""),
    "a file removed": lambda world: (world.site / "data.txt").unlink(),
    "a file replaced by the same": lambda world: (
        shutil.copy(world.site / "idle.py", world.folder / "x"),
        (world.folder / "x").rename(world.site / "idle.py"),
    ),
    "a .pth file added": lambda world: (world.site / "a.pth").write_text("import os\n"),
    "a folder deep down": lambda world: (world.site / "a" / "b").mkdir(parents=True),
    "bytecode written": lambda world: tree(world.site, {"__pycache__/good.cpython-311.pyc": "x"}),
    "a module on PYTHONPATH": lambda world: in_place(world.beside / "beside.py", "#"),
    "a module added on PYTHONPATH": lambda world: (world.beside / "idle.py").write_text("1/0"),
    "PYTHONPATH": lambda world: world.environ.update(PYTHONPATH=f"{world.beside}:{world.folder / 'other'}"),
    "LD_LIBRARY_PATH": lambda world: world.environ.update(LD_LIBRARY_PATH=str(world.folder)),
    "a library added on LD_LIBRARY_PATH": lambda world: (world.libraries / "liby.so").write_text(""),
    "a file that was opened": lambda world: in_place(world.folder / "settings", "b"),
    "a variable": lambda world: world.environ.update(OWN="2"),
    "a variable added": lambda world: world.environ.update(MPLBACKEND="agg"),
    "a variable removed": lambda world: world.environ.pop("OWN"),
    "the working directory": lambda world: setattr(world, "cwd", world.folder / "other"),
    "a matplotlibrc": lambda world: (world.cwd / "matplotlibrc").write_text(""),
    "the user's packages": lambda world: tree(
        world.folder / "home", {f".local/lib/python{MINOR}/site-packages/x.py": ""}
    ),
    "pyvenv.cfg": configure,
    "the interpreter": replace_interpreter,
    "what is imported": lambda world: setattr(world, "probes", [importing("idle")]),
    "what else is imported": lambda world: setattr(
        world, "probes", [PROBE._replace(targets=("good", "idle"))]
    ),
    "its kind": lambda world: setattr(world, "probes", [Probe("good", Kind.SYMBOL, ("good:idle",))]),
    "its time": lambda world: setattr(world, "probes", [PROBE._replace(timeout=59.0)]),
    "its memory": lambda world: setattr(world, "probes", [PROBE._replace(memory=2**30)]),
    "its arguments": lambda world: setattr(world, "probes", [calling("builtins:print", 1)]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_it_is_tried_again(world: World, name: str) -> None:
    CHANGES[name](world)

    (outcome,) = world.run().outcomes
    assert not outcome.reused
    if outcome.result is Result.PASSED:
        (again,) = world.run().outcomes
        assert again.reused


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda world: world.environ.update(SHLVL="7", TERM="dumb", INVOCATION_ID="x"), id="volatile"
        ),
        pytest.param(lambda world: world.environ.update(DRIFTGUARD_TRACEBACK="1"), id="our-own"),
        pytest.param(lambda world: setattr(world, "probes", [PROBE._replace(name="other")]), id="its-name"),
        pytest.param(
            lambda world: setattr(world, "probes", [PROBE._replace(lenient=True)]), id="its-severity"
        ),
        pytest.param(lambda world: (world.folder / "noise").write_text(""), id="a-file-elsewhere"),
    ],
)
def test_what_it_does_not_rest_on_may_change(world: World, change: Callable[[World], object]) -> None:
    change(world)

    (outcome,) = world.run().outcomes
    assert outcome.reused
    assert outcome.probe == world.probes[0]


def test_a_standard_library_is_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = stamps.of

    def changed(path: str) -> stamps.Stamp | None:
        found = real(path)
        return [*found[:3], 1] if found and path.endswith(os.sep + "os.py") else found

    monkeypatch.setattr(stamps, "of", changed)

    assert not world.run().outcomes[0].reused


def test_what_is_seen_is_the_change_and_not_the_old_verdict(world: World) -> None:
    (world.site / "idle.py").write_text("1/0\n")

    assert world.run().outcomes[0].error == "ZeroDivisionError: division by zero"


def test_a_failure_is_never_kept(world: World) -> None:
    (world.site / "idle.py").write_text("1/0\n")

    for _ in range(2):
        (outcome,) = world.run().outcomes
        assert (outcome.result, outcome.reused) == (Result.RAISED, False)


def test_what_has_the_network_is_never_kept(world: World) -> None:
    world.probes = [PROBE._replace(network=True)]

    for _ in range(2):
        assert not world.run().outcomes[0].reused


@pytest.mark.parametrize(
    "start",
    [
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.system('true')",
        "import os; os.fork() or os._exit(0)",
        "import os; os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)",
    ],
)
def test_what_starts_other_programs_is_never_kept(world: World, start: str) -> None:
    (world.site / "idle.py").write_text(f"{start}\n")

    for _ in range(2):
        (outcome,) = world.run().outcomes
        assert (outcome.result, outcome.reused) == (Result.PASSED, False)


def test_a_library_that_is_looked_for_is_no_other_program(world: World) -> None:
    (world.site / "idle.py").write_text("from ctypes.util import find_library\nfind_library('c')\n")

    assert [world.run().outcomes[0].reused for _ in range(2)] == [False, True]


@pytest.mark.parametrize("listing", ["import os; os.listdir({!r})", "import os; os.scandir({!r}).close()"])
def test_a_file_added_to_a_folder_that_it_listed_is_a_change(world: World, listing: str) -> None:
    plugins = tree(world.folder / "plugins", {"one": ""})
    (world.site / "idle.py").write_text(f"{listing.format(str(plugins))}\n")
    assert [world.run().outcomes[0].reused for _ in range(2)] == [False, True]

    (plugins / "two").write_text("")

    assert not world.run().outcomes[0].reused


def test_a_new_probe_is_tried_beside_those_that_are_known(world: World) -> None:
    world.probes = [PROBE, importing("idle")]

    assert [one.reused for one in world.run().outcomes] == [True, False]
    assert [one.reused for one in world.run().outcomes] == [True, True]


def test_what_another_probe_changes_is_a_change(world: World) -> None:
    code = f"import os\nos.system('echo b >{world.folder}/settings')\nopen({str(world.folder / 'settings')!r}).read()\n"
    tree(world.folder / "more", {"changer.py": code})
    changer = Probe("changer", Kind.CALL, ("runpy:run_path",), (str(world.folder / "more" / "changer.py"),))
    world.probes = [PROBE, changer]

    assert [one.reused for one in world.run().outcomes] == [True, False]
    assert not world.run().outcomes[0].reused


def test_fresh_tries_again_and_keeps_it(world: World) -> None:
    assert not world.run(fresh=True).outcomes[0].reused
    assert world.run().outcomes[0].reused


def test_without_a_cache_all_are_tried(world: World) -> None:
    assert not world.run(cache=NO_CACHE).outcomes[0].reused


def test_what_is_young_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", 3_600_000_000_000)
    world = World(tmp_path)

    for _ in range(2):
        assert not world.run().outcomes[0].reused


def test_what_changes_while_it_is_tried_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", 200_000_000)
    world = World(tmp_path)
    world.probes = [importing("beside")]
    code = f"import os\nos.utime(__file__)\nopen({str(tmp_path / 'settings')!r}).read()\n"
    (world.beside / "beside.py").write_text(code)
    time.sleep(0.5)

    for _ in range(2):
        (outcome,) = world.run().outcomes
        assert (outcome.result, outcome.reused) == (Result.PASSED, False)


def test_what_it_writes_itself_is_not_what_it_rests_on(world: World) -> None:
    (world.site / "good.py").write_text(
        "import os, pathlib\npathlib.Path(os.environ['HOME'], 'font-cache').write_text('x')\n"
    )
    world.run()

    assert world.run().outcomes[0].reused


def test_warnings_and_words_are_kept_as_well(world: World) -> None:
    (world.site / "good.py").write_text("import warnings\nwarnings.warn('odd')\n")
    first, again = world.run(), world.run()

    assert first.outcomes[0].warnings == again.outcomes[0].warnings != ()
    assert (first.reused, again.reused) == (0, 1)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda value: {**value, "rows": {key: [1] for key in value["rows"]}}, id="row"),
        pytest.param(
            lambda value: {**value, "rows": {key: ["", 1, [[]], []] for key in value["rows"]}}, id="warning"
        ),
        pytest.param(lambda value: {**value, "rows": []}, id="rows"),
        pytest.param(lambda value: {**value, "beyond": 1}, id="beyond"),
        pytest.param(lambda value: {}, id="nothing"),
    ],
)
def test_an_entry_of_another_shape_is_absent(
    world: World, monkeypatch: pytest.MonkeyPatch, damage: Callable[[dict[str, object]], object]
) -> None:
    real = Cache.get

    def get(self: Cache, kind: str, key: str) -> object:
        value = real(self, kind, key)
        return damage(value) if value and kind == "probes" else value

    monkeypatch.setattr(Cache, "get", get)

    assert not world.run().outcomes[0].reused
