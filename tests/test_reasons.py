"""Each package is told why it is expected or not, by the edge or the selection that decided."""

from collections.abc import Mapping
from typing import Any

import pytest

from driftguard.expect import expected, traced
from driftguard.model import (
    ConflictItem,
    Edge,
    Lock,
    Locked,
    LockFormat,
    Origin,
    Place,
    Selection,
    SourceKind,
)
from driftguard.reasons import MOST, Explained, Kind, Reason, explain
from tests.builders import INDEX, LINUX, LOCK

EDITABLE = Origin(kind=SourceKind.EDITABLE, location="/app")
WINDOWS = "sys_platform == 'win32'"
HERE = "sys_platform == 'linux'"


def edge(text: str, marker: str = "", version: str | None = None) -> Edge:
    """Make an edge from `name` or `name[extra,other]`."""
    name, _, extras = text.rstrip("]").partition("[")
    return Edge(name=name, extras=tuple(filter(None, extras.split(","))), marker=marker, version=version)


def package(spec: str, *edges: str | Edge, origin: Origin = INDEX, **parts: Any) -> Locked:
    name, _, version = spec.partition("==")
    made = tuple(edge(one) if isinstance(one, str) else one for one in edges)
    return Locked(
        name=name, version=version or "1", origin=origin, place=Place(path=LOCK), edges=made, **parts
    )


def app(*edges: str | Edge, **parts: Any) -> Locked:
    return package("app", *edges, origin=EDITABLE, **parts)


def of(*names: str) -> tuple[Edge, ...]:
    return tuple(map(edge, names))


def lock(*packages: Locked, **more: object) -> Lock:
    values: dict[str, object] = {"members": ("app",), "root": "app", **more}
    return Lock(path=LOCK, format=LockFormat.UV, packages=packages, **values)  # type: ignore[arg-type]


def explained(
    given: Lock, selection: Selection | None = None, markers: Mapping[str, str] = LINUX
) -> dict[str, Explained]:
    """Return what is said, by name, or `name==version` where there are several."""
    chosen = selection or Selection()
    found = explain(given, chosen, traced(given, chosen, markers), markers)
    names = [one.locked.name for one in found]
    wanted = {one.name for one in expected(given, chosen, markers).expected}
    assert {one.locked.name for one in found if one.expected} == wanted
    return {
        one.locked.name if names.count(one.locked.name) == 1 else f"{one.locked.name}=={one.locked.version}": one
        for one in found
    }  # fmt: skip


def line(reason: Reason) -> str:
    """Return a reason in one line."""
    where = " ".join(
        (
            *filter(None, [" > ".join(reason.path)]),
            *(["|", " > ".join(reason.beyond)] if reason.beyond else []),
        )
    )
    return " ".join(filter(None, (f"{reason.kind.value}:", where, reason.text, reason.option)))


Case = tuple[str, Lock, Selection, str, bool | None, list[str]]

CASES: list[Case] = [
    ("a member", lock(app()), Selection(), "app", True, ["path: app is selected"]),
    ("a dependency", lock(app("a"), package("a", "b"), package("b")), Selection(), "b", True, ["path: app > a > b"]),
    (
        "the shortest way first",
        lock(app("a", "c"), package("a", "b"), package("b", "c"), package("c")),
        Selection(), "c", True, ["path: app > c", "path: app > a > b > c"],
    ),
    (
        "not round in a circle",
        lock(app("a"), package("a", "b"), package("b", "a")),
        Selection(), "a", True, ["path: app > a"],
    ),
    (
        "the markers that held",
        lock(app(edge("a", HERE)), package("a", edge("b", "os_name == 'posix' or os_name == 'nt'")), package("b")),
        Selection(), "b", True,
        ["path: app > a > b where sys_platform == 'linux' and (os_name == 'posix' or os_name == 'nt')"],
    ),
    (
        "a marker that holds wherever the lock is for says nothing",
        lock(app(edge("a", f"{HERE} or sys_platform == 'darwin'")), package("a"), supported_markers=(HERE, "sys_platform == 'darwin'")),
        Selection(), "a", True, ["path: app > a"],
    ),
    (
        "an extra of an extra",
        lock(app("a[x]"), package("a", extras={"x": of("b[y]"), "z": ()}), package("b", extras={"y": of("c")}), package("c")),
        Selection(), "c", True, ["path: app > a[x] > b[y] > c"],
    ),
    (
        "an extra that names another",
        lock(app(extras={"all": of("app[one]"), "one": of("a")}), package("a")),
        Selection(extras=("all",)), "a", True, ["path: app[all] > app[one] > a"],
    ),
    (
        "a group",
        lock(app(groups={"dev": of("a")}), package("a", "b"), package("b")),
        Selection(), "b", True, ["path: app:dev > a > b"],
    ),
    (
        "the project itself rather than a group",
        lock(app("a", groups={"dev": of("a")}), package("a")),
        Selection(), "a", True, ["path: app > a", "path: app:dev > a"],
    ),
    (
        "a false marker",
        lock(app(edge("a", WINDOWS)), package("a")),
        Selection(), "a", False, ["marker: app | a only where sys_platform == 'win32'"],
    ),
    (
        "a parent that is not expected",
        lock(app("c"), package("c", edge("a", WINDOWS)), package("a", "b"), package("b")),
        Selection(), "b", False, ["marker: app > c | a > b only where sys_platform == 'win32'"],
    ),
    (
        "an extra that is not selected",
        lock(app(extras={"plot": of("a")}), package("a", "b"), package("b")),
        Selection(), "b", False, ["extra: | app[plot] > a > b extra `plot` is not selected --extra plot"],
    ),
    (
        "an extra that is refused",
        lock(app(extras={"plot": of("a")}), package("a")),
        Selection(all_extras=True, no_extras=("plot",)), "a", False,
        ["extra: | app[plot] > a extra `plot` is left out by --no-extra"],
    ),
    (
        "an extra that would not be enough",
        lock(app(extras={"plot": of("a")}), package("a", edge("b", WINDOWS)), package("b")),
        Selection(), "b", False,
        ["extra: | app[plot] > a > b extra `plot` is not selected, and only where sys_platform == 'win32'"],
    ),
    (
        "an extra of a dependency for which nothing asks",
        lock(app("a"), package("a", extras={"x": of("b")}), package("b")),
        Selection(), "b", False, ["unreachable: | a[x] > b nothing asks for a[x]"],
    ),
    (
        "an extra of a dependency that is asked for elsewhere",
        lock(app("a", edge("a[x]", WINDOWS)), package("a", extras={"x": of("b")}), package("b")),
        Selection(), "b", False, ["marker: app | a[x] > b only where sys_platform == 'win32'"],
    ),
    (
        "a group that is not selected",
        lock(app(groups={"docs": of("a")}), package("a")),
        Selection(), "a", False, ["group: | app:docs > a group `docs` is not selected --group docs"],
    ),
    (
        "the group dev, refused",
        lock(app(groups={"dev": of("a")}), package("a")),
        Selection(no_groups=("dev",)), "a", False, ["group: | app:dev > a group `dev` is left out by --no-dev"],
    ),
    (
        "the project under --only-group",
        lock(app("a", extras={"x": of("a")}, groups={"docs": of("b")}), package("a"), package("b")),
        Selection(only_groups=("docs",)), "a", False,
        ["member: | app > a member `app` is left out by --only-group", "extra: | app[x] > a extra `x` is left out by --only-group"],
    ),
    (
        "another group under --only-group",
        lock(app(groups={"docs": of("b"), "lint": of("a")}), package("a"), package("b")),
        Selection(only_groups=("docs",)), "a", False,
        ["group: | app:lint > a group `lint` is not selected --only-group lint"],
    ),
    (
        "a member that is not selected",
        lock(app(), package("api", "a", origin=EDITABLE), package("a"), members=("app", "api")),
        Selection(), "a", False, ["member: | api > a member `api` is not selected --package api"],
    ),
    (
        "an extra of such a member",
        lock(app(), package("api", origin=EDITABLE, extras={"x": of("a")}), package("a"), members=("app", "api")),
        Selection(), "a", False, ["extra: | api[x] > a extra `x` is not selected --package api --extra x"],
    ),
    (
        "a group of a workspace without a root",
        lock(package("api", origin=EDITABLE), package("a"), members=("api",), root=None, loose_groups={"docs": of("a")}),
        Selection(), "a", False, ["group: | workspace:docs > a group `docs` is not selected --group docs"],
    ),
    (
        "requirements of such a workspace",
        lock(package("api", origin=EDITABLE), package("a"), members=("api",), root=None, loose=of("a")),
        Selection(), "a", True, ["path: workspace > a"],
    ),
    (
        "an overridden requirement",
        lock(app(edge("a", WINDOWS)), package("a"), overrides=("a",)),
        Selection(), "a", False, ["marker: app | a only where sys_platform == 'win32' (overridden)"],
    ),
    (
        "a fork by the edge's version",
        lock(
            app(edge("a", "python_version < '3.10'", "1"), edge("a", "python_version >= '3.10'", "2")),
            package("a==1"), package("a==2"),
        ),
        Selection(), "a==1", False, ["marker: app | a only where python_version < '3.10'; a 2 is taken"],
    ),
    (
        "a fork by its own markers",
        lock(app("a"), package("a==1", markers=(WINDOWS,)), package("a==2", markers=(HERE,))),
        Selection(), "a==1", False, ["fork: app | a only where sys_platform == 'win32'; a 2 is taken"],
    ),
    (
        "a fork of another source",
        lock(
            app(edge("a", WINDOWS, "1"), Edge(name="a", version="1", origin=EDITABLE, marker=HERE)),
            package("a==1", origin=EDITABLE),
        ),
        Selection(), "a", True, ["path: app > a where sys_platform == 'linux'"],
    ),
    (
        "a virtual project",
        lock(package("app", "a", origin=Origin(kind=SourceKind.VIRTUAL)), package("a")),
        Selection(), "app", False, ["not-installed: app virtual: there is nothing to install"],
    ),
    (
        "a project that is not to be installed",
        lock(app("a"), package("a")),
        Selection(no_install_project=True), "app", False, ["not-installed: app left out by --no-install-project"],
    ),
    (
        "a package that is not to be installed",
        lock(app("a"), package("a")), Selection(no_install_packages=("a",)), "a", False,
        ["not-installed: app > a left out by --no-install-package"],
    ),
    (
        "what nothing asks for",
        lock(app(), package("a")), Selection(), "a", False, ["unreachable: | a nothing asks for it"],
    ),
    (
        "what only itself leads to",
        lock(app(), package("a", "b"), package("b", "a")),
        Selection(), "a", False, ["unreachable: | a nothing that can be selected leads to it"],
    ),
    (
        "two versions at once",
        lock(app(edge("a", version="1"), edge("a", version="2")), package("a==1"), package("a==2")),
        Selection(), "a==2", None, ["unknown: app > a the lock asks for 1 and 2 at once"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "selection", "name", "verdict", "lines"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)  # fmt: skip
def test_the_reason(
    given: Lock, selection: Selection, name: str, verdict: bool | None, lines: list[str]
) -> None:
    told = explained(given, selection)[name]

    assert (told.expected, [line(reason) for reason in told.because]) == (verdict, lines)


CPU = "extra == 'extra-3-app-cpu'"
GPU = "extra == 'extra-3-app-gpu'"
TORN = lock(
    app(
        edge("torch", f"{CPU} or ({CPU} and {GPU})", "1"),
        edge("torch", f"{GPU} or ({CPU} and {GPU})", "2"),
        edge("tool", f"{WINDOWS} or ({CPU} and {GPU})"),
        extras={"cpu": (edge("torch", version="1"),), "gpu": (edge("torch", version="2"),)},
    ),
    package("torch==1"),
    package("torch==2"),
    package("tool"),
    conflicts=((ConflictItem(package="app", extra="cpu"), ConflictItem(package="app", extra="gpu")),),
)


def test_a_conflict_is_told_as_the_selection_that_would_decide_otherwise() -> None:
    told = explained(TORN, Selection(extras=("cpu",)))

    assert told["torch==1"].expected is True
    assert [line(reason) for reason in told["torch==2"].because] == [
        "marker: app | torch only where app[gpu] selected; torch 1 is taken --extra gpu",
        "extra: | app[gpu] > torch extra `gpu` is not selected, and is in conflict with extra `cpu` --extra gpu",
    ]
    assert [line(reason) for reason in told["tool"].because] == [
        "marker: app | tool only where sys_platform == 'win32'"
    ]


def test_what_is_not_known_is_unknown_and_says_which_marker() -> None:
    asks = "platform_release == '6'"
    given = lock(app(edge("a", asks)), package("a", "b"), package("b"), package("c"))
    told = explained(given, markers={key: LINUX[key] for key in LINUX if key != "platform_release"})

    assert [told[name].expected for name in ("app", "a", "b", "c")] == [True, None, None, False]
    (reason,) = told["b"].because
    assert (reason.kind, reason.path, reason.markers) == (Kind.UNKNOWN, ("app", "a", "b"), (asks,))
    assert reason.text == f"`{asks}` asks for platform_release, which is not known"


def test_a_requirements_file_is_named_as_where_it_begins() -> None:
    root = Locked(
        name="", version=None, origin=Origin(kind=SourceKind.VIRTUAL), place=Place(path=LOCK),
        edges=(edge("a"), edge("b", WINDOWS)),
    )  # fmt: skip
    given = lock(root, package("a"), package("b"), members=("",), root="")

    told = explained(given)

    assert [line(told[name].because[0]) for name in ("a", "b")] == [
        "path: uv.lock > a",
        "marker: uv.lock | b only where sys_platform == 'win32'",
    ]


def test_a_package_that_many_ask_for_is_told_with_some_of_them() -> None:
    many = [f"p{number}" for number in range(40)]
    given = lock(app(*many), *(package(name, "a") for name in many), package("a"))

    told = explained(given)

    assert (len(told["a"].because), told["a"].more) == (MOST, True)
    assert not told["p1"].more


@pytest.mark.parametrize(
    ("length", "told"), [(900, "only where"), (3_000, "nothing near it that can be selected")]
)
def test_a_long_chain_is_walked_without_recursion_and_up_to_a_bound(length: int, told: str) -> None:
    chain = [package(f"p{number}", f"p{number + 1}") for number in range(length)]
    given = lock(app(edge("p0", WINDOWS)), *chain, package(f"p{length}"))
    chosen = Selection()

    trace = traced(given, chosen, LINUX)
    (last,) = (one for one in explain(given, chosen, trace, LINUX) if one.locked.name == f"p{length}")

    assert last.because[0].text.startswith(told)


def test_a_pre_release_of_python_is_its_release() -> None:
    newer = edge("tool", "python_full_version >= '3.14'")
    said = explained(
        lock(app(groups={"docs": (newer,)}), package("tool")),
        markers={**LINUX, "python_version": "3.14", "python_full_version": "3.14.0rc1"},
    )

    (reason,) = said["tool"].because
    assert (reason.text, reason.option) == ("group `docs` is not selected", "--group docs")
