"""Whose files they are: strangers, code that runs at start, files of several, scripts led astray."""

import hashlib
import os
from pathlib import Path

import pytest

from driftguard.cache import Cache
from driftguard.environment import stamps
from driftguard.environment.integrity import debian, start_up
from driftguard.integrity import Overlap, Stranger, StrangerKind
from tests.environment.builders import tree
from tests.environment.integrity.builders import Folder, digest


@pytest.fixture
def there(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "env")
    folder.install("six==1.0", {"six.py": b"", "pack/__init__.py": b"", "pack/sub/data.txt": b""})
    return folder


@pytest.mark.parametrize(
    "normal",
    [
        "__pycache__/six.cpython-311.pyc",
        "pack/__pycache__/__init__.cpython-311.pyc",
        "gone/__pycache__/gone.cpython-311.pyc",
        "pack/__pycache__/__init__.cpython-39.opt-1.pyc",
        "pack/__pycache__/__init__.pypy39.opt-2.pyc",
        "pack/__pycache__/__init__.cpython-313.pyc.140245830176832",
        "pack/__pycache__/test_pack.cpython-311-pytest-8.3.2.pyc",
        "pack/__pycache__/",
        "empty/",
        ".lock",
        "README.txt",
        "_virtualenv.py",
        "~umpy/rest.py",
        "six-1.0.dist-info/REQUESTED",
    ],
)
def test_what_installers_and_the_interpreter_leave_is_normal(there: Folder, normal: str) -> None:
    tree(there.site, {normal: ""})

    assert there.read().strangers == ()


@pytest.mark.parametrize(
    ("file", "kind", "whole"),
    [
        ("rogue.py", StrangerKind.CODE, True),
        ("rogue.cpython-311-x86_64-linux-gnu.so", StrangerKind.CODE, True),
        ("rogue.pyc", StrangerKind.SOURCELESS, True),
        ("rogue/code.py", StrangerKind.CODE, True),
        ("rogue/deep/notes.txt", StrangerKind.DATA, True),
        ("notes.txt", StrangerKind.DATA, True),
        ("more.pth", StrangerKind.PATH, True),
        ("pack/rogue.py", StrangerKind.CODE, False),
        ("pack/sub/rogue.pyc", StrangerKind.SOURCELESS, False),
        ("pack/__init__.pyc", StrangerKind.DATA, False),
        ("pack/notes.txt", StrangerKind.DATA, False),
        ("pack/__pycache__/rogue.py", StrangerKind.CODE, False),
        ("pack/__pycache__/rogue.cpython-311-x86_64-linux-gnu.so", StrangerKind.CODE, False),
        ("pack/__pycache__/deep/__init__.cpython-311.pyc", StrangerKind.SOURCELESS, False),
        ("pack/__pycache__/rogue.pyc", StrangerKind.SOURCELESS, False),
        ("pack/__pycache__/.pyc", StrangerKind.SOURCELESS, False),
        ("pack/__pycache__/pack.rate-12.py311.nbi", StrangerKind.DATA, False),
        ("pack/__pycache__/pack.rate-12.py311.1.nbc", StrangerKind.DATA, False),
        ("__pycache__/rogue.py", StrangerKind.CODE, False),
        ("__pycache__/rogue.pyc", StrangerKind.SOURCELESS, False),
        ("__pycache__/deep/rogue.py", StrangerKind.CODE, False),
        ("__pycache__/notes.txt", StrangerKind.DATA, False),
        ("six-1.0.dist-info/entry_points.txt", StrangerKind.CODE, False),
        ("six-1.0.dist-info/notes", StrangerKind.DATA, False),
    ],
)
def test_what_nobody_recorded_is_told_by_what_it_can_do(
    there: Folder, file: str, kind: StrangerKind, whole: bool
) -> None:
    tree(there.site, {file: ""})

    entry = there.site / file.partition("/")[0]
    assert there.read().strangers == (Stranger(str(entry), kind, whole, 1, (f"{there.site}/{file}",)),)


def test_a_link_that_nobody_recorded_is_code_and_is_not_followed(there: Folder, tmp_path: Path) -> None:
    tree(tmp_path / "elsewhere", {"code.py": ""})
    (there.site / "linked").symlink_to(tmp_path / "elsewhere")

    (stranger,) = there.read().strangers

    assert (stranger.kind, stranger.files) == (StrangerKind.CODE, 1)


def test_what_is_recorded_of_a_bytecode_folder_is_somebody_s(there: Folder) -> None:
    there.install("data==1.0", {"data/__pycache__/table.bin": b""})

    assert there.read().strangers == ()


@pytest.mark.parametrize("folder", ["", "pack/"])
def test_a_link_in_place_of_a_bytecode_folder_is_told(there: Folder, tmp_path: Path, folder: str) -> None:
    (there.site / f"{folder}__pycache__").symlink_to(tmp_path)

    assert [one.kind for one in there.read().strangers] == [StrangerKind.CODE]


def test_what_comes_into_a_bytecode_folder_is_seen_in_the_next_run(
    there: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", -1_000_000_000)
    tree(there.site, {"pack/__pycache__/__init__.cpython-311.pyc": ""})
    cache = Cache(tmp_path / "facts")
    assert there.read(cache).strangers == ()

    tree(there.site, {"pack/__pycache__/rogue.so": ""})

    assert len(there.read(cache).strangers) == 1


def test_of_thousands_of_strangers_a_hundred_are_named(there: Folder) -> None:
    tree(there.site, {f"rogue/{number}.py": "" for number in range(300)})

    (stranger,) = there.read().strangers

    assert (stranger.files, len(stranger.paths)) == (300, 100)


def test_what_a_distribution_without_a_record_may_have_brought_is_its_own_matter(there: Folder) -> None:
    there.install("lost-thing==1.0", {"lost_thing/__init__.py": b"", "brought.py": b""}).unlink()
    tree(there.site, {"lost_thing-1.0.dist-info/top_level.txt": "brought\n", "rogue.py": ""})

    assert [Path(one.entry).name for one in there.read().strangers] == ["rogue.py"]


def test_where_distributions_list_no_files_no_strangers_can_be_told(there: Folder) -> None:
    tree(there.site, {"old-1.0.egg-info/PKG-INFO": "Name: old\nVersion: 1.0\n", "rogue.py": ""})

    found = there.read()

    assert found.strangers == ()
    assert found.unlisted == (f"1 of the distributions in `{there.site}` list no files (old)",)


@pytest.mark.parametrize("name", ["Old.Thing-1.0-py3.11.egg-info", "Old.Thing.egg-info"])
def test_what_setuptools_names_is_left_out_and_the_rest_is_told(there: Folder, name: str) -> None:
    suffix = "cpython-311-x86_64-linux-gnu.so"
    tree(
        there.site,
        {
            f"{name}/PKG-INFO": "Name: Old.Thing\nVersion: 1.0\n",
            f"{name}/SOURCES.txt": "setup.py\nsolo.py\npack/__init__.py\n",
            f"{name}/top_level.txt": "brought\nsolo\n_fast\nns/one\n",
            f"{name.removesuffix('.egg-info')}-nspkg.pth": "import sys\n",
            "brought/__init__.py": "",
            "brought/deep/more.py": "",
            "solo.py": "",
            f"_fast.{suffix}": "",
            "ns/one/__init__.py": "",
            "old_thing.libs/libx.so": "",
            "rogue.py": "",
            "rogue/code.py": "",
            "pack/rogue.py": "",
            f"fast.{suffix}": "",
        },
    )

    found = there.read()

    assert found.unlisted == ()
    assert [Path(one.entry).name for one in found.strangers] == [
        f"fast.{suffix}",
        "pack",
        "rogue",
        "rogue.py",
    ]


def test_what_pip_listed_for_setuptools_is_owned_file_by_file(there: Folder, tmp_path: Path) -> None:
    folder = "old-1.0-py3.11.egg-info"
    tree(
        there.site,
        {
            f"{folder}/PKG-INFO": "Name: old\nVersion: 1.0\n",
            f"{folder}/top_level.txt": "old\n",
            f"{folder}/installed-files.txt": "../old/__init__.py\n../alone.py\n../../../../bin/old\nPKG-INFO\n\n\0\n",
            "old/__init__.py": "",
            "alone.py": "",
            "old/rogue.py": "",
        },
    )
    kept = Cache(tmp_path / "cache")

    for _ in range(2):
        (stranger,) = there.read(kept).strangers
        assert (stranger.whole, stranger.paths) == (False, (f"{there.site}/old/rogue.py",))
    (there.site / folder / "installed-files.txt").write_text("../old/__init__.py\n../old/rogue.py\n")
    assert [Path(one.entry).name for one in there.read(kept).strangers] == ["alone.py"]


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param({"old-1.0.egg-info": "Name: old\nVersion: 1.0\n"}, id="a bare file"),
        pytest.param({"old-1.0.egg-info/PKG-INFO": "Name: old\nVersion: 1.0\n"}, id="no list at all"),
    ],
)
def test_one_that_tells_does_not_speak_for_one_that_does_not(there: Folder, silent: dict[str, str]) -> None:
    telling = {"new-1.0.egg-info/PKG-INFO": "Name: new\nVersion: 1.0\n", "new-1.0.egg-info/top_level.txt": ""}
    tree(there.site, {**telling, **silent, "rogue.py": ""})

    found = there.read()

    assert found.strangers == ()
    assert found.unlisted == (f"1 of the distributions in `{there.site}` list no files (old)",)


def test_a_link_to_a_source_is_all_that_its_installation_brought(there: Folder) -> None:
    tree(there.site, {"old.egg-link": "/src/old\n.", "easy-install.pth": "/src/old\n", "rogue.py": ""})

    assert [Path(one.entry).name for one in there.read().strangers] == ["rogue.py"]


@pytest.mark.parametrize("name", ["easy-install.pth", "_virtualenv.pth", "~rest.pth"])
@pytest.mark.parametrize("there", ["evil/", "evil.zip"])
def test_a_path_file_by_a_normal_name_that_leads_elsewhere_is_told(
    tmp_path: Path, name: str, there: str
) -> None:
    inside = Folder(tmp_path / "env")
    tree(tmp_path, {there: ""})
    cache = Cache(tmp_path / "facts")
    (inside.site / name).write_text("#\n")
    inside.read(cache)
    with (inside.site / name).open("r+") as stream:
        stream.write(f"{tmp_path / there}\n")

    (found,) = inside.read(cache).strangers

    assert (Path(found.entry).name, found.kind) == (name, StrangerKind.PATH)


def test_a_path_file_that_leads_to_what_setuptools_links_is_normal(tmp_path: Path) -> None:
    there = Folder(tmp_path / "env")
    source = tree(tmp_path / "source", {"old.egg-info/PKG-INFO": "Name: old\n"})
    names = {"old.egg-link": f"{source}\n.", "easy-install.pth": f"{source}\n./six.egg\n", "six.egg/": ""}
    tree(there.site, names)

    assert "easy-install.pth" not in [Path(one.entry).name for one in there.read().strangers]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("paths.pth", "/srv/lib\n# import this\n import os\n"),
        ("_virtualenv.pth", "import _virtualenv\n"),
        ("easy-install.pth", "import sys; sys.__plen = len(sys.path)\n./old.egg\n"),
        ("hook.py", "import os\n"),
        ("sitecustomized.py", ""),
    ],
)
def test_nothing_of_it_runs_at_start(there: Folder, name: str, text: str) -> None:
    (there.site / name).write_text(text)

    assert there.read().start_ups == ()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("zz.pth", "import os; os.abort()\n", 1),
        ("zz.pth", "/srv/lib\nimport\tos\n", 2),
        ("zz.pth", "\ufeffimport os\n", 1),
        ("zz.pth", "# a comment\x0cimport os\n", 2),
        ("zz.pth", "# a comment\u2028import os\n", 2),
        ("_virtualenv.pth", "import _virtualenv; import evil\n", 1),
        ("_virtualenv.pth", "import _virtualenv\nimport evil\n", 2),
        ("easy-install.pth", "import evil\n", 1),
        ("sitecustomize.py", "", 0),
        ("sitecustomize.pyc", "", 0),
        ("usercustomize.cpython-311-x86_64-linux-gnu.so", "", 0),
        ("usercustomize/__init__.py", "", 0),
    ],
)
def test_what_runs_at_start_and_is_nobody_s_is_told(there: Folder, name: str, text: str, line: int) -> None:
    tree(there.site, {name: text})

    (found,) = there.read().start_ups

    assert (found.path, found.line) == (str(there.site / name.partition("/")[0]), line)


def test_what_virtualenv_has_imported_at_start_is_known_by_its_content(
    there: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(there.site, {"_virtualenv.pth": "import _virtualenv\n", "_virtualenv.py": "import evil\n"})

    (found,) = there.read().start_ups
    assert (Path(found.path).name, found.is_patch) == ("_virtualenv.py", True)

    monkeypatch.setattr(start_up, "_PATCHES", {hashlib.sha256(b"import evil\n").hexdigest()})
    assert there.read().start_ups == ()


def test_what_runs_at_start_and_was_installed_is_quiet(there: Folder) -> None:
    there.install(
        "hooks==1.0",
        {"hooks.pth": b"import hooks\n", "sitecustomize.py": b"", "usercustomize/__init__.py": b""},
    )

    assert there.read().start_ups == ()


def test_a_path_file_beyond_all_measure_and_one_that_is_a_pipe_do_not_hang(there: Folder) -> None:
    os.truncate(there.install("big==1.0", {}).parent.parent / "six.py", 0)
    (there.site / "big.pth").touch()
    os.truncate(there.site / "big.pth", 2**40)
    os.mkfifo(there.site / "pipe.pth")

    assert [Path(one.path).name for one in there.read().start_ups] == ["pipe.pth"]


def test_what_debian_brought_is_in_its_list(tmp_path: Path) -> None:
    site = tree(tmp_path / "dist-packages", {"hook.pth": "import os\n", "rogue.pth": "import os\n"})
    lists = tree(
        tmp_path / "info", {"hook.list": f"/.\n{site}/hook.pth\n", "hook.md5sums": f"\n{site}/rogue.pth\n"}
    )

    assert debian.owns(f"{site}/hook.pth", str(lists))
    assert not debian.owns(f"{site}/rogue.pth", str(lists))
    assert [one.line for one in start_up.look(str(site), (), by_dpkg=True)] == [1, 1]


def rows(**contents: bytes) -> str:
    return "".join(f"shared/{name}.py,{digest(data)},{len(data)}\n" for name, data in contents.items())


def test_a_file_of_several_is_changed_for_none_if_it_is_as_one_has_it(there: Folder) -> None:
    tree(there.site, {"shared/same.py": "1", "shared/mine.py": "1", "shared/lost.py": "9"})
    there.install("first==1.0", {}, rows=rows(same=b"1", mine=b"1", lost=b"1"))
    there.install("second==1.0", {}, rows=rows(same=b"1", mine=b"2", lost=b"2"))

    found = there.read()

    both = ("first", "second")
    assert found.overlaps == (
        Overlap(f"{there.site}/shared/mine.py", both, ("first",)),
        Overlap(f"{there.site}/shared/same.py", both, both),
    )
    changed = {one.installed.name: [Path(each.path).name for each in one.changed] for one in found.verified}
    assert changed == {"six": [], "first": ["lost.py"], "second": ["lost.py"]}


@pytest.mark.parametrize(
    "text",
    [
        "#!{bin}/python\nimport this\n",
        "#!{bin}/python3.11\n",
        "#!/usr/bin/env python3\n",
        "#!/bin/sh\necho\n",
        "#!/usr/bin/perl\n",
        "#!/bin/sh\n'''exec' \"{bin}/python\" \"$0\" \"$@\"\n' '''\n",
        '#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$0")"/python "$0" "$@"\n',
        "\x7fELF",
        "",
        "#!",
    ],
)
def test_scripts_of_this_environment_and_of_no_python_are_quiet(there: Folder, text: str) -> None:
    (there.root / "bin" / "python3.11").write_text("")
    script = text.format(bin=there.root / "bin").encode()
    there.install("tool==1.0", {"../../../bin/tool": script})

    assert there.read().misled == ()


@pytest.mark.parametrize(
    "text", ["#!{other}/bin/python\n", "#!/bin/sh\n'''exec' \"{other}/bin/python\" \"$0\"\n"]
)
@pytest.mark.parametrize("exists", [True, False])
def test_scripts_that_start_another_python_are_told(
    there: Folder, tmp_path: Path, text: str, exists: bool
) -> None:
    other = tree(tmp_path / "other one", {"bin/python": ""} if exists else {})
    if text.startswith("#!{other}"):
        other = other.rename(tmp_path / "other")
    there.install("tool==1.0", {"../../../bin/tool": text.format(other=other).encode()})

    (found,) = there.read().misled

    assert (found.owner, found.interpreter, found.exists) == ("tool", f"{other}/bin/python", exists)


def test_a_script_that_starts_a_python_that_is_gone_from_here_is_told(there: Folder) -> None:
    script = f"#!{there.root}/bin/python3.9\n".encode()
    there.install("tool==1.0", {"../../../bin/tool": script})

    assert [one.exists for one in there.read().misled] == [False]


def test_an_environment_by_another_name_is_the_same(there: Folder, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(there.root)
    there.install("tool==1.0", {"../../../bin/tool": f"#!{tmp_path}/current/bin/python\n".encode()})

    assert there.read().misled == ()
