"""The other readers of the host: each on real files."""

import os
import sys
import time
from pathlib import Path

import pytest

from driftguard.environment.host import backend, base, clock, folders, python_path, user_site, zones
from driftguard.host import Backend, Unwritable
from driftguard.model import Interpreter
from tests.builders import environment, installed, interpreter
from tests.environment.builders import tree


def in_folder(folder: Path) -> Interpreter:
    return interpreter()._replace(
        site_packages=(folder,), extension_suffixes=(".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so")
    )


# --- base


@pytest.mark.parametrize(
    ("activate", "told", "moved"),
    [
        ("VIRTUAL_ENV='{here}'", "{here}", False),
        ('VIRTUAL_ENV="{here}"\nexport VIRTUAL_ENV', "{here}", False),
        ("    export VIRTUAL_ENV={here}", "{here}", False),
        ("VIRTUAL_ENV='/elsewhere'", "/elsewhere", True),
        ('VIRTUAL_ENV="$(dirname "$0")"', "", False),
        ("VIRTUAL_ENV=$(cygpath '/elsewhere')", "", False),
        ("", "", False),
    ],
)
def test_where_an_environment_says_it_lies(tmp_path: Path, activate: str, told: str, moved: bool) -> None:
    files = {"pyvenv.cfg": f"home = {tmp_path}\n", "bin/activate": activate.format(here=tmp_path)}

    found = base.read(tree(tmp_path, files) / "bin" / "python")

    assert found
    assert (found.activates, found.moved) == (told.format(here=tmp_path), moved)


def test_an_environment_that_is_reached_by_a_link_has_not_moved(tmp_path: Path) -> None:
    tree(tmp_path / "first", {"pyvenv.cfg": "", "bin/activate": f"VIRTUAL_ENV='{tmp_path}/first'\n"})
    (tmp_path / "current").symlink_to("first")

    found = base.read(tmp_path / "current" / "bin" / "python")

    assert found
    assert not found.moved


def test_a_home_that_is_gone(tmp_path: Path) -> None:
    found = base.read(tree(tmp_path, {"pyvenv.cfg": "home = /gone/bin\n"}) / "bin" / "python")

    assert found
    assert not found.home_is_there
    assert base.read(tmp_path.parent / "bin" / "python") is None


# --- PYTHONPATH


def hidden(folder: Path, files: dict[str, str], version: str = "3.11.7") -> list[str]:
    tree(folder / "site", {"pandas/__init__.py": "", "six.py": "", "fast.abi3.so": "", "space/x.py": ""})
    tree(folder / "lib", {"json/__init__.py": "", "random.py": "", "os.py": ""})
    tree(folder / "extra", files)
    judged = in_folder(folder / "site")._replace(version=version)
    (entry,) = python_path.read("extra", folder, judged, folder / "lib")
    return [one.module for one in entry.shadows]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pandas/__init__.py": ""}, ["pandas"]),
        ({"six.py": "", "mine.py": ""}, ["six"]),
        ({"fast.cpython-311-x86_64-linux-gnu.so": ""}, ["fast"]),
        ({"random.py": "", "json.py": ""}, ["json", "random"]),
        ({"pandas/readme.txt": ""}, []),  # a folder without code comes after every real package
        ({"mine/__init__.py": ""}, []),
        ({"pandas.txt": "", "six": "", "README.md": ""}, []),
        ({"setup.py": "", "conftest.py": "", "__main__.py": ""}, []),
        ({"os.py": ""}, []),  # part of the program itself
        ({"space/__init__.py": ""}, []),  # the installed one is no package with code of its own
    ],
)
def test_what_a_folder_of_pythonpath_hides(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    assert hidden(tmp_path, files) == expected


def test_before_python_3_11_nothing_of_the_library_was_frozen(tmp_path: Path) -> None:
    assert hidden(tmp_path, {"os.py": ""}, version="3.10.13") == ["os"]


def test_the_folders_that_are_searched_anyway_hide_nothing(tmp_path: Path) -> None:
    tree(tmp_path / "site", {"six.py": ""})
    (tmp_path / "link").symlink_to("site")

    found = python_path.read(
        f"site{os.pathsep}link{os.pathsep}absent", tmp_path, in_folder(tmp_path / "site"), None
    )

    assert [(one.text, one.there, one.shadows) for one in found] == [
        ("site", True, ()),
        ("link", True, ()),
        ("absent", False, ()),
    ]


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize/__init__.py"])
def test_what_a_folder_of_pythonpath_runs_at_every_start(tmp_path: Path, name: str) -> None:
    tree(tmp_path / "extra", {name: "", "other.py": ""})

    (entry,) = python_path.read("extra", tmp_path, in_folder(tmp_path / "site"), None)

    assert entry.start_up == tmp_path / "extra" / name.partition("/")[0]


def test_the_standard_library_of_the_base(tmp_path: Path) -> None:
    own = in_folder(tmp_path)._replace(version=sys.version.split()[0], executable=Path(sys.executable))

    found = python_path.library("", own)

    assert found
    assert (found / "json" / "__init__.py").is_file()


# --- the user's packages


def test_the_user_site_that_holds_something(tmp_path: Path) -> None:
    folder = tree(
        tmp_path / ".local/lib/python3.11/site-packages", {"six.py": "", "six-1.dist-info/RECORD": ""}
    )

    found = user_site.read(interpreter(), {"HOME": str(tmp_path)})

    assert found
    assert (found.folder, found.names) == (folder, ("six.py",))


@pytest.mark.parametrize(
    "environ",
    [
        {"HOME": "{home}", "PYTHONNOUSERSITE": "1"},
        {"HOME": "{home}", "PYTHONUSERBASE": "/nowhere"},
        {"HOME": "/nowhere"},
        {},
    ],
)
def test_no_user_site(tmp_path: Path, environ: dict[str, str]) -> None:
    tree(tmp_path / ".local/lib/python3.11/site-packages", {"six.py": ""})

    assert user_site.read(interpreter(), {k: v.format(home=tmp_path) for k, v in environ.items()}) is None


# --- matplotlib


def chosen(folder: Path, environ: dict[str, str], files: dict[str, str]) -> Backend:
    tree(folder, files)
    (folder / "work").mkdir(exist_ok=True)
    matplotlib = installed("matplotlib==3.11.2")._replace(
        path=folder / "site" / "matplotlib-3.11.2.dist-info"
    )
    there = environment(matplotlib, interpreter=in_folder(folder / "site"))
    given = {"HOME": str(folder / "home"), **{key: value.format(folder) for key, value in environ.items()}}
    return backend.read(matplotlib, there, given, folder / "work")


HOME_RC = "home/.config/matplotlib/matplotlibrc"


@pytest.mark.parametrize(
    ("environ", "files", "expected"),
    [
        pytest.param({}, {}, "", id="nothing"),
        pytest.param({}, {"site/matplotlib/mpl-data/matplotlibrc": "##backend: Agg\n"}, "", id="its own"),
        pytest.param(
            {}, {"site/matplotlib/mpl-data/matplotlibrc": "backend: TkAgg\n"}, "TkAgg", id="patched"
        ),
        pytest.param({}, {HOME_RC: "backend: QtAgg"}, "QtAgg", id="of the user"),
        pytest.param(
            {"XDG_CONFIG_HOME": "{}/xdg"},
            {HOME_RC: "backend: QtAgg", "xdg/matplotlib/matplotlibrc": "backend: svg"},
            "svg",
            id="XDG",
        ),
        pytest.param(
            {"MPLCONFIGDIR": "{}/own"},
            {HOME_RC: "backend: QtAgg", "own/matplotlibrc": "backend: pdf"},
            "pdf",
            id="MPLCONFIGDIR",
        ),
        pytest.param(
            {"MATPLOTLIBRC": "{}/rc"}, {HOME_RC: "backend: QtAgg", "rc": "backend: ps"}, "ps", id="a file"
        ),
        pytest.param(
            {"MATPLOTLIBRC": "{}/rc"},
            {HOME_RC: "backend: QtAgg", "rc/matplotlibrc": "backend: ps"},
            "ps",
            id="a folder",
        ),
        pytest.param(
            {"MATPLOTLIBRC": "{}/rc"},
            {"rc": "backend: ps", "work/matplotlibrc": "backend: pgf"},
            "pgf",
            id="cwd",
        ),
        pytest.param(
            {},
            {"work/matplotlibrc": "lines.color: r\n", HOME_RC: "backend: QtAgg"},
            "",
            id="the first file only",
        ),
        pytest.param(
            {"MPLBACKEND": "Agg"}, {"work/matplotlibrc": "backend: pgf"}, "Agg", id="the variable first"
        ),
        pytest.param({"MPLBACKEND": ""}, {"work/matplotlibrc": "backend: pgf"}, "pgf", id="an empty one"),
        pytest.param(
            {}, {"work/matplotlibrc": '#backend: a\nbackend : "b" # c\n'}, "b", id="comments, quotes"
        ),
        pytest.param({}, {"work/matplotlibrc": "backend: a\nbackend: b\n"}, "b", id="the last line"),
    ],
)
def test_the_backend_that_is_asked_for(
    tmp_path: Path, environ: dict[str, str], files: dict[str, str], expected: str
) -> None:
    assert chosen(tmp_path, environ, files).name == expected


def test_what_else_is_known_of_a_backend(tmp_path: Path) -> None:
    found = chosen(tmp_path, {}, {"work/matplotlibrc": "\nbackend: TkAgg\nbackend_fallback: False\n"})

    assert (found.path, found.line, found.fallback) == (tmp_path / "work" / "matplotlibrc", 2, False)
    assert not found.display
    assert chosen(tmp_path, {"DISPLAY": ":0"}, {}).display


def test_backends_of_other_packages(tmp_path: Path) -> None:
    rich = "matplotlib_inline-1.dist-info"
    points = "[console_scripts]\nx = y\n\n[matplotlib.backend]\ninline = matplotlib_inline.backend_inline\n[z]\nq = w\n"
    tree(tmp_path, {f"site/{rich}/entry_points.txt": points, "site/matplotlib_inline/__init__.py": ""})
    matplotlib = installed("matplotlib==3.11.2")._replace(
        path=tmp_path / "site" / "matplotlib-3.11.2.dist-info"
    )
    other = installed("matplotlib-inline==1")._replace(path=tmp_path / "site" / rich)
    there = environment(matplotlib, other, interpreter=in_folder(tmp_path / "site"))

    for name, found in (("matplotlib_inline", True), ("absent", False)):
        asked = {"MPLBACKEND": f"module://{name}.backend_inline"}
        told = backend.read(matplotlib, there, asked, tmp_path)
        assert (told.known, told.module_is_there) == (frozenset({"inline"}), found)


# --- time zones


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("", True),
        ("UTC", True),
        ("UTC0", True),
        ("CET-1CEST", True),
        ("EST5EDT,M3.2.0,M11.1.0", True),
        ("<+03>-3", True),
        ("Mars/Base", True),
        (":Mars/Base", True),
        ("Mars", False),
        ("Mars/Bsae", False),
        ("../secret", False),
        ("America/New York", False),
    ],
)
def test_a_zone_is_a_file_or_a_rule(tmp_path: Path, name: str, known: bool) -> None:
    tree(tmp_path, {"Mars/Base": "TZif"})

    assert zones.read(environment(), {"TZ": name, "TZDIR": str(tmp_path)}).known == known


def test_data_on_zones(tmp_path: Path) -> None:
    tree(tmp_path, {"Etc/UTC": "TZif"})

    assert zones.read(environment(), {"PYTHONTZPATH": str(tmp_path)}).folder == tmp_path
    assert zones.read(environment(), {"PYTHONTZPATH": ""}).folder is None
    there = environment(installed("pandas==2.2", requires=("tzdata>=2022.7",)), "tzdata==2026.1")
    found = zones.read(there, {"PYTHONTZPATH": ""})
    assert (found.distribution, found.asked_by) == (True, ("pandas",))


# --- folders


def test_a_declared_folder_may_not_exist_yet(tmp_path: Path) -> None:
    environ = {"TMPDIR": str(tmp_path)}

    assert list(folders.unwritable([tmp_path / "out" / "deep"], environ, tmp_path)) == []
    assert not (tmp_path / "out").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    tree(tmp_path, {"out": ""})

    (found,) = folders.unwritable([tmp_path / "out" / "deep"], {}, tmp_path)

    assert found == Unwritable(tmp_path / "out" / "deep", "declared as writable", "is not a folder")


def test_a_folder_of_the_kernel_is_not_written_even_by_root() -> None:
    (found,) = folders.unwritable([Path("/proc/self/out")], {}, Path.cwd())

    assert found.purpose == "declared as writable"


def test_a_temporary_folder_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    (found,) = folders.unwritable([], {"TMPDIR": "/gone"}, tmp_path)

    assert (found.purpose, found.reason, found.usable) == ("TMPDIR", "does not exist", True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)

    (found,) = folders.unwritable([tmp_path], {}, tmp_path.parent)

    assert found.reason == "is not writable"


def test_each_file_system_is_told_once(tmp_path: Path) -> None:
    found = list(folders.volumes([tmp_path / "a", tmp_path / "b"], {"TMPDIR": str(tmp_path)}, tmp_path))

    assert [(one.folder, one.purpose, one.declared) for one in found] == [
        (tmp_path, "declared as writable", True)
    ]
    assert found[0].free > 0
    (alone,) = folders.volumes([], {"TMPDIR": str(tmp_path)}, tmp_path)
    assert (alone.purpose, alone.declared) == ("the working directory", True)


# --- clock


def test_files_of_the_future(tmp_path: Path) -> None:
    tree(tmp_path, {"now": "", "soon": "", "later": ""})
    for name, ahead in (("soon", 60), ("later", 7_200)):
        os.utime(tmp_path / name, (time.time() + ahead,) * 2)

    (found,) = clock.future([tmp_path / "now", tmp_path / "soon", tmp_path / "later", tmp_path / "gone"])

    assert found.path == tmp_path / "later"
    assert 7_100 < found.seconds <= 7_200
