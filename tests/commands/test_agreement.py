"""We say yes where uv says yes, on workspaces and selections that are easy to get wrong."""

import pytest

from tests.projects import BACKEND, Project

MEMBER = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{name}"
version = "0"
requires-python = ">=3.11"
dependencies = ["base"{more}]

[project.optional-dependencies]
fast = ["speed"]

[dependency-groups]
dev = ["tests-{name}"]
lint = ["style"]
"""


@pytest.fixture(params=["virtual root", "root project"])
def workspace(request: pytest.FixtureRequest, project: Project) -> Project:
    """A workspace of two members, one needing the other, whose root has groups of its own."""
    for name in ("base", "speed", "style", "manual", "tests-one", "tests-two", "tests-root"):
        project.wheel(f"{name}==1.0")
    root = """
        [tool.uv]
        default-groups = ["docs"]
        [tool.uv.workspace]
        members = ["one", "two", "plain"]
        [tool.uv.sources]
        one = { workspace = true }
        [dependency-groups]
        dev = ["tests-root"]
        docs = ["manual"]
        """
    if request.param == "root project":
        root += """
        [project]
        name = "root"
        version = "0"
        requires-python = ">=3.11"
        dependencies = ["one"]
        """
    project.write("pyproject.toml", root)
    project.write("one/pyproject.toml", MEMBER.format(name="one", more=""))
    for member in ("one", "two"):
        project.write(f"{member}/backend.py", BACKEND)
    two = MEMBER.format(name="two", more=', "one[fast]"')
    project.write("two/pyproject.toml", two + '[tool.uv]\ndefault-groups = ["lint"]\n')
    plain = 'name = "plain"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["base"]\n'
    project.write("plain/pyproject.toml", f"[project]\n{plain}[tool.uv]\npackage = false\n")
    project.lock()
    return project


SELECTIONS = [
    "",
    "--no-dev",
    "--no-default-groups",
    "--all-groups",
    "--only-group dev",
    "--group dev",
    "--no-group docs",
    "--all-packages",
    "--all-packages --all-extras",
    "--all-packages --no-install-project",
    "--package one",
    "--package two",
    "--package two --no-dev",
    "--package two --no-install-project",
    "--package one --extra fast",
    "--package one --package two",
    "--package one --package two --no-install-project",
    "--package one --group docs",
    "--package one --all-groups",
    "--package one --only-group dev",
    "--dev",
    "--only-dev",
    "--package one --only-dev",
    "--no-install-workspace",
    "--all-packages --no-install-workspace",
    "--package two --no-install-package one --no-install-package base",
    "--package plain",
    "--package plain --group dev",
    "--package plain --all-groups",
    "--package one --package two --group docs",
    "--package one --package two --all-groups",
]


@pytest.mark.parametrize("chosen", SELECTIONS)
def test_what_uv_synced_is_what_we_expect(workspace: Project, chosen: str) -> None:
    words = chosen.split()
    synced = workspace.uv("sync", "--frozen", *words)

    done = workspace.driftguard("check", *words)

    assert done.code == (0 if synced.code == 0 else 3), (synced, done)


@pytest.mark.parametrize("folder", ["one", "two"])
@pytest.mark.parametrize("chosen", ["", "--all-packages", "--package one"])
def test_the_folder_one_stands_in_decides_as_it_does_for_uv(
    workspace: Project, folder: str, chosen: str
) -> None:
    here = workspace.folder / folder
    synced = workspace.uv("sync", "--frozen", *chosen.split(), cwd=here)
    assert synced.code == 0, synced

    done = workspace.driftguard("check", *chosen.split(), cwd=here)

    assert done.code == 0, done


def test_one_environment_under_every_selection(workspace: Project) -> None:
    workspace.sync("--all-packages")

    for chosen in SELECTIONS:
        uv = workspace.uv("sync", "--check", "--frozen", *chosen.split())
        ours = workspace.driftguard("check", *chosen.split())
        assert ours.code == {0: 0, 1: 1, 2: 3}[uv.code], (chosen, ours, uv)


@pytest.mark.parametrize(
    "words",
    ["--group nope", "--no-group nope", "--extra nope", "--package nope", "--all-extras --extra fast"],
)
def test_what_uv_refuses_we_refuse(workspace: Project, words: str) -> None:
    workspace.sync()

    assert workspace.uv("sync", "--check", "--frozen", *words.split()).code == 2
    assert workspace.driftguard("check", *words.split()).code == 3


def test_a_lock_of_a_member_s_own_is_not_taken_for_the_workspace_s(workspace: Project) -> None:
    workspace.sync("--package", "one")
    stale = 'version = 1\nrequires-python = ">=3.11"\n'
    workspace.write("one/uv.lock", stale)

    assert workspace.driftguard("check", cwd=workspace.folder / "one").code == 0


@pytest.mark.parametrize(
    "variables",
    [{"UV_NO_DEV": "1"}, {"UV_NO_DEFAULT_GROUPS": "true"}, {"UV_NO_GROUP": "dev docs"}, {"UV_NO_DEV": "0"}],
    ids=str,
)
def test_uv_s_own_variables_select_as_they_do_for_uv(shop: Project, variables: dict[str, str]) -> None:
    shop.sync()

    uv = shop.run("uv", "sync", "--check", "--frozen", **variables)  # type: ignore[arg-type]
    ours = shop.driftguard("check", **variables)  # type: ignore[arg-type]

    assert ours.code == uv.code, (ours, uv)


def test_default_groups_may_be_all(shop: Project) -> None:
    with (shop.folder / "pyproject.toml").open("a") as manifest:
        manifest.write('\n[tool.uv]\ndefault-groups = "all"\n')
    shop.lock()
    shop.sync()

    assert shop.driftguard("check").code == 0
    assert shop.driftguard("check", "--no-group", "docs").code == 1


def test_a_lock_that_leads_nowhere_is_refused_as_uv_refuses_it(shop: Project) -> None:
    shop.sync()
    shop.pip("uninstall", "numpy")
    lock = shop.folder / "uv.lock"
    text = lock.read_text()
    start = text.index('[[package]]\nname = "numpy"')
    lock.write_text(text[:start] + text[text.index("[[package]]", start + 1) :])

    done = shop.driftguard("check")

    assert shop.uv("sync", "--check", "--frozen").code == 2
    assert done.code == 3
    assert "`pandas` depends on `numpy`, which no [[package]] is" in done.err


def test_what_the_lock_excludes_is_not_missed(project: Project) -> None:
    project.wheel("numpy==2.0")
    project.wheel("pandas==3.0", "numpy")
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "0"
        requires-python = ">=3.11"
        dependencies = ["pandas"]
        [tool.uv]
        exclude-dependencies = ["numpy"]
        """,
    )
    project.lock()
    project.sync()

    done = project.driftguard("check")

    assert (done.code, "0 warnings" in done.out) == (0, True), done
