"""Which environment is taken, and what is said when it is not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from driftguard.environment.target import Target, find
from driftguard.errors import TargetError


@dataclass
class Machine:
    """A folder with a project; `find` looks from the project unless told otherwise."""

    top: Path

    @property
    def project(self) -> Path:
        return self.top / "app"

    def environment(self, name: str, python: str = "bin/python") -> Path:
        """Make what looks like an environment."""
        interpreter = self.top / name / python
        interpreter.parent.mkdir(parents=True)
        interpreter.write_text("")
        interpreter.chmod(0o755)
        return self.top / name

    def find(
        self,
        python: str | None = None,
        *,
        active: bool = False,
        environ: Mapping[str, str] | None = None,
        cwd: str = "app",
        own: str = "own",
    ) -> Target:
        return find(
            python=python,
            active=active,
            project=self.project,
            environ=environ or {},
            cwd=self.top / cwd,
            own_prefix=self.top / own,
        )

    def complaint(self, python: str | None = None, **more: object) -> TargetError:
        with pytest.raises(TargetError) as caught:
            self.find(python, **more)  # type: ignore[arg-type]
        return caught.value


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "app").mkdir()
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("python", "active", "variables", "expected", "why"),
    [
        pytest.param(None, False, (), "app/.venv", ".venv beside the lock", id="beside"),
        pytest.param(None, False, ("VIRTUAL_ENV",), "app/.venv", ".venv beside the lock", id="beside-first"),
        pytest.param(None, True, ("VIRTUAL_ENV",), "virtual", "from VIRTUAL_ENV", id="active"),
        pytest.param(None, True, (), "app/.venv", ".venv beside the lock", id="active-unset"),
        pytest.param(
            None, False, ("UV_PROJECT_ENVIRONMENT",), "app/chosen", "from UV_PROJECT_ENVIRONMENT", id="chosen"
        ),
        pytest.param(
            None,
            False,
            ("UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"),
            "app/chosen",
            "from UV_PROJECT_ENVIRONMENT",
            id="chosen-before-virtual",
        ),
        pytest.param(
            None,
            True,
            ("UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"),
            "virtual",
            "from VIRTUAL_ENV",
            id="active-before-chosen",
        ),
        pytest.param(
            "../named", True, ("UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"), "named", "from --python", id="named"
        ),
    ],
)
def test_order(
    *, machine: Machine, python: str | None, active: bool, variables: tuple[str, ...], expected: str, why: str
) -> None:
    for name in ("app/.venv", "app/chosen", "virtual", "named"):
        machine.environment(name)
    values = {"VIRTUAL_ENV": str(machine.top / "virtual"), "UV_PROJECT_ENVIRONMENT": "chosen"}

    found = machine.find(python, active=active, environ={name: values[name] for name in variables})

    assert (found.root, found.why) == (machine.top / expected, why)
    assert found.python == machine.top / expected / "bin/python"


def test_virtual_env_is_the_last_resort(machine: Machine) -> None:
    virtual = machine.environment("virtual")

    assert machine.find(environ={"VIRTUAL_ENV": str(virtual)}).root == virtual


@pytest.mark.parametrize("name", ["UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"])
def test_an_empty_variable_is_not_set(machine: Machine, name: str) -> None:
    machine.environment("app/.venv")

    assert machine.find(active=True, environ={name: ""}).why == ".venv beside the lock"


@pytest.mark.parametrize("active", [False, True])
def test_our_own_environment_is_not_the_users_choice(machine: Machine, active: bool) -> None:
    own = machine.environment("own")
    (machine.top / "alias").symlink_to(own)

    error = machine.complaint(active=active, environ={"VIRTUAL_ENV": str(machine.top / "alias")})

    assert "VIRTUAL_ENV is driftguard's own" in error.message


def test_our_own_environment_is_judged_when_it_is_the_projects(machine: Machine) -> None:
    own = machine.environment("app/.venv")

    found = machine.find(environ={"VIRTUAL_ENV": str(own)}, own="app/.venv")

    assert found.root == own


@pytest.mark.parametrize(
    ("given", "cwd", "shown"),
    [
        pytest.param("../env", "app", "../env", id="as-given"),
        pytest.param("env", ".", "env", id="below"),
        pytest.param("{top}/env", ".", "env", id="absolute-below"),
        pytest.param("{top}/env", "app", "{top}/env", id="absolute-elsewhere"),
        pytest.param("env/bin/python", ".", "env/bin/python", id="interpreter"),
    ],
)
def test_it_is_called_as_the_user_would(machine: Machine, given: str, cwd: str, shown: str) -> None:
    machine.environment("env")

    found = machine.find(given.format(top=machine.top), cwd=cwd)

    assert found.root == machine.top / "env"
    assert found.given == shown.format(top=machine.top)


@pytest.mark.parametrize(
    "python", ["bin/python", "bin/python3", "Scripts/python.exe", "bin/python.exe", "python.exe"]
)
def test_every_platform_keeps_its_interpreter_elsewhere(machine: Machine, python: str) -> None:
    root = machine.environment("app/.venv", python)

    assert machine.find().python == root / python


def test_an_interpreter_is_named_itself_and_its_symlink_not_resolved(machine: Machine) -> None:
    machine.environment("base", "bin/python3.11")
    link = machine.top / "env/bin/python"
    link.parent.mkdir(parents=True)
    link.symlink_to(machine.top / "base/bin/python3.11")

    found = machine.find("../env/bin/python")

    assert (found.python, found.root) == (link, machine.top / "env")


def test_a_windows_interpreter_is_named_itself(machine: Machine) -> None:
    root = machine.environment("env", "Scripts/python.exe")

    assert machine.find("../env/Scripts/python.exe").root == root


def test_a_bare_name_is_looked_up_on_path(machine: Machine) -> None:
    root = machine.environment("base", "bin/python3.12")

    found = machine.find("python3.12", environ={"PATH": str(root / "bin")})

    assert (found.python, found.root, found.given) == (root / "bin/python3.12", root, "python3.12")


def test_an_environment_here_goes_before_a_name_on_path(machine: Machine) -> None:
    path = str(machine.environment("base", "bin/env") / "bin")
    machine.environment("app/env")

    assert machine.find("env", environ={"PATH": path}).root == machine.project / "env"


def test_a_folder_of_sources_does_not_go_before_a_name_on_path(machine: Machine) -> None:
    root = machine.environment("base", "bin/python")
    (machine.project / "python").mkdir()

    assert machine.find("python", environ={"PATH": str(root / "bin")}).python == root / "bin/python"


def test_a_chain_of_a_thousand_links_is_an_error(machine: Machine) -> None:
    for number in range(1_500):
        (machine.project / str(number)).symlink_to(str(number + 1))

    with pytest.raises(TargetError, match=r"maximum recursion depth|does not exist"):
        machine.find("./0")


def test_a_path_with_dots_is_tidied_unless_a_symlink_changes_its_meaning(machine: Machine) -> None:
    machine.environment("elsewhere/env")
    (machine.top / "elsewhere/deep").mkdir()
    (machine.project / "link").symlink_to(machine.top / "elsewhere/deep")

    found = machine.find("link/../env")

    assert found.python.samefile(machine.top / "elsewhere/env/bin/python")


@pytest.mark.parametrize("target", ["../env", "{top}/env\n"])
def test_a_venv_file_names_the_environment(machine: Machine, target: str) -> None:
    root = machine.environment("env")
    (machine.project / ".venv").write_text(target.format(top=machine.top))

    found = machine.find()

    assert (found.root, found.why) == (root, ".venv beside the lock")


@pytest.mark.parametrize(
    ("environ", "active", "said", "hint"),
    [
        pytest.param({"UV_PROJECT_ENVIRONMENT": "gone"}, False, "gone", "uv sync", id="chosen"),
        pytest.param({"VIRTUAL_ENV": "/gone"}, True, "/gone", "--python", id="active"),
        pytest.param({"VIRTUAL_ENV": "nul\0l"}, True, "embedded null", "--python", id="null"),
    ],
)
def test_what_is_named_but_absent_does_not_lead_on(
    machine: Machine, environ: Mapping[str, str], active: bool, said: str, hint: str
) -> None:
    machine.environment("app/.venv")

    error = machine.complaint(active=active, environ=environ)

    assert said in error.message
    assert "does not exist" in error.message or "cannot be looked up" in error.message
    assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("python9.9", "not on PATH", id="name"),
        pytest.param("3.12", "not on PATH", id="version"),
        pytest.param("./nowhere/python", "no such file", id="path"),
        pytest.param("", "no such file", id="empty"),
        pytest.param("nul\0l", "no such file", id="null"),
        pytest.param("../empty", "holds no interpreter", id="folder"),
    ],
)
def test_what_python_names_must_be_there(machine: Machine, text: str, said: str) -> None:
    machine.environment("app/.venv")
    (machine.top / "empty").mkdir()

    error = machine.complaint(text, environ={"PATH": str(machine.top)})

    assert said in error.message
    assert error.hint


def test_nothing_at_all_says_what_was_looked_for(machine: Machine) -> None:
    error = machine.complaint()

    for word in ("UV_PROJECT_ENVIRONMENT", ".venv", str(machine.project), "VIRTUAL_ENV"):
        assert word in error.message
    assert "uv sync" in (error.hint or "")


def _empty(venv: Path) -> None:
    venv.mkdir()


def _text(venv: Path) -> None:
    venv.write_text("one\ntwo\n")


def _redirect_to_nothing(venv: Path) -> None:
    venv.write_text("gone")


def _link_to_nothing(venv: Path) -> None:
    venv.symlink_to("/gone/env")


def _loop(venv: Path) -> None:
    venv.symlink_to(venv)


def _interpreter_gone(venv: Path) -> None:
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python3").symlink_to("/gone/bin/python3.11")
    (venv / "bin/python").symlink_to("python3")


def _interpreter_loops(venv: Path) -> None:
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to("python3")
    (venv / "bin/python3").symlink_to("python")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        pytest.param(_empty, "`.venv` (.venv beside the lock) holds no interpreter", id="empty"),
        pytest.param(_text, "does not name an environment", id="file"),
        pytest.param(_redirect_to_nothing, "`gone` (.venv beside the lock) does not exist", id="redirect"),
        pytest.param(_link_to_nothing, "points to `/gone/env`, which does not exist", id="dangling"),
        pytest.param(_loop, "leads back to itself", id="loop"),
        pytest.param(
            _interpreter_gone,
            "`.venv/bin/python` (.venv beside the lock) points to `/gone/bin/python3.11`",
            id="dangling-interpreter",
        ),
        pytest.param(_interpreter_loops, "leads back to itself", id="looping-interpreter"),
    ],
)
def test_a_broken_venv_is_told_and_not_passed_over(machine: Machine, broken: object, said: str) -> None:
    broken(machine.project / ".venv")  # type: ignore[operator]
    virtual = machine.environment("virtual")

    error = machine.complaint(environ={"VIRTUAL_ENV": str(virtual)})

    assert said in error.message
    assert "uv sync" in (error.hint or "")


def test_a_dangling_interpreter_is_told_where_it_points(machine: Machine) -> None:
    (machine.project / "py").symlink_to("/gone/python")

    assert "points to `/gone/python`" in machine.complaint("./py").message
