"""Files beside their RECORD: what is as recorded, what is not, and what could not be looked at."""

import os
from pathlib import Path

import pytest

from driftguard.environment.integrity import hashing, records
from tests.environment.builders import tree
from tests.environment.integrity.builders import Folder, digest


@pytest.fixture
def there(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "env")


def quiet(there: Folder) -> bool:
    told = there.told()
    return not (
        told.fault
        or told.changed
        or told.missing
        or told.unhashed
        or told.weak
        or told.outside
        or told.unread
    )


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "six-1.0.dist-info/RECORD.jws,,\n",
        "__pycache__/six.cpython-311.pyc,,\n",
        "sub/__pycache__/gone.cpython-311.pyc,,\n",
        "folder/,,\n",
        "folder/__pycache__,,\n",
        "six.cpython-311.pyc,,\n",
        "\n\n",
        "../../../bin/six,{hash},6\n",
        '"odd, name.py",{hash},6\n',
        '"two\nlines.py",{hash},6\n',
        '"two\r\nlines.py",{hash},6\r\n',
        '"two\rlines.py",{hash},6\n',
        "{root}/bin/six,{hash},6\n",
        "./six.py,{hash},6\n",
        "sub/../six.py,{hash},6\n",
        "sub//six.py,{hash},6\n",
        "six.py,{hash},6\n",
        "plain.txt,{hash}=,6\n",
        "plain.txt,{sha512},6\n",
        "plain.txt,{hash},not a size\n",
    ],
)
def test_quiet_on_what_installers_write(there: Folder, rows: str) -> None:
    content = b"X = 1\n"
    hashed = {"hash": digest(content), "sha512": digest(content, "sha512"), "root": there.root}
    there.install("six==1.0", rows=rows.format(**hashed))
    for path in (
        "sub/six.py",
        "odd, name.py",
        "two\nlines.py",
        "two\r\nlines.py",
        "two\rlines.py",
        "plain.txt",
        "../../../bin/six",
        "six-1.0.dist-info/RECORD.jws",
    ):
        (there.site / path).parent.mkdir(exist_ok=True)
        (there.site / path).write_bytes(content)

    assert quiet(there)


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_quiet_on_either_line_end_and_a_byte_order_mark(there: Folder, line_end: str) -> None:
    record = there.install("six==1.0")
    text = record.read_text()
    record.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", line_end).encode())

    assert quiet(there)


def test_a_file_of_another_size_is_changed_and_not_read(
    there: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.install("six==1.0")
    os.truncate(there.site / "six.py", 2**40)
    monkeypatch.setattr(hashing, "_answer", lambda *_: pytest.fail("was read") if _[0].size > 1000 else None)

    (changed,) = there.told().changed

    assert (changed.recorded, changed.found) == ("6 bytes", "1,099,511,627,776 bytes")


def test_a_file_of_the_same_size_is_changed_if_its_content_is(there: Folder) -> None:
    there.install("six==1.0")
    (there.site / "six.py").write_bytes(b"X = 2\n")

    (changed,) = there.told().changed

    recorded, found = (digest(text).partition("=")[2][:12] for text in (b"X = 1\n", b"X = 2\n"))
    assert (changed.recorded, changed.found) == (f"sha256 {recorded}…", f"sha256 {found}…")


@pytest.mark.parametrize("size", [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3 * 1024 * 1024])
def test_files_of_any_size_are_hashed_whole(there: Folder, size: int) -> None:
    content = os.urandom(size)
    there.install("six==1.0", {"data.bin": content})
    assert quiet(there)

    if size:
        (there.site / "data.bin").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert [Path(one.path).name for one in there.told().changed] == ["data.bin"]


def test_what_is_gone_is_missing_also_below_a_file_and_behind_a_link(there: Folder) -> None:
    there.install("six==1.0", {"a.py": b"", "b/c.py": b"", "d.py": b""})
    (there.site / "a.py").unlink()
    (there.site / "b/c.py").unlink()
    (there.site / "b").rmdir()
    (there.site / "b").write_text("")
    (there.site / "d.py").unlink()
    (there.site / "d.py").symlink_to("nowhere")

    names = [os.path.relpath(path, there.site) for path in there.told().missing]
    assert names == ["a.py", "b/c.py", "d.py"]


def test_what_is_no_file_is_changed_and_not_opened(there: Folder) -> None:
    there.install("six==1.0", {"pipe.py": b"X", "folder.py": b"", "device.py": b""})
    for name in ("pipe.py", "folder.py", "device.py"):
        (there.site / name).unlink()
    os.mkfifo(there.site / "pipe.py")
    (there.site / "folder.py").mkdir()
    (there.site / "device.py").symlink_to("/dev/zero")

    found = {Path(one.path).name: one.found for one in there.told().changed}
    assert found == dict.fromkeys(("device.py", "folder.py", "pipe.py"), "something else")


def test_a_link_to_the_same_content_is_as_recorded(there: Folder, tmp_path: Path) -> None:
    there.install("six==1.0")
    (tmp_path / "cached.py").write_bytes(b"X = 1\n")
    (there.site / "six.py").unlink()
    (there.site / "six.py").symlink_to(tmp_path / "cached.py")

    assert quiet(there)


def test_what_may_not_be_read_is_unread(there: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    there.install("six==1.0")
    real = os.open

    def refused(path: str, *rest: int) -> int:
        if str(path).endswith("six.py"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refused)

    assert there.told().unread == (f"`{there.site}/six.py` cannot be read: Permission denied",)


@pytest.mark.parametrize(
    ("row", "outside"),
    [
        ("../../../../escape.py,,\n", "../../../../escape.py"),
        ("/etc/passwd,sha256=abc,1\n", "/etc/passwd"),
        ("sub/../../../../../escape.py,,\n", "sub/../../../../../escape.py"),
        ("six\0.py,,\n", "six\0.py"),
    ],
)
def test_rows_that_lead_out_of_the_environment_are_refused(there: Folder, row: str, outside: str) -> None:
    there.install("six==1.0", rows=row)

    assert there.told().outside == (outside,)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "RECORD is empty"),
        (b" \n", "RECORD is empty"),
        (b'"six.py,sha256=abc,1\n', "RECORD cannot be parsed: unexpected end of data"),
        (b"six.py,sha256=abc\n", "RECORD cannot be parsed: a row has 2 of 3 fields"),
        (b"six.py,sha256=abc,1\nsix.py,sha256=def,1\n", "RECORD says two things of `six.py`"),
        (None, "RECORD cannot be read: no such file"),
    ],
)
def test_a_record_of_no_use_is_a_fault(there: Folder, content: bytes | None, fault: str) -> None:
    record = there.install("six==1.0")
    record.unlink() if content is None else record.write_bytes(content)

    assert there.told().fault == fault


def test_a_record_beyond_all_measure_is_a_fault(there: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    record = there.install("six==1.0")
    monkeypatch.setattr(records, "MOST", 2)
    assert there.told().fault == "RECORD has more than 2 rows"
    os.truncate(record, records.LIMIT + 1)
    assert there.told().fault == "RECORD cannot be read: larger than 64 MiB"


def test_a_record_that_is_a_pipe_does_not_hang(there: Folder) -> None:
    record = there.install("six==1.0")
    record.unlink()
    os.mkfifo(record)

    assert there.told().fault == "RECORD cannot be read: is not a file"


def test_bytes_that_are_no_text_name_a_file_still(there: Folder) -> None:
    name = b"caf\xe9.py"
    record = there.install("six==1.0")
    record.write_bytes(record.read_bytes() + name + b"," + digest(b"1").encode() + b",1\n")
    Path(os.fsdecode(os.fsencode(there.site) + b"/" + name)).write_bytes(b"2")

    assert [os.fsencode(Path(one.path).name) for one in there.told().changed] == [name]


@pytest.mark.parametrize(
    ("row", "unhashed", "weak"),
    [
        ("six.txt,,\n", ["six.txt"], 0),
        ("six.pyc,,\n", ["six.pyc"], 0),
        ("six.txt,crc32=abc,1\n", ["six.txt"], 0),
        ("six.txt,{md5},1\n", [], 1),
        ("six.txt,{sha1},1\n", [], 1),
    ],
)
def test_too_little_of_a_hash_is_told(there: Folder, row: str, unhashed: list[str], weak: int) -> None:
    (there.site / "six.txt").write_bytes(b"1")
    (there.site / "six.pyc").write_bytes(b"1")
    there.install("six==1.0", rows=row.format(md5=digest(b"1", "md5"), sha1=digest(b"1", "sha1")))

    told = there.told()

    assert [Path(path).name for path in told.unhashed] == unhashed
    assert told.weak == weak
    assert not told.changed


@pytest.mark.parametrize(
    ("folder", "installer", "by"),
    [
        ("six-1.0.egg-info", "", "setuptools"),
        ("six-1.0.dist-info", "conda", "conda"),
        ("six-1.0.dist-info", "uv", ""),
        ("six-1.0.dist-info", "", ""),
    ],
)
def test_installers_that_leave_no_record_are_known(
    there: Folder, folder: str, installer: str, by: str
) -> None:
    there.install("six==1.0", installer=installer)
    tree(there.root, {"conda-meta/history": ""})
    if folder.endswith(".egg-info"):
        old = there.site / "six-1.0.dist-info"
        (old / "METADATA").rename(old / "PKG-INFO")
        old.rename(there.site / folder)

    assert there.told().untold == by


def test_the_word_of_an_installer_is_not_enough_to_leave_files_alone(there: Folder) -> None:
    there.install("six==1.0", installer="conda")
    (there.site / "six.py").write_bytes(b"EVIL\n")

    assert not there.told().untold
    assert [Path(one.path).name for one in there.told().changed] == ["six.py"]


def test_debian_s_packages_are_known_by_their_folder(tmp_path: Path) -> None:
    there = Folder(tmp_path)
    there.site = tmp_path / "lib" / "python3" / "dist-packages"
    there.install("six==1.0", installer="")

    assert there.told().untold == "dpkg"
