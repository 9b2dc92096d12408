"""Whole environments, made and filled by the real tools."""

import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from driftguard.cache import Cache
from driftguard.environment import read
from driftguard.errors import TargetError
from driftguard.model import Environment, SourceKind, normalized
from tests.environment.builders import (
    dist,
    run,
    script,
    site_of,
    target,
    tree,
    uv_install,
    uv_venv,
    venv,
)
from tests.wheels import make_wheel

OURS = Path(sys.executable)
NOTHING = Cache(None)
BACKEND = """
import pathlib, zipfile

def build_editable(folder, *_):
    name = "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("demo.pth", str(pathlib.Path.cwd()))
        wheel.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n")
        wheel.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("demo-1.0.dist-info/RECORD", "")
    return name
"""


def seen(root: Path, *, execute: bool = True) -> Environment:
    return read(target(root), execute=execute, cache=NOTHING)


def versions(environment: Environment) -> dict[str, str | None]:
    return {one.name: one.version for one in environment.installed}


@pytest.mark.parametrize("execute", [True, False])
def test_an_environment_of_uv(tmp_path: Path, execute: bool) -> None:
    root = uv_venv(tmp_path / "env", OURS)
    wheels = [
        make_wheel(tmp_path / "wheels", "Demo.Kit==1.0", requires=["other>=1"], requires_python=">=3.8"),
        make_wheel(tmp_path / "wheels", "other==2.0"),
    ]
    uv_install(root, *wheels)

    environment = seen(root, execute=execute)

    assert versions(environment) == {"demo-kit": "1.0", "other": "2.0"}
    kit = environment.installed[0]
    assert (kit.installer, kit.requested, kit.faults) == ("uv", True, ())
    assert (kit.requires, kit.requires_python, kit.tags) == (("other>=1",), ">=3.8", ("py3-none-any",))
    assert kit.origin is not None
    assert (kit.origin.kind, kit.origin.location) == (SourceKind.PATH, str(wheels[0]))
    assert (environment.root, environment.interpreter.asked) == (root, execute)
    assert (environment.virtual, environment.created_by_uv, environment.seeded) == (True, True, False)
    assert (environment.inherited, environment.leftovers, environment.notes) == ((), (), ())


def test_from_an_index_and_editable(tmp_path: Path) -> None:
    root = uv_venv(tmp_path / "env", OURS)
    make_wheel(tmp_path / "wheels", "other==2.0")
    manifest = {
        "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n",
        "backend.py": BACKEND,
        "demo.egg-info/PKG-INFO": "Name: demo\nVersion: 0.9\n",
    }
    project = tree(tmp_path / "app", manifest)
    uv_install(root, "--find-links", tmp_path / "wheels", "other")
    uv_install(root, "--no-build-isolation", "--editable", project)

    demo, other = seen(root).installed

    assert other.origin is not None
    assert demo.origin is not None
    assert other.origin.kind == SourceKind.REGISTRY
    assert (demo.version, demo.origin.kind, demo.origin.location) == (
        "1.0",
        SourceKind.EDITABLE,
        str(project),
    )


def test_an_environment_of_venv_with_system_packages(tmp_path: Path) -> None:
    base = venv(tmp_path / "base", OURS)
    root = venv(tmp_path / "env", base / "bin/python", "--system-site-packages")

    environment = seen(root)

    told = run(OURS, "-c", "import sys; print(sys.base_prefix)").strip()
    assert environment.installed == ()
    assert all(str(one.path).startswith(told) for one in environment.inherited)
    assert environment.notes == (
        "packages of the base interpreter are visible (include-system-site-packages)",
    )
    assert (environment.created_by_uv, environment.seeded) == (False, False)


def test_a_seeded_environment(tmp_path: Path) -> None:
    root = uv_venv(tmp_path / "env", OURS)
    (root / "pyvenv.cfg").write_text((root / "pyvenv.cfg").read_text() + "seed = true\n")

    assert seen(root).seeded


def test_a_base_interpreter_is_not_virtual() -> None:
    base = run(OURS, "-c", "import sys; print(sys._base_executable)").strip()

    assert not seen(Path(base)).virtual


@pytest.mark.parametrize(
    ("files", "virtual"),
    [
        pytest.param({"conda-meta/history": ""}, True, id="conda-environment"),
        pytest.param({"conda-meta/history": "", "condabin/conda": ""}, False, id="conda-itself"),
        pytest.param({}, False, id="neither"),
    ],
)
def test_conda_environments_are_virtual(tmp_path: Path, files: dict[str, str | bytes], virtual: bool) -> None:
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    root = tree(tmp_path / "env", {f"lib/{name}/site-packages/": "", "bin/": "", **files})
    (root / "bin" / name).write_bytes(OURS.resolve().read_bytes())

    assert seen(root / "bin" / name, execute=False).virtual is virtual


@pytest.mark.parametrize("execute", [True, False])
@pytest.mark.parametrize("state", ["absent", "dangling", "file"])
def test_an_environment_without_site_packages_is_no_empty_one(
    tmp_path: Path, state: str, execute: bool
) -> None:
    root = venv(tmp_path / "env", OURS)
    site = site_of(root)
    site.rename(root / "elsewhere")
    if state == "dangling":
        site.symlink_to("/nowhere/at/all")
    elif state == "file":
        site.write_text("")

    with pytest.raises(TargetError) as caught:
        seen(root, execute=execute)

    assert caught.value.message == f"`env` has no site-packages: `{site}` is not a folder"


@pytest.mark.parametrize("execute", [True, False])
def test_site_packages_may_be_a_link(tmp_path: Path, execute: bool) -> None:
    root = venv(tmp_path / "env", OURS)
    site = site_of(root)
    site.rename(root / "elsewhere")
    site.symlink_to(root / "elsewhere")

    assert seen(root, execute=execute).unseen == ()


@pytest.mark.parametrize(
    ("state", "unseen"),
    [
        pytest.param("file", "cannot be listed: Not a directory", id="file"),
        pytest.param("dangling", "cannot be listed: No such file or directory", id="dangling"),
        pytest.param("absent", "", id="absent"),
        pytest.param("folder", "", id="folder"),
    ],
)
def test_inherited_site_packages_that_cannot_be_listed_are_told(
    tmp_path: Path, state: str, unseen: str
) -> None:
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    files: dict[str, str | bytes] = {
        f"base/lib/{name}/": "",
        "env/pyvenv.cfg": f"home = {tmp_path}/base/bin\ninclude-system-site-packages = true\n",
        "env/bin/python": OURS.resolve().read_bytes(),
        f"env/lib/{name}/site-packages/": "",
    }
    tree(tmp_path, files)
    site = tmp_path / f"base/lib/{name}/site-packages"
    if state == "file":
        site.write_text("")
    elif state == "dangling":
        site.symlink_to("/nowhere/at/all")
    elif state == "folder":
        site.mkdir()

    environment = seen(tmp_path / "env", execute=False)

    assert environment.inherited == ()
    assert environment.unseen == ((f"`{site}` {unseen}",) if unseen else ())


def test_what_was_not_looked_at_is_told(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", OURS)
    tree(site_of(root), {"x.pth/": "", "y.pth": "/nowhere/at/all\n"})

    environment = seen(root)

    assert environment.unseen == (f"`{site_of(root)}/x.pth` cannot be read: not a file",)
    assert environment.notes == ()


def test_leftovers_and_ourselves_are_told(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", OURS)
    tree(site_of(root), {"~emo/": "", **dist("env-driftguard==0.1.0")})

    environment = seen(root)

    assert environment.leftovers == (site_of(root) / "~emo",)
    assert environment.notes == ("the environment also holds driftguard itself",)


def test_a_base_of_another_minor_version_is_noted(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", OURS)
    now = f"{sys.version_info[0]}.{sys.version_info[1]}"
    configuration = (root / "pyvenv.cfg").read_text()
    (root / "pyvenv.cfg").write_text(configuration.replace(f"version = {now}", "version = 3.4"))

    assert seen(root).notes == (f"pyvenv.cfg was written for Python 3.4, the interpreter is now {now}",)
    with pytest.raises(TargetError, match="cannot be told without running it"):
        seen(root, execute=False)


def test_a_shim_leads_to_what_it_starts(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", OURS)
    script(tmp_path / "shims/python", f'exec "{root}/bin/python" "$@"')

    environment = seen(tmp_path / "shims/python")

    assert (environment.root, environment.virtual) == (root, True)


def test_our_own_environment_is_what_the_standard_library_sees() -> None:
    path = [str(folder) for folder in seen(OURS).interpreter.site_packages]
    theirs = {(normalized(one.metadata["Name"]), one.version) for one in distributions(path=path)}

    assert {(one.name, one.version) for one in seen(OURS).installed} == theirs
    assert [one.faults for one in seen(OURS).installed if one.faults] == []
