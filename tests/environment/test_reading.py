"""One file of a distribution at a time: headers, direct_url.json, .pth."""

import json
import os
import time
from pathlib import Path

import pytest

from driftguard.environment import direct_url, metadata, naming, pth
from driftguard.model import Origin, SourceKind
from tests.environment.builders import tree

DEMO = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"


class TestMetadata:
    @pytest.mark.parametrize(
        ("marker", "optional"),
        [
            ("extra == 'x'", True),
            ('python_version < "3" and extra == "x"', True),
            ("(python_version < '3') and (extra == 'x')", True),
            ("(extra == 'or')", True),
            ("python_version < '3' or extra == 'x'", False),
            ("(python_version < '3' or extra == 'x')", False),
            ("extra == 'x' or extra == 'y'", False),
            ("extra != 'x'", False),
            ("python_version < '3'", False),
        ],
    )
    def test_what_only_an_extra_asks_for_is_told_apart(
        self, tmp_path: Path, marker: str, optional: bool
    ) -> None:
        line = f"a; {marker}"
        (tmp_path / "METADATA").write_text(f"{DEMO}Requires-Dist: {line}\n")

        said = metadata.read(str(tmp_path / "METADATA"), "METADATA")

        assert (said.requires, said.optional) == (((), (line,)) if optional else ((line,), ()))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(DEMO, ("demo", "1.0", (), ""), id="plain"),
            pytest.param(DEMO.replace("\n", "\r\n"), ("demo", "1.0", (), ""), id="crlf"),
            pytest.param("\ufeff" + DEMO, ("demo", "1.0", (), ""), id="byte-order-mark"),
            pytest.param("name: demo\nVERSION:1.0\n", ("demo", "1.0", (), ""), id="case-and-space"),
            pytest.param(DEMO.rstrip("\n"), ("demo", "1.0", (), ""), id="no-last-newline"),
            pytest.param(
                f"{DEMO}Requires-Dist: a>=1\nRequires-Dist: b; extra == 'x'\nRequires-Python: >=3.9\n",
                ("demo", "1.0", ("a>=1",), ">=3.9"),
                id="requirements",
            ),
            pytest.param(
                f"{DEMO}Requires-Dist: a\n  >=1,\n\t<2\n", ("demo", "1.0", ("a >=1, <2",), ""), id="folded"
            ),
            pytest.param(
                f"{DEMO}Requires-Dist: a\n \n\t \n  >=1  \n",
                ("demo", "1.0", ("a >=1",), ""),
                id="blank-folds",
            ),
            pytest.param(
                f"{DEMO}Description: text\n        Requires-Dist: fake\n",
                ("demo", "1.0", (), ""),
                id="in-a-fold",
            ),
            pytest.param(f"{DEMO}\nRequires-Dist: fake\n", ("demo", "1.0", (), ""), id="in-the-description"),
            pytest.param(
                f"{DEMO}\n\nRequires-Dist: fake\n".replace("\n", "\r\n"),
                ("demo", "1.0", (), ""),
                id="crlf-description",
            ),
            pytest.param(f"{DEMO}X-Name: other\n", ("demo", "1.0", (), ""), id="another-header"),
            pytest.param("Name: Zażółć\nName: demo\n", ("", "", (), ""), id="first-counts"),
        ],
    )
    def test_headers(self, tmp_path: Path, text: str, expected: tuple[object, ...]) -> None:
        (tmp_path / "METADATA").write_bytes(text.encode())

        said = metadata.read(str(tmp_path / "METADATA"), "METADATA")

        assert (said.name, said.version, said.requires, said.requires_python) == expected
        assert bool(said.faults) is not bool(said.name)

    @pytest.mark.parametrize(
        ("content", "faults"),
        [
            pytest.param(b"", ("METADATA is empty",), id="empty"),
            pytest.param(b" \n\n", ("METADATA is empty",), id="blank"),
            pytest.param(b"Name: demo\n", ("METADATA has no Version",), id="no-version"),
            pytest.param(b"Version: 1\nName:\n", ("METADATA has no Name",), id="empty-name"),
            pytest.param(
                b"\nName: demo\nVersion: 1\n", ("METADATA has no Name", "METADATA has no Version"), id="body"
            ),
            pytest.param(b"Name: de mo\nVersion: 1\n", ("METADATA has an invalid Name",), id="invalid-name"),
            pytest.param(
                b"Name: \x1b[31m\nVersion: 1\n", ("METADATA has an invalid Name",), id="escape-in-name"
            ),
            pytest.param(
                b"Name: demo\nVersion: 1 2\n", ("METADATA has an invalid Version",), id="invalid-version"
            ),
            pytest.param(b"Name: demo\nVersion: 1" + b"0" * 254 + b"\n", (), id="long-version"),
            pytest.param(
                b"Name: demo\nVersion: 1" + b"0" * 5_000 + b"\n",
                ("METADATA has an invalid Version",),
                id="longer-than-a-number-may-be",
            ),
            pytest.param(
                b"Name: demo\nVersion: 1\nName: other\n", ("METADATA has 2 Name headers",), id="two-names"
            ),
            pytest.param(b"Name: demo\nVersion: 1\nAuthor: \xe9\n", ("METADATA is not UTF-8",), id="latin-1"),
            pytest.param(b"Name: demo\nVersion: 1\n\n\xe9\n", (), id="latin-1-description"),
            pytest.param(
                b"Name: demo\nVersion: 1\n" + b"Classifier: x\n" * 100_000,
                ("the headers of METADATA are longer than 1 MiB",),
                id="huge-headers",
            ),
            pytest.param(b"Name: demo\nVersion: 1\n\n" + b"x\n" * 2_000_000, (), id="huge-description"),
        ],
    )
    def test_faults(self, tmp_path: Path, content: bytes, faults: tuple[str, ...]) -> None:
        (tmp_path / "METADATA").write_bytes(content)

        assert metadata.read(str(tmp_path / "METADATA"), "METADATA").faults == faults

    @pytest.mark.parametrize(
        "blanks",
        [
            pytest.param(" " * 100_000, id="blanks"),
            pytest.param("\n " * 50_000, id="blank-folds"),
            pytest.param(" \t" * 50_000 + "\n", id="before-a-fold"),
        ],
    )
    def test_blanks_take_no_time(self, tmp_path: Path, blanks: str) -> None:
        (tmp_path / "METADATA").write_text(f"{DEMO}Requires-Dist: a{blanks}x\n {blanks}x\n >=1\n")
        before = time.perf_counter()

        metadata.read(str(tmp_path / "METADATA"), "METADATA")

        assert time.perf_counter() - before < 2

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "loop").symlink_to("loop")
        os.mkfifo(tmp_path / "pipe")

        told = {
            name: metadata.read(str(tmp_path / name), "METADATA").faults
            for name in ("folder", "loop", "pipe", "no")
        }

        assert told["folder"] == told["pipe"] == ("METADATA is not a file",)
        assert told["loop"][0].startswith("METADATA cannot be read: ")
        assert told["no"] == ("METADATA is missing",)

    @pytest.mark.parametrize(
        ("text", "tags"),
        [
            pytest.param("Tag: py3-none-any\n", ("py3-none-any",), id="one"),
            pytest.param("Tag: cp311-cp311-linux_x86_64\r\nTag: py3-none-any", None, id="two-crlf"),
            pytest.param("Tag: py2.py3-none-any\n", ("py2-none-any", "py3-none-any"), id="compressed"),
            pytest.param("Tag: CP311-none-ANY\n", ("cp311-none-any",), id="upper-case"),
            pytest.param("Tag: nonsense\nTag: py3-none-any\n", ("py3-none-any",), id="one-of-two"),
            pytest.param("\ufeff\nTag: py3-none-any\n", ("py3-none-any",), id="byte-order-mark"),
        ],
    )
    def test_wheel_tags(self, tmp_path: Path, text: str, tags: tuple[str, ...] | None) -> None:
        (tmp_path / "WHEEL").write_bytes(text.encode())

        expected = ("cp311-cp311-linux_x86_64", "py3-none-any") if tags is None else tags
        assert metadata.wheel_tags(str(tmp_path / "WHEEL")) == (expected, "")

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n", id="none"),
            pytest.param(b"Tag: nonsense\n", id="nonsense"),
            pytest.param(b"Tag:\n", id="blank"),
            pytest.param(bytes(range(256)), id="bytes"),
            pytest.param("Tag: py3-none-any\n".encode("utf-16"), id="utf-16"),
            pytest.param(f"Tag: {'.'.join(['a'] * 2_000)}-b-c\n".encode(), id="bomb"),
        ],
    )
    def test_a_wheel_file_without_tags_is_a_fault(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "WHEEL").write_bytes(content)

        assert metadata.wheel_tags(str(tmp_path / "WHEEL")) == ((), "WHEEL has no readable tag")

    def test_a_wheel_file_that_cannot_be_read_is_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "gone").symlink_to("/nowhere/at/all")
        os.mkfifo(tmp_path / "pipe")

        told = {name: metadata.wheel_tags(str(tmp_path / name))[1] for name in ("folder", "pipe", "gone")}

        assert told["folder"] == told["pipe"] == "WHEEL cannot be read: not a file"
        assert told["gone"] == "WHEEL cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("folder", "name", "version", "faults"),
    [
        pytest.param("demo-1.0.dist-info", "demo", "1.0", 0, id="same"),
        pytest.param("Demo_Kit-1.0.dist-info", "demo.kit", "1.0", 0, id="spelling"),
        pytest.param("demo-1.0.dist-info", "demo", "1.0.0", 0, id="trailing-zero"),
        pytest.param("demo-1.0_local.1.dist-info", "demo", "1.0+local.1", 0, id="escaped-local"),
        pytest.param("demo-2019.1.1.dist-info", "demo", "2019.01.01", 0, id="leading-zero"),
        pytest.param("demo.dist-info", "demo", "1.0", 0, id="no-version"),
        pytest.param("demo-1.0-py3.8.egg-info", "demo", "1.0", 0, id="egg"),
        pytest.param("demo-1.0-py3.8-linux-x86_64.egg", "demo", "1.0", 0, id="egg-for-a-platform"),
        pytest.param("demo_kit.egg-info", "demo-kit", "1.0", 0, id="egg-without-version"),
        pytest.param("demo-kit.egg-link", "demo-kit", "1.0", 0, id="egg-link"),
        pytest.param("demo-1.0.dist-info", "", "", 0, id="metadata-says-nothing"),
        pytest.param("demo-1.0.dist-info", "other", "1.0", 1, id="other-name"),
        pytest.param("demo-1.0.dist-info", "demo", "1.1", 1, id="other-version"),
        pytest.param("demo-1.0.dist-info", "demo", "1.0.post1", 1, id="post-version"),
        pytest.param("demo-1.0.dist-info", "other", "1.1", 2, id="both"),
        pytest.param("demo-one.dist-info", "demo", "two", 1, id="no-versions-at-all"),
    ],
)
def test_folder_and_metadata_agree_or_not(folder: str, name: str, version: str, faults: int) -> None:
    assert len(naming.disagreement(folder, name, version, "METADATA")) == faults


class TestDirectUrl:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            pytest.param(
                {
                    "url": "https://index.example/d-1.zip",
                    "archive_info": {"hashes": {}},
                    "subdirectory": "py",
                },
                Origin(kind=SourceKind.URL, location="https://index.example/d-1.zip", subdirectory="py"),
                id="archive",
            ),
            pytest.param(
                {"url": "file:///srv/d-1.whl", "archive_info": {}},
                Origin(kind=SourceKind.PATH, location="/srv/d-1.whl"),
                id="file",
            ),
            pytest.param(
                {"url": "file:///srv/my%20demo", "dir_info": {}},
                Origin(kind=SourceKind.DIRECTORY, location="/srv/my demo"),
                id="directory",
            ),
            pytest.param(
                {"url": "file://localhost/srv/demo", "dir_info": {"editable": True}},
                Origin(kind=SourceKind.EDITABLE, location="/srv/demo"),
                id="editable",
            ),
            pytest.param(
                {"url": "file:///srv/demo", "dir_info": {"editable": False}},
                Origin(kind=SourceKind.DIRECTORY, location="/srv/demo"),
                id="not-editable",
            ),
            pytest.param(
                {"url": "file://host/share/demo", "dir_info": {}},
                Origin(kind=SourceKind.DIRECTORY, location="//host/share/demo"),
                id="share",
            ),
            pytest.param(
                {
                    "url": "https://git.example/demo.git",
                    "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"},
                    "subdirectory": "py",
                },
                Origin(
                    kind=SourceKind.GIT,
                    location="https://git.example/demo.git",
                    commit="abc",
                    revision="main",
                    subdirectory="py",
                ),
                id="git",
            ),
            pytest.param(
                {"url": "https://hg.example/demo", "vcs_info": {"vcs": "hg", "commit_id": "abc"}},
                Origin(kind=SourceKind.URL, location="hg+https://hg.example/demo", commit="abc"),
                id="mercurial",
            ),
            pytest.param(
                {"url": "http://[::1]/d-1.zip", "archive_info": {}},
                Origin(kind=SourceKind.URL, location="http://[::1]/d-1.zip"),
                id="address",
            ),
            pytest.param(
                {
                    "url": "git@git.example:team/demo.git",
                    "vcs_info": {"vcs": "git", "commit_id": "abc"},
                },
                Origin(kind=SourceKind.GIT, location="git@git.example:team/demo.git", commit="abc"),
                id="git-over-ssh",
            ),
            pytest.param(
                {"url": "file:///srv/[demo", "dir_info": {}},
                Origin(kind=SourceKind.DIRECTORY, location="/srv/[demo"),
                id="bracket-in-a-path",
            ),
            pytest.param(
                {"url": "file:///srv/d%00", "dir_info": {}},
                Origin(kind=SourceKind.DIRECTORY, location="/srv/d\0"),
                id="null",
            ),
            pytest.param(
                {"url": "file:///srv/\ud800", "dir_info": {}},
                Origin(kind=SourceKind.DIRECTORY, location="/srv/\ud800"),
                id="half-a-character",
            ),
        ],
    )
    def test_origin(self, tmp_path: Path, value: object, expected: Origin) -> None:
        (tmp_path / "direct_url.json").write_text(json.dumps(value))

        assert direct_url.read(str(tmp_path / "direct_url.json")) == (expected, "")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param("", "is not JSON", id="empty"),
            pytest.param("{", "is not JSON", id="cut"),
            pytest.param("\xff", "is not JSON", id="bytes"),
            pytest.param("[" * 100_000, "is not JSON", id="deep"),
            pytest.param("[]", "is not an object", id="list"),
            pytest.param("{}", "has no url", id="no-url"),
            pytest.param('{"url": 1, "dir_info": {}}', "has no url", id="url-a-number"),
            pytest.param('{"url": "file:///d"}', "has none of", id="no-info"),
            pytest.param('{"url": "file:///d", "dir_info": []}', "has none of", id="info-a-list"),
            pytest.param(
                '{"url": "file:///d", "dir_info": {}, "archive_info": {}}', "more than one", id="two-infos"
            ),
            pytest.param('{"url": "https://d", "dir_info": {}}', "not `file:`", id="remote-directory"),
            pytest.param(
                '{"url": "https://d", "vcs_info": {"vcs": "git"}}', "has no commit_id", id="no-commit"
            ),
            pytest.param('{"url": "https://d", "vcs_info": {"commit_id": "a"}}', "has no vcs", id="no-vcs"),
            pytest.param('{"url": "http://[::1", "archive_info": {}}', "has a malformed url", id="address"),
            pytest.param(
                '{"url": "http://a\\u2100b/", "archive_info": {}}', "has a malformed url", id="hidden-slash"
            ),
            pytest.param(
                '{"url": "ssh://[", "vcs_info": {"vcs": "git", "commit_id": "a"}}',
                "has a malformed url",
                id="git-address",
            ),
            pytest.param('{"url": "file://[::1/d", "dir_info": {}}', "has a malformed url", id="file-host"),
            pytest.param(
                '{"url": "file:///d", "dir_info": {}, "subdirectory": 1}',
                "has no subdirectory",
                id="subdirectory",
            ),
        ],
    )
    def test_what_is_malformed_is_a_fault(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "direct_url.json").write_text(text, encoding="latin-1")

        origin, fault = direct_url.read(str(tmp_path / "direct_url.json"))

        assert origin is None
        assert fault.startswith("direct_url.json ")
        assert said in fault

    def test_what_is_no_file_is_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "direct_url.json").mkdir()

        fault = "direct_url.json cannot be read: not a file"
        assert direct_url.read(str(tmp_path / "direct_url.json")) == (None, fault)

    @pytest.mark.parametrize(
        ("info", "kind"),
        [
            pytest.param({"dir_info": {"editable": True}}, SourceKind.EDITABLE, id="editable"),
            pytest.param({"dir_info": {}}, SourceKind.DIRECTORY, id="directory"),
            pytest.param({"archive_info": {}}, SourceKind.PATH, id="archive"),
        ],
    )
    def test_a_local_location_is_told_as_written(
        self, tmp_path: Path, info: dict[str, object], kind: SourceKind
    ) -> None:
        (tmp_path / "direct_url.json").write_text(json.dumps({"url": f"file://{tmp_path}/link/demo", **info}))

        origin = Origin(kind=kind, location=str(tmp_path / "link/demo"))
        assert direct_url.read(str(tmp_path / "direct_url.json")) == (origin, "")

    def test_a_huge_one_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "direct_url.json").write_bytes(b" " * 2_000_000)

        assert direct_url.read(str(tmp_path / "direct_url.json"))[1] == "direct_url.json is larger than 1 MiB"


class TestPth:
    @pytest.mark.parametrize(
        ("text", "folders"),
        [
            pytest.param("{top}/src\n", ["src"], id="absolute"),
            pytest.param("../src", ["src"], id="relative"),
            pytest.param("\ufeff../src\r\n", ["src"], id="byte-order-mark-crlf"),
            pytest.param("../src\n../src\n", ["src"], id="twice"),
            pytest.param("../src   \n", ["src"], id="trailing-space"),
            pytest.param("# ../src\n\n   \n", [], id="comment"),
            pytest.param("import ../src\nimport\t../src\n", [], id="code"),
            pytest.param("../important\n", ["important"], id="not-code"),
            pytest.param("../absent\n../file\n", [], id="absent"),
            pytest.param("nul\0l\n../src\n", ["src"], id="null"),
            pytest.param("\xe9\n../src\n", ["src"], id="any-text"),
        ],
    )
    def test_folders(self, tmp_path: Path, text: str, folders: list[str]) -> None:
        tree(tmp_path, {"src/": "", "important/": "", "file": "", "site/": ""})
        (tmp_path / "site/x.pth").write_bytes(text.format(top=tmp_path).encode())

        found = pth.folders(str(tmp_path / "site/x.pth"))

        assert found == (tuple(str(tmp_path / name) for name in folders), "")

    def test_bytes_that_are_no_text_are_still_a_path(self, tmp_path: Path) -> None:
        tree(tmp_path, {"src/": "", "site/x.pth": b"\xff\n../src\n"})

        assert pth.folders(str(tmp_path / "site/x.pth"))[0] == (str(tmp_path / "src"),)

    def test_a_huge_one_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "x.pth").write_bytes(b"#\n" * 1_000_000)

        assert pth.folders(str(tmp_path / "x.pth")) == ((), "is larger than 1 MiB and was not read")

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            pytest.param("folder", "cannot be read: not a file", id="folder"),
            pytest.param("pipe", "cannot be read: not a file", id="pipe"),
            pytest.param("loop", "cannot be read: ", id="loop"),
            pytest.param("gone", "", id="dangling-as-if-it-were-not-there"),
        ],
    )
    def test_what_is_no_file(self, tmp_path: Path, name: str, why: str) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "gone").symlink_to("/nowhere/at/all")
        os.mkfifo(tmp_path / "pipe")

        folders, told = pth.folders(str(tmp_path / name))

        assert folders == ()
        assert told.startswith(why) if why else not told

    def test_too_many_folders_are_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pth, "MOST", 1)
        tree(tmp_path, {"a/": "", "b/": "", "x.pth": "a\nb\n"})

        folders, why = pth.folders(str(tmp_path / "x.pth"))

        assert folders == (str(tmp_path / "a"),)
        assert why == "adds more than 1 folders; the rest was not looked at"

    @pytest.mark.parametrize(
        ("file", "name"),
        [
            ("__editable__.demo_kit-1.0.pth", "demo_kit"),
            ("__editable__.demo.kit-1!1.0.pth", "demo.kit"),
            ("demo.pth", ""),
            ("__editable__.pth", ""),
        ],
    )
    def test_names_of_editables(self, file: str, name: str) -> None:
        assert pth.editable_name(file) == name
