"""One small lock per clause of uv's format, written by the real uv, and read as uv reads it."""

import re
from itertools import permutations
from pathlib import Path

import pytest

from driftguard import expect, locks
from driftguard.errors import InputError
from driftguard.expect import Expectation
from tests.proofs import fidelity
from tools import clause_locks

QUICK = ("", "--all-groups --no-dev")
"""Selections that are compared in every run; the slow test compares all."""

HOLDS = {
    "build-constraints": r"^build-constraints = \[",
    "conflict-extra-group": r'extra = "old" \},\n    \{ package = "app", group = "next"',
    "conflict-extras": r'^conflicts = \[\[\n    \{ package = "app", extra = "new"',
    "conflict-groups": r'^conflicts = \[\[\n    \{ package = "app", group = "dev"',
    "conflict-indexes": r'^cpu = \[\n    \{ name = "larch", version = "1.0\+cpu", source = \{ registry = "http://sec',
    "conflict-member-extras": r'"app", extra = "old" \},\n    \{ package = "lib", extra = "new"',
    "conflict-members": r"extra == 'project-3-new'",
    "conflict-three": r"extra == 'group-3-app-old' or extra == 'extra-3-app-one'",
    "constraints": r"^constraints = \[",
    "cycle": r'name = "oak"\n(.*\n)+?dependencies = \[\n.*\n?.*"pine"',
    "default-groups": r'^default-groups = \["docs", "lint"\]',
    "default-groups-all": r'^default-groups = "all"',
    "default-groups-none": r"^default-groups = \[\]",
    "dependency-metadata": r"^\[\[manifest\.dependency-metadata\]\]",
    "dev-dependencies": r"^\[package\.dev-dependencies\]",
    "distribution-era": r"^\[\[distribution\]\]",
    "dynamic-metadata": r'name = "lib"\nsource = \{ directory',
    "dynamic-version": r'name = "app"\nsource = \{ editable',
    "exclude-newer": r"^exclude-newer = ",
    "excludes": r'^excludes = \["birch"\]',
    "extras": r'\{ name = "dogwood", extra = \["fast"\] \}',
    "extras-empty": r'provides-extras = \["none"\]',
    "extras-of-itself": r'name = "app", extras = \["fast", "lean"\]',
    "find-links": r'path = "spruce-1.0-py3-none-any.whl" \}',
    "group-requires-python": r"^\[package\.group-requires-python\]",
    "groups-nested": r'^lint = \[\n    \{ name = "fir", marker = ',
    "groups-with-extra": r'^dev = \[\n    \{ name = "app", extra = \["fast"\]',
    "local-version": r'^version = "2.0\+gpu"',
    "markers": r"marker = \"implementation_name == 'cpython' and os_name == 'nt'\"",
    "names": r"^more-of-it = \[\n(.*\n)+my-group = ",
    "no-binary": r"^sdist = ",
    "overrides": r"^overrides = \[",
    "package": r'source = \{ editable = "\." \}',
    "pre-releases": r'^prerelease-mode = "allow"',
    "python-upper-bound": r'^requires-python = ">=3.10, <3.13"',
    "required-environments": r"^required-markers = \[",
    "resolution-lowest": r'^resolution-mode = "lowest-direct"\nfork-strategy = "fewest"',
    "resolution-markers": r"^resolution-markers = \[(.*\n)+\[\[package\]\](.*\n)+resolution-markers = \[",
    "revision-1": r"^revision = 1$",
    "revision-2": r"^revision = 2$",
    "revision-3": r"^revision = 3$",
    "revision-3-conflicts": r"^revision = 3\n(.*\n)+conflicts = \[\[",
    "revision-3-default-groups": r"^revision = 3$(?!(.|\n)*default-groups)",
    "revision-4": r"^revision = 4$",
    "revision-5": r"^revision = 5$",
    "revision-newer": r"^revision = 99$",
    "revision-none": r"^version = 1\nrequires-python",
    "revision-none-conflicts": r"^version = 1\nrequires-python.*\n(.*\n)*conflicts = \[\[",
    "script": r"^requirements = \[",
    "sdist-only": r'name = "iroko"\n(.*\n)+?sdist = ',
    "source-directory": r'\{ directory = "lib" \}',
    "source-editable": r'\{ editable = "lib" \}',
    "source-git-branch": r'git = "https://git.index.example/trees.git\?branch=next#[0-9a-f]{40}"',
    "source-git-default": r'git = "https://git.index.example/trees.git#[0-9a-f]{40}"',
    "source-git-rev": r'git = "https://git.index.example/trees.git\?rev=([0-9a-f]{40})#\1"',
    "source-git-subdirectory": r"trees.git\?subdirectory=packages%2Fyew&tag=v1.0#",
    "source-git-tag": r'git = "https://git.index.example/trees.git\?tag=v1.0#[0-9a-f]{40}"',
    "source-index": r'"quince"\nversion = "1.0"\nsource = \{ registry = "http://second.example/simple/" \}',
    "source-index-by-marker": r"third.example/simple/\" \}, marker = \"sys_platform == 'win32'\"",
    "source-path-sdist": r'path = "archives/tupelo-1.0.tar.gz"',
    "source-path-wheel": r'path = "archives/spruce-1.0-py3-none-any.whl"',
    "source-url-sdist": r'source = \{ url = "http://index.example/files/iroko-1.0.tar.gz"',
    "source-url-wheel": r'source = \{ url = "http://index.example/files/nutmeg-1.0-py3-none-any.whl"',
    "sources-by-extra": r"trees.git\?branch=next#(.*\n)+.*trees.git\?tag=v1.0#",
    "sources-by-marker": r'source = \{ url = "http://index.example/files/nutmeg-1.0.*marker = ',
    "supported-environments": r"^supported-markers = \[",
    "version-newer": r"^version = 2$",
    "versions-by-python": r'"cedar"\nversion = "1.0"\n(.*\n)+name = "cedar"\nversion = "2.0"',
    "versions-by-python-explicit": r'version = "1.0", source = .*marker = "python_full_version < ',
    "versions-deep": r'name = "walnut"\n(.*\n)+?dependencies = \[\n.*"alder", version = "1.0".*marker = ',
    "virtual": r'source = \{ virtual = "\." \}',
    "wheels-by-platform": r"macosx_11_0_arm64.whl",
    "without-dependencies": r'^name = "app"\nversion = "1.0"\nsource = \{ virtual = "\." \}\n\Z',
    "without-hashes": r"whl\" \}",
    "workspace": r'^members = \[\n    "app",\n    "core",\n    "lib"',
    "workspace-deep": r'editable = "outer/inner"',
    "workspace-editable": r'\{ directory = "core" \}',
    "workspace-one-member": r'^members = \[\n?\s*"backend"',
    "workspace-without-project": r"^\[manifest\.dependency-groups\]",
}
"""What stands in a lock if it is of the clause that it is named for."""


def test_each_lock_has_a_clause() -> None:
    assert sorted(HOLDS) == [folder.name for folder in fidelity.CLAUSES]


@pytest.mark.parametrize("folder", fidelity.CLAUSES, ids=lambda path: path.name)
def test_a_lock_holds_the_clause_it_is_named_for(folder: Path) -> None:
    assert re.search(HOLDS[folder.name], fidelity.lock_in(folder).read_text(), re.MULTILINE)


READ = [folder for folder in fidelity.CLAUSES if folder.name not in {"distribution-era", "version-newer"}]


@pytest.mark.parametrize("folder", READ, ids=lambda path: path.name)
def test_a_clause_is_read_as_uv_reads_it(folder: Path) -> None:
    result = fidelity.compare(folder, None if folder.name == "script" else QUICK)

    assert result.differences == ()
    assert result.comparisons or result.refused


@pytest.mark.slow
@pytest.mark.parametrize("folder", READ, ids=lambda path: path.name)
def test_a_clause_is_read_as_uv_reads_it_in_every_selection(folder: Path) -> None:
    result = fidelity.compare(folder)

    assert result.differences == ()
    assert result.comparisons


OF_DEV = ("--group dev", "--no-group dev", "--only-group dev", "--dev", "--no-dev", "--only-dev")
BESIDE = ("--group docs", "--only-group docs", "--all-groups", "--all-extras", "--no-default-groups")


@pytest.mark.parametrize("name", ["extras", "default-groups", "workspace-without-project"])
def test_the_group_dev_is_refused_by_its_name_alone_where_uv_refuses_it(name: str) -> None:
    result = fidelity.compare(clause_locks.CLAUSES / name, (*OF_DEV, "--no-dev --dev", "--dev --no-dev"))

    assert result.differences == ()
    assert result.refused == (3 if name == "extras" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["extras", "default-groups", "workspace-without-project"])
def test_options_on_groups_go_with_each_other_as_with_uv(name: str) -> None:
    pairs = map(" ".join, permutations((*OF_DEV, *BESIDE), 2))
    result = fidelity.compare(clause_locks.CLAUSES / name, tuple(pairs))

    assert result.differences == ()
    assert result.selections
    assert result.refused


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("distribution-era", "a lock of uv before 0.3 is not read"),
        ("version-newer", "2 is not 1, the one that is known"),
    ],
)
def test_what_is_not_read_is_refused(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        locks.read(clause_locks.CLAUSES / name / "uv.lock", {})


def test_a_newer_revision_is_read_with_a_note() -> None:
    result = fidelity.compare(clause_locks.CLAUSES / "revision-newer", QUICK)

    assert "the lock has revision 99, newer than 5: what it adds is not read" in result.notes


def test_a_package_too_few_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    real = expect.expected

    def forgetful(*arguments: object) -> Expectation:
        found = real(*arguments)  # type: ignore[arg-type]
        return Expectation(expected=found.expected[1:], undecided=found.undecided)

    monkeypatch.setattr(expect, "expected", forgetful)

    assert fidelity.compare(clause_locks.CLAUSES / "workspace", QUICK).differences


@pytest.mark.slow
@pytest.mark.network
def test_uv_writes_the_same_locks_again(tmp_path: Path) -> None:
    clause_locks.main([], tmp_path)

    for folder in fidelity.CLAUSES:
        lock = fidelity.lock_in(folder)
        assert (tmp_path / folder.name / lock.name).read_text() == lock.read_text(), folder.name
