"""Which Python a name or a command leads to: real files, of which nothing is run."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard.environment.host import programs
from driftguard.host import Command

REAL = Path(os.path.realpath(sys.executable))


class Machine:
    """A judged environment `env`, another one `other`, and a folder of programs `bin`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("env", "other"):
            (root / name / "bin").mkdir(parents=True)
            (root / name / "pyvenv.cfg").write_text(f"home = {REAL.parent}\n")
            (root / name / "bin" / "python").symlink_to(REAL)
            (root / name / "bin" / "python3").symlink_to("python")
        (root / "bin").mkdir()

    @property
    def judged(self) -> Path:
        return self.root / "env" / "bin" / "python"

    def script(self, name: str, *lines: str) -> Path:
        path = self.root / name
        path.write_text("\n".join((*lines, "pass", "")))
        path.chmod(0o755)
        return path

    def path(self, *folders: str) -> str:
        return os.pathsep.join(str(self.root / folder) for folder in folders)

    def command(self, *words: str, path: str = "") -> Command | None:
        return programs.command(words, {"PATH": path}, self.root, self.judged)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


Setting = Callable[[Machine], Command | None]


def plain(machine: Machine) -> Command | None:
    return machine.command(str(machine.judged), "job.py")


def by_name(machine: Machine) -> Command | None:
    return machine.command("python3", path=machine.path("env/bin", "other/bin"))


def relative(machine: Machine) -> Command | None:
    return machine.command("env/bin/python")


def through_a_link_to_the_environment(machine: Machine) -> Command | None:
    (machine.root / "current").symlink_to("env")
    return machine.command("python", path=machine.path("current/bin"))


def script_of_the_environment(machine: Machine) -> Command | None:
    machine.script("env/bin/hawks", f"#!{machine.judged}")
    return machine.command("env/bin/hawks")


def script_by_env(machine: Machine) -> Command | None:
    machine.script("bin/job", "#!/usr/bin/env python3")
    return machine.command("job", path=machine.path("bin", "env/bin"))


def script_by_env_with_options(machine: Machine) -> Command | None:
    machine.script("bin/job", "#!/usr/bin/env -S python3 -u")
    return machine.command("job", path=machine.path("bin", "env/bin"))


def script_with_a_long_path(machine: Machine) -> Command | None:
    machine.script("env/bin/hawks", "#!/bin/sh", f"'''exec' '{machine.judged}' \"$0\" \"$@\"", "' '''")
    return machine.command("env/bin/hawks")


def behind_env(machine: Machine) -> Command | None:
    return machine.command("env", "A=1", f"PATH={machine.path('env/bin')}", "python", "job.py")


@pytest.mark.parametrize(
    "setting",
    [
        plain,
        by_name,
        relative,
        through_a_link_to_the_environment,
        script_of_the_environment,
        script_by_env,
        script_by_env_with_options,
        script_with_a_long_path,
        behind_env,
    ],
)
def test_the_judged_one(machine: Machine, setting: Setting) -> None:
    found = setting(machine)

    assert found
    assert found.program.judged is True


def first_on_path(machine: Machine) -> Command | None:
    return machine.command("python3", path=machine.path("bin", "other/bin", "env/bin"))


def base_of_the_environment(machine: Machine) -> Command | None:
    return machine.command(str(REAL))


def link_to_its_program(machine: Machine) -> Command | None:
    """Python looks for `pyvenv.cfg` beside the link."""
    (machine.root / "bin" / "python").symlink_to(machine.judged)
    return machine.command("python", path=machine.path("bin"))


def script_of_another(machine: Machine) -> Command | None:
    machine.script("bin/hawks", f"#!{machine.root}/other/bin/python")
    return machine.command("bin/hawks")


def script_by_env_of_another(machine: Machine) -> Command | None:
    machine.script("env/bin/job", "#!/usr/bin/env python3")
    return machine.command("env/bin/job", path=machine.path("other/bin", "env/bin"))


def script_of_one_that_is_gone(machine: Machine) -> Command | None:
    machine.script("env/bin/hawks", "#!/gone/bin/python3")
    return machine.command("env/bin/hawks")


@pytest.mark.parametrize(
    "setting",
    [
        first_on_path,
        base_of_the_environment,
        link_to_its_program,
        script_of_another,
        script_by_env_of_another,
        script_of_one_that_is_gone,
    ],
)
def test_another_one(machine: Machine, setting: Setting) -> None:
    found = setting(machine)

    assert found
    assert found.program.judged is False


def test_python_itself_takes_a_link_from_outside_for_its_base(machine: Machine) -> None:
    (machine.root / "bin" / "python").symlink_to(machine.judged)

    done = [
        subprocess.run(
            [python, "-I", "-c", "import sys; print(sys.prefix)"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for python in (machine.judged, machine.root / "bin" / "python")
    ]

    assert os.path.realpath(done[0]) == os.path.realpath(machine.root / "env")
    assert done[1] == str(REAL.parent.parent)


def test_a_script_that_chooses_when_it_runs_is_not_known(machine: Machine) -> None:
    machine.script("bin/python", "#!/usr/bin/env bash", "exec pyenv exec python")

    found = machine.command("python", path=machine.path("bin"))

    assert found
    assert found.program.judged is None
    assert found.program.python is None


def test_a_script_run_by_such_a_script_is_not_known_either(machine: Machine) -> None:
    machine.script("bin/python3", "#!/usr/bin/env bash", "exec pyenv exec python")
    machine.script("bin/job", "#!/usr/bin/env python3")

    found = machine.command("job", path=machine.path("bin"))

    assert found
    assert found.program.judged is None


@pytest.mark.parametrize(
    "words",
    [
        ("sh", "-c", "python job.py"),
        ("env",),
        ("env", "-i", "python"),
        ("touch", "ran"),
        ("no-such-command",),
        ("-x",),
        ("",),
        ("bin/tool",),
        ("bin/empty",),
        ("bin",),
    ],
)
def test_a_command_that_is_no_python_is_left_alone(machine: Machine, words: tuple[str, ...]) -> None:
    machine.script("bin/tool", "#!/bin/sh")
    (machine.root / "bin" / "empty").touch()

    assert machine.command(*words, path=os.environ["PATH"]) is None


def test_what_may_not_be_run_is_passed_over(machine: Machine) -> None:
    machine.script("bin/python", "#!/bin/sh").chmod(0o644)

    found = machine.command("python", path=machine.path("bin", "env/bin"))

    assert found
    assert found.program.path == machine.judged


def test_an_empty_folder_of_a_path_is_the_working_directory(machine: Machine) -> None:
    machine.script("python", f"#!{machine.judged}")

    found = machine.command("python", path=f":{machine.path('other/bin')}")

    assert found
    assert found.program.path == machine.root / "python"


def test_the_first_of_each_name_on_a_path(machine: Machine) -> None:
    machine.script("bin/pip", f"#!{machine.root}/other/bin/python")

    found = programs.Finder(machine.path("bin", "env/bin", "other/bin"), machine.root, machine.judged).first()

    assert [(one.name, one.judged) for one in found.programs] == [
        ("python", True),
        ("python3", True),
        ("pip", False),
    ]


def test_a_script_that_leads_elsewhere_is_no_twin_of_itself(machine: Machine) -> None:
    machine.script("env/bin/hawks", "#!/old/.venv/bin/python")

    found = machine.command("env/bin/hawks")

    assert found
    assert (found.program.judged, found.twin) == (False, None)


def test_a_twin_is_the_script_of_the_same_name(machine: Machine) -> None:
    machine.script("env/bin/hawks", f"#!{machine.judged}")
    machine.script("bin/hawks", f"#!{machine.root}/other/bin/python")

    found = machine.command("bin/hawks", "run")

    assert found
    assert (found.twin, found.after) == (machine.root / "env" / "bin" / "hawks", ("run",))
