"""The commands that mend are exact, and quoted for a shell."""

import pytest

from driftguard.finding import Mend, mending
from driftguard.mend import Mender, as_arguments
from driftguard.model import Locked, LockFormat, Origin, Selection, SourceKind
from tests.builders import finding, installed, locked

UV = Mender(format=LockFormat.UV, python=".venv", interpreter=".venv/bin/python")
PIP = Mender(format=LockFormat.REQUIREMENTS, python="my env", interpreter="my env/bin/python", pip=True)
UV_PIP = Mender(format=LockFormat.REQUIREMENTS, python="my env", interpreter="my env/bin/python")
COMMIT = "0" * 40


def origin(kind: SourceKind, location: str, **more: str) -> Origin:
    return Origin(kind=kind, location=location, **more)


def test_uv_syncs_the_selection_into_the_environment_of_the_project() -> None:
    mender = Mender(
        format=LockFormat.UV,
        python="e",
        interpreter="e/bin/python",
        environment="/some where/e",
        project="../app",
        selection=("--package", "app", "--no-dev"),
        uv=".uv/bin/uv",
    )

    assert str(mender.sync()) == (
        "UV_PROJECT_ENVIRONMENT='/some where/e' .uv/bin/uv sync --frozen --inexact --project ../app "
        "--package app --no-dev"
    )
    assert str(mender.sync(exact=True)).count("--inexact") == 0


@pytest.mark.parametrize(
    ("mender", "package", "command"),
    [
        (UV, locked("a==1"), "uv sync --frozen --inexact"),
        (PIP, locked("a==1"), "'my env/bin/python' -m pip install a==1"),
        (UV_PIP, locked("a==1"), "uv pip install --python 'my env' a==1"),
        (UV_PIP, locked("a"), "None"),
        (
            UV_PIP,
            locked(
                "a==1", origin(SourceKind.GIT, "https://index.example/a", commit=COMMIT, subdirectory="py")
            ),
            f"uv pip install --python 'my env' 'a @ git+https://index.example/a@{COMMIT}#subdirectory=py'",
        ),
        (
            UV_PIP,
            locked("a==1", origin(SourceKind.URL, "https://index.example/a-1.zip")),
            "uv pip install --python 'my env' 'a @ https://index.example/a-1.zip'",
        ),
        (
            UV_PIP,
            locked("a", origin(SourceKind.EDITABLE, "/src/a")),
            "uv pip install --python 'my env' -e /src/a",
        ),
        (
            UV_PIP,
            locked("a", origin(SourceKind.PATH, "/a-1.whl")),
            "uv pip install --python 'my env' /a-1.whl",
        ),
        (UV_PIP, locked("a", origin(SourceKind.VIRTUAL, "/src/a")), "None"),
    ],
)
def test_a_package_is_installed_as_it_is_locked(mender: Mender, package: Locked, command: str) -> None:
    assert str(mender.install(package)) == command


@pytest.mark.parametrize(
    ("mender", "command"),
    [
        (UV, "uv sync --frozen --inexact --reinstall-package a"),
        (PIP, "'my env/bin/python' -m pip install --force-reinstall --no-deps a==1"),
        (UV_PIP, "uv pip install --python 'my env' --reinstall --no-deps a==1"),
    ],
)
def test_what_is_not_trusted_is_installed_anew(mender: Mender, command: str) -> None:
    assert str(mender.install(locked("a==1"), again=True)) == command


def test_what_no_installer_can_remove_is_deleted() -> None:
    bare = installed("a==1", recorded=False)

    assert str(UV.replace((bare,), None)) == f"rm -r -- {bare.path}"
    assert str(UV.replace((installed("a==2"), bare), locked("a==2"))) == (
        f"rm -r -- {bare.path} && uv sync --frozen --inexact --reinstall-package a"
    )
    assert str(UV.replace((installed("a==1"),), None)) == "uv pip uninstall --python .venv a"


def test_removal_is_by_the_installer_that_is_there() -> None:
    assert str(PIP.uninstall("a")) == "'my env/bin/python' -m pip uninstall -y a"
    assert str(UV.uninstall("a")) == "uv pip uninstall --python .venv a"


def test_another_interpreter_means_another_environment() -> None:
    mender = UV._replace(root=".venv")

    assert str(mender.recreate(">=3.12")) == (
        "uv venv --clear --python '>=3.12' .venv && uv sync --frozen --inexact"
    )


def test_an_interpreter_that_is_no_virtual_environment_is_never_replaced() -> None:
    assert UV.recreate(">=3.12") is None


SHARED = {
    "uv": UV._replace(shared=True, environment=".venv"),
    "uv, elsewhere": UV._replace(shared=True, environment=".venv", project="../app", pip=True),
    "pip": PIP._replace(shared=True),
    "uv pip": UV_PIP._replace(shared=True),
}


@pytest.mark.parametrize("blocked", ["", ".venv"])
@pytest.mark.parametrize("mender", SHARED.values(), ids=SHARED.keys())
def test_no_command_changes_what_others_share(mender: Mender, blocked: str) -> None:
    mender = mender._replace(blocked=blocked)
    bare = installed("a==1", recorded=False)
    mends = [
        *(mender.sync(), mender.sync("a"), mender.sync(exact=True)),
        *(mender.install(locked("a==1")), mender.install(locked("a==1"), again=True)),
        *(mender.add("a"), mender.change("a"), mender.create(), mender.recreate("3.12")),
        *(
            mender.replace((one,), pinned)
            for one in (bare, installed("a==2"))
            for pinned in (None, locked("a==1"))
        ),
        *(
            mender.renew(one, pinned)
            for one in (bare, installed("a==2"))
            for pinned in (None, locked("a==1"))
        ),
        *(mender.uncached(installed("a==2"), pinned) for pinned in (None, locked("a==1"))),
        *(mender.uninstall("a"), mender.delete("/usr/lib/python3/a.pth")),
    ]

    commands = {str(mend) for mend in mends if mend}

    assert commands
    aside = "mv -- .venv .venv.aside && " if blocked else ""
    for command in commands:
        assert "rm " not in command
        assert " pip " not in command
        assert "install " not in command.replace("--reinstall-package ", "")
        assert command.startswith(
            (f"{aside}UV_PROJECT_ENVIRONMENT=.venv uv ", f"{aside}uv venv", "uv cache clean")
        )
        assert command.count(aside or "mv ") == bool(blocked)


def test_files_are_deleted_where_the_environment_is_one() -> None:
    assert str(UV.delete("/env/a b", "/env/c")) == "rm -r -- '/env/a b' /env/c"


def test_what_a_requirement_needs_is_installed_where_no_lock_has_to_say_it() -> None:
    assert str(UV_PIP.add("urllib3>=2")) == "uv pip install --python 'my env' 'urllib3>=2'"
    assert UV.add("urllib3>=2") is None


def test_extras_are_installed_with_their_package() -> None:
    assert (
        str(UV_PIP.install(locked("a==1"), extras=("x", "y")))
        == "uv pip install --python 'my env' 'a[x,y]==1'"
    )


def test_commands_that_differ_in_operands_alone_become_one() -> None:
    mends = [Mend("uv lock"), Mend("rm --", "a"), Mend("uv lock"), Mend("rm --", "b"), None]

    assert mending([finding(mend=mend) for mend in mends]) == ["uv lock", "rm -- a b"]


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), ""),
        (
            Selection(packages=("a",), extras=("x", "y"), no_extras=("z",)),
            "--package a --extra x --extra y --no-extra z",
        ),
        (Selection(groups=("g",), no_groups=("dev", "h")), "--group g --no-dev --no-group h"),
        (Selection(only_groups=("g",)), "--only-group g"),
        (Selection(groups=("dev",)), "--dev"),
        (Selection(only_groups=("dev",)), "--only-dev"),
        (Selection(groups=("dev",), dev_by_name=True), "--group dev"),
        (
            Selection(all_packages=True, all_extras=True, all_groups=True),
            "--all-packages --all-extras --all-groups",
        ),
        (
            Selection(
                no_default_groups=True, no_install_project=True, no_install_workspace=True, no_editable=True
            ),
            "--no-default-groups --no-install-project --no-install-workspace --no-editable",
        ),
        (
            Selection(no_install_packages=("a", "b")),
            "--no-install-package a --no-install-package b",
        ),
    ],
)
def test_a_selection_is_worded_as_uv_takes_it(selection: Selection, words: str) -> None:
    assert " ".join(as_arguments(selection)) == words


@pytest.mark.parametrize(
    ("mender", "command"),
    [
        pytest.param(UV, "uv add 'numpy<2'", id="the project of this folder"),
        pytest.param(
            UV._replace(environment="../e", project="../app", selection=("--no-dev", "--package", "lib")),
            "UV_PROJECT_ENVIRONMENT=../e uv add --project ../app --package lib 'numpy<2'",
            id="a member elsewhere",
        ),
        pytest.param(
            UV._replace(selection=("--package", "a", "--package", "b")),
            "uv add 'numpy<2'",
            id="no single member",
        ),
        pytest.param(PIP, "'my env/bin/python' -m pip install 'numpy<2'", id="pip"),
        pytest.param(UV_PIP, "uv pip install --python 'my env' 'numpy<2'", id="uv pip"),
    ],
)
def test_what_is_as_locked_and_does_not_work_is_locked_anew(mender: Mender, command: str) -> None:
    assert str(mender.change("numpy<2")) == command
