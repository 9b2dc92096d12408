"""Which files belong to an environment's distributions, which of them are modules, and what is not looked at."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from driftguard.binary import DANGLING, Binaries
from driftguard.cache import NO_CACHE
from driftguard.environment import distributions, native
from driftguard.environment.native import file_lists, trees
from driftguard.model import Installed, Origin, SourceKind
from tests.environment.builders import dist, tree
from tests.environment.native.builders import OBJECT, TAG, install, interpreter, module, read, site
from tests.environment.native.shared_objects import shared_object

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="native code is read on Linux only")


def names(found: Binaries, root: Path) -> list[str]:
    return [os.path.relpath(one.path, site(root)) for one in found.images]


MODULES = {
    f"pkg/_x.{TAG}.so": ("pkg._x", TAG),
    "pkg/_x.abi3.so": ("pkg._x", "abi3"),
    "_x.cpython-39-darwin.so": ("_x", "cpython-39-darwin"),
    "_x.pypy310-pp73-x86_64-linux-gnu.so": ("_x", "pypy310-pp73-x86_64-linux-gnu"),
    "_x.abi3t-x86_64-linux-gnu.so": ("_x", "abi3t-x86_64-linux-gnu"),
    "_x.so": ("_x", ""),
    "a/b/c/_x.so": ("a.b.c._x", ""),
    f"24eba0__mypyc.{TAG}.so": ("24eba0__mypyc", TAG),
}
NO_MODULES = (
    "pkg.libs/libz-1234.so.1",
    "pkg/lib/libz.so.1.2",
    "pkg/lib/libz.1.so",
    f"pkg/include/ml_dtypes/_x.{TAG}.so",
    "bin/tool.so",
    f"pkg-data/_x.{TAG}.so",
    f"pkg/class/_x.{TAG}.so",
    f"pkg/a-b.{TAG}.so",
)


@pytest.mark.parametrize(("name", "expected"), MODULES.items(), ids=MODULES)
def test_a_file_that_can_be_imported(tmp_path: Path, name: str, expected: tuple[str, str]) -> None:
    install(tmp_path, "pkg==1", {name: module("_x")})

    (one,) = read(tmp_path).images

    assert (one.module, one.tag, one.distribution) == (*expected, "pkg")


@pytest.mark.parametrize("name", NO_MODULES)
def test_a_file_that_cannot(tmp_path: Path, name: str) -> None:
    install(tmp_path, "pkg==1", {name: module("_x")})

    (one,) = read(tmp_path).images

    assert (one.module, one.tag) == ("", "")


def test_a_name_beyond_ascii_is_called_in_punycode(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "módül.so": shared_object(symbols=["PyInitU_mdl_gna0c"]),
        "ärger.so": shared_object(symbols=["PyInit_ärger"]),
    }
    install(tmp_path, "pkg==1", files)

    assert [one.module for one in read(tmp_path).images] == ["módül", ""]


def test_without_a_tag_only_its_symbols_tell_a_module_from_a_library(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {"libx.so": OBJECT, "x.so": module("x"), "y.so": module("x")})

    assert [one.module for one in read(tmp_path).images] == ["", "x", ""]


REPLACED: Mapping[str, tuple[tuple[str, ...], dict[str, tuple[bool, bool]]]] = {
    "alone": ((f"_x.{TAG}.so",), {f"_x.{TAG}.so": (False, False)}),
    "of-another-python-alone": (("_x.cpython-39-x.so",), {"_x.cpython-39-x.so": (False, False)}),
    "of-several-pythons": (
        (f"_x.{TAG}.so", "_x.cpython-39-x.so"),
        {f"_x.{TAG}.so": (False, False), "_x.cpython-39-x.so": (True, False)},
    ),
    "the-narrower-tag-first": (
        (f"_x.{TAG}.so", "_x.abi3.so", "_x.so"),
        {f"_x.{TAG}.so": (False, False), "_x.abi3.so": (True, False), "_x.so": (True, False)},
    ),
    "in-two-folders": (
        (f"a/_x.{TAG}.so", "b/_x.abi3.so"),
        {f"a/_x.{TAG}.so": (False, False), "b/_x.abi3.so": (False, False)},
    ),
    "a-package-wins": ((f"_x.{TAG}.so", "_x/__init__.py"), {f"_x.{TAG}.so": (True, False)}),
    "a-stub-package-does-not": ((f"_x.{TAG}.so", "_x/__init__.pyi"), {f"_x.{TAG}.so": (False, False)}),
    "a-python-file": ((f"_x.{TAG}.so", "_x.py"), {f"_x.{TAG}.so": (False, True)}),
    "a-python-file-elsewhere": ((f"a/_x.{TAG}.so", "_x.py"), {f"a/_x.{TAG}.so": (False, False)}),
}


@pytest.mark.parametrize(("files", "expected"), REPLACED.values(), ids=REPLACED)
def test_which_of_several_files_is_taken(
    tmp_path: Path, files: tuple[str, ...], expected: dict[str, tuple[bool, bool]]
) -> None:
    install(tmp_path, "pkg==1", {name: module("_x") for name in files})

    found = read(tmp_path)

    told = {
        name: (one.replaced, one.fallback)
        for name, one in zip(names(found, tmp_path), found.images, strict=True)
    }
    assert told == expected


def test_without_suffixes_no_file_is_told_to_be_passed_over(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {"_x.cpython-38-x.so": module("_x"), "_x.cpython-39-x.so": module("_x")})

    assert not [one for one in read(tmp_path, extension_suffixes=()).images if one.replaced]


OUTSIDE = "1 files of `pkg` lie outside the environment, by its own list"
HOSTILE = {
    "absolute": ("/etc/x.so,,", OUTSIDE),
    "climbing": ("../../../../x.so,,", OUTSIDE),
    "climbing-within": ("pkg/../../../../x.so,,", OUTSIDE),
    "into-another-library-folder": ("../../x.so,,", ""),
    "into-the-environment-itself": ("../../../x.so,,", OUTSIDE),
    "a-nul": ("a\0b.so,,", OUTSIDE),
    "not-there": ("pkg/x.so,,", ""),
    "a-folder": ("pkg.so,,", ""),
    "quoted-without-end": ('"pkg/x.so', ""),
    "nothing-but-commas": (",,\n,.so,", ""),
    "bytes": ("\udcff\udcfe.so,,", ""),
}


@pytest.mark.parametrize(("row", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_list_that_leads_astray(tmp_path: Path, row: str, said: str) -> None:
    install(tmp_path / "env", "pkg==1", {"pkg.so/y.txt": ""}, record=["good.so,,"])
    tree(site(tmp_path / "env"), {"good.so": module("good")})
    tree(tmp_path, {"x.so": OBJECT, "env/x.so": OBJECT})
    record = site(tmp_path / "env") / "pkg-1.dist-info/RECORD"
    record.write_bytes(record.read_bytes() + os.fsencode(row) + b"\n")

    found = read(tmp_path / "env")

    assert [one.path for one in found.images if not one.fault] == [f"{site(tmp_path / 'env')}/good.so"]
    assert found.unread == ((said,) if said else ())


def test_an_absolute_name_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {"x.so": module("x")}, record=[f"{site(tmp_path)}/x.so,,"])

    found = read(tmp_path)

    assert (found.images, found.unread) == ((), (OUTSIDE,))


def test_libraries_beside_the_interpreter_are_part_of_it(tmp_path: Path) -> None:
    tree(tmp_path, {"lib/libmkl.so.2": OBJECT, "bin/x.so": OBJECT})
    install(tmp_path, "mkl==1", {}, record=["../../../lib/libmkl.so.2,,", "../../../bin/x.so,,"])

    assert [one.path for one in read(tmp_path).images] == [
        f"{tmp_path}/bin/x.so",
        f"{tmp_path}/lib/libmkl.so.2",
    ]


def test_a_file_that_two_claim_is_the_first_ones(tmp_path: Path) -> None:
    install(tmp_path, "a==1", {"x.so": module("x")})
    install(tmp_path, "b==1", {"x.so": module("x")})

    assert [one.distribution for one in read(tmp_path).images] == ["a"]


def test_a_name_with_a_comma_or_a_quote(tmp_path: Path) -> None:
    rows = ['"a,b.so",,', '"a""b.so",,']
    install(tmp_path, "pkg==1", {}, record=rows)
    tree(site(tmp_path), {"a,b.so": OBJECT, 'a"b.so': OBJECT})

    assert sorted(names(read(tmp_path), tmp_path)) == ['a"b.so', "a,b.so"]


def test_what_is_no_file_is_told_and_not_opened(tmp_path: Path) -> None:
    there = tree(tmp_path / "store", {"x.so": module("x"), "folder/": ""})
    where = install(tmp_path, "pkg==1", {}, record=["x.so,,", "y.so,,", "null.so,,", "pipe.so,,"])
    for name, end in (
        ("x.so", there / "x.so"),
        ("y.so", there / "folder"),
        ("null.so", Path("/dev/null")),
    ):
        (where / name).symlink_to(end)

    os.mkfifo(where / "pipe.so")

    assert {Path(one.path).name: one.fault for one in read(tmp_path).images} == {
        "null.so": "is not a regular file",
        "pipe.so": "is not a regular file",
        "x.so": "",
        "y.so": "is not a regular file",
    }


def test_a_damaged_file_is_told_and_not_skipped(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {f"x.{TAG}.so": "<html>", f"y.{TAG}.so": module("y")[:100]})

    assert [(one.module, bool(one.fault)) for one in read(tmp_path).images] == [("x", True), ("y", True)]


def test_a_link_that_leads_nowhere_is_told_and_not_skipped(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {"pkg/__init__.py": ""}, record=[f"pkg/x.{TAG}.so,,", "pkg/x.py,,"])
    (site(tmp_path) / f"pkg/x.{TAG}.so").symlink_to(tmp_path / "cache/x.so")

    (one,) = read(tmp_path).images

    assert (one.module, one.fault, one.fallback) == ("pkg.x", DANGLING, True)


def test_a_link_without_a_tag_that_leads_nowhere_may_have_been_a_library(tmp_path: Path) -> None:
    where = install(tmp_path, "pkg==1", {}, record=["x.so,,"])
    (where / "x.so").symlink_to(tmp_path / "cache/x.so")

    assert [(one.module, one.fault) for one in read(tmp_path).images] == [("", DANGLING)]


UNLISTED = "nobody wrote down which files belong to pkg: native code there was not looked at"


@pytest.mark.parametrize(
    ("tag", "said"), [("cp311-cp311-linux_x86_64", (UNLISTED,)), ("py3-none-any", ())], ids=["native", "pure"]
)
def test_no_list_is_said_unless_the_wheel_was_pure(tmp_path: Path, tag: str, said: tuple[str, ...]) -> None:
    tree(site(tmp_path), dist("pkg==1", WHEEL=f"Tag: {tag}\n"))

    assert read(tmp_path).unread == said


def test_a_list_that_names_nothing_is_none(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {f"x.{TAG}.so": module("x")}, record=["  "])

    assert read(tmp_path).unread == (UNLISTED,)


@pytest.mark.parametrize(
    "text",
    [bytes(range(256)) * 16, b"\0" * 4096, b"x", b"<html>.so.</html>"],
    ids=["bytes", "NUL", "x", "html"],
)
def test_what_is_no_list_is_said(tmp_path: Path, text: bytes) -> None:
    install(tmp_path, "pkg==1", {f"x.{TAG}.so": module("x")})
    (site(tmp_path) / "pkg-1.dist-info/RECORD").write_bytes(text)

    found = read(tmp_path)

    assert found.unread == ("the list of the files of `pkg` is no list: it names nothing, not even itself",)


def test_a_list_without_native_code_is_one(tmp_path: Path) -> None:
    install(tmp_path, "pkg==1", {"x.py": OBJECT})

    assert (read(tmp_path).images, read(tmp_path).unread) == ((), ())


def test_a_list_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    tree(site(tmp_path), dist("pkg==1"))
    (site(tmp_path) / "pkg-1.dist-info/RECORD").mkdir()

    assert read(tmp_path).unread == ("the list of the files of `pkg` is a directory",)


def test_a_list_that_is_too_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lists, "MOST", 2)
    install(tmp_path, "pkg==1", {f"{name}.so": OBJECT for name in "abc"})

    found = read(tmp_path)

    assert found.images == ()
    assert found.unread == ("the list of the files of `pkg` names more than 2 shared objects",)


def test_the_list_of_an_egg_info_is_relative_to_it(tmp_path: Path) -> None:
    info = {"PKG-INFO": "Name: pkg\nVersion: 1\n", "installed-files.txt": "../pkg/x.so\nPKG-INFO\n"}
    tree(site(tmp_path) / "pkg-1.egg-info", info)
    tree(site(tmp_path), {"pkg/x.so": module("x"), "y.so": OBJECT})

    assert [one.module for one in read(tmp_path).images] == ["pkg.x"]


def test_without_a_list_the_noted_packages_are_looked_through(tmp_path: Path) -> None:
    info = {"PKG-INFO": "Name: pkg\nVersion: 1\n", "top_level.txt": "pkg\n_pkg\n../up\n"}
    tree(site(tmp_path) / "pkg-1.egg-info", info)
    there = {"pkg/a/x.so": module("x"), "_pkg.so": module("_pkg"), "other/z.so": module("z")}
    tree(site(tmp_path), {**there, "pkg/a/x.py": ""})

    found = read(tmp_path)

    assert [(one.module, one.fallback) for one in found.images] == [("_pkg", False), ("pkg.a.x", True)]
    assert found.unread == ()


def test_a_debian_package_has_no_list(tmp_path: Path) -> None:
    tree(site(tmp_path), {"pkg-1.egg-info": "Name: pkg\nVersion: 1\n"})

    assert read(tmp_path).unread == (UNLISTED,)


def test_an_egg_is_looked_through(tmp_path: Path) -> None:
    egg: dict[str, str | bytes] = {
        "EGG-INFO/PKG-INFO": "Name: pkg\nVersion: 1\n",
        f"pkg/x.{TAG}.so": module("x"),
        "pkg/x.py": "",
    }
    tree(site(tmp_path) / "pkg-1-py3.11.egg", egg)
    tree(site(tmp_path), {"easy-install.pth": "./pkg-1-py3.11.egg\n"})

    assert {(one.module, one.fallback) for one in read(tmp_path).images} == {("pkg.x", True)}


SOURCE: Mapping[str, str | bytes] = {
    f"src/pkg/x.{TAG}.so": module("x"),
    "src/pkg/y.py": "",
    f"build/lib/pkg/x.{TAG}.so": module("x"),
    f".venv/lib/pkg/x.{TAG}.so": module("x"),
    "target/debug/deps/libx.so.1": OBJECT,
}


@pytest.mark.parametrize("pth", ["", "pkg.pth"], ids=["by-direct-url", "by-pth"])
def test_the_source_of_an_editable_installation(tmp_path: Path, pth: str) -> None:
    source = tree(tmp_path / "source", SOURCE)
    url = f'{{"url": "file://{source}", "dir_info": {{"editable": true}}}}'
    record = f"{pth},,\n" if pth else ""
    tree(site(tmp_path), dist("pkg==1", direct_url_json=url, RECORD=record))
    if pth:
        tree(site(tmp_path), {pth: f"{source}/src\n"})

    found = read(tmp_path)

    assert [(one.path, one.module) for one in found.images] == [(f"{source}/src/pkg/x.{TAG}.so", "pkg.x")]
    assert found.unread == ()


def test_a_source_that_nobody_names_is_said(tmp_path: Path) -> None:
    tree(site(tmp_path), dist("pkg==1", RECORD=""))
    (one,) = distributions.read([site(tmp_path)]).installed
    editable = one._replace(origin=Origin(SourceKind.EDITABLE))

    found = native.read([editable], interpreter(tmp_path), {}, NO_CACHE)

    assert found.unread == ("the source of the editable `pkg` is not known",)


def test_a_source_without_end_is_not_walked_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST", 10)
    source = tree(tmp_path / "source", {f"pkg/a{number}.py": "" for number in range(20)})
    (source / "pkg/loop").symlink_to(source)
    one = Installed("pkg", "1", site(tmp_path) / "pkg.egg-link", Origin(SourceKind.EDITABLE, str(source)))

    found = native.read([one], interpreter(tmp_path), {}, NO_CACHE)

    assert found.unread == (f"`{source}` has more than 10 entries and was not looked through to the end",)


def test_distributions_may_lie_in_different_folders(tmp_path: Path) -> None:
    install(tmp_path, "a==1", {"a.so": module("a")})
    tree(tmp_path / "target", {**dist("b==1", RECORD="b.so,,\n"), "b.so": module("b")})
    here = distributions.read([site(tmp_path)]).installed
    there = distributions.read([tmp_path / "target"]).installed

    found = native.read([*here, *there], interpreter(tmp_path), {}, NO_CACHE)

    assert {one.module: one.path for one in found.images} == {
        "a": f"{site(tmp_path)}/a.so",
        "b": f"{tmp_path}/target/b.so",
    }


def test_nothing_is_read_elsewhere_than_on_linux(tmp_path: Path) -> None:
    install(tmp_path, "a==1", {"a.so": module("a")})

    found = read(tmp_path, markers={"sys_platform": "darwin"})

    assert (found.images, found.unread) == ((), ())
    assert found.elsewhere == "native code is read on Linux only, and this environment is on darwin"


def test_an_interpreter_that_is_a_script_leaves_the_loader_unknown(tmp_path: Path) -> None:
    install(tmp_path, "a==1", {f"a.{TAG}.so": module("a")})
    script = tree(tmp_path, {"python": "#!/bin/sh\n"}) / "python"

    found = read(tmp_path, executable=script)

    assert [one.module for one in found.images] == ["a"]
    assert found.problems == ()
    assert found.unread == (
        f"what `{script}` exports of Python's C API could not be read",
        f"the interpreter `{script}` is not an ELF file that could be read",
    )


def test_a_source_whose_path_is_none_is_an_empty_one(tmp_path: Path) -> None:
    tree(site(tmp_path), {"old.egg-link": b"/a\0b\n"})

    assert read(tmp_path).images == ()
