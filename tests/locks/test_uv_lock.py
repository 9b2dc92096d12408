"""What `uv.lock` says, clause by clause, and how a broken one is told."""

import time
from pathlib import Path
from typing import Any

import pytest

from driftguard.errors import InputError
from driftguard.expect import expected
from driftguard.locks import uv_lock
from driftguard.model import Lock, Selection, SourceKind
from driftguard.selection import selected
from tests.builders import LINUX

HEAD = 'version = 1\nrevision = 5\nrequires-python = ">=3.11"\n'


def parse(text: str, head: str = HEAD) -> Lock:
    return uv_lock.parse(head + text, Path("/project/uv.lock"))


def package(
    name: str,
    version: str = "1.0",
    source: str = '{ registry = "https://index.example/simple" }',
    more: str = "",
) -> str:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {source}\n{more}\n'


def app(more: str) -> str:
    return package("app", source='{ virtual = "." }', more=more)


def names(lock: Lock, environment: dict[str, str] | None = None, **selection: Any) -> list[str]:
    found = expected(lock, Selection(**selection), environment or LINUX)
    return [f"{entry.name}=={entry.locked.version}" for entry in found.expected]


@pytest.mark.parametrize(
    ("source", "kind", "location"),
    [
        (
            '{ registry = "https://index.example/simple" }',
            SourceKind.REGISTRY,
            "https://index.example/simple",
        ),
        ('{ url = "https://files.example/a-1.0.zip" }', SourceKind.URL, "https://files.example/a-1.0.zip"),
        (
            '{ path = "wheels/a-1.0-py3-none-any.whl" }',
            SourceKind.PATH,
            "/project/wheels/a-1.0-py3-none-any.whl",
        ),
        ('{ directory = "../a" }', SourceKind.DIRECTORY, "/a"),
        ('{ editable = "libs/a" }', SourceKind.EDITABLE, "/project/libs/a"),
        ('{ virtual = "libs/a" }', SourceKind.VIRTUAL, "/project/libs/a"),
    ],
)
def test_every_kind_of_source_is_read(source: str, kind: SourceKind, location: str) -> None:
    (one,) = parse(package("a", source=source)).packages

    assert (one.origin.kind, one.origin.location) == (kind, location)


def test_a_git_source_is_taken_apart() -> None:
    source = '{ git = "https://index.example/a?rev=main&subdirectory=py#0123456789012345678901234567890123456789" }'
    (one,) = parse(package("a", source=source)).packages

    assert one.origin.location == "https://index.example/a"
    assert one.origin.revision == "main"
    assert one.origin.commit == "0123456789" * 4
    assert one.origin.subdirectory == "py"


def test_names_are_normalised_and_lines_kept() -> None:
    (one,) = parse(package("Ruamel.Yaml_Clib")).packages

    assert one.name == "ruamel-yaml-clib"
    assert one.place.line == 4


def test_markers_on_edges_decide_per_platform() -> None:
    lock = parse(
        app('dependencies = [{ name = "a" }, { name = "b", marker = "sys_platform == \'win32\'" }]')
        + package("a")
        + package("b")
    )

    assert names(lock) == ["a==1.0"]
    assert names(lock, {**LINUX, "sys_platform": "win32"}) == ["a==1.0", "b==1.0"]


def test_a_fork_is_chosen_by_the_version_on_the_edge() -> None:
    edges = (
        "dependencies = [\n"
        '{ name = "a", version = "1.0", marker = "python_full_version < \'3.12\'" },\n'
        '{ name = "a", version = "2.0", marker = "python_full_version >= \'3.12\'" }]'
    )
    lock = parse(app(edges) + package("a", "1.0") + package("a", "2.0"))

    assert names(lock) == ["a==1.0"]
    assert names(lock, {**LINUX, "python_full_version": "3.12.1"}) == ["a==2.0"]


def test_a_pre_release_of_python_takes_the_fork_of_its_release() -> None:
    edges = (
        "dependencies = [\n"
        '{ name = "a", version = "1.0", marker = "python_full_version < \'3.14\'" },\n'
        '{ name = "a", version = "2.0", marker = "python_full_version >= \'3.14\'" }]'
    )
    lock = parse(app(edges) + package("a", "1.0") + package("a", "2.0"))

    assert names(lock, {**LINUX, "python_full_version": "3.14.0rc1"}) == ["a==2.0"]


def test_extras_of_an_edge_bring_their_own_dependencies() -> None:
    lock = parse(
        app('dependencies = [{ name = "a", extra = ["fast"] }]')
        + package(
            "a", more='[package.optional-dependencies]\nfast = [{ name = "b" }]\nslow = [{ name = "c" }]'
        )
        + package("b")
        + package("c")
    )

    assert names(lock) == ["a==1.0", "b==1.0"]


GROUPS = """
[package.optional-dependencies]
plot = [{ name = "a" }]
[package.dev-dependencies]
dev = [{ name = "b" }]
docs = [{ name = "c" }]
"""


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        ({}, ["b"]),
        ({"extras": ("plot",)}, ["a", "b"]),
        ({"all_extras": True}, ["a", "b"]),
        ({"all_extras": True, "no_extras": ("plot",)}, ["b"]),
        ({"no_groups": ("dev",)}, []),
        ({"no_default_groups": True}, []),
        ({"groups": ("docs",)}, ["b", "c"]),
        ({"all_groups": True}, ["b", "c"]),
        ({"all_groups": True, "no_groups": ("docs",)}, ["b"]),
        ({"only_groups": ("docs",)}, ["c"]),
    ],
)
def test_extras_and_groups_are_selected_as_uv_does(selection: dict[str, Any], found: list[str]) -> None:
    lock = parse(app(GROUPS) + package("a") + package("b") + package("c"))

    assert names(lock, **selection) == [f"{name}==1.0" for name in found]


def test_default_groups_come_from_the_lock() -> None:
    lock = parse(app('default-groups = ["docs"]\n' + GROUPS) + package("a") + package("b") + package("c"))

    assert names(lock) == ["c==1.0"]


CONFLICTS = HEAD + (
    'conflicts = [[{ package = "app", extra = "cpu" }, { package = "app", extra = "gpu" }]]\n'
)
CONFLICTING = (
    app(
        """
dependencies = [
    { name = "torch", version = "1.0", marker = "extra == 'extra-3-app-cpu'" },
    { name = "torch", version = "2.0", marker = "extra == 'extra-3-app-gpu'" },
    { name = "plain", marker = "extra != 'extra-3-app-cpu' and extra != 'extra-3-app-gpu'" },
]
[package.optional-dependencies]
cpu = [{ name = "torch", version = "1.0" }]
gpu = [{ name = "torch", version = "2.0" }]
"""
    )
    + package("torch", "1.0")
    + package("torch", "2.0")
    + package("plain")
)


@pytest.mark.parametrize(
    ("extras", "found"), [((), ["plain==1.0"]), (("cpu",), ["torch==1.0"]), (("gpu",), ["torch==2.0"])]
)
def test_encoded_conflict_markers_ask_for_the_selection(extras: tuple[str, ...], found: list[str]) -> None:
    assert names(parse(CONFLICTING, CONFLICTS), extras=extras) == found


def test_a_selection_in_conflict_is_refused() -> None:
    from driftguard.errors import UsageError

    with pytest.raises(UsageError, match="extra `cpu` and extra `gpu` are declared to be in conflict"):
        names(parse(CONFLICTING, CONFLICTS), all_extras=True)


def test_members_of_a_workspace_are_selected_by_name() -> None:
    text = (
        '[manifest]\nmembers = ["app", "lib"]\n'
        + app('dependencies = [{ name = "a" }]')
        + package("lib", source='{ editable = "lib" }', more='dependencies = [{ name = "b" }]')
        + package("a")
        + package("b")
    )
    lock = parse(text)

    assert lock.root == "app"
    assert names(lock) == ["a==1.0"]
    assert names(lock, packages=("lib",)) == ["b==1.0", "lib==1.0"]
    assert names(lock, packages=("lib",), no_install_project=True) == ["b==1.0"]
    assert names(lock, all_packages=True) == ["a==1.0", "b==1.0", "lib==1.0"]


def test_the_one_member_of_a_workspace_without_a_root_project_is_no_project() -> None:
    text = '[manifest]\nmembers = ["lib"]\n' + package("lib", source='{ editable = "lib" }')

    assert names(parse(text), no_install_project=True) == ["lib==1.0"]


def test_not_editable_means_a_directory() -> None:
    lock = parse(package("app", source='{ editable = "." }'))
    (entry,) = expected(lock, Selection(no_editable=True), LINUX).expected

    assert entry.locked.origin.kind is SourceKind.DIRECTORY


def test_a_workspace_without_root_project_has_its_own_groups() -> None:
    text = (
        '[manifest]\nmembers = ["lib"]\n[manifest.dependency-groups]\ndev = [{ name = "a", specifier = ">=1" }]\n'
        + package("lib", source='{ editable = "lib" }')
        + package("a")
    )
    lock = parse(text)

    assert lock.root is None
    assert names(lock) == ["a==1.0", "lib==1.0"]
    assert names(lock, no_default_groups=True) == ["lib==1.0"]


def test_what_a_marker_asks_for_and_nobody_knows_is_undecided_with_all_below_it() -> None:
    lock = parse(
        app('dependencies = [{ name = "a" }, { name = "b", marker = "platform_release == \'6\'" }]')
        + package("a")
        + package("b", more='dependencies = [{ name = "c" }]')
        + package("c")
    )
    known = {key: value for key, value in LINUX.items() if key != "platform_release"}

    found = expected(lock, Selection(), known)

    assert [entry.name for entry in found.expected] == ["a"]
    assert [entry.name for entry in found.undecided] == ["b", "c"]
    assert "platform_release" in found.undecided[1].reason


def test_two_versions_at_once_are_undecided() -> None:
    edges = 'dependencies = [{ name = "a", version = "1.0" }, { name = "a", version = "2.0" }]'

    found = expected(parse(app(edges) + package("a", "1.0") + package("a", "2.0")), Selection(), LINUX)

    assert [entry.reason for entry in found.undecided] == ["the lock asks for 1.0 and 2.0 at once"]


def test_cycles_end() -> None:
    lock = parse(
        app('dependencies = [{ name = "a" }]')
        + package("a", more='dependencies = [{ name = "b" }]')
        + package("b", more='dependencies = [{ name = "a" }]')
    )

    assert names(lock) == ["a==1.0", "b==1.0"]


def test_a_newer_revision_is_read_with_a_note() -> None:
    lock = parse(package("a"), HEAD.replace("revision = 5", "revision = 6"))

    assert lock.notes == ("the lock has revision 6, newer than 5: what it adds is not read",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "version = 2\n", "uv.lock: version: 2 is not 1, the one that is known", id="newer version"
        ),
        pytest.param("", "uv.lock: version: 0 is not 1", id="no version"),
        pytest.param(
            "version = '1'\n", "uv.lock: version: is a string, not an integer", id="version as text"
        ),
        pytest.param(
            "version = true\n", "uv.lock: version: is a boolean, not an integer", id="boolean version"
        ),
        pytest.param("version = 1\n", "uv.lock: requires-python: is missing", id="no requires-python"),
        pytest.param(
            'version = 1\n[[distribution]]\nname = "a"\n',
            "distribution: a lock of uv before 0.3",
            id="old era",
        ),
        pytest.param("version = = 1\n", "uv.lock:1: not TOML", id="not TOML"),
        pytest.param(HEAD + "=======\n", "uv.lock:4: merge conflict marker", id="merge marker"),
        pytest.param(
            HEAD + "package = 3\n", "uv.lock: package: is an integer, not a list", id="package is a number"
        ),
        pytest.param(
            HEAD + "package = [3]\n", "uv.lock: package[0]: is an integer, not a table", id="in a list"
        ),
        pytest.param(
            HEAD + '[[package]]\nversion = "1"\n', "uv.lock:4: package[0].name: is missing", id="no name"
        ),
        pytest.param(
            HEAD + '\n[[package]]\nname = "a"\n', "uv.lock:5: package[0].source: is missing", id="no source"
        ),
        pytest.param(
            HEAD + package("a") + '[[package]]\nname = "b"\nsource = { ftp = "x" }\n',
            "uv.lock:9: package[1].source: is of no known kind ('ftp')",
            id="unknown source",
        ),
        pytest.param(
            HEAD + package("a", more='dependencies = [{ name = "../b" }]'),
            "package[0].dependencies[0].name: '../b' is not a package name",
            id="a name that climbs out",
        ),
        pytest.param(
            HEAD + package("a", more="dependencies = {}"), "dependencies: is a table, not a list", id="edges"
        ),
        pytest.param("a = " + "[" * 100_000, "uv.lock", id="nested a hundred thousand deep"),
    ],
)
def test_a_broken_lock_is_told_with_line_and_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        uv_lock.parse(text, Path("uv.lock"))

    assert message in caught.value.message


def test_a_malformed_marker_is_an_error_not_a_verdict() -> None:
    from driftguard.errors import DriftguardError

    lock = parse(app('dependencies = [{ name = "a", marker = "import os" }]') + package("a"))

    with pytest.raises(DriftguardError, match="`import os` is not a marker"):
        names(lock)


def test_the_labels_of_a_selection_are_in_the_lock_s_words() -> None:
    lock = parse(app(GROUPS) + package("a") + package("b") + package("c"))

    assert [str(label) for label in selected(lock, Selection(extras=("plot",)))] == [
        "app",
        "extra `plot`",
        "group `dev`",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" + " " * 100_000, id="a header that never closes"),
        pytest.param("[[a" + " . a" * 20_000, id="a header of many dots"),
        pytest.param("=" * 200_000, id="almost a merge marker"),
    ],
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()

    with pytest.raises(InputError):
        uv_lock.parse(text, Path("uv.lock"))

    assert time.perf_counter() - start < 2


def test_a_chain_of_many_packages_is_walked_at_once() -> None:
    many = 5_000
    chain = "".join(
        package(f"p{number}", more=f'dependencies = [{{ name = "p{number + 1}" }}]') for number in range(many)
    )
    lock = parse(app('dependencies = [{ name = "p0" }]') + chain + package(f"p{many}"))
    start = time.perf_counter()

    assert len(names(lock)) == many + 1
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (app('dependencies = [{ name = "gone" }]'), "`app` depends on `gone`, which no [[package]] is"),
        (
            app('dependencies = [{ name = "a", version = "9" }]') + package("a"),
            "`app` depends on `a 9`, which no [[package]] is",
        ),
        ('[manifest]\nmembers = ["gone"]\n', "manifest.members: no [[package]] is named `gone`"),
        (
            app('[package.optional-dependencies]\nx = [{ name = "gone" }]'),
            "`app` depends on `gone`, which no [[package]] is",
        ),
    ],
)
def test_what_leads_nowhere_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)

    assert message in caught.value.message


def test_a_requires_python_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="requires-python: 'banana 9' is not a version specifier"):
        parse("", HEAD.replace(">=3.11", "banana 9"))


def test_a_doubtful_fork_is_undecided() -> None:
    fork = "resolution-markers = [\"platform_release == '6'\"]"
    other = "resolution-markers = [\"platform_release != '6'\"]"
    text = (
        '[manifest]\nrequirements = [{ name = "a", specifier = ">=1" }]\n'
        + package("a", "1.0", more=fork)
        + package("a", "2.0", more=other)
    )
    known = {key: value for key, value in LINUX.items() if key != "platform_release"}

    found = expected(parse(text), Selection(), known)

    assert (found.expected, [entry.name for entry in found.undecided]) == ((), ["a"])
    assert names(parse(text)) == ["a==2.0"]
