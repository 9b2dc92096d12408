"""What a requirements file pins as a lock, and what it leaves open."""

import os
from pathlib import Path

import pytest

from driftguard.errors import InputError
from driftguard.expect import expected
from driftguard.locks.requirements import UNFIT, read
from driftguard.locks.requirements_settled import UNNAMED
from driftguard.model import Edge, Excuse, Lock, LockFormat, Origin, Selection, SourceKind
from driftguard.requirement_lines.nouns import UNREADABLE
from tests.builders import LINUX

COMMIT = "0123456789abcdef0123456789abcdef01234567"
INDEX = Origin(kind=SourceKind.REGISTRY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a project in it."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text('[project]\nname = "My.Lib"\n')
    return tmp_path


def lock(folder: Path, text: str, constraints: str = "", **environ: str) -> Lock:
    (folder / "constraints.txt").write_text(constraints)
    path = folder / "requirements.txt"
    path.write_text(f"-c constraints.txt\n{text}" if constraints else text)
    return read(path, environ)


def packages(found: Lock) -> list[tuple[str, str | None]]:
    return [(package.name, package.version) for package in found.packages if package.name]


def problems(found: Lock) -> list[tuple[str, str]]:
    return [(one.name or one.text, one.problem) for one in found.unpinned]


def installed(found: Lock, python: str = "3.11") -> dict[str, str | None]:
    """Return what the lock asks for on one Python; a version in words where that is undecided."""
    environment = {**LINUX, "python_version": python, "python_full_version": f"{python}.0"}
    walked = expected(found, Selection(), environment)
    return {
        **{one.name: one.locked.version for one in walked.expected},
        **{one.name: one.reason for one in walked.undecided},
    }


def test_a_requirements_file_is_one_root_without_a_name(folder: Path) -> None:
    found = lock(folder, "Numpy[x] == 1.26.4 ; python_version>'3'\nscipy==1.0\n")

    root = found.packages[0]
    assert (found.format, found.members, found.root) == (LockFormat.REQUIREMENTS, ("",), "")
    assert (root.name, root.version, root.origin.kind) == ("", None, SourceKind.VIRTUAL)
    assert root.edges == (
        Edge(name="numpy", extras=("x",), marker='python_version > "3"', version="1.26.4", origin=INDEX),
        Edge(name="scipy", version="1.0", origin=INDEX),
    )
    assert packages(found) == [("numpy", "1.26.4"), ("scipy", "1.0")]
    assert found.packages[2].place.line == 2
    assert found.unpinned == ()


def test_an_empty_file_locks_nothing(folder: Path) -> None:
    found = lock(folder, "# nothing yet\n")

    assert (len(found.packages), found.unpinned) == (1, ())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("numpy==1.0\nnumpy==1.0\n", id="repeated"),
        pytest.param("numpy==1.0\nnumpy==1.0.0\n", id="spelt-otherwise"),
        pytest.param("torch==2.0\ntorch==2.0+cpu\n", id="local-version"),
        pytest.param("numpy==1.0 ; python_version<'3.9'\nnumpy==2.0 ; python_version>='3.9'\n", id="forks"),
        pytest.param("numpy>=1\nnumpy==1.5\n", id="range-with-pin"),
        pytest.param("numpy\nnumpy[extra]==1.5\n", id="name-with-pin"),
        pytest.param("-e ./lib\nmy-lib\n", id="name-of-an-editable"),
        pytest.param("-e ./lib\nmy-lib==1.0\n", id="pin-of-an-editable"),
        pytest.param("-e ./lib\n-e lib\n", id="editable-twice"),
        pytest.param("--pre\n-i https://index.example/simple\nnumpy==1\n", id="options"),
        pytest.param(f"a @ git+https://g.example/a@{COMMIT}\n", id="commit"),
        pytest.param("numpy==1.0 --hash=sha256:ab --hash=sha256:cd\n", id="hashes"),
    ],
)
def test_a_file_that_decides_everything_leaves_nothing_open(folder: Path, text: str) -> None:
    assert problems(lock(folder, text)) == []


@pytest.mark.parametrize(
    ("text", "expected_problems"),
    [
        pytest.param("numpy\n", [("numpy", "has no version")], id="name"),
        pytest.param("numpy >= 2, <3\n", [("numpy", "is a range (>=2,<3)")], id="range"),
        pytest.param("numpy==2.*\n", [("numpy", "is a wildcard (==2.*)")], id="wildcard"),
        pytest.param("a @ git+https://g.example/a@main\n", [("a", "follows a branch (main)")], id="branch"),
        pytest.param(
            "-e git+https://g.example/a#egg=a\n", [("a", "follows the default branch")], id="editable"
        ),
        pytest.param("numpy==1.0\nnumpy==2.0\n", [("numpy", "is pinned twice: 1.0 and 2.0")], id="two-pins"),
        pytest.param(
            "numpy==1.0\nnumpy==2.0 ; python_version>'3'\n",
            [("numpy", "is pinned twice: 1.0 and 2.0")],
            id="pin-against-a-fork",
        ),
        pytest.param(
            "numpy==2.0 ; python_version>'3'\nnumpy==1.0\nnumpy==1.0\n",
            [("numpy", "is pinned twice: 2.0 and 1.0")],
            id="fork-against-a-pin",
        ),
        pytest.param(
            "numpy>=2\nnumpy==1.0\n",
            [("numpy", "excludes 1.0, to which requirements.txt:2 pins it")],
            id="range-against-a-pin",
        ),
        pytest.param(
            "a===we!ird\na==1.0\n", [("a", "is pinned twice: we!ird and 1.0")], id="two-kinds-of-pin"
        ),
        pytest.param(
            "a===we!ird\na>1\n",
            [("a", "excludes we!ird, to which requirements.txt:1 pins it")],
            id="range-against-an-arbitrary-pin",
        ),
        pytest.param(
            "-e ./lib\nmy-lib @ https://h.example/l.zip\n",
            [("my-lib", "is wanted from two places")],
            id="places",
        ),
        pytest.param(
            "numpy ; python_version<'3.9'\nnumpy==2.0 ; python_version>='3.9'\n",
            [("numpy", "has no version")],
            id="open-fork",
        ),
        pytest.param(
            "https://h.example/x.zip\n",
            [("https://h.example/x.zip", "does not say which package it is: write `name @` before it")],
            id="nameless",
        ),
        pytest.param(
            "git+https://g.example/a\n",
            [
                (
                    "git+https://g.example/a",
                    "follows the default branch and does not say which package it is: write `name @` before it",
                )
            ],
            id="nameless-and-open",
        ),
        pytest.param(
            "foo=1\n",
            [("foo=1", "is not a requirement pip can read: `=` is not an operator, `==` is")],
            id="malformed",
        ),
        pytest.param(
            "numpy==1.0 -U\n",
            [
                (
                    "numpy==1.0",
                    "is not a requirement pip can read: `-U` is not an option of a requirements file",
                )
            ],
            id="refused-option",
        ),
        pytest.param(
            "--pre numpy==1.0\n",
            [("--pre numpy==1.0", "has words behind an option, which pip passes over")],
            id="passed-over",
        ),
    ],
)
def test_what_is_left_open_is_said(folder: Path, text: str, expected_problems: list[tuple[str, str]]) -> None:
    assert problems(lock(folder, text)) == expected_problems


@pytest.mark.parametrize(
    ("text", "constraints", "asked", "left_open"),
    [
        pytest.param("numpy\n", "numpy==1.5\n", {"numpy": "1.5"}, [], id="pins-a-name"),
        pytest.param("numpy>=1\n", "numpy==1.5\n", {"numpy": "1.5"}, [], id="pins-a-range"),
        pytest.param("numpy==1.5\n", "numpy<2\nscipy==1\n", {"numpy": "1.5"}, [], id="range-over-a-pin"),
        pytest.param("numpy\n", "numpy<2\n", {"numpy": None}, ["has no version"], id="range-over-a-name"),
        pytest.param(
            "numpy==1\n", "numpy==2\n", {"numpy": "1"}, ["is pinned twice: 2 and 1"], id="another-pin"
        ),
        pytest.param(
            "numpy>=3\n",
            "numpy==2\n",
            {"numpy": "2"},
            ["excludes 2, to which constraints.txt:1 pins it"],
            id="outside-the-range",
        ),
        pytest.param(
            "numpy\n",
            "numpy==1 ; python_version<'3.9'\nnumpy==2 ; python_version>='3.9'\n",
            {"numpy": "2"},
            [],
            id="forks",
        ),
        pytest.param(
            "numpy\n",
            "numpy==1 ; python_version<'3.9'\n",
            {"numpy": None},
            ['is pinned only where python_version < "3.9"'],
            id="half",
        ),
        pytest.param(
            "numpy ; python_version<'3.9'\n", "numpy==1 ; python_version<'3.9'\n", {}, [], id="same-marker"
        ),
        pytest.param(
            "a\n", f"a @ git+https://g.example/a@{COMMIT}\n", {"a": None}, [], id="names-a-repository"
        ),
    ],
)
def test_a_constraint_decides_what_a_requirement_leaves_open(
    folder: Path, text: str, constraints: str, asked: dict[str, str | None], left_open: list[str]
) -> None:
    found = lock(folder, text, constraints)

    assert installed(found) == asked
    assert [one.problem for one in found.unpinned] == left_open


def test_a_decision_stands_where_it_was_made(folder: Path) -> None:
    numpy = lock(folder, "numpy\n", "# ours\nnumpy==1.5\n").packages[1]

    assert (numpy.place.path.name, numpy.place.line) == ("constraints.txt", 2)


@pytest.mark.parametrize(
    ("constraint", "why"),
    [
        pytest.param("-e ./lib", "it is editable", id="editable"),
        pytest.param("numpy[x]==1", "it has extras", id="extras"),
        pytest.param("./lib", "it has no name", id="folder"),
        pytest.param("https://h.example/a-1.0.tar.gz", "it has no name", id="archive"),
    ],
)
def test_what_cannot_be_a_constraint_is_said(folder: Path, constraint: str, why: str) -> None:
    assert problems(lock(folder, "", f"{constraint}\n"))[0][1] == f"is not a constraint pip can use: {why}"


def test_more_forks_than_a_resolution_has_decide_nothing(folder: Path) -> None:
    constraints = "".join(f"numpy=={n} ; python_version<'3.{n}'\n" for n in range(40))

    assert problems(lock(folder, "numpy\n", constraints)) == [("numpy", "has no version")]


@pytest.mark.parametrize(
    ("python", "asked"),
    [
        pytest.param("3.8", {"numpy": "1.0"}, id="first-fork"),
        pytest.param("3.9", {"numpy": "2.0"}, id="second-fork"),
        pytest.param("3.13", {"numpy": None}, id="open-fork"),
    ],
)
def test_each_fork_leads_to_its_own_version(folder: Path, python: str, asked: dict[str, str | None]) -> None:
    found = lock(
        folder,
        "numpy==1.0 ; python_version < '3.9'\nnumpy==2.0 ; python_version == '3.9'\nnumpy ; python_version > '3.9'\n",
    )

    assert installed(found, python) == asked


def test_a_requirement_s_marker_joins_that_of_its_constraint(folder: Path) -> None:
    constraints = "numpy==1 ; python_version<'3.9'\nnumpy==2 ; python_version>='3.9'\n"
    found = lock(folder, "numpy ; sys_platform == 'win32' or sys_platform == 'darwin'\n", constraints)

    assert installed(found) == {}
    assert found.packages[0].edges[0].marker == (
        '(sys_platform == "win32" or sys_platform == "darwin") and (python_version < "3.9")'
    )


def test_a_contradiction_is_undecided(folder: Path) -> None:
    assert installed(lock(folder, "numpy==1\nnumpy==2\n")) == {"numpy": "the lock asks for 1 and 2 at once"}


def test_local_projects_are_named_by_their_manifest(folder: Path) -> None:
    found = lock(folder, "-e ./lib[cli]\n./lib ; os_name=='nt'\n")

    lib = os.path.realpath(folder / "lib")
    assert [package.origin for package in found.packages[1:]] == [
        Origin(kind=SourceKind.EDITABLE, location=lib),
        Origin(kind=SourceKind.DIRECTORY, location=lib),
    ]
    assert installed(found) == {"my-lib": None}


def test_a_path_is_beside_its_file_else_in_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "requirements").mkdir()
    (folder / "requirements" / "dev.txt").write_text("-e ./lib\n")
    monkeypatch.chdir(folder)

    found = read(Path("requirements/dev.txt"), {})

    assert found.packages[1].origin.location == os.path.realpath(folder / "lib")


def test_a_wheel_is_pinned_by_its_name(folder: Path) -> None:
    found = lock(
        folder,
        "https://h.example/a-1.0-py3-none-any.whl\n./b-2.0-py3-none-any.whl\nc @ https://h.example/c.zip\n",
    )

    assert packages(found) == [("a", "1.0"), ("b", "2.0"), ("c", None)]
    assert found.unpinned == ()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("numpy", id="open"),
        pytest.param("numpy==1.0", id="pinned"),
        pytest.param("numpy=1.0", id="unreadable"),
        pytest.param("numpy==1.0 scipy", id="several-problems"),
        pytest.param("--pre", id="option"),
        pytest.param("-c constraints.txt", id="include"),
    ],
)
def test_an_excuse_is_kept_once_whatever_its_line_holds(folder: Path, line: str) -> None:
    (folder / "constraints.txt").touch()
    found = lock(folder, f"\n{line}  # driftguard: ignore[DG201,DG4] from the image\n")

    path = folder / "requirements.txt"
    assert found.excuses == (Excuse(path=path, line=2, codes=("DG201", "DG4"), reason="from the image"),)


@pytest.mark.parametrize(
    ("text", "inner", "reasons"),
    [
        pytest.param("-r inner.txt\n", "a  # driftguard: ignore[DG201] x\n", ["x"], id="open"),
        pytest.param("-r inner.txt\n", "a==1  # driftguard: ignore[DG201] x\n", ["x"], id="pinned"),
        pytest.param("-r inner.txt\na==1\n", "a  # driftguard: ignore[DG201] x\n", [], id="settled-outside"),
        pytest.param("a==1\n-c inner.txt\n", "a>0  # driftguard: ignore[DG201] x\n", [], id="range-outside"),
        pytest.param("a  # driftguard: ignore[DG201] x\n-c inner.txt\n", "a==1\n", ["x"], id="settled-here"),
    ],
)
def test_an_excuse_that_its_file_needs_when_read_by_itself_is_not_told(
    folder: Path, text: str, inner: str, reasons: list[str]
) -> None:
    (folder / "inner.txt").write_text(inner)

    assert [one.reason for one in lock(folder, text).excuses] == reasons


def test_an_ignore_without_a_reason_is_told_even_where_nothing_is_open(folder: Path) -> None:
    found = lock(folder, "numpy==1.0  # driftguard: ignore[DG201]\n")

    (one,) = found.unpinned
    assert one.problem.startswith("has an ignore without a reason")
    assert found.excuses == ()


def test_a_declaration_points_at_the_requirement(folder: Path) -> None:
    found = lock(folder, "# title\n\n  numpy \\\n  >=2 --hash=sha256:ab\n")

    (one,) = found.unpinned
    assert (one.path.name, one.line, one.column, one.text) == ("requirements.txt", 3, 3, "numpy   >=2")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a @ git+https://u:${TOKEN}@g.example/a@${TOKEN}\n", id="revision"),
        pytest.param("a>=${TOKEN}\n", id="range"),
        pytest.param("a @ https://h.example/${TOKEN}.zip ; ${TOKEN}\n", id="marker"),
        pytest.param("${TOKEN} ${TOKEN}\n", id="malformed"),
        pytest.param("a --${TOKEN}\n", id="option"),
        pytest.param("-e ./${TOKEN}\n", id="path"),
    ],
)
def test_a_secret_from_the_environment_is_in_no_declaration(folder: Path, text: str) -> None:
    found = lock(folder, text, TOKEN="1337")

    assert found.unpinned
    assert "1337" not in repr(found.unpinned)


def test_a_secret_in_the_file_is_in_no_declaration_and_no_origin(folder: Path) -> None:
    found = lock(folder, "a @ git+https://me:hunter2@g.example/a\nhttps://me:hunter2@h.example/x.zip\n")

    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("machine h.example login me password hunter2", UNREADABLE, id="netrc"),
        pytest.param("\turl = https://hunter2@g.example/a", UNREADABLE, id="git-configuration"),
        pytest.param("TOKEN=hunter2", UNREADABLE, id="environment-file"),
        pytest.param("password: hunter2", UNREADABLE, id="yaml"),
        pytest.param("[hunter2]", UNREADABLE, id="ini"),
        pytest.param("me@hunter2", UNREADABLE, id="address"),
        pytest.param("a; hunter2", UNREADABLE, id="marker"),
        pytest.param("--hunter2=x", UNREADABLE, id="option"),
        pytest.param("-e hunter2", UNREADABLE, id="editable"),
        pytest.param("/hunter2", UNREADABLE, id="path"),
        pytest.param("https://hooks.example/hunter2", UNNAMED, id="url"),
        pytest.param("./hunter2 x-1.0.zip", UNNAMED, id="archive"),
        pytest.param("git+https://hunter2/a", f"follows the default branch and {UNNAMED}", id="host"),
        pytest.param(
            "git+https://g.example/a@hunter2", f"follows a branch or tag and {UNNAMED}", id="revision"
        ),
        pytest.param(
            "--pre hunter2", "has words behind an option, which pip passes over", id="words-behind-an-option"
        ),
    ],
)
def test_text_of_an_included_line_that_names_nothing_is_not_shown(
    folder: Path, content: str, problem: str
) -> None:
    (folder / "secret").write_text(f"\n{content}\n")

    found = lock(folder, "-r secret\n")

    (one,) = found.unpinned
    assert (one.path.name, one.line, one.name, one.text) == ("secret", 2, "", "line 2")
    assert one.problem == problem
    assert "hunter2" not in repr(found)


def test_text_of_an_included_constraint_that_names_nothing_is_not_shown(folder: Path) -> None:
    found = lock(folder, "", "https://hooks.example/hunter2\nhunter2 x\nnumpy[x]==1\n")

    assert [(one.text, one.problem) for one in found.unpinned] == [
        ("line 1", f"{UNFIT}: it has no name"),
        ("line 2", UNREADABLE),
        ("numpy[x]==1", f"{UNFIT}: it has extras"),
    ]


def test_an_included_requirement_is_shown_and_so_is_the_file_that_is_named(folder: Path) -> None:
    (folder / "inner.txt").write_text("plots[fast] >= 1\na @ git+https://g.example/a@main\n")

    found = lock(folder, "-r inner.txt\nfoo=1\n")

    assert [(one.name, one.text, one.problem) for one in found.unpinned] == [
        ("plots", "plots[fast] >= 1", "is a range (>=1)"),
        ("a", "a @ git+https://g.example/a@main", "follows a branch (main)"),
        ("", "foo=1", f"{UNREADABLE}: `=` is not an operator, `==` is"),
    ]


def test_an_included_file_that_is_named_as_well_is_shown(folder: Path) -> None:
    inner, path = folder / "inner.txt", folder / "requirements.txt"
    inner.write_text("foo=1\n")
    path.write_text("-r inner.txt\n")

    assert [one.text for one in read(path, {}).unpinned] == ["line 1"]
    assert read(path, {}, named=[inner]).unpinned == read(inner, {}).unpinned


@pytest.mark.parametrize(
    ("inner", "expected_problems"),
    [
        pytest.param("a\n", [("a", "has no version")], id="open"),
        pytest.param("foo=1\n", [("line 1", UNREADABLE)], id="malformed"),
        pytest.param(
            "a==2 ; python_version>'3'\na==1\n", [("a", "is pinned twice: 2 and 1")], id="contradictory"
        ),
        pytest.param("a==1\n", [], id="pinned"),
    ],
)
@pytest.mark.parametrize("again", ["-r inner.txt", "-r {}/inner.txt", "-r other.txt"])
def test_a_file_that_is_included_twice_says_everything_once(
    folder: Path, inner: str, expected_problems: list[tuple[str, str]], again: str
) -> None:
    (folder / "inner.txt").write_text(inner)
    (folder / "other.txt").write_text("-r inner.txt\n")

    found = lock(folder, f"-r inner.txt\n{again.format(folder)}\n")

    assert problems(found) == expected_problems


def test_a_file_may_be_requirement_and_constraint(folder: Path) -> None:
    found = lock(folder, "-r constraints.txt\n", "a>=1 x\nb==1\n")

    assert problems(found) == [("line 1", UNREADABLE)]
    assert installed(found) == {"b": "1"}


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        pytest.param("a[x]==1\na[y,x]==1\na==1\n", [("a", ("x", "y"), "")], id="one-line-after-another"),
        pytest.param(
            "a[x]==1\na[y]==1 ; os_name=='nt'\n",
            [("a", ("x",), ""), ("a", ("y",), 'os_name == "nt"')],
            id="each-under-its-marker",
        ),
        pytest.param("a[x]\na[y]>=1\n", [("a", ("x", "y"), "")], id="constrained"),
        pytest.param("-e ./lib[x]\n-e ./lib[y]\n", [("my-lib", ("x", "y"), "")], id="editable"),
    ],
)
def test_the_extras_of_all_lines_are_on_the_edge(
    folder: Path, text: str, edges: list[tuple[str, tuple[str, ...], str]]
) -> None:
    root = lock(folder, text, "a==1\n").packages[0]

    assert [(edge.name, edge.extras, edge.marker) for edge in root.edges] == edges


def test_what_cannot_be_read_at_all_is_an_error_with_its_line(folder: Path) -> None:
    with pytest.raises(InputError, match=r"requirements\.txt:2: holds a merge conflict marker"):
        lock(folder, "a==1\n<<<<<<< HEAD\n")
