import os
from pathlib import Path

import pytest

from driftguard.model import SourceKind
from driftguard.requirement_lines.forms import Wanted, wanted
from driftguard.requirement_lines.links import UnreadableError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = "git+https://g.example/org/repo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a project, a project whose name nothing tells, an archive and a folder that is no project."""
    for name, project in (
        ("project", '[project]\nname = "Some.Project"\n'),
        ("old", None),
        ("odd", "[broken"),
    ):
        (tmp_path / name).mkdir()
        if project is not None:
            (tmp_path / name / "pyproject.toml").write_text(project)
    (tmp_path / "old" / "setup.py").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "Some_Lib-1.0-py3-none-any.whl").touch()
    return tmp_path


def read(text: str, folder: Path = Path("/nowhere"), *, editable: bool = False) -> Wanted:
    return wanted(text, (folder,), shown=text, editable=editable)


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        pytest.param("numpy==1.26.4", "numpy", "1.26.4", id="plain"),
        pytest.param("Ruamel.Yaml_x == 1.0", "ruamel-yaml-x", "1.0", id="name-is-normalised"),
        pytest.param("a==1.0rc1", "a", "1.0rc1", id="pre-release"),
        pytest.param("a==1.0-RC.1", "a", "1.0rc1", id="version-is-normalised"),
        pytest.param("a==2024.08.01", "a", "2024.8.1", id="leading-zeros"),
        pytest.param("a==1!2.0.post1.dev2+Local.1", "a", "1!2.0.post1.dev2+local.1", id="everything"),
        pytest.param("a (==1.0)", "a", "1.0", id="parentheses"),
        pytest.param("a===1.0-weird", "a", "1.0-weird", id="arbitrary"),
        pytest.param("a==1.5,>=1,<2", "a", "1.5", id="pin-within-a-range"),
        pytest.param("a==1.5,==1.*", "a", "1.5", id="pin-within-a-wildcard"),
        pytest.param("a==1.0,==1.0+cpu", "a", "1.0+cpu", id="local-version-of-the-same"),
        pytest.param("a==1.0,===1.0", "a", "1.0", id="twice-the-same"),
    ],
)
def test_a_pin_has_a_version_and_no_problem(text: str, name: str, version: str) -> None:
    found = read(text)

    assert (found.name, found.version, found.problem) == (name, version, "")
    assert found.origin.kind is SourceKind.REGISTRY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("a", "has no version", id="name"),
        pytest.param("a[x] ; os_name == 'nt'", "has no version", id="name-extra-marker"),
        pytest.param("a>=2,<3", "is a range (>=2,<3)", id="range"),
        pytest.param("a[x] (>= 2, != 2.5)", "is a range (>=2,!=2.5)", id="range-in-parentheses"),
        pytest.param("a~=1.4 ; os_name>'a'", "is a range (~=1.4)", id="compatible"),
        pytest.param("a!=1", "is a range (!=1)", id="anything-but"),
        pytest.param("a===", "has no version", id="arbitrary-nothing"),
        pytest.param("a===,>=1", "is a range (===,>=1)", id="arbitrary-nothing-in-a-range"),
        pytest.param("a==2.*", "is a wildcard (==2.*)", id="wildcard"),
        pytest.param("a==1,==2", "contradicts itself (==1,==2)", id="two-pins"),
        pytest.param("a==1,>=2", "contradicts itself (==1,>=2)", id="pin-outside-its-range"),
        pytest.param("a===weird,>=2", "contradicts itself (===weird,>=2)", id="arbitrary-in-a-range"),
        pytest.param("a" + ",".join(f">={n}" for n in range(60)), "is a range", id="too-long-to-quote"),
    ],
)
def test_what_is_no_pin_says_why(text: str, problem: str) -> None:
    assert (read(text).version, read(text).problem) == (None, problem)


def test_nothing_is_quoted_that_may_not_be_shown() -> None:
    assert wanted("a>=2", (), shown="").problem == "is a range"
    assert wanted(f"a @ {GIT}@s3cret", (), shown="").problem == "follows a branch or tag"


def test_extras_and_marker_are_kept() -> None:
    found = read("A[Dev_x,cli]==1.0 ; python_version<'3.9'")

    assert (found.extras, found.marker) == (("cli", "dev-x"), 'python_version < "3.9"')


@pytest.mark.parametrize(
    "text", [f"repo @ {GIT}@{COMMIT}", f"{GIT}.git@{COMMIT.upper()}#egg=Repo", f"{GIT}@{COMMIT}#egg=repo&x"]
)
def test_a_commit_is_a_pin(text: str) -> None:
    found = read(text)

    assert (found.name, found.problem, found.origin.commit) == ("repo", "", COMMIT)
    assert found.origin.kind is SourceKind.GIT
    assert found.origin.location.removesuffix(".git") == "https://g.example/org/repo"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(GIT, "follows the default branch", id="nothing"),
        pytest.param(f"{GIT}@main", "follows a branch (main)", id="branch"),
        pytest.param(f"{GIT}@refs/heads/x", "follows a branch (refs/heads/x)", id="ref"),
        pytest.param(f"{GIT}@feature%2Fx", "follows a branch or tag (feature/x)", id="quoted"),
        pytest.param(f"a @ {GIT}@v1.0 ; os_name>'a'", "follows a branch or tag (v1.0)", id="tag"),
        pytest.param(f"{GIT}@0123456", "names an abbreviated commit (0123456)", id="short-commit"),
        pytest.param("hg+https://h.example/r@tip", "follows a branch or tag (tip)", id="mercurial"),
        pytest.param("https://g.example/o/r/archive/main.zip", "follows a branch (main)", id="archive"),
        pytest.param(
            "https://g.example/o/r/archive/refs/heads/a/b.tar.gz", "follows a branch (a/b)", id="archive-ref"
        ),
        pytest.param("https://g.example/o/r/zipball/master", "follows a branch (master)", id="zipball"),
    ],
)
def test_what_moves_says_so(text: str, problem: str) -> None:
    assert read(text).problem == problem


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("svn+svn://s.example/repo@2019#egg=a", id="subversion-revision"),
        pytest.param(f"hg+https://h.example/r@{COMMIT}", id="mercurial-commit"),
        pytest.param(f"https://g.example/o/r/archive/{COMMIT}.zip", id="archive-of-a-commit"),
        pytest.param("https://g.example/o/r/archive/refs/tags/v1.0.zip", id="archive-of-a-tag"),
        pytest.param("https://g.example/o/archive/main/a-1.0.zip", id="folder-called-main"),
    ],
)
def test_what_does_not_move_has_no_problem(text: str) -> None:
    assert read(text).problem == ""


@pytest.mark.parametrize(
    ("text", "kind", "location"),
    [
        pytest.param(
            "a @ https://u:p@h.example/a.zip?x=1#sha1=2",
            SourceKind.URL,
            "https://h.example/a.zip?x=1",
            id="url",
        ),
        pytest.param(
            f"{GIT.replace('//', '//user:token@')}", SourceKind.GIT, "https://g.example/org/repo", id="git"
        ),
        pytest.param("git+ssh://git@g.example/r", SourceKind.GIT, "ssh://git@g.example/r", id="ssh-user"),
        pytest.param("git+ssh://me@g.example/r", SourceKind.GIT, "ssh://g.example/r", id="other-user"),
        pytest.param("hg+https://h.example/r@1", SourceKind.URL, "hg+https://h.example/r", id="mercurial"),
    ],
)
def test_a_location_tells_nobody_s_name(text: str, kind: SourceKind, location: str) -> None:
    origin = read(text).origin

    assert (origin.kind, origin.location) == (kind, location)


def test_a_subdirectory_is_kept() -> None:
    assert read(f"{GIT}@{COMMIT}#egg=a&subdirectory=pkg/a").origin.subdirectory == "pkg/a"
    assert read("a @ https://h.example/a.zip#subdirectory=b").origin.subdirectory == "b"


@pytest.mark.parametrize(
    ("text", "name", "version", "guessed"),
    [
        pytest.param("https://h.example/Some_Lib-1.0-py3-none-any.whl", "some-lib", "1.0", False, id="wheel"),
        pytest.param(
            "https://h.example/lib-1.0%2Bcu1-py3-none-any.whl", "lib", "1.0+cu1", False, id="quoted"
        ),
        pytest.param("https://h.example/some-lib-1.0.tar.gz", "some-lib", "1.0", True, id="sdist"),
        pytest.param("https://h.example/lib.tar.gz", "", None, True, id="nothing-told"),
        pytest.param("https://h.example/my lib-1.0.tar.gz", "", None, True, id="no-name"),
        pytest.param("https://h.example/x.zip#egg=Lib", "lib", None, False, id="egg"),
        pytest.param("lib @ https://h.example/other-2.0.zip", "lib", "2.0", False, id="named"),
        pytest.param("ftp://h.example/lib-1.0.zip ; os_name=='nt'", "lib", "1.0", True, id="ftp-with-marker"),
    ],
)
def test_an_archive_tells_what_its_name_tells(
    text: str, name: str, version: str | None, guessed: bool
) -> None:
    found = read(text)

    assert (found.name, found.version, found.guessed) == (name, version, guessed)


@pytest.mark.parametrize(
    ("text", "editable", "kind", "target", "name"),
    [
        pytest.param("./project", False, SourceKind.DIRECTORY, "project", "some-project", id="folder"),
        pytest.param(
            "./project/", False, SourceKind.DIRECTORY, "project", "some-project", id="folder-with-slash"
        ),
        pytest.param("project/../old", False, SourceKind.DIRECTORY, "old", "", id="folder-without-a-name"),
        pytest.param("./odd", False, SourceKind.DIRECTORY, "odd", "", id="folder-with-a-broken-name"),
        pytest.param("./project", True, SourceKind.EDITABLE, "project", "some-project", id="editable"),
        pytest.param("project", True, SourceKind.EDITABLE, "project", "some-project", id="editable-bare"),
        pytest.param("file:project", True, SourceKind.EDITABLE, "project", "some-project", id="editable-url"),
        pytest.param("x @ file:project", True, SourceKind.EDITABLE, "project", "x", id="editable-named"),
        pytest.param("file:project", False, SourceKind.DIRECTORY, "project", "some-project", id="url"),
        pytest.param("file:project#egg=y", False, SourceKind.DIRECTORY, "project", "y", id="url-with-egg"),
        pytest.param("x @ ./project", False, SourceKind.DIRECTORY, "project", "x", id="named-path"),
        pytest.param(
            "wheels/Some_Lib-1.0-py3-none-any.whl", False, SourceKind.PATH, None, "some-lib", id="wheel"
        ),
        pytest.param(
            "gone-1.0.tar.gz", False, SourceKind.PATH, "gone-1.0.tar.gz", "gone", id="archive-not-there"
        ),
    ],
)
def test_a_path_is_found_beside_the_file(
    folder: Path, text: str, editable: bool, kind: SourceKind, target: str | None, name: str
) -> None:
    found = read(text, folder, editable=editable)

    assert (found.origin.kind, found.name) == (kind, name)
    assert found.origin.location == os.path.realpath(folder / (target or text))


def test_a_path_is_looked_for_in_one_folder_after_the_other(folder: Path) -> None:
    found = wanted("./project", (folder / "empty", folder), shown="")

    assert found.origin.location == os.path.realpath(folder / "project")


def test_a_path_may_have_extras_and_a_marker(folder: Path) -> None:
    assert read("./project[dev,Test_x] ; os_name=='nt'", folder).extras == ("dev", "test-x")
    assert read("./project[dev]", folder, editable=True).extras == ("dev",)
    assert read("file:project[dev]", folder, editable=True).extras == ("dev",)


def test_an_editable_repository_may_be_written_in_three_ways() -> None:
    plain = read(f"{GIT}@{COMMIT}#egg=a", editable=True)
    named = read(f"A[x] @ {GIT}@{COMMIT} ; os_name=='nt'", editable=True)
    old = read("git://g.example/a@main#egg=a", editable=True)

    assert (plain.name, plain.origin.commit) == ("a", COMMIT)
    assert (named.name, named.extras, named.marker) == ("a", ("x",), 'os_name == "nt"')
    assert old.origin.location == "git://g.example/a"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a=1.0", "`=` is not an operator, `==` is", id="single-equals"),
        pytest.param("two words", "Expected", id="words"),
        pytest.param("a==", "Expected", id="no-version"),
        pytest.param("a==1.0-x", "Expected", id="no-pep-440"),
        pytest.param("a[", "Expected", id="open-bracket"),
        pytest.param("a; nonsense", "what stands behind the `;` is not a marker", id="marker"),
        pytest.param("a; " + "(" * 4000, "nested too deeply", id="deep-marker"),
        pytest.param("a" * 9000, "more than 8,192 characters", id="long"),
        pytest.param("./missing", "no such file or folder", id="missing"),
        pytest.param("./empty", "a folder without `pyproject.toml` and `setup.py`", id="no-project"),
        pytest.param("./project[", "no such file or folder", id="open-extra"),
        pytest.param("./project[a b]", "Expected", id="bad-extra"),
        pytest.param("git://g.example/a", "a URL of a kind that pip does not know", id="old-git"),
        pytest.param("https://[broken/a.zip", "a malformed URL", id="malformed"),
        pytest.param(f"{GIT}@", "nothing stands behind the `@`", id="no-revision"),
        pytest.param(f"{GIT}#egg=a[x]", "`#egg=` holds more than a name", id="egg-with-extra"),
        pytest.param("https://h.example/broken.whl", "the wheel's file name is not one", id="wheel"),
        pytest.param("file://h.example/a.zip", "a `file:` URL with a host", id="host"),
        pytest.param("a @ nothing", "neither a URL nor a file that is there", id="direct-nothing"),
    ],
)
def test_what_pip_cannot_read_says_why(folder: Path, text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text, folder)

    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("numpy", "neither a folder with a project nor the URL of a repository", id="name"),
        pytest.param("./missing", "neither a folder with a project", id="missing"),
        pytest.param("https://h.example/a.zip#egg=a", "neither a folder with a project", id="archive"),
        pytest.param("a @ https://h.example/a.zip", "neither a folder with a project", id="direct-archive"),
        pytest.param(GIT, "an editable repository needs `#egg=NAME`", id="nameless"),
    ],
)
def test_what_cannot_be_editable_says_why(folder: Path, text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text, folder, editable=True)

    assert str(caught.value).startswith(reason)
