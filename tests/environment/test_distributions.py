"""Every kind of distribution that lies in site-packages, the broken ones too, each beside a near miss."""

import errno
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from driftguard.environment import distributions
from driftguard.environment.distributions import Found
from driftguard.errors import TargetError
from driftguard.model import Installed, Origin, SourceKind
from tests.environment.builders import dist, tree

INDEX = Origin(kind=SourceKind.REGISTRY)
DEMO = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
Files = Mapping[str, str | bytes]


def read(top: Path, files: Files) -> Found:
    """Read the site-packages `site` below `top` after `files`, which may lie beside it too, were written."""
    tree(top, {"site/": "", **files})
    return distributions.read([top / "site"])


def brief(found: Found) -> list[tuple[str, str | None]]:
    return [(one.name, one.version) for one in found.installed]


def only(found: Found) -> Installed:
    (one,) = found.installed
    return one


def in_site(files: Files) -> dict[str, str | bytes]:
    return {f"site/{name}": text for name, text in files.items()}


def test_all_that_a_wheel_installs_is_told(tmp_path: Path) -> None:
    files = dist(
        "Demo.Kit==1.0",
        METADATA=(
            "Name: Demo.Kit\nVersion: 1.0\nRequires-Dist: numpy>=1\nRequires-Dist: x; extra == 'all'\n"
            "Requires-Python: >=3.9\n\ntext"
        ),
        INSTALLER="uv\n",
        REQUESTED="",
        WHEEL="Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n",
        RECORD="",
    )

    one = only(read(tmp_path, in_site(files)))

    assert one == Installed(
        name="demo-kit",
        version="1.0",
        path=tmp_path / "site/Demo.Kit-1.0.dist-info",
        origin=INDEX,
        installer="uv",
        requested=True,
        requires=("numpy>=1",),
        optional=("x; extra == 'all'",),
        requires_python=">=3.9",
        tags=("cp311-cp311-linux_x86_64",),
    )


@pytest.mark.parametrize(
    ("files", "expected", "faults"),
    [
        pytest.param(dist("demo==1.0"), [("demo", "1.0")], (), id="plain"),
        pytest.param(
            {"demo-1.0.dist-info/": ""}, [("demo", "1.0")], ("METADATA is missing",), id="no-metadata"
        ),
        pytest.param(
            {"demo-1.0.dist-info/METADATA": ""},
            [("demo", "1.0")],
            ("METADATA is empty",),
            id="empty-metadata",
        ),
        pytest.param(
            {"demo-1.0.dist-info/METADATA/x": ""},
            [("demo", "1.0")],
            ("METADATA is not a file",),
            id="metadata-a-folder",
        ),
        pytest.param(
            {"demo-1.0.dist-info": "x"},
            [("demo", "1.0")],
            ("is a file, not a folder",),
            id="dist-info-a-file",
        ),
        pytest.param(
            {"other-1.0.dist-info/METADATA": DEMO},
            [("demo", "1.0")],
            ("the folder is named for `other`, its METADATA says `demo`",),
            id="other-name",
        ),
        pytest.param(
            {"demo-2.0.dist-info/METADATA": DEMO},
            [("demo", "1.0")],
            ("the folder is named for version 2.0, its METADATA says 1.0",),
            id="other-version",
        ),
        pytest.param(
            {"-emo-1.0.dist-info/METADATA": "Version: 1.0\n"},
            [("-emo-1-0-dist-info", "1.0")],
            ("METADATA has no Name", "the folder is not named for a distribution"),
            id="nothing-tells-the-name",
        ),
        pytest.param(
            {".dist-info/": ""},
            [("-dist-info", None)],
            ("METADATA is missing", "the folder is not named for a distribution"),
            id="no-name-at-all",
        ),
        pytest.param(
            {"de\x1bmo-1.0.dist-info/METADATA": "Name: de\x1bmo\nVersion: 1.0\n"},
            [("de\x1bmo-1-0-dist-info", "1.0")],
            ("METADATA has an invalid Name", "the folder is not named for a distribution"),
            id="control-characters",
        ),
        pytest.param(
            {"demo-1.0.dist-info/METADATA": b"Name: demo\nVersion: \xe9\n"},
            [("demo", "1.0")],
            ("METADATA is not UTF-8", "METADATA has an invalid Version"),
            id="not-utf-8",
        ),
        pytest.param(
            dist("demo==1.0", direct_url_json="{"),
            [("demo", "1.0")],
            ("direct_url.json is not JSON",),
            id="url",
        ),
        pytest.param(
            dist("demo==1.0", direct_url_json='{"url": "http://[::1", "archive_info": {}}'),
            [("demo", "1.0")],
            ("direct_url.json has a malformed url",),
            id="malformed-url",
        ),
        pytest.param(
            {"demo-1.0.dist-info/METADATA": f"Name: demo\nVersion: {'1' * 5_000}\n"},
            [("demo", "1.0")],
            ("METADATA has an invalid Version",),
            id="endless-version",
        ),
        pytest.param(
            dist("demo==1.0", WHEEL="junk"),
            [("demo", "1.0")],
            ("WHEEL has no readable tag",),
            id="wheel-junk",
        ),
        pytest.param(
            {**dist("demo==1.0"), "demo-1.0.dist-info/WHEEL/": ""},
            [("demo", "1.0")],
            ("WHEEL cannot be read: not a file",),
            id="wheel-a-folder",
        ),
        pytest.param(
            dist("demo==1.0", INSTALLER="uv"), [("demo", "1.0")], ("WHEEL is missing",), id="no-wheel-by-uv"
        ),
        pytest.param(
            dist("demo==1.0", INSTALLER="pip\n"),
            [("demo", "1.0")],
            ("WHEEL is missing",),
            id="no-wheel-by-pip",
        ),
        pytest.param(dist("demo==1.0", INSTALLER="poetry"), [("demo", "1.0")], (), id="no-wheel-by-poetry"),
        pytest.param(dist("demo==1.0", INSTALLER="flit"), [("demo", "1.0")], (), id="no-wheel-by-flit"),
        pytest.param(dist("demo==1.0", INSTALLER="conda"), [("demo", "1.0")], (), id="no-wheel-by-conda"),
        pytest.param(
            {"demo-1.0.egg-info/PKG-INFO": DEMO, "demo-1.0.egg-info/INSTALLER": "pip"},
            [("demo", "1.0")],
            (),
            id="egg-info-has-no-wheel",
        ),
        pytest.param({"demo-1.0.egg-info/PKG-INFO": DEMO}, [("demo", "1.0")], (), id="egg-info"),
        pytest.param({"demo-1.0-py3.8.egg-info": DEMO}, [("demo", "1.0")], (), id="egg-info-a-file"),
        pytest.param({"demo.egg-info/": ""}, [("demo", None)], ("PKG-INFO is missing",), id="egg-info-empty"),
        pytest.param({"demo-1.0-py3.8.egg/EGG-INFO/PKG-INFO": DEMO}, [("demo", "1.0")], (), id="egg"),
        pytest.param(
            {"demo-1.0-py3.8.egg": b"PK"},
            [("demo", "1.0")],
            ("a zipped egg is not looked into",),
            id="egg-zipped",
        ),
        pytest.param({"DEMO-1.0.DIST-INFO/METADATA": DEMO}, [("demo", "1.0")], (), id="upper-case"),
        pytest.param(
            {"demo/": "", "demo.py": "", "demo.dist": "", "README.txt": ""}, [], (), id="no-metadata-at-all"
        ),
        pytest.param({"~emo-1.0.dist-info/METADATA": DEMO}, [], (), id="leftover-is-no-distribution"),
    ],
)
def test_one_folder(
    tmp_path: Path, files: Files, expected: list[tuple[str, str | None]], faults: tuple[str, ...]
) -> None:
    found = read(tmp_path, in_site(files))

    assert brief(found) == expected
    assert [fault for one in found.installed for fault in one.faults] == list(faults)


def test_two_of_one_name_are_two(tmp_path: Path) -> None:
    found = read(tmp_path, in_site({**dist("demo==1.0"), **dist("demo==2.0"), "Demo.egg-info": DEMO}))

    assert brief(found) == [("demo", "1.0"), ("demo", "1.0"), ("demo", "2.0")]
    assert len({one.path for one in found.installed}) == 3


def test_several_site_packages_are_read(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {**in_site(dist("demo==1.0")), **{f"plat/{name}": text for name, text in dist("b==2").items()}},
    )

    assert brief(distributions.read([tmp_path / "site", tmp_path / "plat"])) == [("b", "2"), ("demo", "1.0")]


def test_leftovers_are_told(tmp_path: Path) -> None:
    found = read(
        tmp_path, {"site/~emo/x.py": "", "site/~emo-1.0.dist-info/": "", "site/~file": "", "site/a~/": ""}
    )

    assert found.leftovers == (tmp_path / "site/~emo", tmp_path / "site/~emo-1.0.dist-info")


def test_loops_and_pipes_are_faults(tmp_path: Path) -> None:
    tree(tmp_path, {"site/": "", "site/pipe-1.dist-info/": ""})
    (tmp_path / "site/loop-1.dist-info").symlink_to("loop-1.dist-info")
    (tmp_path / "site/gone-1.dist-info").symlink_to("/nowhere/at/all")
    (tmp_path / "site/loop2-1.egg-info").symlink_to("loop2-1.egg-info")
    os.mkfifo(tmp_path / "site/pipe-1.dist-info/METADATA")

    found = distributions.read([tmp_path / "site"])

    faults = {one.name: one.faults[0] for one in found.installed}
    assert faults["gone"] == "cannot be listed: No such file or directory"
    assert faults["loop"].startswith("cannot be listed: ")
    assert faults["loop2"].startswith("PKG-INFO cannot be read: ")
    assert faults["pipe"] == "METADATA is not a file"
    assert [one.origin for one in found.installed if one.name == "loop"] == [None]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folders_are_faults(tmp_path: Path) -> None:
    tree(tmp_path, in_site(dist("demo==1.0")))
    (tmp_path / "site/demo-1.0.dist-info").chmod(0)

    assert only(distributions.read([tmp_path / "site"])).faults == ("cannot be listed: Permission denied",)


def test_a_site_packages_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="cannot be listed: No such file"):
        distributions.read([tmp_path / "site"])


def test_one_that_is_only_inherited_is_told(tmp_path: Path) -> None:
    tree(tmp_path, {**in_site(dist("demo==1.0")), "file": ""})

    found = distributions.read([tmp_path / "file", tmp_path / "site"], needed=False)

    assert found.unseen == (f"`{tmp_path}/file` cannot be listed: Not a directory",)
    assert brief(found) == [("demo", "1.0")]


@pytest.mark.parametrize(
    ("files", "installer"),
    [
        pytest.param(
            dist("demo==1.0", INSTALLER="pip\nnonsense\n" + "x" * 10_000), "pip", id="one-line-counts"
        ),
        pytest.param(dist("demo==1.0"), "", id="none"),
        pytest.param({**dist("demo==1.0"), "demo-1.0.dist-info/INSTALLER/": ""}, "", id="folder"),
    ],
)
def test_the_installer(tmp_path: Path, files: Files, installer: str) -> None:
    assert only(read(tmp_path, in_site(files))).installer == installer


class TestEditable:
    def test_pep_660(self, tmp_path: Path) -> None:
        url = f'{{"url": "file://{tmp_path}/src", "dir_info": {{"editable": true}}}}'
        files = in_site(dist("demo==1.0", direct_url_json=url))

        one = only(read(tmp_path, {**files, "site/__editable__.demo-1.0.pth": "../src\n", "src/": ""}))

        assert one.origin == Origin(kind=SourceKind.EDITABLE, location=f"{tmp_path}/src")

    @pytest.mark.parametrize(
        ("file", "kind"),
        [
            pytest.param("__editable__.demo_kit-1.0.pth", SourceKind.EDITABLE, id="editable"),
            pytest.param("__editable__.other-1.0.pth", SourceKind.REGISTRY, id="of-another"),
            pytest.param("demo_kit.pth", SourceKind.REGISTRY, id="any-pth"),
        ],
    )
    def test_setuptools_without_direct_url(self, tmp_path: Path, file: str, kind: SourceKind) -> None:
        files = in_site({**dist("demo-kit==1.0"), file: "import __editable___demo_kit_1_0_finder\n"})

        one = only(read(tmp_path, files))

        assert one.origin == Origin(kind=kind)

    @pytest.mark.parametrize(
        ("link", "project", "location"),
        [
            pytest.param("{top}/app\n.", "app", "app", id="flat"),
            pytest.param("{top}/app/src\n../", "app/src", "app", id="src-layout"),
            pytest.param("../app\n.", "app", "app", id="relative"),
            pytest.param("{top}/app", "app", "app", id="one-line"),
        ],
    )
    def test_egg_link(self, tmp_path: Path, link: str, project: str, location: str) -> None:
        files = {
            "site/demo.egg-link": link.format(top=tmp_path),
            "site/easy-install.pth": f"{tmp_path}/{project}\n",
            f"{project}/demo.egg-info/PKG-INFO": f"{DEMO}Requires-Python: >=3.8\n",
        }

        one = only(read(tmp_path, files))

        assert one == Installed(
            name="demo",
            version="1.0",
            path=tmp_path / "site/demo.egg-link",
            origin=Origin(kind=SourceKind.EDITABLE, location=str(tmp_path / location)),
            requires_python=">=3.8",
        )

    @pytest.mark.parametrize(
        ("files", "fault"),
        [
            pytest.param({}, "which does not exist", id="gone"),
            pytest.param({"app/": ""}, "which holds no metadata of it", id="bare"),
            pytest.param(
                {"app/other.egg-info/PKG-INFO": DEMO}, "which holds no metadata of it", id="another"
            ),
            pytest.param({"app": ""}, "which cannot be listed", id="file"),
            pytest.param({"app/demo.egg-info/": ""}, "PKG-INFO is missing", id="no-pkg-info"),
        ],
    )
    def test_egg_link_to_nothing(self, tmp_path: Path, files: Files, fault: str) -> None:
        one = only(read(tmp_path, {"site/demo.egg-link": f"{tmp_path}/app\n.", **files}))

        assert (one.name, one.version) == ("demo", None)
        assert fault in one.faults[0]

    def test_egg_link_that_is_no_file(self, tmp_path: Path) -> None:
        one = only(read(tmp_path, {"site/demo.egg-link/": ""}))

        assert one.faults == ("the egg-link cannot be read: not a file",)
        assert one.origin is None


class TestPth:
    def test_what_a_pth_adds_is_installed_too(self, tmp_path: Path) -> None:
        more = {f"more/{name}": text for name, text in dist("added==3.0").items()}
        files = {"site/x.pth": "../more\n", "more/app.egg-info/PKG-INFO": DEMO.replace("demo", "app"), **more}

        found = read(tmp_path, files)

        assert brief(found) == [("added", "3.0"), ("app", "1.0")]
        assert [one.origin for one in found.installed] == [
            INDEX,
            Origin(kind=SourceKind.EDITABLE, location=str(tmp_path / "more")),
        ]

    def test_what_site_packages_has_shadows_it(self, tmp_path: Path) -> None:
        files = {**in_site(dist("demo==2.0")), "site/x.pth": "../src\n", "src/demo.egg-info/PKG-INFO": DEMO}

        assert brief(read(tmp_path, files)) == [("demo", "2.0")]

    def test_what_an_earlier_folder_has_shadows_it(self, tmp_path: Path) -> None:
        one = {f"one/{name}": text for name, text in dist("demo==1.0").items()}
        two = {f"two/{name}": text for name, text in dist("demo==2.0").items()}

        assert brief(read(tmp_path, {**one, **two, "site/x.pth": "../two\n../one\n"})) == [("demo", "2.0")]

    def test_pth_files_beyond_are_not_followed(self, tmp_path: Path) -> None:
        far = {f"far/{name}": text for name, text in dist("far==1.0").items()}

        assert brief(read(tmp_path, {**far, "site/x.pth": "../near\n", "near/y.pth": "../far\n"})) == []

    def test_hidden_pth_files_are_left_out_as_python_does(self, tmp_path: Path) -> None:
        far = {f"far/{name}": text for name, text in dist("far==1.0").items()}

        assert brief(read(tmp_path, {**far, "site/.x.pth": "../far\n"})) == []

    def test_code_is_not_run(self, tmp_path: Path) -> None:
        read(tmp_path, {"site/x.pth": f"import os; os.mkdir({str(tmp_path / 'mark')!r})\n"})

        assert not (tmp_path / "mark").exists()

    def test_an_egg_on_the_path(self, tmp_path: Path) -> None:
        egg = "eggs/demo-1.0-py3.8.egg"
        files = {
            "site/easy-install.pth": f"../{egg}\n./own-1.0-py3.8.egg\n",
            f"{egg}/EGG-INFO/PKG-INFO": DEMO,
        }
        own = {"site/own-1.0-py3.8.egg/EGG-INFO/PKG-INFO": DEMO.replace("demo", "own")}

        assert brief(read(tmp_path, {**files, **own})) == [("demo", "1.0"), ("own", "1.0")]

    @pytest.mark.parametrize(
        ("files", "unseen"),
        [
            pytest.param({"site/x.pth/": ""}, "`{site}/x.pth` cannot be read: not a file", id="folder"),
            pytest.param(
                {"site/x.pth": b"#\n" * 1_000_000},
                "`{site}/x.pth` is larger than 1 MiB and was not read",
                id="over-long",
            ),
            pytest.param({"site/x.pth": "../absent\n"}, "", id="absent-folder"),
            pytest.param({"site/x.pth": "../file\n", "file": ""}, "", id="file"),
            pytest.param({"site/x.pth": "import x\n\0\n"}, "", id="code-and-null"),
            pytest.param({"site/x.pth": "../more\n", "more/": ""}, "", id="empty-folder"),
            pytest.param({"site/.x.pth/": ""}, "", id="hidden"),
        ],
    )
    def test_what_was_not_looked_at_is_told(self, tmp_path: Path, files: Files, unseen: str) -> None:
        expected = (unseen.format(site=tmp_path / "site"),) if unseen else ()

        assert read(tmp_path, files).unseen == expected

    def test_a_folder_that_cannot_be_listed_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listed = os.scandir

        def scandir(path: str) -> object:
            if path.endswith("/locked"):
                raise PermissionError(errno.EACCES, "Permission denied", path)
            return listed(path)

        monkeypatch.setattr(os, "scandir", scandir)
        more = {f"more/{name}": text for name, text in dist("added==3.0").items()}

        found = read(tmp_path, {**more, "site/x.pth": "../locked\n../more\n", "locked/": ""})

        assert found.unseen == (f"`{tmp_path}/locked` cannot be listed: Permission denied",)
        assert brief(found) == [("added", "3.0")]

    def test_what_pip_set_aside_is_still_followed_as_python_does(self, tmp_path: Path) -> None:
        more = {f"more/{name}": text for name, text in dist("added==3.0").items()}

        assert brief(read(tmp_path, {**more, "site/~x.pth": "../more\n"})) == [("added", "3.0")]


class TestSymlinks:
    """The lock's paths are resolved: those of what is installed must be, to agree."""

    @pytest.fixture
    def link(self, tmp_path: Path) -> Path:
        tree(tmp_path, {"real/app/app.egg-info/PKG-INFO": DEMO.replace("demo", "app"), "site/": ""})
        (tmp_path / "link").symlink_to("real")
        return tmp_path / "link/app"

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            pytest.param("x.pth", "{link}\n", id="pth"),
            pytest.param("app.egg-link", "{link}\n.", id="egg-link"),
            pytest.param("app.egg-link", "{link}/src\n../", id="egg-link-src-layout"),
        ],
    )
    def test_a_project_behind_one(self, tmp_path: Path, link: Path, name: str, text: str) -> None:
        (tmp_path / "site" / name).write_text(text.format(link=link))

        one = only(distributions.read([tmp_path / "site"]))

        assert one.origin == Origin(kind=SourceKind.EDITABLE, location=str(tmp_path / "real/app"))

    @pytest.mark.parametrize("text", ["nul\0l\n.", "{chain}\n.", "gone\n."])
    def test_what_leads_nowhere_is_no_more_than_a_fault(self, tmp_path: Path, text: str) -> None:
        for number in range(1_500):
            (tmp_path / f"{number}").symlink_to(f"{number + 1}")

        one = only(read(tmp_path, {"site/app.egg-link": text.format(chain=tmp_path / "0")}))

        assert one.faults[0].startswith("points to `")


def test_a_zipped_egg_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with zipfile.ZipFile(tmp_path / "site/demo-1.0-py3.8.egg", "w") as egg:
        egg.writestr("EGG-INFO/PKG-INFO", DEMO)

    assert only(distributions.read([tmp_path / "site"])).version == "1.0"


def test_thousands_are_read_in_a_moment(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {}
    for number in range(2_000):
        files.update(dist(f"demo-{number}==1.0", INSTALLER="uv", WHEEL="Tag: py3-none-any\n"))

    assert len(read(tmp_path, in_site(files)).installed) == 2_000
