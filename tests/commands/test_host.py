"""Family DG5 on real environments, under the variables of a shell, of cron and of a unit file."""

import json
import os
import shlex
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.projects import Done, Project

OURS = "DG1,DG5"


def judged(project: Project, *words: str, **variables: str) -> Done:
    return ours(project, "check", "--select", OURS, "--format", "json", *words, **variables)


def ours(project: Project, *words: str, **variables: str) -> Done:
    return project.driftguard(*words, cwd=None, **variables)


def findings(done: Done) -> list[tuple[str, str, str]]:
    told = json.loads(done.out)["findings"]
    return [(one["code"], one["severity"], one["subject"]) for one in told]


def mend(done: Done) -> str:
    (finding,) = json.loads(done.out)["findings"]
    assert isinstance(finding["mend"], str)
    return finding["mend"]


def run(project: Project, command: str) -> None:
    done = project.run("sh", "-e", "-c", command)
    assert done.code == 0, done


def by_uv(project: Project) -> None:
    project.sync()


def by_venv(project: Project) -> None:
    run(project, f"{sys.executable} -m venv --without-pip .venv")
    project.sync()


@pytest.mark.parametrize("make", [by_uv, by_venv])
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({}, id="cron"),
        pytest.param({"LANG": "C.UTF-8", "INVOCATION_ID": "0", "SYSTEMD_EXEC_PID": "1"}, id="a unit file"),
        pytest.param({"CI": "true", "TMPDIR": "/tmp", "LANG": "C"}, id="CI"),
        pytest.param(
            {"DISPLAY": ":0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "OMP_NUM_THREADS": "1"}, id="a shell"
        ),
    ],
)
def test_nothing_is_said_of_a_healthy_environment(
    shop: Project, make: object, variables: dict[str, str]
) -> None:
    make(shop)  # type: ignore[operator]
    words = [f"{name}={value}" for name, value in variables.items()]

    done = shop.run(
        *("env", "-i", "PATH=/usr/bin:/bin", f"HOME={shop.folder.parent}", *words),
        *(sys.executable, "-m", "driftguard", "preflight", "--select", OURS),
    )

    assert done.code == 0, done
    assert "0 errors, 0 warnings, 0 notes, 0 unknown" in done.out


def system_python(folder: Path) -> str:
    """Make a PATH with another Python on it."""
    folder.mkdir()
    (folder / "python3").symlink_to(os.path.realpath(sys.executable))
    return str(folder)


def test_the_path_of_cron_leads_to_another_python(shop: Project, tmp_path: Path) -> None:
    shop.sync()
    path = system_python(tmp_path / "system")

    done = judged(shop, "--path", path)

    assert done.code == 1
    assert findings(done) == [("DG503", "error", "python3")]
    line = mend(done)
    assert line == f"PATH={shop.folder}/.venv/bin:{path}"
    assert judged(shop, "--path", line.removeprefix("PATH=")).code == 0


def test_a_path_that_somebody_forgot_to_set(shop: Project) -> None:
    shop.sync()

    done = judged(shop, "--path", "")

    assert done.code == 3
    assert "`--path` is empty" in done.err


def test_a_path_without_any_python(shop: Project, tmp_path: Path) -> None:
    shop.sync()
    (tmp_path / "empty").mkdir()

    done = judged(shop, "--path", str(tmp_path / "empty"))

    assert findings(done) == [("DG503", "error", "python")]
    assert judged(shop, "--path", mend(done).removeprefix("PATH=")).code == 0


def test_the_command_of_another_python_is_not_run_and_the_printed_one_is(
    shop: Project, tmp_path: Path
) -> None:
    shop.sync()
    shop.write("job.py", "import pandas, sys; print('ran in', sys.prefix)\n")
    variables = {"PATH": f"{system_python(tmp_path / 'system')}:/usr/bin:/bin"}
    preflight = ("preflight", "--select", OURS)

    done = ours(shop, *preflight, "--format", "json", "--", "python3", "job.py", **variables)

    assert done.code == 1, done
    assert findings(done) == [("DG503", "error", "python3")]
    assert "ran in" not in done.out
    again = ours(shop, *preflight, "--", *shlex.split(mend(done)), **variables)
    assert again.code == 0, again
    assert again.out.splitlines()[-1] == f"ran in {shop.folder}/.venv"


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
def test_no_secret_of_the_command_is_shown(shop: Project, tmp_path: Path, form: str) -> None:
    shop.sync()
    report = tmp_path / "report.md"
    words = ("env", "PASSWORD=hunter21", "python3", "job.py", "--api-key", "hunter22", "--token=hunter23")

    done = shop.driftguard(
        *("preflight", "--select", OURS, "--format", form, "--report", str(report), "--", *words),
        PATH=f"{system_python(tmp_path / 'system')}:/usr/bin:/bin",
    )

    assert done.code == 1, done
    assert "job.py --api-key '***'" in done.out.replace("%27", "'") or form == "markdown"
    assert "hunter2" not in done.out + done.err + report.read_text()


def test_a_script_of_another_python_is_not_run(shop: Project) -> None:
    shop.sync()
    script = shop.write("job", f"#!{os.path.realpath(sys.executable)}\nprint('ran')\n")
    script.chmod(0o755)

    done = shop.driftguard("preflight", "--select", OURS, "--", "./job")

    assert done.code == 1
    assert "DG503" in done.out
    assert done.out.splitlines()[-1] != "ran"


def test_a_path_matters_little_to_a_command_that_is_right(shop: Project, tmp_path: Path) -> None:
    shop.sync()
    words = ("preflight", "--select", OURS, "--path", system_python(tmp_path / "system"))

    done = shop.driftguard(*words, "--", ".venv/bin/python", "-c", "print('ran')")

    assert done.code == 0, done
    assert "note    python3" in done.out
    assert done.out.splitlines()[-1] == "ran"


def test_an_environment_that_was_moved_leads_back_to_its_old_place(shop: Project) -> None:
    shop.sync()
    (shop.folder / ".venv").rename(shop.folder / "moved")

    done = judged(shop, "--python", "moved")

    assert done.code == 0
    assert findings(done) == [("DG502", "warning", "environment")]
    run(shop, mend(done))
    assert findings(judged(shop, "--python", "moved")) == []


def test_an_environment_whose_base_is_gone(shop: Project, tmp_path: Path) -> None:
    shop.sync()
    configuration = shop.folder / ".venv" / "pyvenv.cfg"
    lines = [line for line in configuration.read_text().splitlines() if not line.startswith("home")]
    configuration.write_text("\n".join([f"home = {tmp_path}/gone/bin", *lines]))

    done = judged(shop)

    assert done.code == 1, done
    assert findings(done) == [("DG502", "error", "environment")]
    run(shop, mend(done))
    assert findings(judged(shop)) == []


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The folder of a Python from which environments can be made, and which can be taken away."""
    folder = tmp_path / "base" / "bin"
    folder.mkdir(parents=True)
    (folder / "python3").symlink_to(os.path.realpath(sys.executable))
    return folder


def test_an_interpreter_that_leads_nowhere_is_named_with_what_makes_it_anew(
    shop: Project, base: Path
) -> None:
    run(shop, f"{base}/python3 -m venv --without-pip .venv && {base}/python3 -m venv --without-pip other")
    shutil.rmtree(base.parent)

    own, named = judged(shop), judged(shop, "--python", "other")

    assert (own.code, named.code) == (3, 3)
    assert f"points to `{base}/python3`, which does not exist" in own.err
    assert "hint: the Python it was made from is gone: run `uv sync` to make it anew" in own.err
    minor = "{}.{}".format(*sys.version_info)
    anew = f"uv venv --clear --python {minor} other"
    assert f"the Python it was made from, in `{base}`, is gone: `{anew}` makes it anew, empty" in named.err
    shop.sync()
    assert judged(shop).code == 0
    run(shop, anew)
    assert {code for code, _, _ in findings(judged(shop, "--python", "other"))} == {"DG101"}


def test_a_base_that_was_replaced_by_another_minor_version(shop: Project) -> None:
    shop.sync()
    (shop.folder / ".venv" / "pyvenv.cfg").write_text(
        f"home = {Path(sys.executable).parent}\nversion = 3.1.0\n"
    )
    shop.site.parent.rename(shop.site.parent.with_name("python3.1"))

    done = judged(shop, "--no-cache")

    assert done.code == 3
    assert "has no site-packages" in done.err
    assert (
        "it was made for Python 3.1; if that was replaced, `uv venv --clear --python 3.1 .venv`" in done.err
    )


def test_the_packages_of_the_base_are_let_through(shop: Project) -> None:
    run(shop, f"{sys.executable} -m venv --without-pip .venv")
    real = Path(os.path.realpath(sys.executable))
    run(shop, f"{real} -m venv --clear --system-site-packages --without-pip .venv")
    shop.sync()

    done = judged(shop, PYTHONNOUSERSITE="1")

    assert findings(done) == [("DG507", "warning", "environment")]
    run(shop, mend(done))
    assert findings(judged(shop)) == []


def test_a_system_interpreter_is_no_environment(shop: Project) -> None:
    done = shop.driftguard(
        *("check", "--select", "DG501", "--format", "json", "--python", os.path.realpath(sys.executable))
    )

    assert findings(done) == [("DG501", "warning", "environment")]
    assert mend(done) == "UV_PROJECT_ENVIRONMENT=.venv uv sync --frozen"  # and never that of the system
    run(shop, mend(done))
    assert findings(judged(shop)) == []


def test_no_command_syncs_a_system_interpreter(shop: Project) -> None:
    base = os.path.realpath(sys.executable)
    done = shop.driftguard("check", "--select", "DG1", "--format", "json", "--python", base)

    syncs = {one["mend"] for one in json.loads(done.out)["findings"] if " sync " in (one["mend"] or "")}

    assert syncs == {"UV_PROJECT_ENVIRONMENT=.venv uv sync --frozen --inexact"}


def system(folder: Path) -> Path:
    """Make a Python that is no virtual environment, with a library of its own; return its site-packages."""
    library = folder / "lib" / "python{}.{}".format(*sys.version_info)
    (library / "site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    for entry in Path(os.__file__).parent.iterdir():
        if entry.name != "site-packages":
            (library / entry.name).symlink_to(entry)
    shutil.copy(os.path.realpath(sys.executable), folder / "bin" / "python3")
    return library / "site-packages"


@pytest.mark.parametrize("lock", ["uv.lock", "requirements.txt"])
def test_no_printed_command_changes_the_system_behind_a_broken_environment(
    shop: Project, tmp_path: Path, lock: str
) -> None:
    site = system(tmp_path / "system")
    for name in ("numpy-1.0.dist-info", "absent-1.0.dist-info", "six-1.0.dist-info"):
        (site / name).mkdir()
        (site / name / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name[:-14]}\nVersion: 1.0\n")
    for name in ("~umpy", "strange"):
        (site / name).mkdir()
        (site / name / "__init__.py").touch()
    (site / "hook.pth").write_text("import os\n")
    (site / "six-1.0.dist-info" / "RECORD").write_text("six.py,sha256=abc,1\n")
    (shop.folder / ".venv" / "bin").mkdir(parents=True)
    (shop.folder / ".venv" / "bin" / "python").symlink_to(tmp_path / "system" / "bin" / "python3")
    shop.write("requirements.txt", "numpy==2.4.6\npandas==3.1.1\n")

    done = shop.driftguard("check", "--deep", "--lock", lock, "--format", "json")

    report = json.loads(done.out)
    told = {one["code"] for one in report["findings"]}
    assert {"DG101", "DG102", "DG104", "DG108", "DG402", "DG403", "DG404", "DG405", "DG501"} <= told
    # Only read, never run: each would reach the interpreter that `.venv/bin/python` leads to.
    mends = {one["mend"] for one in report["findings"] if one["mend"]}
    aside = "mv -- .venv .venv.aside && "
    anew = "uv venv" if lock == "requirements.txt" else "UV_PROJECT_ENVIRONMENT=.venv uv sync --frozen"
    assert all(mend.startswith(aside + anew) for mend in mends), mends
    assert any("no command that would change" in note for note in report["notes"])


def test_packages_of_the_user(shop: Project, tmp_path: Path) -> None:
    folder = tmp_path / ".local/lib/python{}.{}/site-packages".format(*sys.version_info)
    folder.mkdir(parents=True)
    (folder / "six.py").touch()
    base = os.path.realpath(sys.executable)
    words = ("check", "--select", "DG501,DG506", "--format", "json", "--python", base)
    bare = ("DG501", "warning", "environment")

    done = shop.driftguard(*words, HOME=str(tmp_path))

    assert findings(done) == [bare, ("DG506", "warning", "user site")]
    assert json.loads(done.out)["findings"][1]["mend"] == "export PYTHONNOUSERSITE=1"
    assert findings(shop.driftguard(*words, HOME=str(tmp_path), PYTHONNOUSERSITE="1")) == [bare]
    shop.sync()
    assert findings(judged(shop, HOME=str(tmp_path))) == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"PYTHONPATH": "{folder}/lib"}, ("DG505", "error", "PYTHONPATH")),
        ({"PYTHONPATH": "{folder}"}, ("DG505", "warning", "PYTHONPATH")),
        ({"OMP_NUM_THREADS": "0"}, ("DG509", "warning", "OMP_NUM_THREADS")),
        ({"KMP_DUPLICATE_LIB_OK": "TRUE"}, ("DG509", "warning", "KMP_DUPLICATE_LIB_OK")),
        ({"PYTHONIOENCODING": "latin-1"}, ("DG510", "warning", "PYTHONIOENCODING")),
        ({"PYTHONPYCACHEPREFIX": "{folder}/open/pyc"}, ("DG516", "error", "PYTHONPYCACHEPREFIX")),
        ({"LD_PRELOAD": "{folder}/hook.so"}, ("DG516", "warning", "LD_PRELOAD")),
        ({"PYTHONWARNINGS": "error"}, ("DG516", "warning", "PYTHONWARNINGS")),
        ({"PYTHONOPTIMIZE": "2"}, ("DG516", "warning", "PYTHONOPTIMIZE")),
        ({"TZ": "Europe/Berln"}, ("DG511", "warning", "TZ")),
        ({"MPLBACKEND": "tkcario"}, ("DG508", "error", "matplotlib")),
        ({"MPLBACKEND": "module://absent.backend"}, ("DG508", "error", "matplotlib")),
    ],
)
def test_a_variable_that_harms_and_the_printed_command_mends_it(
    shop: Project, variables: dict[str, str], expected: tuple[str, str, str]
) -> None:
    shop.wheel("matplotlib==3.11.2")
    shop.sync()
    shop.pip("install", "matplotlib")
    shop.write("lib/numpy.py", "")
    shop.write("open/x", "").parent.chmod(0o777)
    given = {name: value.format(folder=shop.folder) for name, value in variables.items()}
    words = ("--ignore", "DG104")

    done = judged(shop, *words, **given)

    assert findings(done) == [expected]
    assert done.code == (1 if expected[1] == "error" else 0)
    assignments = " ".join(f"{name}={shlex.quote(value)}" for name, value in given.items())
    ours = f"{sys.executable} -m driftguard check --select DG5"
    mended = shop.run("sh", "-c", f"export {assignments}; {mend(done)}; exec {ours}", DISPLAY="")
    assert "0 errors, 0 warnings, 0 notes" in mended.out, mended


def test_another_python_is_pinned_beside_the_lock(shop: Project) -> None:
    shop.sync()
    pin = shop.write(".python-version", "3.99\n")

    assert findings(judged(shop)) == [("DG504", "warning", "python")]
    pin.write_text("{}.{}\n".format(*sys.version_info))
    assert findings(judged(shop)) == []


def test_a_lock_from_the_future(shop: Project) -> None:
    shop.sync()
    os.utime(shop.folder / "uv.lock", (time.time() + 86_400,) * 2)

    done = judged(shop)

    assert findings(done) == [("DG515", "warning", "clock")]
    run(shop, mend(done))
    assert findings(judged(shop)) == []


def configured(shop: Project, *lines: str) -> None:
    shop.sync()
    shop.write("driftguard.toml", "\n".join(("", "[host]", *lines, "")))


def test_variables_that_the_job_needs(shop: Project) -> None:
    configured(shop, 'variables = ["STATS_TOKEN", "STATS_USER"]')

    done = judged(shop, STATS_USER="")

    assert done.code == 1
    assert findings(done) == [("DG514", "error", "STATS_TOKEN"), ("DG514", "error", "STATS_USER")]
    assert judged(shop, STATS_TOKEN="hunter2", STATS_USER="ci").code == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
def test_the_value_of_a_variable_is_never_shown(shop: Project, form: str) -> None:
    configured(shop, 'variables = ["STATS_TOKEN", "STATS_USER"]')

    done = shop.driftguard(
        *("check", "--select", "DG5", "--format", form),
        STATS_TOKEN="hunter2",
    )

    assert done.code == 1
    assert "hunter2" not in done.out + done.err


def test_a_folder_that_cannot_be_written(shop: Project) -> None:
    configured(shop, 'writable = ["out/reports"]')
    assert judged(shop).code == 0
    assert not (shop.folder / "out").exists()

    shop.write("out", "a file")
    done = judged(shop)

    assert done.code == 1
    assert findings(done) == [("DG513", "error", f"{shop.folder}/out/reports")]
    (finding,) = json.loads(done.out)["findings"]
    assert (finding["path"], finding["line"]) == ("driftguard.toml", 1)


def test_more_room_than_there_is(shop: Project) -> None:
    configured(shop, 'writable = ["out"]', 'free = "900 TB"')

    done = judged(shop)

    assert done.code == 1
    assert {code for code, _, _ in findings(done)} == {"DG512"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('writeable = ["out"]', "host.writeable: is not a key that driftguard knows"),
        ('variables = "A"', "host.variables: is a string, not a list"),
        ('variables = ["A B"]', "host.variables[0]: is no name of a variable, such as `API_TOKEN`"),
        ('writable = [""]', "host.writable[0]: is no folder"),
        ('writable = ["a\\u0000b"]', "host.writable[0]: is no folder"),
        ("free = 5", "host.free: is an integer, not a string"),
        ('free = "much"', "host.free: `much` is no size such as `512 MiB` or `2 GB`"),
    ],
)
def test_what_the_configuration_may_not_say(shop: Project, line: str, said: str) -> None:
    configured(shop, line)

    done = judged(shop)

    assert done.code == 3
    assert f"driftguard.toml:1: {said}" in done.err
    assert ("did you mean `writable`?" in done.err) == line.startswith("writeable")
