"""Which additional dependencies of hooks are judged, where they stand, and how a broken file is told."""

import time
from pathlib import Path

import pytest

from driftguard.errors import InputError, UsageError
from driftguard.manifests.pre_commit import additional_dependencies
from driftguard.model import Declaration, Excuse

PATH = Path(".pre-commit-config.yaml")
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "precommit"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SOON = 2.0


def config(entries: str, *, language: str = "", repo: str = "https://g.example/hooks") -> str:
    known = f"\n    language: {language}" if language else ""
    return f"repos:\n- repo: {repo}\n  hooks:\n  - id: mypy{known}\n    additional_dependencies: {entries}\n"


def found(text: str) -> tuple[Declaration, ...]:
    return additional_dependencies(text, PATH)[0]


def excuses(text: str) -> tuple[Excuse, ...]:
    return additional_dependencies(text, PATH)[1]


def told(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.problem) for one in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(config("[black==24.10.0, 'x[y]==1.0']"), id="pinned"),
        pytest.param(config("[]"), id="empty-list"),
        pytest.param(config(""), id="nothing"),
        pytest.param("repos: []\n# additional_dependencies\n", id="no-repositories"),
        pytest.param("repos:\n# additional_dependencies\n", id="no-list"),
        pytest.param("repos: [{repo: a, hooks: []}]\n", id="no-hooks"),
        pytest.param("repos: [{repo: a, hooks: [{id: b}]}]\n", id="never-mentions-them"),
        pytest.param(config("[prettier@3.6.0, prettier]"), id="node-versions"),
        pytest.param(config("['@scope/x', y]"), id="node-scope"),
        pytest.param(config("['eslint@^8', '@s/t@1.0']"), id="node-both"),
        pytest.param(config("[g.example/x/y@v1.2, other]"), id="go"),
        pytest.param(config("['rubocop:1.2.3']"), id="ruby"),
        pytest.param(config("[prettier]", language="node", repo="local"), id="node-is-said"),
        pytest.param(config("[x]", language="system", repo="local"), id="system"),
        pytest.param(config("[--no-binary, ., ./plugin, '.[dev]', /opt/x]"), id="options-and-paths"),
        pytest.param(
            config("['--x=y', -U, -q, -e, '--pre a', '']", language="python"), id="options-for-python"
        ),
        pytest.param(
            config("[--index-url=https://i.example/simple, '-i https://i.example/simple']"), id="index"
        ),
        pytest.param(config("['-r more.txt', -cmore.txt]", language="python"), id="includes"),
        pytest.param(
            config(
                "[-e ., -e./plugin, '--editable=/opt/x', '-e plugin[a]', '-e file:./x']", language="python"
            ),
            id="editable-paths",
        ),
        pytest.param(
            config(f"['-e git+https://g.example/a@{COMMIT}#egg=a']", language="python"), id="editable-commit"
        ),
        pytest.param(
            config("['-e git+https://g.example/a@main#egg=a']", language="node"), id="editable-node"
        ),
        pytest.param(config("['git+https://g.example/a', 'a b']"), id="not-by-name"),
        pytest.param(config("[{a: b}, [c], '']"), id="not-text"),
        pytest.param(config(f"['a @ git+https://g.example/a@{COMMIT}']"), id="commit"),
    ],
)
def test_nothing_is_said_of(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(config("[tomli]"), [("tomli", "has no version")], id="name"),
        pytest.param(config("['Types_X>=1,<2']"), [("types-x", "is a range (>=1,<2)")], id="range"),
        pytest.param(config("[black==26.*]"), [("black", "is a wildcard (==26.*)")], id="wildcard"),
        pytest.param(config("['bandit[toml]']"), [("bandit", "has no version")], id="extra"),
        pytest.param(config("[a, b==1, c]"), [("a", "has no version"), ("c", "has no version")], id="some"),
        pytest.param(config("[a]", language="python"), [("a", "has no version")], id="python-is-said"),
        pytest.param(config("[a]", language="python_venv"), [("a", "has no version")], id="old-python"),
        pytest.param(
            config("['a @ git+https://g.example/a@v1']"), [("a", "follows a branch or tag (v1)")], id="tag"
        ),
        pytest.param(
            config("['git+https://g.example/a@main']", language="python"),
            [("", "follows a branch (main)")],
            id="url",
        ),
        pytest.param(
            config("['-e git+https://g.example/a@main#egg=x']", language="python"),
            [("x", "follows a branch (main)")],
            id="editable",
        ),
        pytest.param(
            config("['--editable=git+https://g.example/a#egg=x', '-egit+https://g.example/b@v1#egg=y']"),
            [("x", "follows the default branch"), ("y", "follows a branch or tag (v1)")],
            id="editable-in-a-hook-that-may-be-python",
        ),
        pytest.param(
            config("['git+https://g.example/a@v1#egg=x', y]"),
            [("x", "follows a branch or tag (v1)"), ("y", "has no version")],
            id="egg-in-a-hook-that-may-be-python",
        ),
        pytest.param(
            config("['-e git+https://g.example/a', '-e git+git@g.example:a/b']", language="python"),
            [
                ("", "is not a requirement pip can read: an editable repository needs `#egg=NAME`"),
                (
                    "",
                    "is not a requirement pip can read: neither a folder with a project nor the URL of a repository",
                ),
            ],
            id="editable-nameless",
        ),
        pytest.param(
            r'repos: [{repo: a, hooks: [{id: b, "additional\x5fdependencies": [a]}]}]',
            [("a", "has no version")],
            id="key-with-an-escape",
        ),
        pytest.param(
            r'"rep\x6fs": [{repo: a, "hooks": [{id: b, ? !!str additional_dependencies : [a]}]}]',
            [("a", "has no version")],
            id="keys-in-other-words",
        ),
        pytest.param(
            config("[a=1]", language="python"),
            [("", "is not a requirement pip can read: `=` is not an operator, `==` is")],
            id="malformed",
        ),
        pytest.param(
            config("[prettier@3.6.0]", language="python"),
            [("", "is not a requirement pip can read: neither a URL nor a file that is there")],
            id="node-in-a-python-hook",
        ),
    ],
)
def test_what_is_not_pinned_is_said(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("entries", "places"),
    [
        pytest.param("[a, 'b', \"c\"]", [(5, 31), (5, 34), (5, 39)], id="flow"),
        pytest.param("\n    - a\n    -   b # c\n    - 'c'", [(6, 7), (7, 9), (8, 7)], id="block"),
        pytest.param("[\n  ünï, a,\n  b]", [(6, 8), (7, 3)], id="behind-other-letters"),
        pytest.param("\r\n    - a\r\n    - b\r\n", [(6, 7), (7, 7)], id="crlf"),
        pytest.param("\n    - >-\n      a\n", [(6, 7)], id="folded"),
    ],
)
def test_an_entry_has_its_exact_place(entries: str, places: list[tuple[int, int]]) -> None:
    assert [(one.line, one.column) for one in found(config(entries))] == places


def test_an_anchor_is_judged_once_and_where_it_is_written() -> None:
    text = (
        "x-common: &deps\n- tomli\n"
        "repos:\n- repo: a\n  hooks:\n  - id: one\n    additional_dependencies: *deps\n"
        "  - id: two\n    additional_dependencies: *deps\n"
    )

    assert [(one.name, one.line, one.column) for one in found(text)] == [("tomli", 2, 3)]


@pytest.mark.parametrize(
    "merge",
    [
        pytest.param("<<: *base", id="one"),
        pytest.param("<<: [*other, *base]", id="several"),
        pytest.param("<<: *nested", id="nested"),
    ],
)
def test_merged_keys_are_followed(merge: str) -> None:
    text = (
        "x: &base {additional_dependencies: [tomli], language: python}\n"
        "y: &other {id: x}\nz: &nested {<<: *base}\n"
        f"repos:\n- repo: local\n  hooks:\n  - {{id: a, {merge}}}\n"
    )

    assert told(text) == [("tomli", "has no version")]


def test_an_own_key_comes_before_a_merged_one() -> None:
    text = (
        "x: &base {additional_dependencies: [tomli]}\n"
        "repos: [{repo: a, hooks: [{id: b, additional_dependencies: [rich==1], <<: *base}]}]\n"
    )

    assert told(text) == []


@pytest.mark.parametrize(
    ("entries", "line", "codes", "reason"),
    [
        pytest.param("[a]  # driftguard: ignore[DG201] of old", 5, ("DG201",), "of old", id="flow"),
        pytest.param("\n    - a # driftguard: ignore[DG2,DG9]: why", 6, ("DG2", "DG9"), "why", id="block"),
        pytest.param(
            "['a']  # why not # driftguard: ignore[DG201] see #1",
            5,
            ("DG201",),
            "see #1",
            id="behind-another",
        ),
        pytest.param("[a==1]  # driftguard: ignore[DG201] of old", 5, ("DG201",), "of old", id="pinned"),
        pytest.param("[a, b, c==1]  # driftguard: ignore[DG201] of old", 5, ("DG201",), "of old", id="once"),
    ],
)
def test_a_comment_accepts_what_stands_on_its_line(
    entries: str, line: int, codes: tuple[str, ...], reason: str
) -> None:
    assert excuses(config(entries)) == (Excuse(path=PATH, line=line, codes=codes, reason=reason),)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(config("# driftguard: ignore[DG201] why\n    - a"), id="another-line"),
        pytest.param(config("[prettier@3]  # driftguard: ignore[DG201] why", language="node"), id="node"),
        pytest.param(config("[-U]  # driftguard: ignore[DG201] why", language="python"), id="option"),
    ],
)
def test_a_comment_elsewhere_accepts_nothing(text: str) -> None:
    assert excuses(text) == ()


def test_an_ignore_without_a_reason_is_told_even_of_a_pin() -> None:
    (one,) = found(config("[a==1]  # driftguard: ignore[DG201]"))

    assert one.problem.startswith("has an ignore without a reason")


def test_credentials_are_not_repeated() -> None:
    (one,) = found(config("['a @ git+https://me:hunter2@g.example/a']"))

    assert "hunter2" not in one.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("repos: [\n", ":3: not YAML: ", id="open-list"),
        pytest.param("repos:\n\t- x\n", ":2: not YAML: ", id="tab"),
        pytest.param("repos: '\x07'\n", ":1: not YAML: ", id="control-character"),
        pytest.param("a: 1\n<<<<<<< HEAD\nb: 2\n", ":2: holds a merge conflict marker", id="conflict"),
        pytest.param("a: 1\n\0", ":2: holds a NUL character", id="nul"),
        pytest.param("a: 1\n---\nb: 2\n", ":2: a second document", id="two-documents"),
        pytest.param("repos: *none\n", ":1: an alias of nothing that stands before it", id="unknown-alias"),
        pytest.param("repos: &r [*r]\n", ":1: an alias of nothing", id="holds-itself"),
        pytest.param("", ": is empty, so it has no `repos`", id="empty"),
        pytest.param("- repo: a\n", ":1: not a mapping, so it has no `repos`", id="list"),
        pytest.param("ci: {}\nRepos: []\n", ":1: has no `repos`", id="no-repos"),
        pytest.param("repos:\n- repo: a\n  Hooks: []\n", ":2: has no `hooks`", id="no-hooks"),
        pytest.param("{ not yaml", ": not YAML: ", id="open-mapping"),
        pytest.param("repos: {a: b}\n", ":1: `repos` is not a list", id="repos"),
        pytest.param("repos:\n- repo: a\n  hooks: x\n", ":3: `hooks` is not a list", id="hooks"),
        pytest.param("repos:\n- hooks:\n  - mypy\n", ":3: not a mapping, so it has no `language`", id="hook"),
        pytest.param("repos: []\nci: {}\nrepos: []\n", ":3: `repos` stands twice in one mapping", id="twice"),
        pytest.param(config("tomli"), ":5: `additional_dependencies` is not a list", id="dependencies"),
    ],
)
def test_a_broken_file_is_an_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        found(f"{text}# additional_dependencies\n")

    assert message in caught.value.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("environment.yml", "dependencies: [pandas, {pip: [numpy]}]\n", id="conda"),
        pytest.param("environment.yml", "# additional_dependencies\n- a\n", id="list"),
        pytest.param("pre-commit.yaml", "Repos: []\n", id="misspelled"),
        pytest.param("other.yaml", "", id="empty"),
        pytest.param(
            ".pre-commit-hooks.yaml", "- id: a\n  additional_dependencies: [b]\n", id="another-of-pre-commit"
        ),
    ],
)
def test_what_is_no_configuration_of_pre_commit_is_refused(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"`{name}` is not linted") as caught:
        additional_dependencies(text, Path(name))

    assert caught.value.hint == "requirements files and .pre-commit-config.yaml are"


@pytest.mark.parametrize("name", [".pre-commit-config.yml", "hooks/config.yaml"])
def test_a_configuration_may_have_another_name(name: str) -> None:
    declared, _ = additional_dependencies(config("[a]"), Path(name))

    assert [(str(one.path), one.name) for one in declared] == [(name, "a")]


def bomb() -> str:
    lists = [f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(["k0: &k0 [x]", *lists, "repos: [{hooks: [{additional_dependencies: *k29}]}]"])


def wide_bomb() -> str:
    return (
        f"d: &d [{','.join(['a>=1'] * 900)}]\n"
        f"h: &h [{','.join(['{additional_dependencies: *d}'] * 900)}]\n"
        f"repos: [{','.join(['{hooks: *h}'] * 900)}]\n"
    )


def merge_bomb() -> str:
    merges = [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 50)]
    return "\n".join(["a0: &a0 {x: 1}", *merges, "repos: [*a49]", "# additional_dependencies"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "repos: " + "[" * 500_000 + "#additional_dependencies", "more than 60 levels deep", id="deep"
        ),
        pytest.param(
            "repos: " + "{a: " * 100_000 + " #additional_dependencies", "levels deep", id="deep-mappings"
        ),
        pytest.param("#additional_dependencies" + "#" * 2_000_000, "larger than 1024 KiB", id="large"),
        pytest.param(
            "x: [" + "1," * 200_000 + "] #additional_dependencies", "more than 100,000 values", id="values"
        ),
        pytest.param(wide_bomb(), "more than 5,000 hooks and dependencies", id="aliases"),
        pytest.param(merge_bomb(), "merged from too many places", id="merges"),
        pytest.param(
            config("\n" + "    - a>=1\n" * 60_000), "more than 5,000 hooks and dependencies", id="entries"
        ),
    ],
)
def test_what_is_too_much_is_one_error(text: str, message: str) -> None:
    found(config("[a]"))  # loads what is needed before the clock starts
    begun = time.perf_counter()

    with pytest.raises(InputError, match=message):
        found(text)

    assert time.perf_counter() - begun < SOON


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    assert told(bomb()) == []


def test_files_that_people_wrote_are_read() -> None:
    if not CORPUS.is_dir():
        pytest.skip("no corpus beside the repository")
    files = sorted(CORPUS.glob("*.yaml"))

    declared = {path.name: additional_dependencies(path.read_text(), path)[0] for path in files}

    assert len(files) == 18
    assert sum(map(len, declared.values())) == 25
    lines = {name: (CORPUS / name).read_text().splitlines() for name in declared}
    for name, ones in declared.items():
        for one in ones:
            assert lines[name][one.line - 1][one.column - 1 :].lstrip("'\"").startswith(one.text)
