"""`driftguard expect` on real locks of the real uv."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.projects import Done, Project

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "expect.schema.json").read_text())
LINUX = ("--python-version", "3.12", "--python-platform", "linux")
WINDOWS = ("--python-version", "3.12", "--python-platform", "windows")


def answer(done: Done) -> dict[str, Any]:
    """Return the JSON, which is as the schema says."""
    document: dict[str, Any] = json.loads(done.out)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def verdicts(done: Done) -> dict[str, bool | None]:
    return {f"{one['name']}=={one['version']}": one["expected"] for one in answer(done)["packages"]}


def test_the_whole_list_without_an_environment(shop: Project) -> None:
    done = shop.driftguard("expect", *LINUX, "--extra", "plot")

    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "driftguard expect\n"
        "  target  CPython 3.12.0 on linux (x86_64), from --python-version and --python-platform\n"
        "  lock    uv.lock (--extra plot)\n"
        "\n"
        "expected\n"
        "  numpy    2.4.6           because shop → pandas → numpy\n"
        "  pandas   3.1.1           because shop → pandas\n"
        "  plots    1.0             because shop[plot] → plots\n"
        "  pytest   9.0             because shop:dev → pytest\n"
        "\n"
        "not expected\n"
        "  shop     0.1.0  virtual  because virtual: there is nothing to install\n"
        "  sphinx   8.0             because group `docs` is not selected (--group docs): shop:docs → sphinx\n"
        "  torch    1.0             because extra `learn` is not selected (--extra learn): shop[learn] → torch\n"
        "  winonly  1.0             because only where sys_platform == 'win32': shop ↛ winonly\n"
        "\n"
        "4 of 8 locked packages expected\n"
    )


@pytest.mark.parametrize("option", ["--group", "--no-group", "--only-group"])
def test_a_group_that_is_not_there_is_refused_as_uv_does_even_dev(project: Project, option: str) -> None:
    project.write("pyproject.toml", '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.8"\n')
    project.uv("lock")

    done = project.driftguard("expect", *LINUX, option, "dev")

    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("driftguard: group `dev` is not in ")
    assert "it has no groups" in done.err
    assert project.run("uv", "export", "--frozen", option, "dev").code == 2
    assert project.driftguard("expect", *LINUX, option.replace("group", "dev")).code == 0


def test_one_package_in_all_detail(shop: Project) -> None:
    done = shop.driftguard("expect", *LINUX, "Plots", "pandas")

    assert done.code == 0
    assert done.out.partition("\n\n")[2] == (
        "expected\n"
        "  pandas  3.1.1\n"
        "    because shop → pandas\n"
        "\n"
        "not expected\n"
        "  plots  1.0\n"
        "    because extra `plot` is not selected (--extra plot): shop[plot] → plots\n"
        "        and group `docs` is not selected (--group docs): shop:docs → sphinx → plots\n"
        "        and extra `learn` is not selected (--extra learn): shop[learn] → torch → plots\n"
        "\n"
        "1 of 2 packages asked about are expected\n"
    )


def test_json_has_the_target_the_selection_and_the_reasons(shop: Project) -> None:
    document = answer(
        shop.driftguard("expect", *WINDOWS, "--no-dev", "--format", "json", "winonly", "pytest")
    )

    assert document["selection"] == ["--no-dev"]
    assert document["target"]["markers"]["platform_machine"] == "AMD64"
    assert document["summary"] == {"locked": 2, "expected": 1, "not_expected": 1, "undecided": 0}
    pytest_, winonly = document["packages"]
    assert winonly["because"] == [
        {
            "kind": "path",
            "path": ["shop", "winonly"],
            "beyond": [],
            "markers": ["sys_platform == 'win32'"],
            "option": None,
            "text": "where sys_platform == 'win32'",
        }
    ]
    assert pytest_["because"][0]["text"] == "group `dev` is left out by --no-dev"


@pytest.mark.parametrize(
    "chosen", [(), ("--extra", "learn"), ("--only-group", "docs"), ("--all-extras", "--no-dev")]
)
def test_what_is_expected_is_what_uv_then_installs(shop: Project, chosen: tuple[str, ...]) -> None:
    shop.sync(*chosen)

    done = shop.driftguard("expect", *chosen, "--format", "json")

    freeze = shop.uv("pip", "freeze", "--python", ".venv").out.split()
    assert sorted(name for name, wanted in verdicts(done).items() if wanted) == sorted(freeze)


@pytest.mark.parametrize("platform", ["linux", "windows", "aarch64-apple-darwin"])
@pytest.mark.parametrize("version", ["3.11", "3.13.2"])
def test_it_agrees_with_uvs_tree_for_a_target(project: Project, platform: str, version: str) -> None:
    for name in ("win", "mac", "arm", "old", "new", "patch", "always"):
        project.wheel(f"{name}==1.0")
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = [
            "win; os_name == 'nt'", "mac; platform_system == 'Darwin'", "arm; platform_machine == 'arm64'",
            "old; python_version < '3.12'", "new; python_full_version >= '3.12'",
            "patch; python_full_version >= '3.13.2'", "always",
        ]
        """,
    )
    project.lock()
    target = ("--python-version", version, "--python-platform", platform)

    tree = project.uv("tree", "--frozen", "--no-index", "--find-links", str(project.index), *target)
    ours = verdicts(project.driftguard("expect", *target, "--format", "json"))

    assert tree.code == 0, tree.err
    theirs = re.findall(r"^[├└]── (\S+) v1\.0", tree.out, re.MULTILINE)
    assert sorted(theirs) == sorted(name.partition("==")[0] for name, wanted in ours.items() if wanted)


def test_the_environment_that_check_takes_is_asked_and_said(shop: Project) -> None:
    shop.sync()
    full = ".".join(map(str, sys.version_info[:3]))

    plain = shop.driftguard("expect").out.splitlines()[1]
    other = shop.driftguard("expect", "--python-platform", "windows").out.splitlines()[1]

    assert f"CPython {full}" in plain
    assert plain.endswith(", of .venv (.venv beside the lock)")
    assert f"CPython {full}" in other
    assert other.endswith(" on win32 (AMD64), from --python-platform, else of .venv (.venv beside the lock)")


def test_without_an_environment_our_own_python_is_asked_and_said(shop: Project) -> None:
    done = shop.driftguard("expect", "--python-version", "3.13")

    assert done.code == 0
    assert "CPython 3.13.0 on " in done.out
    assert (
        "from --python-version, else of the Python that runs driftguard (no environment is here)" in done.out
    )


def test_an_environment_that_is_named_must_be_there(shop: Project) -> None:
    done = shop.driftguard("expect", "--python", "absent", "--python-version", "3.12")

    assert (done.code, done.out) == (3, "")
    assert "`absent` (from --python)" in done.err


def test_what_the_interpreter_was_not_asked_for_is_undecided(project: Project) -> None:
    project.wheel("kernel==1.0")
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["kernel; platform_release == '6'"]
        """,
    )
    project.lock()
    project.sync()

    done = project.driftguard("expect", "--no-exec")

    assert done.code == 3
    assert "undecided\n  kernel  1.0  " in re.sub(r"  +", "  ", done.out)
    assert "which is not known: app → kernel" in done.out
    assert done.out.endswith("0 of 2 locked packages expected, 1 undecided\n")
    decided = project.driftguard("expect", "--no-exec", "app")
    assert decided.code == 0


def test_another_target_than_the_lock_is_for_is_a_warning(shop: Project) -> None:
    shop.write("uv.lock", (shop.folder / "uv.lock").read_text().replace(
        "\n\n[[package]]", "\nsupported-markers = [\"sys_platform == 'linux'\"]\n\n[[package]]", 1
    ))  # fmt: skip

    done = shop.driftguard(
        "expect", "--python-version", "3.9", "--python-platform", "macos", "--format", "json"
    )

    told = [
        "the lock is for Python >=3.11: nothing was resolved for 3.9.0",
        "the lock is for sys_platform == 'linux': nothing was resolved for this platform",
    ]
    assert done.code == 0
    assert answer(done)["notes"] == told
    assert done.err.splitlines() == [f"warning: {note}" for note in told]


def test_extras_of_extras_and_members(project: Project) -> None:
    for name in ("deep", "side"):
        project.wheel(f"{name}==1.0")
    project.wheel("web==1.0", "web[more]; extra == 'full'", "deep; extra == 'more'", extras=["full", "more"])
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["web[full]"]

        [tool.uv.workspace]
        members = ["api"]
        """,
    )
    project.write(
        "api/pyproject.toml",
        """
        [project]
        name = "api"
        version = "0.1.0"
        requires-python = ">=3.11"

        [project.optional-dependencies]
        x = ["side"]
        """,
    )
    project.lock()

    done = project.driftguard("expect", *LINUX)

    rows = re.sub(r" {2,}", " ", done.out)
    assert "\n deep 1.0 because app → web[full] → web[more] → deep\n" in rows or (
        "\n deep 1.0 because app → web[full] → deep\n" in rows
    )
    assert " api 0.1.0 virtual because member `api` is not selected (--package api)\n" in rows
    assert " side 1.0 because extra `x` is not selected (--package api --extra x): api[x] → side\n" in rows
    chosen = project.driftguard(
        "expect", *LINUX, "--package", "api", "--extra", "x", "--format", "json", "side"
    )
    assert verdicts(chosen) == {"side==1.0": True}


@pytest.fixture
def torn(project: Project) -> Project:
    """A project whose extras are in conflict, with a fork by Python version."""
    for number in (1, 2):
        project.wheel(f"torch=={number}.0", "tool")
        project.wheel(f"base=={number}.0")
    project.wheel("tool==1.0", "winonly; sys_platform == 'win32'")
    project.wheel("winonly==1.0")
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["base==1.0; python_version < '3.12'", "base==2.0; python_version >= '3.12'"]

        [project.optional-dependencies]
        cpu = ["torch==1.0"]
        gpu = ["torch==2.0"]

        [tool.uv]
        conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]
        """,
    )
    project.lock()
    return project


def test_conflicts_and_forks(torn: Project) -> None:
    done = torn.driftguard("expect", *LINUX, "--extra", "cpu")

    assert done.code == 0
    rows = re.sub(r" {2,}", " ", done.out)
    assert "\n torch 1.0 because app[cpu] → torch\n" in rows
    why = "extra `gpu` is not selected, and is in conflict with extra `cpu` (--extra gpu)"
    assert f"\n torch 2.0 because {why}: app[gpu] → torch\n" in rows
    assert (
        "\n base 1.0 because only where python_full_version < '3.12'; base 2.0 is taken: app ↛ base\n" in rows
    )
    assert (
        "\n winonly 1.0 because only where sys_platform == 'win32': app[cpu] → torch → tool ↛ winonly\n"
        in rows
    )
    other = torn.driftguard("expect", *WINDOWS, "--extra", "gpu", "--format", "json", "torch", "winonly")
    assert verdicts(other) == {"torch==1.0": False, "torch==2.0": True, "winonly==1.0": True}


@pytest.mark.parametrize("extra", ["cpu", "gpu"])
def test_every_option_that_is_printed_does_what_it_says(torn: Project, extra: str) -> None:
    document = answer(torn.driftguard("expect", *LINUX, "--format", "json"))
    printed = {
        (one["name"], one["version"], reason["option"])
        for one in document["packages"]
        for reason in one["because"]
        if reason["option"] and extra in reason["option"]
    }

    assert {name for name, _, _ in printed} == {"torch", "tool"}
    for name, version, option in printed:
        done = torn.driftguard("expect", *LINUX, *option.split(), "--format", "json", name)
        assert verdicts(done)[f"{name}=={version}"] is True


def test_a_requirements_file_with_markers(project: Project) -> None:
    project.write(
        "requirements.txt",
        """
        numpy==2.4.6
        winonly==1.0; sys_platform == 'win32'
        base==1.0; python_version < '3.12'
        base==2.0; python_version >= '3.12'
        """,
    )

    done = project.driftguard("expect", *LINUX)

    assert done.code == 0
    assert done.out.partition("\n\n")[2] == (
        "expected\n"
        '  base     2.0    because requirements.txt → base where python_version >= "3.12"\n'
        "  numpy    2.4.6  because requirements.txt → numpy\n"
        "\n"
        "not expected\n"
        '  base     1.0    because only where python_version < "3.12"; base 2.0 is taken: requirements.txt ↛ base\n'
        '  winonly  1.0    because only where sys_platform == "win32": requirements.txt ↛ winonly\n'
        "\n"
        "2 of 4 locked packages expected\n"
    )


def test_a_line_that_cannot_be_read_is_never_green(project: Project) -> None:
    project.write("requirements.txt", "numpy==2.4.6\n???\n")

    done = project.driftguard("expect", *LINUX)

    assert done.code == 3
    assert "undecided\n  a line" in done.out
    assert done.out.endswith("1 of 1 locked packages expected, 1 undecided\n")
    assert answer(project.driftguard("expect", *LINUX, "--format", "json"))["summary"]["undecided"] == 1


def test_nothing_from_outside_breaks_out(project: Project) -> None:
    project.write(
        "uv.lock",
        """
        version = 1
        requires-python = ">=3.11"

        [[package]]
        name = "app"
        version = "0.1.0"
        source = { virtual = "." }
        dependencies = [
            { name = "evil", marker = "sys_platform != '\\u001b[31m\\u202e'" },
            { name = "hidden", marker = "sys_platform == '\\u001b[31m'" },
        ]

        [[package]]
        name = "evil"
        version = "1.0\\u001b[31m\\n::error::"
        source = { url = "https://user:hunter2@index.example/evil.whl?token=hunter2" }

        [[package]]
        name = "hidden"
        version = "1.0"
        source = { registry = "https://user:hunter2@index.example/simple" }
        """,
    )

    for words in ((), ("evil", "hidden"), ("--format", "json")):
        done = project.driftguard("expect", *LINUX, *words)

        assert done.code == 0, done.err
        assert "hunter2" not in done.out
        assert not re.search("[\x1b\u202e]|^::", done.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("pandsa",), "`pandsa` is not in "),
        (("../x",), "'../x' is not a name"),
        (("--python-version", "3"), "`3` (from --python-version) is not a Python version"),
        (("--python-platform", "beos"), "`beos` (from --python-platform) is not a platform that uv knows"),
        (("--extra", "plto"), "extra `plto` is not in"),
        (("--lock", "absent.lock"), "absent.lock: no such file"),
        (("--format", "xml"), "invalid choice"),
        (("--python", "absent"), "absent"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_3(
    shop: Project, words: tuple[str, ...], message: str
) -> None:
    done = shop.driftguard("expect", *words)

    assert (done.code, done.out) == (3, "")
    assert message in done.err.splitlines()[0]
    assert len(done.err.splitlines()) <= 2


def test_a_name_that_is_nearly_right_is_suggested(shop: Project) -> None:
    assert "hint: did you mean `pandas`?" in shop.driftguard("expect", "pandsa").err
