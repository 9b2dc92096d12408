"""The cache gives back what was put, and nothing that somebody else could have put."""

import json
import os
import stat
from binascii import crc32
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard import cache as module
from driftguard.cache import Cache, default_folder

VALUE = {"text": "zażółć \udcff", "list": [1, None, True]}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "facts")


def entry_of(cache: Cache) -> Path:
    assert cache.folder is not None
    (entry,) = cache.folder.iterdir()
    return entry


def test_what_is_put_comes_back(cache: Cache) -> None:
    cache.put("interpreter", "key", VALUE)

    assert cache.get("interpreter", "key") == VALUE


@pytest.mark.parametrize(
    ("kind", "key"), [("interpreter", "other"), ("lock", "key"), ("interpreter", "\udcff")]
)
def test_another_key_is_not_there(cache: Cache, kind: str, key: str) -> None:
    cache.put("interpreter", "key", VALUE)

    assert cache.get(kind, key) is None


def test_the_last_value_counts(cache: Cache) -> None:
    for number in range(3):
        cache.put("interpreter", "key", {"number": number})

    assert cache.get("interpreter", "key") == {"number": 2}
    entry_of(cache)


def test_only_the_user_may_look(cache: Cache) -> None:
    cache.put("interpreter", "key", VALUE)

    assert cache.folder is not None
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry_of(cache).stat().st_mode) == 0o600


def _writable(entry: Path) -> None:
    entry.chmod(0o620)


def _writable_folder(entry: Path) -> None:
    entry.parent.chmod(0o702)


def _symlink(entry: Path) -> None:
    entry.rename(entry.parent.parent / "elsewhere")
    entry.symlink_to(entry.parent.parent / "elsewhere")


def _symlinked_folder(entry: Path) -> None:
    entry.parent.rename(entry.parent.parent / "real")
    entry.parent.symlink_to(entry.parent.parent / "real")


def _truncated(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-1])


def _empty(entry: Path) -> None:
    entry.write_bytes(b"")


def _not_utf8(entry: Path) -> None:
    entry.write_bytes(b"\xff\xfe")


def _huge(entry: Path) -> None:
    with entry.open("ab") as stream:
        stream.truncate(module.LIMIT + 1)


def _deep(entry: Path) -> None:
    entry.write_text("[" * 100_000)


def _pipe(entry: Path) -> None:
    entry.unlink()
    os.mkfifo(entry, 0o600)


def _folder(entry: Path) -> None:
    entry.unlink()
    entry.mkdir(0o700)


def _edited(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes().replace(b"list", b"tsil"))


def _sealed(entry: Path, text: str) -> None:
    entry.write_text(f"{crc32(text.encode()):08x}\n{text}")


def _changed(entry: Path, **changes: object) -> None:
    kept = json.loads(entry.read_text().partition("\n")[2])
    _sealed(entry, json.dumps({**kept, **changes}))


def _other_key(entry: Path) -> None:
    _changed(entry, key="other")


def _other_format(entry: Path) -> None:
    _changed(entry, format="1 of 0.0.1")


def _no_object(entry: Path) -> None:
    _changed(entry, value=[1])


def _list(entry: Path) -> None:
    _sealed(entry, "[]")


def _deep_and_sealed(entry: Path) -> None:
    _sealed(entry, "[" * 100_000)


@pytest.mark.parametrize(
    "spoil",
    [
        _writable,
        _writable_folder,
        _symlink,
        _symlinked_folder,
        _truncated,
        _empty,
        _not_utf8,
        _huge,
        _deep,
        _deep_and_sealed,
        _edited,
        _pipe,
        _folder,
        _other_key,
        _other_format,
        _no_object,
        _list,
    ],
)
def test_what_cannot_be_trusted_is_not_there(cache: Cache, spoil: Callable[[Path], None]) -> None:
    cache.put("interpreter", "key", VALUE)
    spoil(entry_of(cache))

    assert cache.get("interpreter", "key") is None


@pytest.mark.parametrize("spoil", [_truncated, _empty, _huge, _deep, _other_key, _symlink, _writable])
def test_a_spoilt_entry_is_replaced(cache: Cache, spoil: Callable[[Path], None]) -> None:
    cache.put("interpreter", "key", VALUE)
    entry = entry_of(cache)
    spoil(entry)

    cache.put("interpreter", "key", VALUE)

    assert cache.get("interpreter", "key") == VALUE
    assert not entry.is_symlink()


def test_a_foreign_owner_is_not_trusted(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put("interpreter", "key", VALUE)
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)

    assert cache.get("interpreter", "key") is None


def test_nothing_is_put_where_others_may_write(cache: Cache) -> None:
    assert cache.folder is not None
    cache.folder.mkdir()
    cache.folder.chmod(0o777)

    cache.put("interpreter", "key", VALUE)

    assert list(cache.folder.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/below", "nul\0l"])
def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / place)

    cache.put("interpreter", "key", VALUE)

    assert cache.get("interpreter", "key") is None


def test_no_folder_keeps_nothing() -> None:
    Cache(None).put("interpreter", "key", VALUE)

    assert Cache(None).get("interpreter", "key") is None


def test_a_write_that_fails_leaves_nothing(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache.put("interpreter", "key", VALUE)

    assert cache.folder is not None
    assert list(cache.folder.iterdir()) == []


def test_the_oldest_are_forgotten(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 4)
    cache.put("lock", "kept", VALUE)
    assert cache.folder is not None
    for age in range(5):
        before = set(cache.folder.iterdir())
        cache.put("interpreter", str(age), VALUE)
        for entry in set(cache.folder.iterdir()) - before:
            os.utime(entry, (age, age))

    assert [cache.get("interpreter", str(age)) is not None for age in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert cache.get("lock", "kept") == VALUE


def test_what_other_code_has_kept_is_not_there(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put("interpreter", "key", VALUE)
    monkeypatch.setattr(module, "_edition", lambda: "another state of the same checkout")

    assert cache.get("interpreter", "key") is None


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param(
            {"DRIFTGUARD_CACHE_DIR": "/own", "XDG_CACHE_HOME": "/xdg", "HOME": "/home"}, "/own", id="own"
        ),
        pytest.param({"XDG_CACHE_HOME": "/xdg", "HOME": "/home"}, "/xdg/driftguard", id="xdg"),
        pytest.param(
            {"XDG_CACHE_HOME": "xdg", "HOME": "/home"}, "/home/.cache/driftguard", id="relative-xdg"
        ),
        pytest.param({"XDG_CACHE_HOME": "", "HOME": "/home"}, "/home/.cache/driftguard", id="home"),
        pytest.param({}, None, id="homeless"),
    ],
)
def test_where_it_lies(environ: dict[str, str], expected: str | None) -> None:
    assert default_folder(environ) == (Path(expected) if expected else None)
