"""Bytecode beside its sources: what is quiet, what is told, what hostile files do, what is kept."""

import importlib.util
import marshal
import os
import py_compile
import random
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from driftguard.attended import Ended, Job
from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import integrity, stamps
from driftguard.environment.integrity import bytecode, compiling, strangers
from driftguard.environment.integrity.bytecode import Judged, Piece
from driftguard.environment.integrity.compiling import Outcome
from driftguard.environment.integrity.compiling_script import SCRIPT
from driftguard.model import Environment, Interpreter
from tests.builders import interpreter
from tests.environment.builders import clean, python, run, tree
from tests.environment.integrity.builders import Folder

SOURCE = """
'''A module.'''
LIMITS = {'low': 1, 'ratio': 0.0, 'on': True}
def allowed(name, *, strict=False):
    assert name
    if name in {'first', 'second', 'third'}:
        return not strict
    return [each for each in name if each != '_']
class Store:
    def __init__(self):
        self.x = self.y = None
    async def read(self):
        try:
            return (1, (2.5, b'x', ...), -1j)
        except ValueError:
            raise
"""
TAG = str(sys.implementation.cache_tag)
MAGIC = importlib.util.MAGIC_NUMBER
Mode = py_compile.PycInvalidationMode


class Module:
    """A module with its bytecode in a `site-packages` of its own."""

    def __init__(self, site: Path, text: str = SOURCE) -> None:
        self.site = tree(site, {"pack/mod.py": text})
        self.source = site / "pack" / "mod.py"
        self.bytecode = site / "pack" / "__pycache__" / f"mod.{TAG}.pyc"

    def compiled(self, level: int = 0, mode: Mode = Mode.TIMESTAMP) -> Path:
        """Have Python compile it."""
        path = py_compile.compile(str(self.source), optimize=level, invalidation_mode=mode, doraise=True)
        return Path(str(path))

    def header(self) -> bytes:
        """Return a header that fits the source."""
        status = self.source.stat()
        return MAGIC + struct.pack("<III", 0, int(status.st_mtime), status.st_size)

    def holding(self, body: bytes, header: bytes = b"") -> Path:
        """Write bytecode of any content."""
        self.bytecode.parent.mkdir(exist_ok=True)
        self.bytecode.write_bytes((header or self.header()) + body)
        return self.bytecode

    def of(self, text: str, level: int = 0) -> Path:
        """Write bytecode of another source."""
        return self.holding(marshal.dumps(compile(text, "other", "exec", optimize=level)))


@pytest.fixture
def module(tmp_path: Path) -> Module:
    return Module(tmp_path / "site")


def environment(site: Path, **more: Any) -> Environment:
    own = interpreter()._replace(
        executable=Path(sys.executable),
        version=".".join(map(str, sys.version_info[:3])),
        site_packages=(site,),
        **more,
    )
    return Environment(root=site.parent, interpreter=own, installed=())


def judged(site: Path, cache: Cache = NO_CACHE, **more: Any) -> Judged:
    """Compare all code below a folder."""
    return bytecode.whole(str(site), environment(site, **more), clean(), cache)


def by_headers(site: Path, cache: Cache = NO_CACHE) -> Judged:
    """Look at headers only, as `--deep` does."""
    folder = site / "pack" / "__pycache__"
    found = bytecode.unchecked({str(folder): [path.name for path in folder.iterdir()]}, TAG)
    return bytecode.judged(str(site), found, environment(site), clean(), cache)


def stale(module: Module) -> None:
    module.of("evil = 1")
    os.utime(module.source, (1, 1))


def of_other_size(module: Module) -> None:
    module.of("evil = 1")
    status = module.source.stat()
    module.source.write_text(f"{SOURCE}\n")
    os.utime(module.source, ns=(status.st_atime_ns, status.st_mtime_ns))


def checked_and_stale(module: Module) -> None:
    module.compiled(mode=Mode.CHECKED_HASH)
    module.source.write_text("other = 1\n")


def not_compiled_here(module: Module) -> None:
    module.bytecode.parent.mkdir(exist_ok=True)
    module.source.write_text("print 'Python 2'\n")


def without_columns(module: Module) -> None:
    flags = [sys.executable, "-I", "-X", "no_debug_ranges"]
    subprocess.run([*flags, "-m", "py_compile", str(module.source)], check=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda module: module.compiled(),
        lambda module: (module.compiled(1), module.compiled(2)),
        lambda module: module.compiled(mode=Mode.CHECKED_HASH),
        lambda module: module.compiled(mode=Mode.UNCHECKED_HASH),
        without_columns,
        stale,
        of_other_size,
        checked_and_stale,
        not_compiled_here,
        lambda module: module.holding(b"rest", b"\x55\r\r\n" + module.header()[4:]),
        lambda module: module.holding(b"rest", MAGIC + struct.pack("<III", 4, 0, 0)),
        lambda module: module.holding(b"", MAGIC),
        lambda module: (module.of("evil = 1"), module.source.unlink()),
        lambda module: module.of("evil = 1").rename(module.bytecode.with_name("mod.cpython-39.pyc")),
        lambda module: module.of("evil = 1").rename(module.bytecode.with_name(f"mod.{TAG}-pytest-8.3.2.pyc")),
        lambda module: module.of("evil = 1").rename(module.bytecode.with_name(f"mod.{TAG}.opt-beartype.pyc")),
        lambda module: module.bytecode.mkdir(parents=True),
        lambda module: (module.bytecode.parent.mkdir(), module.bytecode.symlink_to("nowhere")),
    ],
)
def test_what_python_made_of_the_source_or_would_not_run_is_quiet(
    module: Module, make: Callable[[Module], object]
) -> None:
    make(module)

    assert judged(module.site) == Judged()
    assert by_headers(module.site) == Judged()


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("'low'", "'own'", "in <module>: 'own', the source has 'low'"),
        ("'third'", "'other'", "in allowed: another set of constants"),
        ("0.0", "-0.0", "in <module>: -0.0, the source has 0.0"),
        ("True", "1", "in <module>: 10 constants, the source has 11"),
        ("b'x'", "'x'", "in Store.read: 'x', the source has b'x'"),
        ("'_'", "'-'", "in allowed.<locals>.<listcomp>: '-', the source has '_'"),
        ("class Store", "class Other", "in <module>: co_names 'Other', the source has 'Store'"),
        ("assert name", "assert strict", "in allowed: other instructions"),
        (
            "except ValueError",
            "except OSError",
            "in Store.read: co_names 'OSError', the source has 'ValueError'",
        ),
        ("async def", "def", "in Store.read: co_flags 3, the source has 131"),
        ("strict=False", "strict", "in <module>: 'LIMITS', the source has 'LIMITS'"),
    ],
)
def test_other_code_is_told_by_its_first_difference(module: Module, was: str, now: str, told: str) -> None:
    module.of(SOURCE.replace(was, now))

    (other,) = judged(module.site).others

    assert (other.entry, other.path) == (str(module.site / "pack"), str(module.bytecode))
    assert other.sure is ("instructions" not in told)
    if sys.version_info[:2] == (3, 11) and "LIMITS" not in told:
        assert other.difference == told


def test_code_that_names_another_file_is_told_and_one_that_was_compiled_elsewhere_is_not(
    module: Module,
) -> None:
    code = compile(SOURCE, "elsewhere", "exec")
    module.holding(marshal.dumps(code))
    assert judged(module.site) == Judged()

    astray = [
        one.replace(co_filename="/tmp/evil.py") if isinstance(one, CodeType) else one
        for one in code.co_consts
    ]
    module.holding(marshal.dumps(code.replace(co_consts=tuple(astray))))

    (other,) = judged(module.site).others
    assert "co_filename '/tmp/evil.py', that of all is 'elsewhere'" in other.difference


def test_it_is_compared_with_the_level_that_its_name_tells(module: Module) -> None:
    made = [module.compiled(level).read_bytes() for level in (0, 1, 2)]
    for name, data in zip(
        (f"mod.{TAG}.opt-1.pyc", f"mod.{TAG}.opt-2.pyc", f"mod.{TAG}.pyc"), made, strict=True
    ):
        module.bytecode.with_name(name).write_bytes(data)

    assert len(judged(module.site).others) == 3


def test_a_module_beside_packages_is_named_by_its_source(tmp_path: Path) -> None:
    site = tree(tmp_path / "site", {"one.py": "x = 1\n"})
    path = Path(str(py_compile.compile(str(site / "one.py"), doraise=True)))
    path.write_bytes(path.read_bytes()[:16] + marshal.dumps(compile("x = 2\n", "one.py", "exec")))

    (other,) = judged(site).others

    assert (other.entry, other.difference) == (str(site / "one.py"), "in <module>: 2, the source has 1")


def deep_tuple(levels: int) -> bytes:
    return b"\xa9\x01" * levels + b"N"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "it cannot be loaded: EOFError"),
        (marshal.dumps(compile(SOURCE, "mod", "exec"))[:-40], "it cannot be loaded: EOFError"),
        (marshal.dumps(1), "it holds no code"),
        (deep_tuple(1000), "it holds no code"),
        (deep_tuple(1_000_000), "it cannot be loaded: ValueError"),
        (b"(" + struct.pack("<i", 2**31 - 1), "it cannot be loaded: "),
        (b"s" + struct.pack("<i", 2**31 - 1), "it cannot be loaded: "),
        (b"c" * 10_000, "it cannot be loaded: "),
    ],
)
def test_what_python_could_not_load_is_told(module: Module, body: bytes, told: str) -> None:
    module.holding(body)

    (other,) = judged(module.site).others

    assert other.difference.startswith(told)


def test_bytecode_for_a_source_that_cannot_be_compiled_is_not_made_of_it(module: Module) -> None:
    not_compiled_here(module)
    module.of("evil = 1")

    assert [one.difference for one in judged(module.site).others] == ["the source cannot be compiled"]


def test_what_is_no_file_or_too_large_is_unknown_and_keeps_nothing_waiting(module: Module) -> None:
    module.bytecode.parent.mkdir()
    os.mkfifo(module.bytecode)

    assert judged(module.site).unknown == (f"`{module.bytecode}`: not a file",)

    module.bytecode.unlink()
    module.compiled()
    os.truncate(module.bytecode, 2**40)
    assert judged(module.site).unknown == (f"`{module.bytecode}`: larger than 64 MiB",)


def test_constants_nested_deeper_than_python_recurs_are_compared(module: Module) -> None:
    module.source.write_text("x = 1\n")
    code = compile("x = 1\n", "mod", "exec")
    deep: object = 1
    for _ in range(1500):
        deep = (deep,)
    module.holding(marshal.dumps(code.replace(co_consts=(deep, None))))

    (other,) = judged(module.site).others
    assert other.difference == "in <module>: tuple, the source has 1"


@pytest.mark.parametrize("seed", range(3))
def test_bytecode_with_random_damage_is_told_and_ends_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    good = marshal.dumps(compile(SOURCE, "mod", "exec"))
    site = tree(tmp_path / "site", {f"m{number}/mod.py": SOURCE for number in range(150)})
    for number in range(150):
        body = bytearray(good)
        for _ in range(chance.choice((1, 3, 30))):
            body[chance.randrange(len(body))] = chance.randrange(256)
        source = site / f"m{number}" / "mod.py"
        status = source.stat()
        header = MAGIC + struct.pack("<III", 0, int(status.st_mtime), status.st_size)
        target = source.parent / "__pycache__" / f"mod.{TAG}.pyc"
        target.parent.mkdir()
        target.write_bytes(header + body)

    found = judged(site)

    # Damage may lie in what is not compared: lines, names of files, flags of references.
    assert 75 < len(found.others) + len(found.unknown) <= 150


def doing(what: str) -> str:
    """Return the script with something that happens when bytecode with a word in it is loaded."""
    load = "found = marshal.loads(data[16:])"
    assert SCRIPT.count(load) == 1
    return SCRIPT.replace(load, f"{what} if b'BOMB' in data else None\n        {load}")


@pytest.mark.parametrize(
    ("bomb", "sure", "told"),
    [
        ("os.abort()", True, "loading it crashes the interpreter"),
        ("os._exit(3)", False, "loading it ended the interpreter with code 3"),
        ("__import__('time').sleep(60)", False, "loading it takes more than 1 s"),
        ("(_ for _ in ()).throw(SystemExit)", False, "loading it ended the interpreter with code 0"),
    ],
)
def test_what_fells_the_interpreter_is_told_of_that_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: str, sure: bool, told: str
) -> None:
    monkeypatch.setattr(compiling, "SCRIPT", doing(bomb))
    monkeypatch.setattr(compiling, "_SECONDS", 1.0)
    modules = [Module(tmp_path / "site" / name) for name in ("a", "b", "c", "d")]
    modules[0].compiled()
    modules[1].of("BOMB = 1")
    modules[2].of("evil = 1")
    modules[3].compiled()

    found = judged(tmp_path / "site")

    if sure:
        assert sorted(one.difference for one in found.others)[1] == told
        assert len(found.others) == 2
    else:
        assert found.unknown == (f"`{modules[1].bytecode}`: {told}",)
        assert len(found.others) == 1


@pytest.mark.parametrize(
    ("code", "answer", "told"),
    [
        (-11, b"0\tl", Outcome("!", "loading it crashes the interpreter")),
        (-11, b"0\t", Outcome("?", "compiling the source crashes the interpreter")),
        (-9, b"0\tl", Outcome("?", "loading it ended the interpreter with code -9")),
        (None, b"0\t", Outcome("?", "compiling the source takes more than 60 s")),
        (-11, b"0\tl!it holds no code\n", Outcome("!", "it holds no code")),
        (0, b"x\t=\n\xff", Outcome("?", "compiling the source ended the interpreter with code 0")),
        (1, b"", Outcome("?", "the interpreter did not answer: no such option")),
        (0, b"7\t=\n", Outcome("?", "compiling the source ended the interpreter with code 0")),
    ],
)
def test_how_the_interpreter_ended_is_told_of_what_it_had_in_hand(
    monkeypatch: pytest.MonkeyPatch, code: int | None, answer: bytes, told: Outcome
) -> None:
    monkeypatch.setattr(compiling, "attend", lambda *_, **__: [(0, Ended(code, answer, "no such option\n"))])
    pieces = [Piece("/site/__pycache__/m.pyc", "/site/m.py", 0)]

    assert compiling.outcomes(pieces, Path("python"), "/site", {}, headers=False) == [told]


def test_what_fell_in_company_is_judged_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = iter([[(0, Ended(-11, b"0\tl=\n1\t"))], [(0, Ended(0, b"0\tl=\n")), (1, Ended(0, b"0\tl=\n"))]])
    asked: list[int] = []

    def attend(jobs: list[Job], **_: Any) -> list[tuple[int, Ended]]:
        asked.extend(job.message.count(b".pyc") for job in jobs)
        return next(runs)

    monkeypatch.setattr(compiling, "attend", attend)
    pieces = [Piece(f"/site/__pycache__/m{number}.pyc", f"/site/m{number}.py", 0) for number in range(3)]

    found = compiling.outcomes(pieces, Path("python"), "/site", {}, headers=False)

    assert found == [Outcome("=")] * 3
    assert asked == [3, 1, 1]


def test_it_is_given_up_when_nearly_everything_fells_the_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "SCRIPT", doing("os.abort()"))
    monkeypatch.setattr(compiling, "_MOST_FALLS", 2)
    for number in range(6):
        Module(tmp_path / "site" / str(number)).of("BOMB = 1")

    found = judged(tmp_path / "site")

    assert len(found.others) == 1
    assert {one.partition(": ")[2] for one in found.unknown} == {"too many others could not be compared"}


def test_an_interpreter_that_does_not_start_or_answer_is_unknown(module: Module, tmp_path: Path) -> None:
    module.compiled()
    (tmp_path / "false").symlink_to("/bin/false")

    for name, told in (("false", "the interpreter did not answer"), ("gone", "could not be started")):
        there = environment(module.site)
        own = there.interpreter._replace(executable=tmp_path / name)
        found = bytecode.whole(str(module.site), there._replace(interpreter=own), clean(), NO_CACHE)
        (clause,) = found.unknown
        assert told in clause


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"asked": False}, "1 files of bytecode in `{}`: only the interpreter can compare it"),
        ({"implementation": "PyPy"}, "the bytecode in `{}`: how PyPy writes it is not known here"),
    ],
)
def test_where_nothing_can_be_compared_it_is_said(module: Module, change: dict[str, Any], told: str) -> None:
    module.compiled()

    (clause,) = judged(module.site, **change).unknown

    assert clause.startswith(told.format(module.site))


def test_a_python_older_than_its_headers_is_unknown(tmp_path: Path) -> None:
    site = tree(tmp_path / "site", {"m.py": "", "__pycache__/m.cpython-37.pyc": ""})
    own = Interpreter(Path("python"), tmp_path, "3.7.1", "CPython", {}, frozenset(), (site,))

    found = bytecode.whole(str(site), Environment(tmp_path, own, ()), {}, NO_CACHE)

    assert found.unknown == (f"1 files of bytecode in `{site}`: Python 3.7.1 is older than 3.8",)


def test_headers_alone_tell_unchecked_bytecode_of_another_source(module: Module) -> None:
    module.compiled(mode=Mode.UNCHECKED_HASH)
    assert by_headers(module.site) == Judged()

    module.source.write_text("other = 1\n")
    (other,) = by_headers(module.site).others

    own, now = (importlib.util.source_hash(text.encode()).hex() for text in (SOURCE, "other = 1\n"))
    assert other.difference == f"made of a source of hash {own}, the source has {now}"
    assert other.sure
    assert judged(module.site).others[0].path == str(module.bytecode)


def test_headers_alone_do_not_tell_other_code(module: Module) -> None:
    module.of("evil = 1")

    assert by_headers(module.site) == Judged()


@pytest.fixture
def old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", -1_000_000_000)


def of_the_source(module: Module) -> None:
    status = module.source.stat()
    module.source.write_text(SOURCE.replace("'low'", "'own'"))
    os.utime(module.source, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.usefixtures("old_at_once")
@pytest.mark.parametrize("change", [lambda module: module.of("evil = 1"), of_the_source])
def test_a_second_run_compares_only_what_changed(
    module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Module], object]
) -> None:
    other = Module(tmp_path / "site" / "second")
    other.compiled()
    module.compiled()
    cache = Cache(tmp_path / "facts")
    assert judged(module.site, cache) == Judged()
    seen: list[str] = []
    real = compiling.outcomes

    def counted(pieces: list[Piece], *rest: Any, **more: Any) -> list[Outcome]:
        seen.extend(one.bytecode for one in pieces)
        return real(pieces, *rest, **more)

    monkeypatch.setattr(compiling, "outcomes", counted)
    assert judged(module.site, cache) == Judged()
    assert seen == []

    change(module)

    for _ in range(2):  # what is not in order is looked at in every run
        assert [one.path for one in judged(module.site, cache).others] == [str(module.bytecode)]
    assert seen == [str(module.bytecode)] * 2


@pytest.mark.usefixtures("old_at_once")
def test_headers_that_were_in_order_say_nothing_of_the_code(module: Module, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "facts")
    head = MAGIC + struct.pack("<I", 1) + importlib.util.source_hash(SOURCE.encode())
    module.holding(marshal.dumps(compile("evil = 1", "mod", "exec")), head)

    assert by_headers(module.site, cache) == Judged()
    assert len(judged(module.site, cache).others) == 1


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13"])
def test_every_python_compares_its_own(tmp_path: Path, version: str) -> None:
    own = python(version)
    site = tree(tmp_path / "site", {"pack/mod.py": SOURCE, "pack/other.py": SOURCE})
    run(own, "-I", "-m", "compileall", "-q", site)
    swap = (
        "import marshal, sys; p = sys.argv[1]; d = open(p, 'rb').read()[:16]; "
        "open(p, 'wb').write(d + marshal.dumps(compile('evil = 1', p, 'exec')))"
    )
    path = next(site.rglob("other.*.pyc"))
    run(own, "-I", "-c", swap, path)
    there = environment(site)
    told = there.interpreter._replace(executable=own, version=f"{version}.0")

    found = bytecode.whole(str(site), there._replace(interpreter=told), clean(), NO_CACHE)

    assert [one.path for one in found.others] == [str(path)]
    assert found.unknown == ()


def test_warnings_of_sources_are_not_heard(module: Module, capfd: pytest.CaptureFixture[str]) -> None:
    module.source.write_text("x = '\\d' is 1\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module.compiled()

    assert judged(module.site) == Judged()
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("old_at_once")
def test_what_the_listing_showed_of_headers_is_kept_and_held_against_the_sources_in_every_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path / "env")
    folder.install("six==1.0", {"six.py": b"X = 1\n"})
    source = folder.site / "six.py"
    py_compile.compile(str(source), invalidation_mode=Mode.UNCHECKED_HASH, doraise=True)
    there = folder.environment()
    there = there._replace(interpreter=there.interpreter._replace(executable=Path(sys.executable)))
    cache = Cache(tmp_path / "facts")
    assert integrity.read(there, clean(), cache).bytecode == ()
    monkeypatch.setattr(strangers, "_listed", lambda *_: pytest.fail("was listed"))

    source.write_bytes(b"Y = 1\n")

    (other,) = integrity.read(there, clean(), cache).bytecode
    assert other.entry == str(source)
