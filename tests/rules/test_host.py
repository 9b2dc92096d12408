"""Family DG5: for each rule, on what it is quiet and on what it speaks."""

from pathlib import Path

import pytest

from driftguard.evidence import Evidence
from driftguard.host import (
    Backend,
    Base,
    BytecodeFolder,
    Command,
    Future,
    Host,
    HostWishes,
    JobPath,
    LibraryFolder,
    Locale,
    PathEntry,
    Preload,
    Program,
    Shadow,
    Unwritable,
    UserSite,
    Volume,
    WantedPython,
    Zones,
)
from driftguard.model import Environment, Place
from driftguard.rules.host import (
    clock,
    disk,
    encoding,
    headless,
    loaded_code,
    missing_variable,
    moved_base,
    not_virtual,
    not_writable,
    other_python,
    other_python_version,
    python_path,
    system_site,
    threads,
    time_zone,
    user_site,
)
from tests.builders import LINUX, MENDER, environment, evidence, interpreter, said

ROOTED = MENDER._replace(root=".venv")
CONFIGURATION = Path("/env/pyvenv.cfg")
BASE = Base(CONFIGURATION, home="/usr/bin", made_with="3.11.2", activates="/env")
SYSTEM = Path("/usr/bin/python3")
JUDGED = Path("/env/bin/python")


def around(there: Environment | None = None, **facts: object) -> Evidence:
    """Make the evidence of a healthy environment on a healthy host, but for what is named."""
    values: dict[str, object] = {
        "bin": Path("/env/bin"),
        "base": BASE,
        "zones": Zones(folder=Path("/usr/share/zoneinfo")),
        "volumes": (Volume(Path("/tmp"), "for temporary files", 10**10, 10**6),),
        **facts,
    }
    return evidence((), there, host=Host(**values), mender=ROOTED)  # type: ignore[arg-type]


def of_version(version: str, **more: object) -> Environment:
    return environment(interpreter=interpreter()._replace(version=version, **more))  # type: ignore[arg-type]


EVERY = (
    *(
        not_virtual,
        moved_base,
        other_python,
        other_python_version,
        python_path,
        user_site,
        system_site,
        headless,
    ),
    *(threads, encoding, time_zone, disk, not_writable, missing_variable, clock, loaded_code),
)


@pytest.mark.parametrize("module", EVERY, ids=lambda module: module.RULE.code)
def test_every_rule_is_quiet_on_a_healthy_host(module: object) -> None:
    assert said(module, around()) == []  # type: ignore[arg-type]


def test_not_virtual_names_the_prefix_and_makes_an_environment() -> None:
    (finding,) = not_virtual.check(around(environment(virtual=False)))

    assert str(finding) == "DG501 warning: environment: /env is not a virtual environment"
    assert str(finding.mend) == "UV_PROJECT_ENVIRONMENT=.venv uv sync --frozen"


@pytest.mark.parametrize(
    "base",
    [
        pytest.param(None, id="no virtual environment"),
        pytest.param(BASE._replace(made_with=""), id="a version that is not noted"),
        pytest.param(BASE._replace(made_with="3.11.0"), id="another patch level"),
        pytest.param(BASE._replace(made_with="3.11.7.final.0"), id="as virtualenv writes it"),
        pytest.param(BASE._replace(activates=""), id="made to be moved"),
    ],
)
def test_moved_base_is_quiet(base: Base | None) -> None:
    assert said(moved_base, around(base=base)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"home": "/opt/python/bin", "home_is_there": False},
            "error: environment: was made from /opt/python/bin, which is gone",
        ),
        (
            {"made_with": "3.10.13"},
            "warning: environment: was made for Python 3.10, its interpreter is 3.11.7",
        ),
        (
            {"moved": True, "activates": "/build/.venv"},
            "warning: environment: lies in /env, but its scripts lead to /build/.venv",
        ),
    ],
)
def test_moved_base_names_both_places_and_makes_it_anew(change: dict[str, object], told: str) -> None:
    (finding,) = moved_base.check(around(base=BASE._replace(**change)))  # type: ignore[arg-type]

    assert str(finding) == f"DG502 {told}"
    assert str(finding.mend) == "uv venv --clear --python 3.11 .venv && uv sync --frozen --inexact"
    assert finding.where == str(CONFIGURATION)


def program(name: str, python: Path | None = SYSTEM, judged: bool | None = False, **more: object) -> Program:
    path = python if python and name.startswith("python") else Path("/usr/bin", name)
    return Program(name, path, python, judged, **more)  # type: ignore[arg-type]


RIGHT = program("python", JUDGED, judged=True)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="neither a PATH nor a command was given"),
        pytest.param({"path": JobPath("/env/bin", (RIGHT,))}, id="the judged one is first"),
        pytest.param({"command": Command((), RIGHT, ("job.py",))}, id="the judged one is called"),
        pytest.param({"command": None}, id="a command that is no Python"),
    ],
)
def test_other_python_is_quiet(facts: dict[str, object]) -> None:
    assert said(other_python, around(None, **facts)) == []


@pytest.mark.parametrize(
    ("command", "told", "mend"),
    [
        pytest.param(
            Command((), program("python3"), ("job.py", "a b")),
            "error: python3: is /usr/bin/python3, not of /env/bin/python",
            "/env/bin/python job.py 'a b'",
            id="by name",
        ),
        pytest.param(
            Command(("env", "A=1"), program("python3"), ("job.py",)),
            "error: python3: is /usr/bin/python3, not of /env/bin/python",
            "env A=1 /env/bin/python job.py",
            id="behind env",
        ),
        pytest.param(
            Command(("env", "DB_PASSWORD=hunter2"), program("python3"), ("job.py", "--api-token=abc")),
            "error: python3: is /usr/bin/python3, not of /env/bin/python",
            "env 'DB_PASSWORD=***' /env/bin/python job.py '--api-token=***'",
            id="with secrets",
        ),
        pytest.param(
            Command((), program("python3"), ("job.py", "--password", "hunter2", "--day", "1")),
            "error: python3: is /usr/bin/python3, not of /env/bin/python",
            "/env/bin/python job.py --password '***' --day 1",
            id="with a secret as a word of its own",
        ),
        pytest.param(
            Command((), program("pip"), ("install", "x")),
            "error: pip: is /usr/bin/pip, run by /usr/bin/python3, not of /env/bin/python",
            "/env/bin/python -m pip install x",
            id="pip",
        ),
        pytest.param(
            Command((), program("hawks"), ("run",), twin=Path("/env/bin/hawks")),
            "error: hawks: is /usr/bin/hawks, run by /usr/bin/python3, not of /env/bin/python",
            "/env/bin/hawks run",
            id="a script that the environment has as well",
        ),
        pytest.param(
            Command((), program("job"), ()),
            "error: job: is /usr/bin/job, run by /usr/bin/python3, not of /env/bin/python",
            "/env/bin/python /usr/bin/job",
            id="a script of its own",
        ),
        pytest.param(
            Command((), program("job", Path("/old/bin/python"), there=False), ()),
            "error: job: is /usr/bin/job, to be run by /old/bin/python, which does not exist",
            "/env/bin/python /usr/bin/job",
            id="a script of an environment that is gone",
        ),
        pytest.param(
            Command((), program("python", None, judged=None), ("job.py",)),
            "unknown: python: is /usr/bin/python, a script that chooses a Python when it runs; "
            "/env/bin/python is meant",
            "/env/bin/python job.py",
            id="a shim",
        ),
    ],
)
def test_other_python_names_both_and_calls_the_judged_one(command: Command, told: str, mend: str) -> None:
    (finding,) = other_python.check(around(command=command))

    assert str(finding) == f"DG503 {told}"
    assert str(finding.mend) == mend


@pytest.mark.parametrize(
    ("programs", "told"),
    [
        ((program("python3"),), ["error: python3: is /usr/bin/python3, not of /env/bin/python"]),
        ((), ["error: python: is not on this PATH, where /env/bin/python is meant"]),
        (
            (RIGHT, program("pip")),
            ["note: pip: is /usr/bin/pip, run by /usr/bin/python3, not of /env/bin/python"],
        ),
    ],
)
def test_other_python_judges_a_path_that_is_given(programs: tuple[Program, ...], told: list[str]) -> None:
    findings = list(other_python.check(around(path=JobPath("/usr/bin:/bin", programs))))

    assert [str(one) for one in findings] == [f"DG503 {line}" for line in told]
    assert all(str(one.mend) == "PATH=/env/bin:/usr/bin:/bin" for one in findings if one.subject != "pip")


def test_other_python_has_a_path_in_doubt_settled_by_a_command_that_is_right() -> None:
    path = JobPath("/usr/bin", (program("python3"), program("python", None, judged=None)))

    findings = list(other_python.check(around(path=path, command=Command((), RIGHT, ()))))

    assert [one.label for one in findings] == ["note", "note"]


def wanted(*versions: str, what: str = "Dockerfile") -> WantedPython:
    return WantedPython(what, versions, Path(what), 3, exact=what == ".python-version")


@pytest.mark.parametrize(
    "pythons",
    [
        pytest.param(wanted("3.11"), id="its minor version"),
        pytest.param(wanted("3.11.7", what=".python-version"), id="its version"),
        pytest.param(wanted("3.10", "3.11", "3.12", what="workflows"), id="one of a matrix"),
        pytest.param(wanted("3.11.2", what="workflows"), id="another patch level in workflows"),
    ],
)
def test_other_version_is_quiet(pythons: WantedPython) -> None:
    assert said(other_python_version, around(pythons=(pythons,))) == []


@pytest.mark.parametrize(
    ("pythons", "told", "mend"),
    [
        (
            wanted("3.1", what=".python-version"),
            "warning: python: .python-version says 3.1, the environment has 3.11.7",
            "uv venv --clear --python 3.1 .venv && uv sync --frozen --inexact",
        ),
        (
            wanted("3.11.2", what=".python-version"),
            "warning: python: .python-version says 3.11.2, the environment has 3.11.7",
            "uv venv --clear --python 3.11.2 .venv && uv sync --frozen --inexact",
        ),
        (wanted("3.12"), "warning: python: Dockerfile says 3.12, the environment has 3.11.7", "None"),
        (wanted("3.11.2"), "note: python: Dockerfile says 3.11.2, the environment has 3.11.7", "None"),
        (
            wanted("3.12", "3.13", what="workflows"),
            "warning: python: workflows run 3.12, 3.13, the environment has 3.11.7",
            "None",
        ),
    ],
)
def test_other_version_names_both(pythons: WantedPython, told: str, mend: str) -> None:
    (finding,) = other_python_version.check(around(pythons=(pythons,)))

    assert str(finding) == f"DG504 {told}"
    assert str(finding.mend) == mend
    assert finding.where == f"{pythons.what}:3"


def entry(text: str = "/opt/lib", there: bool = True, *hides: str) -> PathEntry:
    folder = Path(text or "/work")
    shadows = (Shadow(name, folder / f"{name}.py", Path("/env/lib", name)) for name in hides)
    return PathEntry(text, folder, there, tuple(shadows))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            {"python_path": (entry("/opt/lib", True, "pandas", "numpy"),)},
            "error: PYTHONPATH: /opt/lib hides pandas, numpy",
        ),
        (
            {"python_path": (entry()._replace(start_up=Path("/opt/lib/sitecustomize.py")),)},
            "warning: PYTHONPATH: /opt/lib holds sitecustomize.py",
        ),
        (
            {"python_path": (entry("/opt/lib", True, *"abcdef"),)},
            "error: PYTHONPATH: /opt/lib hides a, b, c, d and 2 more",
        ),
        (
            {"python_path": (entry(),)},
            "warning: PYTHONPATH: /opt/lib is searched before the environment",
        ),
        (
            {"python_path": (entry(""),)},
            "warning: PYTHONPATH: /work (an empty entry: the working directory) "
            "is searched before the environment",
        ),
        ({"python_path": (entry("/opt/lib", False),)}, "note: PYTHONPATH: /opt/lib does not exist"),
        ({"python_home": "/opt/python"}, "error: PYTHONHOME: is set to /opt/python"),
        (
            {"python_home": "/usr", "python_home_is_base": True},
            "warning: PYTHONHOME: is set to /usr",
        ),
    ],
)
def test_python_path_names_the_folder_and_what_it_hides(facts: dict[str, object], told: str) -> None:
    (finding,) = python_path.check(around(None, **facts))

    assert str(finding) == f"DG505 {told}"
    assert str(finding.mend) == f"unset {finding.subject}"


def test_user_site_names_what_lies_there() -> None:
    there = UserSite(Path("/home/ci/.local/lib/python3.11/site-packages"), ("numpy", "six.py"))

    (finding,) = user_site.check(around(user_site=there))

    assert str(finding) == (
        "DG506 warning: user site: /home/ci/.local/lib/python3.11/site-packages is searched first: "
        "numpy, six.py"
    )
    assert str(finding.mend) == "export PYTHONNOUSERSITE=1"


def test_system_site_names_the_folders() -> None:
    there = of_version("3.11.7", inherited_site_packages=(Path("/usr/lib/python3/dist-packages"),))

    (finding,) = system_site.check(around(there))

    assert str(finding) == (
        "DG507 warning: environment: the packages in /usr/lib/python3/dist-packages are visible"
    )
    assert str(finding.mend) == "uv venv --clear --python 3.11 .venv && uv sync --frozen --inexact"


RC = {"path": Path("/work/matplotlibrc"), "line": 4}


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param(None, id="no matplotlib"),
        pytest.param(Backend(), id="nothing is said"),
        pytest.param(Backend("Agg"), id="Agg"),
        pytest.param(Backend("SVG", fallback=False), id="no windows, no fallback"),
        pytest.param(Backend("TkAgg", display=True), id="windows and a display"),
        pytest.param(Backend("module://matplotlib_inline.backend_inline"), id="a module that is there"),
        pytest.param(Backend("inline", known=frozenset({"inline"})), id="one that a package announces"),
    ],
)
def test_headless_is_quiet(backend: Backend | None) -> None:
    assert said(headless, around(backend=backend)) == []


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        (
            Backend("TkAgg"),
            "note: matplotlib: MPLBACKEND asks for the backend TkAgg, and there is no display",
        ),
        (
            Backend("MacOSX"),
            "note: matplotlib: MPLBACKEND asks for the backend MacOSX, and there is no display",
        ),
        (
            Backend("MacOSX", display=True),
            "error: matplotlib: MPLBACKEND asks for the backend MacOSX, which only macOS has",
        ),
        (
            Backend("QtAgg", fallback=False, **RC),  # type: ignore[arg-type]
            "error: matplotlib: matplotlibrc asks for the backend QtAgg, and there is no display",
        ),
        (Backend("foo"), "error: matplotlib: MPLBACKEND asks for the backend foo, which it does not know"),
        (
            Backend("foo", **RC),  # type: ignore[arg-type]
            "warning: matplotlib: matplotlibrc asks for the backend foo, which it does not know",
        ),
        (
            Backend("WebAgg"),
            "error: matplotlib: MPLBACKEND asks for the backend WebAgg, which needs tornado",
        ),
        (
            Backend("cairo"),
            "error: matplotlib: MPLBACKEND asks for the backend cairo, which needs pycairo or cairocffi",
        ),
        (
            Backend("module://nope.x", module_is_there=False),
            "error: matplotlib: MPLBACKEND asks for the backend module://nope.x, which is not installed",
        ),
    ],
)
def test_headless_names_who_asks_for_which_backend(backend: Backend, told: str) -> None:
    (finding,) = headless.check(around(backend=backend))

    assert str(finding) == f"DG508 {told}"
    assert str(finding.mend) == "export MPLBACKEND=Agg"
    assert finding.where == (f"{backend.path}:4" if backend.path else "")


def test_headless_finds_what_a_backend_needs() -> None:
    assert said(headless, around(environment("tornado==6.5"), backend=Backend("WebAgg"))) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMP_NUM_THREADS", "1"),
        ("OMP_NUM_THREADS", "4,2"),
        ("OMP_NUM_THREADS", " 8 "),
        ("OPENBLAS_NUM_THREADS", "64"),
        ("KMP_DUPLICATE_LIB_OK", "FALSE"),
        ("PYTHONUTF8", "1"),
    ],
)
def test_threads_is_quiet(name: str, value: str) -> None:
    assert said(threads, around(variables={name: value})) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OMP_NUM_THREADS", "0", "is `0`, which is no number of threads"),
        ("OMP_NUM_THREADS", "-1", "is `-1`, which is no number of threads"),
        ("OMP_NUM_THREADS", "auto", "is `auto`, which is no number of threads"),
        ("OPENBLAS_NUM_THREADS", "4,2", "is `4,2`, which is no number of threads"),
        ("OMP_NUM_THREADS", "$(nproc)", "is `$(nproc)`, which is no number of threads"),
        ("KMP_DUPLICATE_LIB_OK", "TRUE", "is `TRUE`"),
    ],
)
def test_threads_names_the_variable_and_its_value(name: str, value: str, told: str) -> None:
    (finding,) = threads.check(around(variables={name: value}))

    assert str(finding) == f"DG509 warning: {name}: {told}"
    assert str(finding.mend) == f"unset {name}"


@pytest.mark.parametrize(
    ("value", "told"), [("4", []), (" 4 ", []), ("0", ["warning"]), ("-1", ["warning"]), ("auto", ["error"])]
)
def test_threads_knows_what_numexpr_does_with_it(value: str, told: list[str]) -> None:
    variables = {"NUMEXPR_NUM_THREADS": value}

    findings = threads.check(around(environment("numexpr==2.14.1"), variables=variables))

    assert [one.label for one in findings] == told
    assert said(threads, around(variables=variables)) == []


def test_text_in_utf_8_is_quiet_on_other_systems() -> None:
    elsewhere = environment(interpreter=interpreter(markers={**LINUX, "sys_platform": "win32"}))

    assert said(encoding, around(elsewhere, locale=Locale("LANG", "de_DE", "ISO-8859-1"))) == []


# Each line was held against CPython itself; tests/environment/host/test_encoding.py does it again.
@pytest.mark.parametrize(
    ("version", "locale", "variables", "told"),
    [
        ("3.11.7", Locale(), {}, []),
        ("3.11.7", Locale("LANG", "C.UTF-8", "UTF-8"), {}, []),
        ("3.11.7", Locale("LC_ALL", "C"), {}, []),
        ("3.11.7", Locale("LC_ALL", "POSIX"), {}, []),
        ("3.11.7", Locale("LANG", "C"), {"PYTHONUTF8": "0"}, []),
        ("3.11.7", Locale("LANG", "C"), {"PYTHONCOERCECLOCALE": "0"}, []),
        ("3.11.7", Locale("LC_ALL", "xx_YY", ""), {}, []),
        ("3.11.7", Locale("LC_ALL", "C"), {"PYTHONUTF8": "0"}, ["is ASCII (LC_ALL=C)"]),
        ("3.11.7", Locale("LC_ALL", "xx_YY", ""), {"PYTHONUTF8": "0"}, ["is ASCII (LC_ALL=xx_YY)"]),
        (
            "3.11.7",
            Locale(),
            {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            ["is ASCII (no locale is set)"],
        ),
        ("3.11.7", Locale("LANG", "de_DE", "ISO-8859-1"), {}, ["is ISO-8859-1 (LANG=de_DE)"]),
        ("3.11.7", Locale("LANG", "de_DE", "ISO-8859-1"), {"PYTHONUTF8": "1"}, []),
        ("3.15.0", Locale("LANG", "de_DE", "ISO-8859-1"), {}, []),
        (
            "3.15.0",
            Locale("LANG", "de_DE", "ISO-8859-1"),
            {"PYTHONUTF8": "0"},
            ["is ISO-8859-1 (LANG=de_DE)"],
        ),
        ("3.6.15", Locale(), {}, ["is ASCII (no locale is set)"]),
        ("3.6.15", Locale("LANG", "C.UTF-8", "UTF-8"), {}, []),
    ],
)
def test_encoding_is_what_the_interpreter_would_take(
    version: str, locale: Locale, variables: dict[str, str], told: list[str]
) -> None:
    facts = around(of_version(version), locale=locale, variables=variables)

    assert said(encoding, facts) == [f"DG510 warning: encoding: {line}" for line in told]


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PYTHONUTF8": "yes"}, ["error: PYTHONUTF8: is `yes`, neither 0 nor 1"]),
        ({"PYTHONIOENCODING": "latin-1"}, ["warning: PYTHONIOENCODING: is `latin-1`"]),
        ({"PYTHONIOENCODING": "utf_8:strict"}, []),
        ({"PYTHONIOENCODING": ":replace"}, []),
    ],
)
def test_encoding_names_the_variables_of_python(variables: dict[str, str], told: list[str]) -> None:
    assert said(encoding, around(variables=variables)) == [f"DG510 {line}" for line in told]


SYSTEM_ZONES = Path("/usr/share/zoneinfo")


@pytest.mark.parametrize(
    "zones",
    [
        pytest.param(Zones(folder=SYSTEM_ZONES), id="of the system"),
        pytest.param(Zones(distribution=True), id="of the distribution"),
        pytest.param(Zones("Europe/Berlin", folder=SYSTEM_ZONES), id="a zone that is there"),
        pytest.param(Zones(folder=SYSTEM_ZONES, asked_by=("pandas",)), id="asked for, and there"),
    ],
)
def test_time_zone_is_quiet(zones: Zones) -> None:
    assert said(time_zone, around(zones=zones)) == []


@pytest.mark.parametrize(
    ("zones", "told"),
    [
        (
            Zones("Europe/Berln", known=False, folder=SYSTEM_ZONES),
            "warning: TZ: names Europe/Berln, which is no zone here",
        ),
        (
            Zones(),
            "warning: tzdata: there is no data on time zones, neither of the system nor as a distribution",
        ),
        (
            Zones(asked_by=("pandas",)),
            "error: tzdata: there is no data on time zones, neither of the system nor as a distribution; "
            "pandas asks for tzdata",
        ),
    ],
)
def test_time_zone_names_the_zone_and_what_is_not_there(zones: Zones, told: str) -> None:
    (finding,) = time_zone.check(around(zones=zones))

    assert str(finding) == f"DG511 {told}"
    assert str(finding.mend) == ("export TZ=UTC" if zones.name else "uv add tzdata")


def volume(free: int, files: int | None = 10**6) -> Volume:
    return Volume(Path("/data"), "declared as writable", free, files, declared=True)


@pytest.mark.parametrize(
    ("wanted_bytes", "free", "files", "told"),
    [
        (0, 256 * 1024**2, 10**6, []),
        (0, 256 * 1024**2, None, []),
        (2 * 1024**3, 2 * 1024**3, 1_000, []),
        (
            0,
            31 * 1024**2,
            10**6,
            ["warning: disk: 31 MiB are free in /data (declared as writable), 256 MiB wanted"],
        ),
        (
            1024**3,
            1024**3 - 1,
            10**6,
            ["error: disk: 1024 MiB are free in /data (declared as writable), 1 GiB wanted"],
        ),
        (
            0,
            10**12,
            12,
            ["warning: disk: 12 more files can be made in /data (declared as writable), 1,000 wanted"],
        ),
    ],
)
def test_disk_names_what_is_free_and_what_is_wanted(
    wanted_bytes: int, free: int, files: int | None, told: list[str]
) -> None:
    facts = around(volumes=(volume(free, files),), wishes=HostWishes(free=wanted_bytes))

    assert said(disk, facts) == [f"DG512 {line}" for line in told]


def test_disk_asks_less_of_the_folder_for_temporary_files() -> None:
    wishes = HostWishes(free=1024**4)

    for free, told in ((256 * 1024**2, 0), (1024, 1)):
        one = Volume(Path("/tmp"), "for temporary files", free, None)
        assert [f.label for f in disk.check(around(volumes=(one,), wishes=wishes))] == ["warning"] * told


WISHES = HostWishes(
    variables=("STATS_TOKEN",), writable=(Path("/data/out"),), place=Place(Path("pyproject.toml"), 9)
)


def test_not_writable_points_to_the_declaration() -> None:
    folder = Unwritable(Path("/data/out"), "declared as writable", "is not writable")

    (finding,) = not_writable.check(around(unwritable=(folder,), wishes=WISHES))

    assert str(finding) == "DG513 error: /data/out: is not writable (declared as writable)"
    assert finding.where == "pyproject.toml:9"


def test_not_writable_warns_of_what_the_job_does_without() -> None:
    folder = Unwritable(Path("/gone"), "TMPDIR", "does not exist", usable=True)

    assert said(not_writable, around(unwritable=(folder,))) == [
        "DG513 warning: /gone: does not exist (TMPDIR)"
    ]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"missing": ("STATS_TOKEN",)}, "error: STATS_TOKEN: is not set"),
        ({"empty": ("STATS_TOKEN",)}, "error: STATS_TOKEN: is set to nothing"),
    ],
)
def test_missing_variable_names_it_and_where_it_is_declared(facts: dict[str, object], told: str) -> None:
    (finding,) = missing_variable.check(around(None, **{**facts, "wishes": WISHES}))

    assert str(finding) == f"DG514 {told}"
    assert finding.where == "pyproject.toml:9"


@pytest.mark.parametrize(
    ("seconds", "told"), [(301, "5 minutes"), (3_600, "1 hour"), (7_300, "2 hours"), (10**9, "11574 days")]
)
def test_clock_names_the_file_and_by_how_much(seconds: int, told: str) -> None:
    (finding,) = clock.check(around(future=(Future(Path("/work/uv.lock"), seconds),)))

    assert str(finding) == f"DG515 warning: clock: uv.lock was changed {told} from now"
    assert str(finding.mend) == "touch /work/uv.lock"


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(
            {"library_path": (LibraryFolder("/opt/lib", Path("/opt/lib")),)}, id="nothing is hidden"
        ),
        pytest.param({"variables": {"PYTHONWARNINGS": "ignore"}}, id="warnings are ignored"),
        pytest.param({"variables": {"PYTHONWARNINGS": "error,default"}}, id="errors are taken back"),
        pytest.param({"variables": {"PYTHONWARNINGS": "errors"}}, id="no action of that name"),
        pytest.param({"variables": {"PYTHONOPTIMIZE": "0"}}, id="not optimized"),
    ],
)
def test_loaded_code_is_quiet(facts: dict[str, object]) -> None:
    assert said(loaded_code, around(None, **facts)) == []


HOOK = Preload("LD_PRELOAD", "/opt/hook.so", there=True)


@pytest.mark.parametrize(
    ("facts", "told", "unset"),
    [
        ({"preloads": (HOOK,)}, "warning: LD_PRELOAD: /opt/hook.so is loaded first", "LD_PRELOAD"),
        (
            {"preloads": (HOOK._replace(there=False),)},
            "warning: LD_PRELOAD: /opt/hook.so does not exist",
            "LD_PRELOAD",
        ),
        (
            {"preloads": (HOOK._replace(open_to_all=True),)},
            "error: LD_PRELOAD: /opt/hook.so is loaded first, and every user may change it",
            "LD_PRELOAD",
        ),
        (
            {"preloads": (HOOK._replace(there=False, open_to_all=True),)},
            "error: LD_PRELOAD: /opt/hook.so is loaded first, and every user may make it",
            "LD_PRELOAD",
        ),
        (
            {"preloads": (Preload("DYLD_INSERT_LIBRARIES", "libhook.dylib"),)},
            "warning: DYLD_INSERT_LIBRARIES: libhook.dylib is loaded first",
            "DYLD_INSERT_LIBRARIES",
        ),
        (
            {"preloads": (Preload("LD_PRELOAD", "libjemalloc.so.2"),)},
            "note: LD_PRELOAD: libjemalloc.so.2 is loaded first",
            "",
        ),
        (
            {"preloads": (Preload("LD_PRELOAD", "/env/scipy.libs/libgomp-d22c30c5.so.1.0.0", there=True),)},
            "note: LD_PRELOAD: /env/scipy.libs/libgomp-d22c30c5.so.1.0.0 is loaded first",
            "",
        ),
        (
            {"preloads": (Preload("LD_PRELOAD", "/opt/libjemalloc.so.2", there=False),)},
            "warning: LD_PRELOAD: /opt/libjemalloc.so.2 does not exist",
            "LD_PRELOAD",
        ),
        (
            {"library_path": (LibraryFolder("/opt/lib", Path("/opt/lib"), hides=tuple("abcde")),)},
            "note: LD_LIBRARY_PATH: /opt/lib hides a, b, c, d and 1 more of the system",
            "",
        ),
        (
            {"library_path": (LibraryFolder("", Path("/app")),)},
            "note: LD_LIBRARY_PATH: /app (the working directory) is searched first",
            "",
        ),
        (
            {"library_path": (LibraryFolder("/tmp/lib", Path("/tmp/lib"), open_to_all=True),)},
            "error: LD_LIBRARY_PATH: /tmp/lib is searched first, and every user may write to it",
            "LD_LIBRARY_PATH",
        ),
        (
            {"bytecode": BytecodeFolder(Path("/var/pyc"))},
            "note: PYTHONPYCACHEPREFIX: /var/pyc is taken for compiled code",
            "",
        ),
        (
            {"bytecode": BytecodeFolder(Path("/tmp/pyc"), Path("/tmp"))},
            "error: PYTHONPYCACHEPREFIX: /tmp/pyc is taken for compiled code, and every user may write to /tmp",
            "PYTHONPYCACHEPREFIX",
        ),
        ({"variables": {"PYTHONINSPECT": "1"}}, "warning: PYTHONINSPECT: is `1`", "PYTHONINSPECT"),
        ({"variables": {"PYTHONOPTIMIZE": "2"}}, "warning: PYTHONOPTIMIZE: is `2`", "PYTHONOPTIMIZE"),
        ({"variables": {"PYTHONOPTIMIZE": "yes"}}, "warning: PYTHONOPTIMIZE: is `yes`", "PYTHONOPTIMIZE"),
        ({"variables": {"PYTHONWARNINGS": "error"}}, "warning: PYTHONWARNINGS: is `error`", "PYTHONWARNINGS"),
        (
            {"variables": {"PYTHONWARNINGS": "default,e::DeprecationWarning"}},
            "warning: PYTHONWARNINGS: is `default,e::DeprecationWarning`",
            "PYTHONWARNINGS",
        ),
        ({"variables": {"PYTHONSAFEPATH": "1"}}, "note: PYTHONSAFEPATH: is `1`", ""),
    ],
)
def test_loaded_code_names_the_variable_and_leaves_it_out(
    facts: dict[str, object], told: str, unset: str
) -> None:
    (finding,) = loaded_code.check(around(None, **facts))

    assert str(finding) == f"DG516 {told}"
    assert finding.why
    assert str(finding.mend or "") == (f"unset {unset}" if unset else "")


def test_an_older_python_does_not_know_of_safe_paths() -> None:
    facts = {"variables": {"PYTHONSAFEPATH": "1"}}

    assert said(loaded_code, around(of_version("3.10.13"), **facts)) == []
